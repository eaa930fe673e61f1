#!/usr/bin/python3
"""negodbc doctor, as a user runs it. cli_realm_test.py posix|windows NEGODBC..."""
import os
import subprocess
import sys
import unittest

SYSTEM, *PROGRAM = sys.argv[1:]
# The same as the realm's DSNs; on Windows those are the registry's, and Wine does not tell whose ticket it is.
SERVER = f"Server=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc"
TICKET, SCRAM = {"posix": ("negodbc", "DSN=negodbc-scram"),
                 "windows": (f"{SERVER};Trusted_Connection=Yes;UID=alice", f"{SERVER};UID=scram_user")}[SYSTEM]


def doctor(connection, **environment):
    done = subprocess.run([*PROGRAM, "doctor", connection], capture_output=True, text=True, timeout=60, check=False,
                          env=os.environ | environment)
    return done.returncode, done.stdout + done.stderr


class DoctorTest(unittest.TestCase):
    def test_a_login_that_works(self):
        status, said = doctor(TICKET)
        self.assertEqual(status, 0, said)
        for part in ("credential: alice@" if SYSTEM == "posix" else "credential: ", "ticket for the server: a token of", "SPN postgres/localhost",
                     "login: as alice to database negodbc by gss"):
            self.assertIn(part, said)
        if SYSTEM == "windows":
            for part in ("logon session: 0:0x", "(LSA, taken)", "krbtgt/", "sealed with aes", "encryption type = aes",
                         "directory: not asked: no domain controller answers"):
                self.assertIn(part, said)

    def test_no_ticket(self):
        status, said = doctor(TICKET, KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])
        self.assertEqual(status, 1, said)
        self.assertIn("FAILED  credential: [28000]", said)
        self.assertIn("kinit", said)
        if SYSTEM == "windows":
            self.assertRegex(said, "credential caches: none in logon session 0:0x.* \\(LSA\\)")

    def test_words_that_are_no_keywords(self):
        _, said = doctor(SCRAM + ";PWD=not the one;SLLmode=verify-full")
        self.assertRegex(said, r'(?m)^ {8}invalid .* "SLLmode" .* is SSLmode meant\?$')

    def test_a_password_is_never_printed(self):
        status, said = doctor(SCRAM + ";PWD=not the one")
        self.assertEqual(status, 1, said)
        self.assertIn("FAILED  login: [28000]", said)
        self.assertNotIn("not the one", said)

    def test_what_is_read_is_a_connection_string(self):
        done = subprocess.run([*PROGRAM, "doctor", "-"], input=(SCRAM + ";PWD=not the one;Description=ü日本\n").encode(),
                              capture_output=True, timeout=60, check=False)
        said = (done.stdout + done.stderr).decode()
        self.assertEqual(done.returncode, 1, said)
        self.assertIn("FAILED  login: [28000]", said)
        self.assertIn("Description = ü日本  (the connection string)", said)
        self.assertNotIn("not the one", said)

    def test_a_dsn_that_does_not_exist(self):
        status, said = doctor("unheard-of")
        self.assertEqual(status, 1, said)
        self.assertIn("IM002", said)

    def test_without_a_command(self):
        done = subprocess.run(PROGRAM, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--help", done.stdout + done.stderr)
        told = subprocess.run([*PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        self.assertIn("doctor", told)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
