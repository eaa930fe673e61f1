"""The sink as a process of a test or a measurement, inside a realm."""
import json
import os
import signal
import subprocess
import tempfile

REALM = os.environ.get("NEGODBC_REALM_DIR", "")
BY_TICKET = ["--keytab", f"FILE:{os.environ.get('NEGODBC_KEYTAB', '')}"]
BY_TLS = ["--tls-certificate", f"{REALM}/tls/server.crt", "--tls-key", f"{REALM}/tls/server.key"]


class Sink:
    """As a context; afterwards `counted` is its JSON."""

    def __init__(self, program, *arguments, before=()):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            self._json = file.name
        self.process = subprocess.Popen([*before, program, "--json", self._json, *arguments], stdout=subprocess.PIPE,
                                        text=True, start_new_session=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the sink did not begin: {line}")
        self.port = int(line.rsplit(":", 1)[1])
        self.counted = None
        self.said = ""

    def __enter__(self):
        return self

    def stop(self):
        if self.counted is None:
            os.killpg(self.process.pid, signal.SIGTERM)  # also what a program before it has begun
            self.said = self.process.communicate(timeout=30)[0]
            with open(self._json, encoding="utf-8") as file:
                self.counted = json.load(file)
            os.unlink(self._json)
        return self.counted

    def __exit__(self, *_):
        self.stop()
