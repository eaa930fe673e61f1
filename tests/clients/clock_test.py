#!/usr/bin/python3
"""A machine whose clock is twenty minutes off: kinit notes the KDC's time in the cache, libpq logs in, and so do we."""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

from client import TICKET_DSNS, WHO, connection_string

E = os.environ
SERVER = f"host=localhost port={E['NEGODBC_PGPORT']} dbname={E['NEGODBC_PGDATABASE']} user=alice"


class ClockTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.number = 0

    def run_there(self, command, offset, given=""):
        preload = [*glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"), E.get("LD_PRELOAD", "")]
        # Waiting threads go by the clock that is not off.
        environment = E | {"LD_PRELOAD": " ".join(preload), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                           "KRB5CCNAME": self.cache(), "PYTHONPATH": os.path.dirname(__file__)}
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False,
                              env=environment)

    def cache(self):
        return f"FILE:{self.directory.name}/cache{self.number}"

    def test_logins(self):
        program = ("import sys, pyodbc\npyodbc.pooling = False\nfrom client import WHO\nwho = sys.stdin.read()\n"
                   "for i in range(3): print(*pyodbc.connect(who).execute(WHO).fetchone())")
        for offset in ("-20m", "+20m"):
            self.number += 1  # kinit would take the time that another cache has noted
            word = os.path.join(self.directory.name, "word")
            with open(word, "w", encoding="utf-8") as file:
                file.write(E["NEGODBC_ALICE_PASSWORD"])
            done = self.run_there(["kinit.heimdal", f"--password-file={word}", "alice"], offset)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = self.run_there(["psql", "-At", "-F", " ", SERVER, "-c", WHO], offset)
            self.assertEqual(done.stdout, f"alice@{E['NEGODBC_REALM']} alice\n", done.stderr)
            for dsn in TICKET_DSNS:
                with self.subTest(offset=offset, dsn=dsn):
                    done = self.run_there([sys.executable, "-B", "-c", program], offset, connection_string(dsn))
                    self.assertEqual(done.stdout, f"alice@{E['NEGODBC_REALM']} alice\n" * 3, done.stderr)

    # MIT's library tells what is left of a ticket by the KDC's clock once, and by this machine's later.
    def test_life_is_told_by_the_kdcs_clock(self):
        program = ("import sys, pyodbc\npyodbc.pooling = False\nfrom client import WHO\n"
                   "print(*pyodbc.connect(sys.stdin.read()).execute(WHO).fetchone())")
        a_day_less_ten_minutes = 24 * 60 * 60 - 600
        for dsn in ("negodbc-mit", "negodbc-mit-krb5"):
            with self.subTest(dsn=dsn):
                who = connection_string(dsn, ClientKeytab=E["NEGODBC_ALICE_KEYTAB"], Principal="alice",
                                        MinTicketLifetime=str(a_day_less_ten_minutes))
                done = self.run_there([sys.executable, "-B", "-c", program], "+20m", who)
                self.assertEqual(done.stdout, f"alice@{E['NEGODBC_REALM']} alice\n", done.stderr)

    # A clock that is ahead by more than a ticket's life: MIT's library looks at the end before it knows the KDC's time, unless
    # the tickets are in a file.
    def test_a_clock_that_is_days_off(self):
        program = ("import sys, pyodbc\npyodbc.pooling = False\nfrom client import WHO\nwho = sys.stdin.read()\n"
                   "for i in range(3): print(*pyodbc.connect(who).execute(WHO).fetchone())")
        sources = ({"ClientKeytab": E["NEGODBC_ALICE_KEYTAB"]}, {"PrincipalPassword": E["NEGODBC_ALICE_PASSWORD"]})
        for offset in ("+2d", "-2d"):
            for dsn in ("negodbc-mit", "negodbc-mit-krb5"):
                for source in sources:
                    with self.subTest(offset=offset, dsn=dsn, source=list(source)):
                        who = connection_string(dsn, Principal="alice", **source)
                        done = self.run_there([sys.executable, "-B", "-c", program], offset, who)
                        self.assertEqual(done.stdout, f"alice@{E['NEGODBC_REALM']} alice\n" * 3, done.stderr)


if __name__ == "__main__":
    unittest.main()
