#!/usr/bin/python3
"""A machine or a server that is slow is no fault: doctor_slow_test.py SLOW_CHILDREN NEGODBC

What has had too little time says so and names no cause, and the login has all of its own time. SLOW_CHILDREN is a library that
lets all that the doctor asks in processes of its own sleep.
"""
import contextlib
import os
import pathlib
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))
SLOW_CHILDREN = os.path.abspath(sys.argv.pop(1))

from doctor_case import SERVER, TICKET, Case

PORT = os.environ["NEGODBC_PGPORT"]


class SlowServer:
    """The realm's server, the first words of which come late."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return str(self.socket.getsockname()[1])

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.carry, args=(self.socket.accept()[0],), daemon=True).start()

    def carry(self, client):
        with client, socket.create_connection(("127.0.0.1", int(PORT))) as server:
            threading.Thread(target=self.hand_on, args=(client, server), daemon=True).start()
            self.hand_on(server, client, self.seconds)

    @staticmethod
    def hand_on(source, sink, late=0):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                time.sleep(late)
                late = 0
                sink.sendall(data)

    def __exit__(self, *_):
        self.socket.close()


class SlowTest(Case):
    LATE = "time has run out"

    def remedies(self, steps):
        return {name: step["remedy"] for name, step in steps.items() if "remedy" in step}

    def test_what_is_asked_in_other_processes_has_no_time(self):
        for library in ("auto", "heimdal", "mit"):
            with self.subTest(library):
                steps = self.doctor(f"{TICKET};connect_timeout=8;GssLib={library}", LD_PRELOAD=SLOW_CHILDREN, NEGODBC_TEST_CHILDREN_SLEEP="60")
                self.assertEqual(steps["login"]["verdict"], "ok", self.said)
                self.assertNotIn("failed", {step["verdict"] for step in steps.values()})
                for name in ("names", "GSSAPI libraries"):
                    self.assertEqual(steps[name]["verdict"], "skipped", self.said)
                    self.assertIn(self.LATE, steps[name]["text"])
                self.assertEqual(steps["credential caches"]["verdict"], "skipped", self.said)
                # The file says it, where no library does.
                self.assertRegex(steps["krb5.conf"]["text"], "^default realm ")
                self.assertEqual(self.remedies(steps), {})

    def test_a_keytab_that_there_is_no_time_to_try(self):
        steps = self.doctor(f"{TICKET};connect_timeout=8", "--keytab", os.environ["NEGODBC_ALICE_KEYTAB"], LD_PRELOAD=SLOW_CHILDREN,
                            NEGODBC_TEST_CHILDREN_SLEEP="60")
        self.assertEqual(steps["login"]["verdict"], "ok", self.said)
        self.assertNotIn("can't be opened", self.said)

    def test_the_login_has_all_of_its_time(self):
        seconds = 6
        with SlowServer(0.8 * seconds) as port:
            slow = SERVER.replace(f"Port={PORT}", f"Port={port}")
            steps = self.doctor(f"{slow};UID=trust_user;SSLmode=disable;GssEncMode=disable;connect_timeout={seconds}")
        self.assertEqual(steps["what the server asks"]["verdict"], "skipped", self.said)
        self.assertIn(self.LATE, steps["what the server asks"]["text"])
        self.assertEqual(steps["login"]["verdict"], "ok", self.said)
        # There is no time for a third one, which is no failure.
        self.assertEqual(steps["through the driver manager"]["verdict"], "skipped", self.said)
        self.assertIn(self.LATE, steps["through the driver manager"]["text"])

    def test_a_kdc_that_is_silent_is_told_by_the_login(self):
        steps = self.doctor(f"{TICKET};connect_timeout=4", KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_HANGING"],
                            KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
        self.assertEqual(steps["ticket for the server"]["verdict"], "skipped", self.said)
        self.assertIn(self.LATE, steps["ticket for the server"]["text"])
        self.assertEqual(steps["KDCs"]["verdict"], "note")
        self.assertNotIn("remedy", steps["KDCs"])
        self.assertEqual(steps["login"]["sqlstate"], "HYT00", self.said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
