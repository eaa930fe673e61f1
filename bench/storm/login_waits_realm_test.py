"""How often a login waits for the server, counted by the delay proxy: this driver, libpq and psqlodbc beside it.

usage: login_waits_realm_test.py PATH-OF-negodbc-storm PATH-OF-negodbc-delay-proxy [--print [--json FILE]]

The TCP connection is not counted, though it takes its round trip. A wait is one turn of the conversation: the client has sent something, and an answer
reaches it. --print tells what was counted, for bench/README.md, and fails nothing.
"""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

PRINT = "--print" in sys.argv and not sys.argv.remove("--print")
JSON = sys.argv.pop(sys.argv.index("--json") + 1) if "--json" in sys.argv else None
if JSON:
    sys.argv.remove("--json")
PROXY = sys.argv.pop(2)
STORM = sys.argv.pop(1)
DELAY_MS = 10 if PRINT else 1
LOGINS = 10


@contextlib.contextmanager
def proxy(summary):
    """A delay proxy in front of the realm's server; its summary is a file afterwards."""
    command = [PROXY, "--to", f"127.0.0.1:{os.environ['NEGODBC_PGPORT']}", "--delay-ms", str(DELAY_MS), "--json", summary]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield int(re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", process.stdout.readline()).group(1))
        process.terminate()
        process.communicate(timeout=30)


def waits(kind, connection):
    """Number of waits -> logins, of ten logins of one process; and their median, in milliseconds."""
    with tempfile.TemporaryDirectory() as directory:
        summary, report = (os.path.join(directory, name) for name in ("proxy.json", "storm.json"))
        with proxy(summary) as port:
            server = {"odbc": f"Servername=localhost;Port={port};Database=negodbc;",
                      "libpq": f"host=localhost port={port} dbname=negodbc "}[kind]
            # --unload: no session beside those that are counted.
            done = subprocess.run([STORM, "--rounds=1", f"--logins={LOGINS}", "--concurrency=1", "--warm-up=0", "--quiet", "--unload",
                                   f"--target=t={kind}:{connection.format(server=server)}", "--json", report],
                                  capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        with open(summary, encoding="utf-8") as file:
            counted = {int(number): count for number, count in json.load(file)["connections_by_waits"].items()}
        with open(report, encoding="utf-8") as file:
            median_ms = json.load(file)["targets"][0]["summary"]["p50_us"]["median"] / 1000
        return counted, median_ms


OURS = "Driver={{negodbc}};{server}"
TICKET = OURS + "Trusted_Connection=Yes;"
THEIRS = "Driver={{PostgreSQL Unicode}};{server}UID=alice;"
PASSWORD = f"PWD={{{{{os.environ.get('NEGODBC_SCRAM_PASSWORD', '')}}}}};"
FIRST = "the first login one more"

# name, kind, connection, waits of every login, and whether the first login takes one more.
WAYS = [
    ("negodbc, ticket, no encryption", "odbc", TICKET + "SSLmode=disable", 1, FIRST),
    ("negodbc, ticket, no encryption, sslmode=allow", "odbc", TICKET + "SSLmode=allow", 1, FIRST),
    ("negodbc, ticket, ServerAuth=gss", "odbc", TICKET + "SSLmode=disable;ServerAuth=gss", 1, ""),
    ("negodbc, ticket, ServerAuth=ask", "odbc", TICKET + "SSLmode=disable;ServerAuth=ask", 2, ""),
    ("negodbc, MIT, Kerberos", "odbc", TICKET + "SSLmode=disable;GssLib=mit;Authentication=Kerberos", 1, FIRST),
    ("negodbc, ticket, defaults (GSS encryption)", "odbc", TICKET, 3, ""),
    ("negodbc, ticket, TLS 1.3", "odbc", TICKET + "SSLmode=require", 3, FIRST),
    ("negodbc, ticket, TLS 1.3, ServerAuth=gss", "odbc", TICKET + "SSLmode=require;ServerAuth=gss", 3, ""),
    ("negodbc, ticket, GSS encryption", "odbc", TICKET + "GssEncMode=require", 3, ""),
    ("negodbc, settings and autocommit by attributes", "odbc",
     TICKET + "SSLmode=disable;ReadOnly=1;application_name=x;options={{-c search_path=public}}", 1, FIRST),
    ("negodbc, trust", "odbc", OURS + "UID=trust_user;SSLmode=disable", 1, ""),
    ("negodbc, SCRAM", "odbc", OURS + "UID=scram_user;SSLmode=disable;" + PASSWORD, 3, ""),
    ("libpq, ticket, no encryption", "libpq", "{server}user=alice gssencmode=disable sslmode=disable", 2, ""),
    ("libpq, ticket, defaults (GSS encryption)", "libpq", "{server}user=alice", 3, ""),
    ("psqlodbc, ticket, no encryption", "odbc", THEIRS + "pqopt={{gssencmode=disable sslmode=disable}}", 4, ""),
    ("psqlodbc, ticket, defaults (GSS encryption)", "odbc", THEIRS, 5, ""),
]


class LoginWaits(unittest.TestCase):
    def test_every_way(self):
        for name, kind, connection, each, first in WAYS:
            with self.subTest(name):
                expected = {each + 1: 1, each: LOGINS - 1} if first else {each: LOGINS}
                self.assertEqual(waits(kind, connection)[0], expected)


if __name__ == "__main__":
    if not PRINT:
        unittest.main()
    print("| login | waits: logins | median of a login |\n|---|---|---|")
    ways = []
    for way in WAYS:
        found, median = waits(way[1], way[2])
        ways.append({"login": way[0], "waits": sorted(found.items(), reverse=True), "median_ms": median})
        text = ", ".join(f"{number}: {count}" for number, count in sorted(found.items(), reverse=True))
        print(f"| {way[0]} | {text} | {median:.1f} ms |", flush=True)
    if JSON:
        with open(JSON, "w", encoding="utf-8") as out:
            json.dump({"delay_ms": DELAY_MS, "ways": ways}, out, indent=1)
