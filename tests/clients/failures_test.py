#!/usr/bin/python3
"""What isql prints for each failure of an integrated login, as authplugin/README.md lists it.

failures_test.py README [--write]
"""
import contextlib
import glob
import os
import re
import socket
import struct
import subprocess
import sys
import unittest

from client import isql

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from scripted_server import LET_IN, Server, answers_tokens_with, continued, declines_gss_encryption, exactly

README = sys.argv.pop(1)
WRITE = "--write" in sys.argv and not sys.argv.remove("--write")
BEGIN = "<!-- failures: begin (a test holds this against what isql prints) -->\n"
END = "<!-- failures: end -->\n"
E = os.environ
REALM = E["NEGODBC_REALM"]
KERBEROS = "Authentication=Kerberos"


def alters_a_packet(connection):
    """Between client and server of a connection encrypted by GSSAPI: a bit of the server's second packet is another."""
    with socket.create_connection(("127.0.0.1", int(E["NEGODBC_PGPORT"]))) as real:
        real.sendall(exactly(connection, 8))
        connection.sendall(exactly(real, 1))

        def packet(source):
            head = exactly(source, 4)
            return head + exactly(source, struct.unpack(">i", head)[0])

        real.sendall(packet(connection))
        connection.sendall(packet(real))
        real.sendall(packet(connection))
        altered = bytearray(packet(real))
        altered[-1] ^= 1
        connection.sendall(altered)
        connection.recv(1)


def answers_with_what_another_got():
    """Gives to each login what the real server has answered to the one before it."""
    before = []

    def answer(own):
        before.append(own)
        return before[-2] if len(before) > 1 else own

    serve = answers_tokens_with(answer)
    serve.rehearsals = 1
    return serve


# In the realm's own directory, so that nobody has made it.
MISSING = f"{E['NEGODBC_REALM_DIR']}/missing"


def malformed_configuration():
    """The realm's krb5.conf with a slip of the pen."""
    name = f"{E['NEGODBC_REALM_DIR']}/malformed-krb5.conf"
    with open(E["KRB5_CONFIG"], encoding="utf-8") as right, open(name, "w", encoding="utf-8") as wrong:
        wrong.write(right.read().replace("[realms]", "[realms"))
    return name


MALFORMED = malformed_configuration()

# What is wrong; the keywords besides the DSN's; the environment; a server in the server's place.
FAILURES = [
    ("No ticket", {"CredentialCache": E["NEGODBC_CCACHE_NONE"]}, {}, None),
    ("No ticket, and MIT's library", {"CredentialCache": E["NEGODBC_CCACHE_NONE"], "GssLib": "mit"}, {}, None),
    ("A credential cache of an unknown type", {"CredentialCache": "NOSUCHTYPE:x"}, {}, None),
    ("A credential cache whose daemon does not run", {"CredentialCache": "KCM:1000"}, {}, None),
    ("A credential cache whose daemon does not run, and MIT's library", {"CredentialCache": "KCM:1000", "GssLib": "mit"},
     {}, None),
    ("A credential cache of somebody else", {"Principal": f"bob@{REALM}"}, {}, None),
    ("The ticket has run out", {"CredentialCache": E["NEGODBC_CCACHE_EXPIRED"]}, {}, None),
    ("The ticket runs out too soon", {"MinTicketLifetime": "999999999"}, {}, None),
    ("The keytab lacks the principal", {"ClientKeytab": E["NEGODBC_ALICE_KEYTAB"], "Principal": f"bob@{REALM}"}, {},
     None),
    ("A wrong password", {"Principal": f"alice@{REALM}", "PrincipalPassword": "guessed"}, {}, None),
    ("A client the KDC does not know", {"Principal": f"nobody@{REALM}", "PrincipalPassword": "x"}, {}, None),
    ("A client the KDC refuses", {"Principal": f"locked@{REALM}", "PrincipalPassword": "x"}, {}, None),
    ("A realm without a KDC", {"Principal": "alice@ELSEWHERE.TEST", "PrincipalPassword": "x"}, {}, None),
    ("A principal that is none", {"Principal": "alice@A@B@C", "PrincipalPassword": "x"}, {}, None),
    ("Another realm's KDC answers", {"Realm": "ELSEWHERE.TEST"}, {}, None),
    ("No trust leads to the realm, and MIT's library", {"Realm": "ELSEWHERE.TEST", "GssLib": "mit"}, {}, None),
    ("A service the KDC does not know", {"KrbSrvName": "nosuchservice"}, {}, None),
    ("The server by its address, which is no name of a service", {"Server": "127.0.0.1"}, {}, None),
    ("No KDC answers", {"CredentialCache": E["NEGODBC_CCACHE_TGT"]}, {"KRB5_CONFIG": E["NEGODBC_KRB5_CONFIG_DOWN"]},
     None),
    ("No KDC answers, and MIT's library", {"CredentialCache": E["NEGODBC_CCACHE_TGT"], "GssLib": "mit"},
     {"KRB5_CONFIG": E["NEGODBC_KRB5_CONFIG_DOWN"]}, None),
    ("krb5.conf is malformed", {"CredentialCache": E["NEGODBC_CCACHE_TGT"]}, {"KRB5_CONFIG": MALFORMED}, None),
    ("krb5.conf is malformed, and MIT's library", {"CredentialCache": E["NEGODBC_CCACHE_TGT"], "GssLib": "mit"},
     {"KRB5_CONFIG": MALFORMED}, None),
    ("The KDC hangs", {"CredentialCache": E["NEGODBC_CCACHE_TGT"], "connect_timeout": "1"},
     {"KRB5_CONFIG": E["NEGODBC_KRB5_CONFIG_HANGING"]}, None),
    ("The clocks differ", {"CredentialCache": E["NEGODBC_CCACHE_TGT"]}, {"FAKETIME": "+1h"}, None),
    ("The server's key is another", {"KrbSrvName": E["NEGODBC_WRONG_KEY_SERVICE"]}, {}, None),
    ("The principal has no role", {"CredentialCache": E["NEGODBC_CCACHE_WRONG"]}, {}, None),
    ("The principal may not be this role", {"UID": "bob"}, {}, None),
    ("The server wants a password", {"UID": "scram_user"}, {}, None),
    ("Somebody else answers", {"Authentication": "Kerberos"}, {}, answers_with_what_another_got()),
    ("The server's token is malformed", {}, {}, answers_tokens_with(continued(b"no token"))),
    ("The server does not prove itself", {}, {}, answers_tokens_with(LET_IN)),
    ("No GSS encryption", {"GssEncMode": "require"}, {}, declines_gss_encryption),
    ("An encrypted packet was altered", {"GssEncMode": "require"}, {}, alters_a_packet),
    ("No GSSAPI library", {"GssLib": f"{MISSING}/libgssapi.so.3"}, {}, None),
    ("No plugin", {"AuthPlugin": f"{MISSING}/libnegodbc-auth.so"}, {}, None),
    ("NTLM that is not allowed", {"Authentication": "NTLM"}, {}, None),
    ("A log that cannot be written", {"DiagnosisLog": f"{MISSING}/log"}, {}, None),
]


def printed(keywords, environment, serve):
    """The one line that tells, with the realm's places as a user's."""
    keywords = {"DSN": "negodbc", "SSLmode": "disable", "ServerAuth": "ask"} | keywords
    if "FAKETIME" in environment:
        preload = [*glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"), E.get("LD_PRELOAD", "")]
        environment = environment | {"LD_PRELOAD": ":".join(filter(None, preload))}
    port = E["NEGODBC_PGPORT"]
    with Server(serve) if serve else contextlib.nullcontext() as server:
        if server:
            port = str(server.port)
            keywords["Port"] = port
        string = ";".join(f"{name}={value}" for name, value in keywords.items())
        for _ in range(getattr(serve, "rehearsals", 0) + 1):
            done = isql("isql", "-k", string, environment=environment)
    text = (done.stdout + done.stderr).strip().removesuffix("[ISQL]ERROR: Could not SQLDriverConnect").strip()
    for pattern, instead in ((f":{port}\\b", ":5432"), (f"{E['NEGODBC_REALM_DIR']}/tickets/", "/tmp/krb5cc_"),
                             (f"{MISSING}/", "/nonexistent/"),
                             (re.escape(MALFORMED), "/etc/krb5.conf"),
                             (r"/\S*/(libgssapi\S*\.so\.\d+)", r"/usr/lib/\1"),
                             (r"runs out in \d+ s", "runs out in 35990 s"),
                             # Which library, of which version; isql may have cut it.
                             (r"; (heimdal|mit) \(/.*", r"; \1 ...)"),
                             (r"no answer within \d+ ms", "no answer within 990 ms")):
        text = re.sub(pattern, instead, text)
    return text


def read(section):
    """title -> the line"""
    return dict(re.findall(r"^(\S.*):\n\n    (.*)\n", section, re.MULTILINE))


def written(lines):
    return "\n" + "".join(f"{title}:\n\n    {line}\n\n" for title, line in lines.items())


class FailuresTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(README, encoding="utf-8") as file:
            cls.before, rest = file.read().split(BEGIN)
        cls.listed, cls.after = rest.split(END)

    def test_isql_prints_what_the_readme_says(self):
        subprocess.run(["kadmin.heimdal", "-l", "-c", E["KRB5_CONFIG"], "add", "--use-defaults",
                        "--password=x", "--attributes=disallow-all-tix", "locked"], check=True, capture_output=True)
        known = read(self.listed)
        found = {}
        for title, keywords, environment, serve in FAILURES:
            with self.subTest(title):
                found[title] = printed(keywords, environment, serve)
                self.assertRegex(found[title], r"^\[[0-9A-Z]{5}\]\[negodbc\] .+")
                if not WRITE:
                    self.assertEqual(known.get(title, "not in the README"), found[title])
        if WRITE:
            with open(README, "w", encoding="utf-8") as file:
                file.write(self.before + BEGIN + written(found) + END + self.after)

    @unittest.skipIf(WRITE, "the README is being written")
    def test_the_readme_has_each_once(self):
        known = read(self.listed)
        self.assertEqual(list(known), [title for title, _, _, _ in FAILURES])
        self.assertEqual(self.listed, written(known))


if __name__ == "__main__":
    unittest.main()
