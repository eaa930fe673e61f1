#!/usr/bin/python3
"""What encrypts a session where nothing is said about it: every kind of line in pg_hba.conf, with and without a ticket,
servers with and without TLS and GSS encryption. What psqlodbc's default reaches, the driver's reaches."""
import contextlib
import itertools
import os
import socket
import struct
import sys
import threading
import time
import unittest

import pyodbc

from client import FEWER_BY, connect

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from scripted_server import Server, exactly

E = os.environ
PEER = "PostgreSQL Unicode"
GSSENC_REQUEST, SSL_REQUEST = 1234 << 16 | 5680, 1234 << 16 | 5679
PASSWORD = "a password"
NO_TICKET = {"CredentialCache": E["NEGODBC_CCACHE_NONE"]}
USED = ("SELECT CASE WHEN g.encrypted THEN 'gss' WHEN s.ssl THEN 'tls' ELSE 'none' END "
        "FROM pg_stat_gssapi g JOIN pg_stat_ssl s USING (pid) WHERE pid = pg_backend_pid()")

# Kind of line: what lines there are, and what they let in.
KINDS = {
    "host": (["host"], {"gss", "tls", "none"}),
    "hostssl": (["hostssl"], {"tls"}),
    "hostnossl": (["hostnossl"], {"gss", "none"}),
    "hostgssenc": (["hostgssenc"], {"gss"}),
    "hostnogssenc": (["hostnogssenc"], {"tls", "none"}),
    "plain": (["hostssl reject", "hostgssenc reject", "host"], {"none"}),
}
METHODS = {"ticket": "gss include_realm=0 map=everyone", "password": "scram-sha-256"}
ROLES = [f"{kind}_{way}" for kind, way in itertools.product(KINDS, METHODS)]


def lines_of_hba():
    yield "host all admin 127.0.0.1/32 scram-sha-256"
    for (kind, (lines, _)), (way, method) in itertools.product(KINDS.items(), METHODS.items()):
        for line in lines:
            type_, _, other = line.partition(" ")
            yield f"{type_} all {kind}_{way} 127.0.0.1/32 {other or method}"


def setUpModule():
    with connect("negodbc-trust", UID="admin", PWD=E["NEGODBC_ADMIN_PASSWORD"], GssEncMode="disable") as admin:
        for role in ROLES:
            admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
        for setting, lines in (("ident_file", [f"everyone alice {role}" for role in ROLES]), ("hba_file", lines_of_hba())):
            file = admin.execute(f"SHOW {setting}").fetchval()
            text = "\n".join(lines).replace("'", "''")
            admin.execute(f"COPY (SELECT string_to_table('{text}', E'\\n')) TO '{file}'")
        admin.execute("SELECT pg_reload_conf()")
        faults = admin.execute("SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL").fetchall()
        assert not faults, faults
    # The postmaster has read them when somebody whom the old lines let in is refused.
    deadline = time.monotonic() + 10
    while used(dsn="negodbc-trust", GssEncMode="disable") in ("tls", "none"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Relay:
    """To the realm's server, which it lets have TLS or not; `gss`: G (as the server does), N, E (an error), close."""

    def __init__(self, tls, gss):
        self.tls, self.gss = tls, gss
        self.asked = []  # of each connection: "gss tls startup"
        self._server = Server(self._serve)
        self.port = str(self._server.port)

    def __enter__(self):
        self._server.__enter__()
        return self

    def __exit__(self, *why):
        self._server.__exit__(*why)

    def _serve(self, client):
        self.asked.append("")
        with socket.create_connection(("127.0.0.1", int(E["NEGODBC_PGPORT"]))) as real:
            while True:
                request = exactly(client, 8)
                code = struct.unpack(">ii", request)[1]
                kind = {GSSENC_REQUEST: "gss", SSL_REQUEST: "tls"}.get(code, "startup")
                self.asked[-1] = f"{self.asked[-1]} {kind}".strip()
                if kind == "gss" and self.gss in ("E", "close"):
                    if self.gss == "E":
                        fields = b"SFATAL\0C0A000\0Munsupported frontend protocol 1234.5680\0\0"
                        client.sendall(b"E" + struct.pack(">i", 4 + len(fields)) + fields)
                    return
                if (kind == "gss" and self.gss == "N") or (kind == "tls" and not self.tls):
                    client.sendall(b"N")
                    continue
                real.sendall(request)
                if kind == "startup":
                    break
                answer = exactly(real, 1)
                client.sendall(answer)
                if answer != b"N":
                    break
            client.settimeout(None)
            back = threading.Thread(target=self._pump, args=(real, client))
            back.start()
            self._pump(client, real)
            back.join()

    @staticmethod
    def _pump(source, target):
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


# Who logs in: keywords, role, what is tried in which order.
BY_TICKET = ("gss", "tls", "none")
CLIENTS = [
    ("a ticket", {"Trusted_Connection": "Yes"}, "ticket", BY_TICKET),
    ("nothing said", {}, "ticket", BY_TICKET),
    ("a ticket and no TLS", {"Trusted_Connection": "Yes", "SSLmode": "disable"}, "ticket", ("none", "gss")),
    ("a password, and there is a ticket", {"PWD": PASSWORD}, "password", ("tls", "none", "gss")),
    ("a password and no TLS", {"PWD": PASSWORD, "SSLmode": "disable"}, "password", ("none", "gss")),
    ("a password and no ticket", {"PWD": PASSWORD} | NO_TICKET, "password", ("tls", "none")),
    ("a password, no word on a user's ticket", {"PWD": PASSWORD, "Trusted_Connection": "No"}, "password", ("tls", "none")),
    ("TLS demanded", {"Trusted_Connection": "Yes", "SSLmode": "require"}, "ticket", ("tls",)),
]
RELAYS = list(itertools.product((True, False), ("G", "N", "E", "close")))


def used(**keywords):
    """What encrypts the session; the diagnostic where there is none."""
    try:
        with connect(**keywords) as connection:
            return connection.execute(USED).fetchval()
    except pyodbc.Error as error:
        return error


class DefaultEncryptionTest(unittest.TestCase):
    def test_every_kind_of_line(self):
        numbers = itertools.count()
        for tls, gss in RELAYS:
            offered = {"none"} | ({"tls"} if tls else set()) | ({"gss"} if gss == "G" else set())
            with Relay(tls, gss) as relay:
                for (kind, (_, accepted)), (name, keywords, way, order) in itertools.product(KINDS.items(), CLIENTS):
                    if next(numbers) % FEWER_BY:
                        continue
                    expected = next((each for each in order if each in offered & accepted), None)
                    with self.subTest(kind, client=name, tls=tls, gss=gss):
                        relay.asked.clear()
                        got = used(dsn="negodbc-trust", UID=f"{kind}_{way}", Port=relay.port, **keywords)
                        if expected:
                            self.assertEqual(got, expected, relay.asked)
                        else:
                            self.assertIsInstance(got, pyodbc.Error)
                            self.assertRegex(got.args[1], "no pg_hba.conf entry|rejects connection|does not offer TLS")
                        if "gss" not in order or {"none", "tls"} & accepted & offered & set(order) and order[0] != "gss":
                            self.assertNotIn("gss", " ".join(relay.asked))
                        if gss == "N" and order[0] == "gss":  # the same connection goes on
                            self.assertNotIn("gss", relay.asked)

    def test_without_a_ticket_nobody_is_asked(self):
        with Relay(True, "G") as relay:
            got = used(dsn="negodbc-trust", UID="host_ticket", Port=relay.port, Trusted_Connection="Yes", **NO_TICKET)
            self.assertIsInstance(got, pyodbc.Error)
            self.assertEqual(got.args[1].count("no Kerberos ticket"), 1, got)
            self.assertNotIn("gss", " ".join(relay.asked))

    def test_a_ticket_that_the_kdc_does_not_know_the_server_for(self):
        with Relay(True, "G") as relay:
            keywords = {"dsn": "negodbc-trust", "Port": relay.port, "KrbSrvName": "nosuchservice"}
            # Told once where the login needs it, and no reason to fail where it does not.
            got = used(UID="host_ticket", Trusted_Connection="Yes", **keywords)
            self.assertEqual(got.args[1].count("Integrated login to"), 1, got)
            relay.asked.clear()
            self.assertEqual(used(UID="host_password", PWD=PASSWORD, GssEncMode="prefer", **keywords), "tls")
            self.assertEqual(relay.asked, ["gss", "tls"])

    @unittest.skipUnless(PEER in pyodbc.drivers(), "psqlodbc is not installed")
    @unittest.skipIf(FEWER_BY > 1, "what the two reach is the same in every build")
    def test_what_psqlodbc_reaches_is_reached(self):
        reached = 0
        for tls, gss in RELAYS:
            with Relay(tls, gss) as relay:
                for kind, (way, more) in itertools.product(KINDS, (("ticket", {}), ("password", {"PWD": PASSWORD}))):
                    words = {"UID": f"{kind}_{way}", "Port": relay.port} | more
                    with self.subTest(kind, way=way, tls=tls, gss=gss):
                        peer = ";".join(f"{name}={value}" for name, value in (
                            {"Server": "localhost", "Database": E["NEGODBC_PGDATABASE"]} | words).items())
                        try:
                            pyodbc.connect(f"Driver={{{PEER}}};{peer}").close()
                        except pyodbc.Error:
                            continue
                        reached += 1
                        self.assertIn(used(dsn="negodbc-trust", **words), ("gss", "tls", "none"))
        self.assertGreater(reached, 50)


if __name__ == "__main__":
    unittest.main()
