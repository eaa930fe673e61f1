"""What the tests of the realm share: a realm in a directory of the test's own, and what is left of it."""
import contextlib
import glob
import os
import shutil
import subprocess
import tempfile
import time
import unittest

REALM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "realm.py")
SQL = "SELECT principal FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"
LOGIN = f'psql -h localhost -p "$NEGODBC_PGPORT" -U "$ROLE" -d negodbc -Atc "${{SQL-{SQL}}}"'


def command_lines():
    """pid -> command line of everything that runs; the system's own tools say it differently everywhere."""
    lines = {}
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError), open(path, "rb") as cmdline:
            lines[int(path.split("/")[2])] = cmdline.read().replace(b"\0", b" ").decode(errors="replace")
    return lines


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class RealmCase(unittest.TestCase):
    def setUp(self):
        self.parent = tempfile.mkdtemp(prefix="negodbc-realm-test-")
        os.chmod(self.parent, 0o755)
        self.directory = os.path.join(self.parent, "realm")
        self.addCleanup(shutil.rmtree, self.parent)

    def run_inside(self, script, *options, **environment):
        return subprocess.run([REALM, "run", "--dir", self.directory, *options, "--", "bash", "-c", script],
                              env=os.environ | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)

    def start(self, script):
        """A realm with a command that says when it has started, for the tests of a violent end."""
        process = subprocess.Popen([REALM, "run", "--dir", self.directory, "--", "bash", "-c", script],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(process.stdout.readline().startswith("inside"))
        return process

    def supervisor(self):
        with open(f"{self.directory}/supervisor.pid", encoding="utf-8") as pid:
            return int(pid.read())

    def running(self):
        # The trailing slash leaves out the `realm.py` that was asked to use the directory.
        return [line for line in command_lines().values() if self.directory + "/" in line]

    def assert_nothing_left(self):
        self.assertTrue(wait_for(lambda: not self.running()), self.running())
        self.assertTrue(wait_for(lambda: not os.path.exists(self.directory)), "the directory is still there")
