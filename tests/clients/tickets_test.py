#!/usr/bin/python3
"""Where a ticket comes from, by keywords, proven by pg_stat_gssapi; another plugin; the log of diagnoses."""
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

import pyodbc

from client import PRINCIPAL, TICKET_DSNS, WHO, connect, connection_string

SECOND_PLUGIN = sys.argv.pop(1)
REALM = os.environ["NEGODBC_REALM"]
BOB = f"bob@{REALM}"
ENCRYPTED = "SELECT encrypted, principal FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"
# In the realm's own directory, so that nobody has made it.
MISSING = os.path.join(os.environ["NEGODBC_REALM_DIR"], "missing")
# None of these names the default cache: it must be of no use here.
ELSEWHERE = {"KRB5CCNAME": f"FILE:{MISSING}/cache"}


def contents(cache):
    with open(cache.removeprefix("FILE:"), "rb") as file:
        return file.read()


class TicketsTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def file(self, name):
        return os.path.join(self.directory.name, name)

    def logins(self, keywords, expected, environment=ELSEWHERE):
        """A process for each library and package, whose environment has no ticket of use."""
        for dsn in TICKET_DSNS:
            with self.subTest(dsn, **keywords):
                # Secrets are given by a pipe.
                program = ("import sys, pyodbc\nfrom client import WHO\n"
                           "print(*pyodbc.connect(sys.stdin.read()).execute(WHO).fetchone())")
                done = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True, timeout=60,
                                      input=connection_string(dsn, **keywords), check=False,
                                      env=os.environ | environment | {"PYTHONPATH": os.path.dirname(__file__)})
                self.assertEqual(done.stdout.strip(), f"{expected} {expected.partition('@')[0]}", done.stderr)

    def test_default_cache(self):
        self.logins({}, PRINCIPAL, environment={})

    def test_libpqs_environment_has_no_effect(self):
        self.logins({}, PRINCIPAL, environment={
            "PGHOST": "nowhere.invalid", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "bob", "PGPASSWORD": "x",
            "PGDATABASE": "nowhere", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": f"{MISSING}/root.crt",
            "PGGSSENCMODE": "require", "PGKRBSRVNAME": "nosuchservice", "PGGSSLIB": "none", "PGREQUIREAUTH": "none",
            "PGOPTIONS": "-c no.such", "PGCONNECT_TIMEOUT": "-1", "PGTARGETSESSIONATTRS": "standby", "PGSERVICE": "none"})

    def test_named_file(self):
        self.logins({"CredentialCache": os.environ["NEGODBC_CCACHE_BOB"]}, BOB)

    def test_named_directory(self):
        os.mkdir(self.file("caches"), 0o700)
        cache = f"DIR::{self.file('caches')}/tkt"
        with open(self.file("caches/tkt"), "wb") as file:
            file.write(contents(os.environ["NEGODBC_CCACHE_BOB"]))
        # Heimdal 7 does not read single caches of a directory.
        for dsn in ("negodbc-mit", "negodbc-mit-krb5"):
            with connect(dsn, CredentialCache=cache) as connection:
                self.assertEqual(connection.execute(WHO).fetchone()[0], BOB)

    def test_client_keytab(self):
        self.logins({"ClientKeytab": os.environ["NEGODBC_ALICE_KEYTAB"], "Principal": PRINCIPAL}, PRINCIPAL)

    def test_client_keytabs_first_entry(self):
        self.logins({"ClientKeytab": os.environ["NEGODBC_ALICE_KEYTAB"]}, PRINCIPAL)

    def test_password_of_a_principal(self):
        before = contents(os.environ["KRB5CCNAME"])
        self.logins({"Principal": PRINCIPAL, "PrincipalPassword": os.environ["NEGODBC_ALICE_PASSWORD"]}, PRINCIPAL)
        # With a cache of the user's at hand, it is neither used nor written.
        self.logins({"Principal": PRINCIPAL, "PrincipalPassword": os.environ["NEGODBC_ALICE_PASSWORD"]}, PRINCIPAL,
                    environment={"KRB5CCNAME": os.environ["NEGODBC_CCACHE_BOB"]})
        self.assertEqual(contents(os.environ["KRB5CCNAME"]), before)

    def test_wrong_password_of_a_principal(self):
        for dsn in TICKET_DSNS:
            with self.subTest(dsn), self.assertRaises(pyodbc.Error) as caught, \
                    connect(dsn, Principal=PRINCIPAL, PrincipalPassword="guessed wrong"):
                pass
            state, text = caught.exception.args
            self.assertEqual(state, "28000")
            self.assertIn(f"Check the password of {PRINCIPAL}", text)
            self.assertNotIn("guessed", text)

    def test_two_users_at_once(self):
        caches = {PRINCIPAL: os.environ["NEGODBC_CCACHE_VALID"], BOB: os.environ["NEGODBC_CCACHE_BOB"]}
        for dsn in TICKET_DSNS:
            with self.subTest(dsn), connect(dsn, CredentialCache=caches[PRINCIPAL]) as alices, \
                    connect(dsn, CredentialCache=caches[BOB]) as bobs, connect(dsn) as by_default:
                self.assertEqual(bobs.execute(WHO).fetchone()[0], BOB)
                self.assertEqual(alices.execute(WHO).fetchone()[0], PRINCIPAL)
                self.assertEqual(by_default.execute(WHO).fetchone()[0], PRINCIPAL)
        with connect("negodbc-scram", UID="admin", PWD=os.environ["NEGODBC_ADMIN_PASSWORD"]) as admin, \
                connect(CredentialCache=caches[PRINCIPAL]) as alices, connect(CredentialCache=caches[BOB]) as bobs:
            pids = [c.execute("SELECT pg_backend_pid()").fetchval() for c in (alices, bobs)]
            seen = dict(map(tuple, admin.execute(
                f"SELECT pid, principal FROM pg_stat_gssapi WHERE pid IN ({pids[0]}, {pids[1]})").fetchall()))
            self.assertEqual([seen[pid] for pid in pids], [PRINCIPAL, BOB], "side by side, seen from outside")

    def test_target_names(self):
        given = {"Realm": REALM}
        found = {}
        address = {"Server": "127.0.0.1"}
        for dsn in TICKET_DSNS:
            for keywords in (given, found, address | {"ServerSPN": "postgres/localhost"},
                             address | {"ServerSPN": f"postgres/localhost@{REALM}"},
                             address | {"CanonicalizeHost": "reverse"}, {"CanonicalizeHost": "forward"}):
                with self.subTest(dsn, **keywords), connect(dsn, **keywords) as connection:
                    self.assertEqual(connection.execute(WHO).fetchone()[0], PRINCIPAL)
            with self.subTest(dsn), self.assertRaises(pyodbc.Error) as caught, connect(dsn, **address):
                pass
            self.assertIn("postgres/127.0.0.1", caught.exception.args[1])
            # Heimdal 7 asks the client's own KDC then.
            with self.subTest(dsn), self.assertRaises(pyodbc.Error) as caught, connect(dsn, Realm="NO.SUCH.REALM"):
                pass
            self.assertIn("postgres/localhost@NO.SUCH.REALM", caught.exception.args[1])

    def test_second_plugin(self):
        for package in ("Negotiate", "Kerberos"):
            for mode in ("disable", "require"):
                with self.subTest(package, mode=mode), \
                        connect(AuthPlugin=SECOND_PLUGIN, Authentication=package, GssEncMode=mode) as connection:
                    self.assertEqual(connection.execute(ENCRYPTED).fetchone()[0], mode == "require")
                    self.assertEqual(connection.execute(WHO).fetchone()[0], PRINCIPAL)
                    self.assertEqual(connection.execute("SELECT repeat('y', 100000)").fetchval(), "y" * 100000)
        with self.assertRaises(pyodbc.Error) as caught, \
                connect(AuthPlugin=SECOND_PLUGIN, CredentialCache=os.environ["NEGODBC_CCACHE_NONE"]):
            pass
        self.assertEqual(caught.exception.args[0], "28000")
        self.assertIn("linked MIT library", caught.exception.args[1])

    def test_diagnosis_log(self):
        log = self.file("diagnoses")
        with connect(DiagnosisLog=log, Authentication="Negotiate", GssEncMode="disable"):
            pass
        with connect(DiagnosisLog=log, GssEncMode="require"):
            pass
        for keywords in ({"CredentialCache": os.environ["NEGODBC_CCACHE_NONE"]}, {"KrbSrvName": "nosuchservice"},
                         {"Principal": PRINCIPAL, "PrincipalPassword": "guessed wrong"}):
            with self.assertRaises(pyodbc.Error), connect(DiagnosisLog=log, **keywords):
                pass
        for mode in ("disable", "require"):
            with self.assertRaises(pyodbc.Error), connect(DiagnosisLog=log, UID="bob", GssEncMode=mode):
                pass
        self.assertEqual(stat.S_IMODE(os.stat(log).st_mode), 0o600)
        with open(log, encoding="utf-8") as file:
            text = file.read()
        for secret in ("guessed wrong", os.environ["NEGODBC_ALICE_PASSWORD"]):
            self.assertNotIn(secret, text)
        # pyodbc tries again, in another way, what has failed.
        entries = list({entry["record"]["status"] + entry["purpose"] + entry["record"]["cause"]: entry
                        for entry in map(json.loads, text.splitlines())}.values())
        self.assertEqual([entry["record"]["status"] for entry in entries],
                         ["OK", "OK", "E_NO_CREDENTIALS", "E_TARGET_UNKNOWN"] + ["E_LOGON_DENIED"] * 3)
        # By default a ticket encrypts; what it can't do for that, it can't for the login, and is not tried again.
        self.assertEqual([entry["purpose"] for entry in entries],
                         ["login", "encryption"] + ["encryption"] * 3 + ["login", "encryption"])
        for entry in entries:
            self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(entry["host"], f"localhost:{os.environ['NEGODBC_PGPORT']}")
        for entry in entries[:2]:
            self.assertTrue(entry["record"]["established"])
            self.assertEqual(entry["record"]["outcome"], "accepted")
        for refused in (entry["record"] for entry in entries[5:]):
            self.assertTrue(refused["established"])
            self.assertEqual((refused["outcome"], refused["cause"], refused["status_name"]),
                             ("refused", "user_refused", "SEC_E_LOGON_DENIED"))
            self.assertEqual(refused["text"], 'GSSAPI authentication failed for user "bob" (28000)')
        good = entries[0]["record"]
        self.assertEqual(good["principal"], PRINCIPAL)
        self.assertEqual(good["credential_source"], os.environ["KRB5CCNAME"])
        self.assertGreater(good["credential_expires_at"], 0)
        self.assertEqual((good["package"], good["package_chosen"]), ("Negotiate", "Kerberos"))
        self.assertRegex(good["library_version"], "Heimdal")
        self.assertGreaterEqual(good["legs"], 1)
        self.assertIn("mutual", good["flags_granted"])
        self.assertIn("confidentiality", entries[1]["record"]["flags_granted"])
        unknown = entries[3]["record"]
        self.assertEqual(unknown["target"], "nosuchservice/localhost")
        self.assertRegex(unknown["kdc_error"], "^7 .*")
        self.assertNotEqual(unknown["gss_major"], 0)
        self.assertNotEqual(unknown["gss_major_text"] + unknown["gss_minor_text"], "")
        self.assertIn("nosuchservice/localhost", unknown["hint"])

    def test_diagnosis_log_that_cannot_be_written(self):
        with self.assertRaises(pyodbc.Error) as caught, connect(DiagnosisLog=f"{MISSING}/log"):
            pass
        self.assertEqual(caught.exception.args[0], "08001")
        self.assertIn(f"DiagnosisLog={MISSING}/log can't be written", caught.exception.args[1])


if __name__ == "__main__":
    unittest.main()
