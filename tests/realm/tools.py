"""What the realm's parts share: finding programs, running them, free ports, waiting, servers as processes."""
import os
import random
import shutil
import signal
import socket
import subprocess
import time

# Where Debian keeps programs that an ordinary user's PATH leaves out.
PROGRAM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/lib/heimdal-servers"])

# Below Linux' ephemeral ports (32768 and up), so that no outgoing connection takes one in between.
PORTS = range(20000, 32000)

START_DEADLINE = 60.0
STOP_DEADLINE = 8.0


class RealmError(Exception):
    """The realm can't be had; the text says why, and what was in the log."""


def program(name):
    found = shutil.which(name, path=PROGRAM_PATH)
    if not found:
        raise RealmError(f"{name} is not installed: packaging/packages.txt names the packages that are needed")
    return found


def run(command, *, env=None, stdin=None):
    """Runs a short command and gives its output; a failure is told with all it said."""
    done = subprocess.run(command, env=env, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL if stdin is None else None, text=True, errors="replace", check=False)
    if done.returncode != 0:
        raise RealmError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout.strip()}")
    return done.stdout


def clean_environment():
    """The caller's environment without what would lead Kerberos, PostgreSQL or ODBC elsewhere."""
    foreign = ("KRB5", "PG", "ODBC", "NEGODBC_", "LC_", "LANG")
    # The tests' own switches are no settings of a realm.
    kept = ("NEGODBC_FUZZ_SECONDS",)
    return {k: v for k, v in os.environ.items() if k in kept or not k.startswith(foreign)} | {"LC_ALL": "C.UTF-8"}


def free_port(kinds=(socket.SOCK_STREAM,)):
    """A port on which nothing listens, neither for TCP nor (if asked for) for UDP."""
    for port in random.sample(PORTS, 200):
        try:
            for kind in kinds:
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue
    raise RealmError("no free port on 127.0.0.1")


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def write(path, text, mode=0o644):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
        out.write(text)


def tail(path, lines=20):
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:]).strip()
    except OSError as error:
        return str(error)


class Server:
    """A server in a process group of its own, which dies with the process that started it.

    `orphan_signal` is what the kernel sends when that process is killed; setpriv asks for it after changing the
    user, because changing the user clears it.
    """

    def __init__(self, name, command, *, log, env, orphan_signal, user=None):
        wrapped = [program("setpriv"), "--pdeathsig", orphan_signal]
        if user:
            wrapped += ["--reuid", user, "--regid", user, "--init-groups"]
        self.name = name
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(wrapped + command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env=env, cwd="/", process_group=0)
        self.pid = self.process.pid

    def wait_until(self, ready):
        """Polls until `ready()`; a server that ends or never gets ready is told with the tail of its log."""
        deadline = time.monotonic() + START_DEADLINE
        while not ready():
            status = self.process.poll()
            if status is not None:
                raise RealmError(f"{self.name} ended with {status} while starting:\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise RealmError(f"{self.name} was not ready after {START_DEADLINE:.0f} s:\n{tail(self.log)}")
            time.sleep(0.02)

    def _signal(self, number):
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def stop(self, number):
        """Ends the whole group, even one that a test has stopped with SIGSTOP."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass
        self._signal(signal.SIGCONT)
        try:
            self.process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.process.wait()
