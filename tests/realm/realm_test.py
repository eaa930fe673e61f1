#!/usr/bin/python3
"""The realm itself: logins by ticket, the states that tests rely on, and a teardown that nothing can prevent."""
import contextlib
import glob
import os
import shutil
import signal
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


class RealmTest(unittest.TestCase):
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

    def test_the_exit_status_is_the_commands(self):
        self.assertEqual(self.run_inside("exit 37").returncode, 37)
        self.assertEqual(self.run_inside("kill -KILL $$").returncode, 128 + signal.SIGKILL)
        self.assert_nothing_left()

    def test_logins(self):
        """Every ticket and role does what the tests take for granted."""
        done = self.run_inside(f"""
            as() {{ local ROLE=$1; {LOGIN} 2>&1 | tail -1; }}
            export PGGSSENCMODE=disable
            as alice
            KRB5CCNAME=$NEGODBC_CCACHE_BOB as bob
            KRB5CCNAME=$NEGODBC_CCACHE_WRONG as mallory
            KRB5CCNAME=$NEGODBC_CCACHE_EXPIRED as alice
            KRB5CCNAME=$NEGODBC_CCACHE_NONE as alice
            PGKRBSRVNAME=$NEGODBC_WRONG_KEY_SERVICE as alice
            PGKRBSRVNAME=unheard-of as alice
            KRB5CCNAME=$NEGODBC_CCACHE_TGT KRB5_CONFIG=$NEGODBC_KRB5_CONFIG_DOWN as alice
            as gssenc_user
            PGGSSENCMODE=require as gssenc_user
            export KRB5CCNAME=$NEGODBC_CCACHE_NONE SQL='SELECT current_user, ssl FROM pg_stat_ssl
                                                        WHERE pid = pg_backend_pid()'
            as trust_user
            PGPASSWORD=$NEGODBC_SCRAM_PASSWORD as scram_user
            PGPASSWORD=$NEGODBC_MD5_PASSWORD PGSSLMODE=disable as md5_user
            PGPASSWORD=$NEGODBC_CLEARTEXT_PASSWORD as password_user
            export PGPASSWORD=$NEGODBC_SCRAM_SSL_PASSWORD PGSSLMODE=verify-full
            PGSSLROOTCERT=$NEGODBC_ROOT_CERT as scram_ssl_user
            PGSSLROOTCERT=$NEGODBC_OTHER_ROOT_CERT as scram_ssl_user
            PGSSLMODE=disable as scram_ssl_user
        """)
        expected = ["alice@NEGODBC.TEST", "bob@NEGODBC.TEST", 'role "mallory" does not exist', "Ticket expired",
                    "No Kerberos credentials available", "Decrypt integrity check failed",
                    "Server not found in Kerberos database", "Cannot contact any KDC",
                    "pg_hba.conf rejects connection", "alice@NEGODBC.TEST",
                    "trust_user|t", "scram_user|t", "md5_user|f", "password_user|t", "scram_ssl_user|t",
                    "certificate verify failed", "pg_hba.conf rejects connection"]
        said = done.stdout.splitlines()
        self.assertEqual(len(said), len(expected), done.stdout + done.stderr)
        for line, part in zip(said, expected):
            self.assertIn(part, line)

    def test_a_kdc_can_be_made_to_hang(self):
        """By stopping the process group, and by a configuration that names one which never answers."""
        done = self.run_inside("""
            kill -STOP -- -$NEGODBC_KDC_PID
            kinit() { timeout 2 kinit.heimdal -c MEMORY: -t $NEGODBC_ALICE_KEYTAB alice; echo $?; }
            kinit
            kill -CONT -- -$NEGODBC_KDC_PID
            kinit
            KRB5_CONFIG=$NEGODBC_KRB5_CONFIG_HANGING kinit
            kill -STOP -- -$NEGODBC_KDC_PID
        """)
        self.assertEqual(done.stdout.split(), ["124", "0", "124"], done.stderr)
        self.assert_nothing_left()

    def test_settings_reach_the_server(self):
        done = self.run_inside(LOGIN, "--set", "work_mem=7MB", ROLE="trust_user", SQL="SHOW work_mem")
        self.assertEqual(done.stdout, "7MB\n", done.stderr)

    def test_a_failed_start_says_why_and_leaves_nothing(self):
        done = self.run_inside("true", "--set", "work_mem=nonsense")
        self.assertEqual(done.returncode, 125)
        self.assertIn("work_mem", done.stderr)
        self.assert_nothing_left()

    def test_a_directory_with_something_in_it_is_left_alone(self):
        os.mkdir(self.directory)
        kept = os.path.join(self.directory, "kept")
        with open(kept, "w", encoding="utf-8"):
            pass
        self.assertEqual(self.run_inside("true").returncode, 125)
        self.assertTrue(os.path.exists(kept))

    def test_up_and_down(self):
        up = subprocess.run([REALM, "up", "--dir", self.directory], capture_output=True, text=True, timeout=120,
                            check=True)
        self.assertIn(f". {self.directory}/env.sh", up.stdout)
        login = subprocess.run(["bash", "-c", f". {self.directory}/env.sh; ROLE=alice; {LOGIN}"], capture_output=True,
                               text=True, check=False)
        self.assertEqual(login.stdout, "alice@NEGODBC.TEST\n", login.stderr)
        subprocess.run([REALM, "down", "--dir", self.directory], timeout=60, check=True)
        self.assert_nothing_left()
        again = subprocess.run([REALM, "down", "--dir", self.directory], capture_output=True, timeout=60, check=False)
        self.assertEqual(again.returncode, 125)

    def test_down_after_the_supervisor_was_killed(self):
        subprocess.run([REALM, "up", "--dir", self.directory], stdout=subprocess.DEVNULL, timeout=120, check=True)
        os.kill(self.supervisor(), signal.SIGKILL)
        self.assertTrue(wait_for(lambda: not self.running()), self.running())
        subprocess.run([REALM, "down", "--dir", self.directory], timeout=60, check=True)
        self.assert_nothing_left()

    def test_signals_end_the_command_and_the_realm(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(number):
                process = self.start("echo inside; exec sleep 300")
                process.send_signal(number)
                self.assertEqual(process.wait(60), 128 + number)
                self.assert_nothing_left()

    def test_a_signal_during_the_start(self):
        process = subprocess.Popen([REALM, "run", "--dir", self.directory, "--", "sleep", "300"])
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(lambda: os.path.exists(f"{self.directory}/krb5.conf")))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 128 + signal.SIGTERM)
        self.assert_nothing_left()

    def test_kill_of_the_one_who_waits_for_the_command(self):
        process = self.start(f"echo inside; exec tail -f {self.directory}/postgres.log")
        process.kill()
        process.wait()
        self.assert_nothing_left()

    def test_kill_of_the_supervisor(self):
        """The kernel ends the servers, even a KDC that a test has stopped; `run` removes the directory."""
        process = self.start("echo inside $NEGODBC_KDC_PID; kill -STOP -- -$NEGODBC_KDC_PID; sleep 2; exit 5")
        time.sleep(0.5)
        os.kill(self.supervisor(), signal.SIGKILL)
        self.assertEqual(process.wait(60), 5)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
