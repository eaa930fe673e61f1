#!/usr/bin/python3
"""A teardown that nothing can prevent."""
import os
import signal
import subprocess
import unittest

from realm_case import LOGIN, REALM, RealmCase, wait_for


class TeardownTest(RealmCase):
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
        # Stopped is what has been scheduled once more since the signal: all of them, before anything is killed.
        process = self.start("kill -STOP -- -$NEGODBC_KDC_PID; "
                             "while ps -o stat= -p $(pgrep -d, -g $NEGODBC_KDC_PID) | grep -qv ^T; do sleep 0.05; done; "
                             "echo inside; "
                             "while kill -0 $NEGODBC_KDC_PID 2>/dev/null; do sleep 0.1; done; exit 5")
        os.kill(self.supervisor(), signal.SIGKILL)
        self.assertEqual(process.wait(60), 5)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
