#!/usr/bin/python3
"""Logging in with pyodbc: by ticket with both families of libraries, by password, over TLS; and being refused."""
import os
import subprocess
import sys
import unittest

import pyodbc

from client import PRINCIPAL, TICKET_DSNS, WHO, connect, connection_string

# Run as a program of its own, because a library once loaded stays in the process: logs in and says who it is to the
# server, and which GSSAPI libraries it has come to use.
LOGIN = f"""
import re, sys
sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})
from client import WHO, connect
with connect(sys.argv[1]) as connection:
    print(*connection.execute(WHO).fetchone())
with open("/proc/self/maps") as maps:
    print(*sorted(set(re.findall(r"/(libgssapi[a-z0-9_]*)[.-]", maps.read()))))
"""


class PyodbcLoginTest(unittest.TestCase):
    def refused(self, *, dsn="negodbc", **keywords):
        with self.assertRaises(pyodbc.Error) as caught:
            with connect(dsn, **keywords):
                pass
        return caught.exception.args

    def test_by_ticket_with_each_library_and_package(self):
        for dsn in TICKET_DSNS:
            with self.subTest(dsn):
                done = subprocess.run([sys.executable, "-c", LOGIN, dsn], capture_output=True, text=True, timeout=60,
                                      check=False)
                library = "libgssapi" if "heimdal" in dsn else "libgssapi_krb5"
                self.assertEqual(done.stdout.splitlines(), [f"{PRINCIPAL} alice", library], done.stderr)

    def test_by_ticket_in_one_process(self):
        """Both families of libraries beside each other, one connection after the other and several at once."""
        for dsn in TICKET_DSNS * 2:
            with self.subTest(dsn), connect(dsn) as outer, connect(TICKET_DSNS[0]) as inner:
                self.assertEqual(tuple(outer.execute(WHO).fetchone()), (PRINCIPAL, "alice"))
                self.assertEqual(tuple(inner.execute(WHO).fetchone()), (PRINCIPAL, "alice"))

    def test_without_a_dsn(self):
        string = (f"DRIVER={{negodbc}};SERVER=localhost;PORT={os.environ['NEGODBC_PGPORT']};DATABASE=negodbc;"
                  "Trusted_Connection=Yes")
        connection = pyodbc.connect(string)
        self.assertEqual(connection.execute(WHO).fetchone()[0], PRINCIPAL)
        connection.close()

    def test_by_password_and_without(self):
        for way in ("scram", "md5", "trust"):
            with self.subTest(way), connect(f"negodbc-{way}") as connection:
                self.assertEqual(connection.execute("SELECT current_user").fetchval(), f"{way}_user")

    def test_cleartext_password_over_tls_only(self):
        login = {"UID": "password_user", "PWD": os.environ["NEGODBC_CLEARTEXT_PASSWORD"], "Trusted_Connection": "No"}
        with connect(SSLmode="require", **login) as connection:
            self.assertEqual(connection.execute("SELECT current_user").fetchval(), "password_user")
        self.refused(SSLmode="disable", **login)
        with connect(SSLmode="disable", AllowCleartext="1", **login) as connection:
            self.assertEqual(connection.execute("SELECT current_user").fetchval(), "password_user")

    def test_over_tls(self):
        with connect("negodbc-tls") as connection:
            sql = "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            row = connection.execute(sql).fetchone()
            self.assertEqual((row[0], bool(row[1])), ("scram_ssl_user", True))

    def test_by_ticket_over_tls(self):
        with connect(SSLmode="verify-full", SSLrootcert=os.environ["NEGODBC_ROOT_CERT"]) as connection:
            self.assertEqual(connection.execute(WHO).fetchone()[0], PRINCIPAL)
            self.assertTrue(connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchval())

    def test_tls_that_cannot_be_verified(self):
        state, text = self.refused(dsn="negodbc-tls", SSLrootcert=os.environ["NEGODBC_OTHER_ROOT_CERT"])
        self.assertEqual(state, "08001")
        self.assertIn("certificate", text)
        # The certificate names localhost, not its address.
        state, text = self.refused(dsn="negodbc-tls", Server="127.0.0.1")
        self.assertEqual(state, "08001")
        self.assertIn("127.0.0.1", text)

    def test_wrong_password(self):
        state, text = self.refused(dsn="negodbc-scram", PWD="not it")
        self.assertEqual(state, "28000")
        self.assertIn("scram_user", text)

    def test_a_password_is_not_sent_instead_of_a_ticket(self):
        state, _ = self.refused(Trusted_Connection="Yes", UID="password_user",
                                PWD=os.environ["NEGODBC_CLEARTEXT_PASSWORD"], SSLmode="require")
        self.assertEqual(state, "28000")

    def test_role_of_another(self):
        """alice's ticket does not open bob's role."""
        state, text = self.refused(UID="bob")
        self.assertEqual(state, "28000")
        self.assertIn("alice", text)

    def test_what_the_application_is_told_about_the_session(self):
        with connect(application_name="what is told") as connection:
            self.assertEqual(connection.getinfo(pyodbc.SQL_DBMS_NAME), "PostgreSQL")
            self.assertEqual(connection.getinfo(pyodbc.SQL_USER_NAME), "alice")
            self.assertEqual(connection.getinfo(pyodbc.SQL_DATABASE_NAME), "negodbc")
            self.assertRegex(connection.getinfo(pyodbc.SQL_DBMS_VER), r"^\d\d\.\d\d\.\d{4}")
            self.assertRegex(connection.getinfo(pyodbc.SQL_DRIVER_ODBC_VER), r"^03\.\d\d$")
            self.assertEqual(connection.execute("SHOW application_name").fetchval(), "what is told")
            self.assertEqual(connection.execute("SHOW client_encoding").fetchval(), "UTF8")

    def test_login_again_and_again(self):
        """Connections are given back: the server allows only some at a time."""
        for _ in range(250):
            pyodbc.connect(connection_string("negodbc")).close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
