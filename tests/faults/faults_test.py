#!/usr/bin/python3
"""The same faults of a login on Linux and on Windows: README.md beside this is what each says, side by side.

faults_test.py README posix|windows PROGRAM... [--write]

A fault has one SQLSTATE. Its text stands once where both systems say the same, else once for each. --write writes what
the system at hand says; the other's words stay.
"""
import contextlib
import os
import re
import struct
import subprocess
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from scripted_server import LET_IN, Server, answers_tokens_with, continued, declines_gss_encryption, sized

WRITE = "--write" in sys.argv and not sys.argv.remove("--write")
README, SYSTEM, *PROGRAM = sys.argv[1:]
BEGIN = "<!-- faults: begin (a test on each system holds this to what the driver says) -->\n"
END = "<!-- faults: end -->\n"
OWN, OTHER = {"posix": ("Linux", "Windows"), "windows": ("Windows", "Linux")}[SYSTEM]
E = os.environ


def answers(data, *, stays=True):
    """A server that answers the first packet so, whatever it is, and stays or goes."""
    def serve(connection):
        sized(connection)
        connection.sendall(data)
        if stays:
            connection.recv(1)
    return serve


def answers_after_hello(data):
    """Says yes to TLS, and answers the first message of the handshake so."""
    def serve(connection):
        sized(connection)
        connection.sendall(b"S")
        connection.recv(65536)
        connection.sendall(data)
        connection.recv(1)
    return serve


def fatal(state, text):
    body = b"SFATAL\0VFATAL\0C" + state + b"\0M" + text + b"\0\0"
    return b"E" + struct.pack(">i", len(body) + 4) + body


def authentication(kind):
    return b"R" + struct.pack(">ii", 8, kind)


TICKET = {"Trusted_Connection": "Yes", "UID": "alice"}
TRUST = {"UID": "trust_user"}
TLS = {"UID": "scram_ssl_user", "PWD": E["NEGODBC_SCRAM_SSL_PASSWORD"], "SSLmode": "verify-full",
       "SSLrootcert": E["NEGODBC_ROOT_CERT"]}
CERTIFICATE = {"UID": "cert_user", "SSLmode": "verify-full", "SSLrootcert": E["NEGODBC_ROOT_CERT"]}

# In the realm's own directory, so that nobody has made it.
MISSING = f"{E['NEGODBC_REALM_DIR']}/missing"

# What is wrong; the keywords; the environment; a server in the server's place.
FAULTS = [
    ("No ticket", TICKET, {"KRB5CCNAME": E["NEGODBC_CCACHE_NONE"]}, None),
    ("The ticket has run out", TICKET, {"KRB5CCNAME": E["NEGODBC_CCACHE_EXPIRED"]}, None),
    ("A service the KDC does not know", TICKET | {"KrbSrvName": "nosuchservice"}, {}, None),
    ("No KDC answers", TICKET, {"KRB5CCNAME": E["NEGODBC_CCACHE_TGT"],
                                "KRB5_CONFIG": E["NEGODBC_KRB5_CONFIG_DOWN"]}, None),
    ("The server's key is another", TICKET | {"KrbSrvName": E["NEGODBC_WRONG_KEY_SERVICE"]}, {}, None),
    ("The principal has no role", TICKET | {"UID": "mallory"}, {"KRB5CCNAME": E["NEGODBC_CCACHE_WRONG"]}, None),
    ("The principal may not be this role", TICKET | {"UID": "bob"}, {}, None),
    ("The server wants a password", TICKET | {"UID": "scram_user"}, {}, None),
    ("The server's token is malformed", TICKET, {}, answers_tokens_with(continued(b"no token"))),
    ("The server does not prove itself", TICKET, {}, answers_tokens_with(LET_IN)),
    ("No GSS encryption", TICKET | {"GssEncMode": "require"}, {}, declines_gss_encryption),
    ("No plugin", TICKET | {"AuthPlugin": "nowhere"}, {}, None),
    ("NTLM that is not allowed", TICKET | {"Authentication": "NTLM"}, {}, None),
    ("A wrong password", {"UID": "scram_user", "PWD": "guessed"}, {}, None),
    ("No password", {"UID": "scram_user", "Trusted_Connection": "No"}, {}, None),
    ("A way that require_auth rules out", {"UID": "scram_user", "PWD": "x", "require_auth": "gss"}, {}, None),
    ("A cleartext password without TLS", {"UID": "password_user", "PWD": "x"}, {}, None),
    ("pg_hba.conf rejects", {"UID": "rejected_user"}, {}, None),
    ("No such role", TRUST | {"UID": "nobody_known", "PWD": "x"}, {}, None),
    ("No such database", TRUST | {"Database": "nosuch"}, {}, None),
    ("Nobody listens", TRUST | {"Port": E["NEGODBC_CLOSED_PORT"]}, {}, None),
    ("No such host", TRUST | {"Server": "no-such-host.invalid"}, {}, None),
    ("An authority that signed another server", TLS | {"SSLrootcert": E["NEGODBC_OTHER_ROOT_CERT"]}, {}, None),
    ("The system's authorities do not know the server", TLS | {"SSLrootcert": "system"}, {}, None),
    ("The certificate is another host's", TLS | {"Server": "nothere", "hostaddr": "127.0.0.1"}, {}, None),
    ("No root certificate", TLS | {"SSLrootcert": MISSING}, {}, None),
    ("A server whose certificate was revoked", TLS | {"SSLcrl": E["NEGODBC_CRL_REVOKING"]}, {}, None),
    ("A revocation list that is not there", TLS | {"SSLcrl": MISSING}, {}, None),
    ("A client without the certificate it needs", CERTIFICATE, {}, None),
    ("A client certificate that is not there", CERTIFICATE | {"SSLcert": MISSING}, {}, None),
    ("A client certificate without its key", CERTIFICATE | {"SSLcert": E["NEGODBC_CLIENT_CERT"]}, {}, None),
    ("A key that is not there", CERTIFICATE | {"SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": MISSING}, {},
     None),
    ("Another certificate's key", CERTIFICATE | {"SSLcert": E["NEGODBC_ROOT_CERT"], "SSLkey": E["NEGODBC_CLIENT_KEY"]},
     {}, None),
    ("A key that is none", CERTIFICATE | {"SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": E["NEGODBC_KEYTAB"]}, {}, None),
    ("The server has no TLS", TRUST | {"SSLmode": "require"}, {}, answers(b"N")),
    ("It sends data before the TLS begins", TRUST | {"SSLmode": "require"}, {}, answers(b"S" + b"more")),
    ("It says yes to TLS and speaks none", TRUST | {"SSLmode": "require"}, {},
     answers_after_hello(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ("It says yes to TLS and goes", TRUST | {"SSLmode": "require"}, {}, answers(b"S", stays=False)),
    ("It refuses the TLS handshake", TRUST | {"SSLmode": "require"}, {},
     answers_after_hello(b"\x15\x03\x03\x00\x02\x02\x28")),
    ("Channel binding without TLS", {"UID": "scram_user", "PWD": E["NEGODBC_SCRAM_PASSWORD"],
                                     "channel_binding": "require"}, {}, None),
    ("Another program answers", TRUST, {}, answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ("It closes at once", TRUST, {}, answers(b"", stays=False)),
    ("It says nothing", TRUST | {"connect_timeout": "1"}, {}, answers(b"")),
    ("A length that cannot be", TRUST, {}, answers(b"R\x7f\xff\xff\xff")),
    ("A way of login nobody knows", TRUST, {}, answers(authentication(99))),
    ("Too many connections", TRUST, {}, answers(fatal(b"53300", b"sorry, too many clients already"))),
    ("A value that is none", TRUST | {"SSLmode": "perhaps"}, {}, None),
    ("A malformed connection string", TRUST | {"Description": "{a"}, {}, None),
]

# Where Wine 8.0 has one code for many faults, and the SQLSTATE is another than on Windows.
UNDER_WINE = {"A service the KDC does not know": "08001"}


def said(keywords, environment, serve):
    """SQLSTATE and text, with the realm's places as a user's."""
    port = E["NEGODBC_PGPORT"]
    base = {"Driver": "negodbc", "Server": "localhost", "Port": port, "Database": "negodbc", "SSLmode": "disable",
            "ServerAuth": "ask"}
    with Server(serve) if serve else contextlib.nullcontext() as server:
        if server:
            port = str(server.port)
            keywords = keywords | {"Port": port}
        else:
            port = keywords.get("Port", port)
        string = ";".join(f"{name}={value}" for name, value in (base | keywords).items())
        done = subprocess.run([*PROGRAM, string], capture_output=True, text=True, env=E | environment, timeout=120,
                              check=False)
    if done.returncode != 0:
        return "00000", f"the program ended with {done.returncode}: {done.stderr}"
    line = done.stdout.strip()
    for pattern, instead in ((f":{port}\\b", ":5432"), (re.escape(E["NEGODBC_REALM_DIR"]), "/realm"),
                             (r"; (heimdal|mit|windows)[ (].*\)", r"; \1 ...)"),
                             # Wine's user and machine; on Windows the domain's.
                             (r"principal \S+@\S+, logon session", "principal USER@HOST, logon session"),
                             *([(r"of \S+@\S+, who may not be (\S+): say UID=\S+,",
                                 r"of USER@HOST, who may not be \1: say UID=USER,")] if SYSTEM == "windows" else []),
                             (r"at character \d+", "at character 119"),
                             (r"no answer within \d+ ms", "no answer within 990 ms")):
        line = re.sub(pattern, instead, line)
    state, text = line.split(" ", 1)
    return state, text


def read(section):
    """title -> (SQLSTATE, {system: text})"""
    faults = {}
    for title, state, body in re.findall(r"### (.*?) \(`(\w{5})`.*?\)\n\n(.*?)(?=\n### |\Z)", section, re.DOTALL):
        texts = {}
        for systems, text in re.findall(r"([\w ]+):\n\n    (.*)\n", body):
            texts |= {system: text for system in systems.split(" and ")}
        faults[title] = state, texts
    return faults


def written(faults):
    section = ""
    for title, _, _, _ in FAULTS:
        state, texts = faults[title]
        wine = f", under Wine `{UNDER_WINE[title]}`" if title in UNDER_WINE else ""
        section += f"\n### {title} (`{state}`{wine})\n\n"
        if len(set(texts.values())) == 1 and len(texts) == 2:
            section += f"Linux and Windows:\n\n    {texts['Linux']}\n"
        else:
            section += "\n".join(f"{system}:\n\n    {texts[system]}\n" for system in sorted(texts))
    return section + "\n"


class FaultsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(README, encoding="utf-8") as file:
            cls.before, rest = file.read().split(BEGIN)
        cls.listed, cls.after = rest.split(END)
        cls.known = read(cls.listed)

    def test_each_is_called_what_the_page_says(self):
        found = {}
        for title, keywords, environment, serve in FAULTS:
            with self.subTest(title):
                state, text = said(keywords, environment, serve)
                known_state, known_texts = self.known.get(title, (state, {}))
                if SYSTEM == "windows" and title in UNDER_WINE:
                    self.assertEqual(state, UNDER_WINE[title])
                    state = known_state
                found[title] = state, known_texts | {OWN: text}
                self.assertNotEqual(state, "00000", text)
                self.assertTrue(text.startswith("[negodbc] "), text)
                for secret in ("guessed", E["NEGODBC_SCRAM_SSL_PASSWORD"], E["NEGODBC_SCRAM_PASSWORD"]):
                    self.assertNotIn(secret, text)
                self.assertEqual(known_state, state, text)  # one for both systems
                if not WRITE:
                    self.assertEqual(known_texts.get(OWN, "not on the page"), text)
        if WRITE:
            with open(README, "w", encoding="utf-8") as file:
                file.write(self.before + BEGIN + written(found) + END + self.after)

    @unittest.skipIf(WRITE, "the page is being written")
    def test_the_page_has_each_once_for_both_systems(self):
        self.assertEqual(list(self.known), [title for title, _, _, _ in FAULTS])
        for title, (_, texts) in self.known.items():
            self.assertEqual(sorted(texts), ["Linux", "Windows"], title)
        self.assertEqual(self.listed, written(self.known))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
