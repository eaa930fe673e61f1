"""The sink in the realm: real clients log in, in every way; real tokens are refused when they are not good.

usage: sink_realm_test.py PATH-OF-negodbc-login-sink PATH-OF-negodbc-storm
"""
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

from sink_process import BY_TICKET, BY_TLS, Sink

SINK, STORM = sys.argv.pop(1), sys.argv.pop(1)
SCRAM = os.environ["NEGODBC_SCRAM_PASSWORD"]
PLAIN = "gssencmode=disable sslmode=disable"
JDBC = os.environ.get("NEGODBC_JDBC_JAR", "/usr/share/java/postgresql.jar")


def sink(*arguments, **words):
    return Sink(SINK, *BY_TICKET, "--seconds=120", *arguments, **words)


def psql(port, words, query="SELECT 1", env=None):
    return subprocess.run(["psql", f"host=localhost port={port} dbname=negodbc {words}", "-XAtc", query],
                          capture_output=True, text=True, timeout=60, check=False, env=os.environ | (env or {}))


def isql(port, driver, words):
    return subprocess.run(["isql", "-b", "-v", "-k", f"Driver={{{driver}}};Servername=localhost;Port={port};"
                           f"Database=negodbc;{words}"], input="SELECT 1\n", capture_output=True, text=True, timeout=60,
                          check=False)


class Relay:
    """Passes one connection on to a port, and keeps what the client has sent."""

    def __init__(self, port):
        self.sent = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(port,))
        self._thread.start()

    def _run(self, port):
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", port))

        def back():
            while data := server.recv(65536):
                client.sendall(data)
        answers = threading.Thread(target=back)
        answers.start()
        while data := client.recv(65536):
            self.sent += data
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)
        answers.join()
        client.close()
        server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._thread.join(30)
        self._listener.close()

    def login(self):
        """StartupMessage and the message with the token behind it."""
        size = struct.unpack_from(">i", self.sent)[0]
        assert self.sent[size:size + 1] == b"p", self.sent
        return self.sent[:size], self.sent[size:size + 1 + struct.unpack_from(">i", self.sent, size + 1)[0]]


def answer(port, sent):
    """All that the server says to these bytes, up to ReadyForQuery or its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        said = b""
        while b"Z\0\0\0\5" not in said and (data := connection.recv(65536)):
            said += data
    return said


def parameters(said):
    """(name, value) of each ParameterStatus, in their order."""
    at, found = 0, []
    while at < len(said):
        size = struct.unpack_from(">i", said, at + 1)[0]
        if said[at:at + 1] == b"S":
            found.append(tuple(said[at + 5:at + size].decode().split("\0")[:2]))
        at += 1 + size
    return found


class Clients(unittest.TestCase):
    def one(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^(\| )?1\b", done.stdout + done.stderr)

    def test_each_client_logs_in_each_way_and_selects_one(self):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as passwords:
            passwords.write(f"scram_user:{SCRAM}\n")
            passwords.flush()
            with sink(*BY_TLS, "--user=trust_user=trust", "--user=scram_user=scram", "--passwords", passwords.name) as server:
                port = server.port
                root = os.environ["NEGODBC_ROOT_CERT"]
                tls = f"gssencmode=disable sslmode=verify-full sslrootcert={root}"
                for words in (f"user=alice {PLAIN}", f"user=alice {tls}", "user=alice gssencmode=require",
                              f"user=trust_user {PLAIN}", f"user=trust_user {tls}"):
                    with self.subTest("psql", words=words):
                        self.one(psql(port, words))
                self.one(psql(port, f"user=scram_user {PLAIN}", env={"PGPASSWORD": SCRAM}))
                self.one(psql(port, f"user=scram_user {tls}", env={"PGPASSWORD": SCRAM}))
                for driver, words in (
                        ("PostgreSQL Unicode", f"UID=alice;pqopt={{{PLAIN}}}"),
                        ("PostgreSQL Unicode", "UID=alice"),
                        ("PostgreSQL Unicode", f"UID=alice;SSLmode=verify-full;pqopt={{{tls}}}"),
                        ("PostgreSQL Unicode", f"UID=scram_user;PWD={{{SCRAM}}};pqopt={{{PLAIN}}}"),
                        ("negodbc", "Trusted_Connection=Yes;SSLmode=disable"),
                        ("negodbc", "Trusted_Connection=Yes;Package=Kerberos;SSLmode=disable"),
                        ("negodbc", "Trusted_Connection=Yes;SSLmode=disable;ServerAuth=ask"),
                        ("negodbc", "Trusted_Connection=Yes;SSLmode=disable;GssLib=mit"),
                        ("negodbc", f"Trusted_Connection=Yes;SSLmode=verify-full;SSLrootcert={root}"),
                        ("negodbc", "Trusted_Connection=Yes;GssEncMode=require"),
                        ("negodbc", f"UID=scram_user;PWD={{{SCRAM}}};Trusted_Connection=No;SSLmode=disable"),
                        ("negodbc", "UID=trust_user;Trusted_Connection=No;SSLmode=disable")):
                    with self.subTest(driver, words=words):
                        self.one(isql(port, driver, words))
            counted = server.stop()
        self.assertEqual(counted["logins"], 19)
        self.assertEqual({name: count for name, count in counted["refused"].items() if count}, {})
        self.assertEqual(counted["accepted"]["scram"], 4)
        self.assertEqual(counted["accepted"]["gss_of_encryption"], 3)
        self.assertGreaterEqual(counted["accepted"]["tls"], 5)

    @unittest.skipUnless(os.path.exists(JDBC), "pgjdbc is not installed")
    def test_pgjdbc(self):
        program = """
            import java.sql.*;
            public class Login {
                public static void main(String[] words) throws Exception {
                    try (Connection c = DriverManager.getConnection(words[0], "trust_user", "");
                         ResultSet r = c.createStatement().executeQuery("SELECT 1")) {
                        r.next();
                        System.out.println(r.getInt(1));
                    }
                }
            }"""
        with tempfile.TemporaryDirectory() as directory, sink("--user=trust_user=trust") as server:
            with open(f"{directory}/Login.java", "w", encoding="utf-8") as file:
                file.write(program)
            self.one(subprocess.run(["java", "-cp", JDBC, f"{directory}/Login.java",
                                     f"jdbc:postgresql://127.0.0.1:{server.port}/negodbc"],
                                    capture_output=True, text=True, timeout=120, check=False))

    def test_it_reports_what_a_server_reports(self):
        body = struct.pack(">i", 3 << 16) + b"user\0trust_user\0database\0negodbc\0application_name\0x\0\0"
        startup = struct.pack(">i", len(body) + 4) + body
        with sink("--user=trust_user=trust") as server:
            ours = parameters(answer(server.port, startup))
        real = parameters(answer(int(os.environ["NEGODBC_PGPORT"]), startup))
        self.assertEqual([name for name, _ in ours], [name for name, _ in real])
        self.assertEqual({name: (a, b) for (name, a), (_, b) in zip(ours, real) if a != b},
                         {"server_version": (dict(ours)["server_version"], dict(real)["server_version"])})
        self.assertEqual(dict(ours)["server_version"].split(".")[0], dict(real)["server_version"].split(".")[0])

    def test_encryption_can_be_declined(self):
        with sink("--no-gss-encryption") as server:
            self.one(psql(server.port, "user=alice gssencmode=prefer sslmode=prefer"))
            self.assertNotEqual(psql(server.port, "user=alice gssencmode=require").returncode, 0)
            self.assertNotEqual(psql(server.port, "user=alice gssencmode=disable sslmode=require").returncode, 0)
        counted = server.counted["accepted"]
        self.assertEqual((counted["gss_encryption_declined"], counted["tls_declined"]), (2, 2))

    def test_a_storm_of_each_kind_of_client(self):
        with sink() as server:
            conninfo = f"host=localhost port={server.port} dbname=negodbc user=alice"
            odbc = f"Servername=localhost;Port={server.port};Database=negodbc"
            done = subprocess.run([STORM, "--rounds=1", "--logins=50", "--concurrency=8", "--quiet", "--query=select 1",
                                   f"--target=libpq=libpq:{conninfo} {PLAIN}", f"--target=floor=gssfloor:{conninfo}",
                                   f"--target=psqlodbc=odbc:Driver={{PostgreSQL Unicode}};{odbc};UID=alice",
                                   f"--target=negodbc=odbc:Driver={{negodbc}};{odbc};Trusted_Connection=Yes"],
                                  capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreaterEqual(server.counted["logins"], 200)
        self.assertGreaterEqual(server.counted["accepted"]["statements"], 200)

    def test_it_says_that_it_is_no_database(self):
        said = subprocess.run([SINK, "--help"], capture_output=True, text=True, check=True).stdout
        self.assertIn("It is no database", re.sub(r"\s+", " ", said))
        with sink("--user=trust_user=trust") as server:
            done = psql(server.port, f"user=trust_user {PLAIN}", "SELECT * FROM pg_class")
        self.assertIn("is no database", done.stderr)


class Refusals(unittest.TestCase):
    """Each with the tokens of libpq (Kerberos) and of this driver (SPNEGO)."""

    def logins(self, port):
        with Relay(port) as relay:
            self.assertEqual(psql(relay.port, f"user=alice {PLAIN}").returncode, 0)
        yield "krb5", relay.login()
        with Relay(port) as relay:
            done = isql(relay.port, "negodbc", "Trusted_Connection=Yes;SSLmode=disable;ServerSPN=postgres/localhost")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        yield "spnego", relay.login()

    def refused(self, server, cause, logins, changed=lambda token: token):
        for name, (startup, token) in logins:
            with self.subTest(name):
                said = answer(server.port, startup + changed(token))
                self.assertIn(b"C28000\0", said)
                self.assertNotIn(b"Z\0\0\0\5", said)
        self.assertEqual({name: count for name, count in server.stop()["refused"].items() if count}, {cause: 2})

    def test_a_token_that_was_seen_before(self):
        with sink() as server:
            self.refused(server, "replayed_token", list(self.logins(server.port)))

    def test_a_token_that_another_process_has_seen(self):
        with tempfile.TemporaryDirectory() as directory:
            os.environ["KRB5RCACHEDIR"] = directory
            try:
                with sink("--replay-cache=machine") as first:
                    logins = list(self.logins(first.port))
                with sink("--replay-cache=machine") as server:
                    self.refused(server, "replayed_token", logins)
            finally:
                del os.environ["KRB5RCACHEDIR"]

    def test_without_a_replay_cache_a_token_opens_twice(self):
        """What the option means, and that the tests above replay what is good otherwise."""
        with sink("--replay-cache=none") as server:
            for _, (startup, token) in self.logins(server.port):
                self.assertIn(b"Z\0\0\0\5", answer(server.port, startup + token))

    def test_a_token_that_was_changed(self):
        def changed(token):
            middle = len(token) // 2
            return token[:middle] + bytes([token[middle] ^ 1]) + token[middle + 1:]
        with sink("--replay-cache=none") as server:
            self.refused(server, "false_token", list(self.logins(server.port)), changed)

    def test_bytes_that_are_no_token(self):
        with sink("--replay-cache=none") as server:
            self.refused(server, "false_token", list(self.logins(server.port)),
                         lambda token: b"p" + struct.pack(">i", 4 + 16) + b"\x60\x0e" + b"n" * 14)

    def test_an_old_token(self):
        """Ten minutes old, by the acceptor's clock; and of a ticket that has run out."""
        with sink("--replay-cache=none") as server:
            logins = list(self.logins(server.port))
        for later in ("+10m", "+3d"):
            with sink("--replay-cache=none", before=["faketime", "-f", later]) as server:
                self.refused(server, "old_token", logins)

    def test_a_ticket_of_a_key_that_the_acceptor_does_not_have(self):
        with sink() as server:
            done = psql(server.port, f"user=alice {PLAIN} krbsrvname={os.environ['NEGODBC_WRONG_KEY_SERVICE']}")
            self.assertNotEqual(done.returncode, 0)
        self.assertEqual(server.counted["refused"]["false_token"], 1)

    def test_a_good_ticket_of_somebody_else(self):
        with sink() as server:
            for words in (f"user=bob {PLAIN}", "user=bob gssencmode=require"):
                done = psql(server.port, words)
                self.assertIn("GSSAPI authentication failed", done.stderr)
        self.assertEqual(server.counted["refused"]["other_principal"], 2)

    def test_a_wrong_password_and_an_unknown_user(self):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as passwords:
            passwords.write("scram_user:right\n")
            passwords.flush()
            with sink("--way=scram", "--passwords", passwords.name) as server:
                for user, password in (("scram_user", "wrong"), ("nobody", "right")):
                    done = psql(server.port, f"user={user} {PLAIN}", env={"PGPASSWORD": password})
                    self.assertIn("password authentication failed", done.stderr)
        refused = server.counted["refused"]
        self.assertEqual((refused["wrong_password"], refused["unknown_user"]), (1, 1))


if __name__ == "__main__":
    unittest.main()
