"""A small storm in the realm: every kind of target logs in with a ticket, none fails.

usage: storm_realm_test.py PATH-OF-negodbc-storm
"""
import ctypes
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

STORM = sys.argv.pop(1)
PORT = os.environ["NEGODBC_PGPORT"]
SERVER = f"Servername=localhost;Port={PORT};Database=negodbc"
CONNINFO = f"host=localhost port={PORT} dbname=negodbc"
TARGETS = {
    "psqlodbc": f"odbc:Driver={{PostgreSQL Unicode}};{SERVER};UID=alice",
    "negodbc": f"odbc:Driver={{negodbc}};{SERVER};Trusted_Connection=Yes",
    "libpq": f"libpq:{CONNINFO} user=alice",
    "gssfloor": f"gssfloor:{CONNINFO} user=alice",
    "floor": f"floor:{CONNINFO} user=trust_user",
}
if "NEGODBC_DRIVER" not in os.environ:
    del TARGETS["negodbc"]


class FileOpens:
    """Counts how often a file is opened, by inotify(7)."""
    OPEN, CLOSE = 0x20, 0x10

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK)
        # With both, no two events that follow each other are the same: those would be told as one.
        assert libc.inotify_add_watch(self.fd, path.encode(), self.OPEN | self.CLOSE) >= 0
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        events = os.read(self.fd, 1 << 20)
        os.close(self.fd)
        for at in range(0, len(events), 16):  # a file's events have no name behind them
            self.count += struct.unpack_from("iIII", events, at)[1] & self.OPEN != 0


class RealmStorm(unittest.TestCase):
    def storm(self, targets, *arguments):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "report.json")
            done = subprocess.run([STORM, *(f"--target={name}={target}" for name, target in targets.items()), "--quiet",
                                   "--rounds=2", "--pause=0", "--json", path, *arguments],
                                  capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            with open(path, encoding="utf-8") as file:
                return {target["name"]: target["summary"] for target in json.load(file)["targets"]}

    def test_driver_beside_driver(self):
        for name, summary in self.storm(TARGETS, "--logins=25", "--concurrency=4", "--query=select 1").items():
            with self.subTest(name):
                self.assertEqual(summary["logins"], 50)
                self.assertEqual(summary["failures"], 0)
                self.assertEqual(summary["query_us"]["count"], 50)
                self.assertGreater(summary["client_cpu_per_login_us"]["median"], 0)
                self.assertEqual(summary["server"]["backends"], 50)
                self.assertGreaterEqual(summary["server"]["statements"], 50)

    def test_statements_that_return_no_rows(self):
        """One that changes something, one that changes nothing, and one with rows behind them."""
        query = "CREATE TEMP TABLE storm_t (x int); DELETE FROM storm_t; SELECT 1"
        for name, summary in self.storm(TARGETS, "--logins=4", "--concurrency=2", f"--query={query}").items():
            with self.subTest(name):
                self.assertEqual(summary["query_us"]["count"], 8)
        for name, summary in self.storm(TARGETS, "--logins=4", "--concurrency=2", "--query=SET work_mem = '5MB'").items():
            with self.subTest(name):
                self.assertEqual(summary["query_us"]["count"], 8)

    def test_a_statement_that_fails_is_a_failure(self):
        for query in ("SELEC 1", "SELECT 1; SELECT 1/0", "SELECT 1/(3 - g) FROM generate_series(1, 5) g"):
            for name, target in TARGETS.items():
                with self.subTest(name=name, query=query):
                    done = subprocess.run([STORM, f"--target={name}={target}", "--quiet", "--rounds=1", "--pause=0",
                                           "--logins=2", f"--query={query}"], capture_output=True, text=True, timeout=120,
                                          check=False)
                    self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                    self.assertRegex(done.stdout, r"times (42601|42000|22012)")

    def test_the_floor_with_a_ticket_reads_krb5_conf_once(self):
        with tempfile.TemporaryDirectory() as directory:
            config = os.path.join(directory, "krb5.conf")
            with open(os.environ["KRB5_CONFIG"], encoding="utf-8") as source, open(config, "w", encoding="utf-8") as copy:
                copy.write(source.read())
            with FileOpens(config) as opens, mock.patch.dict(os.environ, KRB5_CONFIG=config):
                self.storm({"gssfloor": TARGETS["gssfloor"]}, "--logins=20", "--concurrency=2")
            self.assertIn(opens.count, range(1, 10))  # of 44 logins; those that begin at once read it each for itself

    def test_the_report_tells_versions(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "report.json")
            subprocess.run([STORM, *(f"--target={name}={target}" for name, target in TARGETS.items()), "--quiet",
                            "--rounds=1", "--logins=1", "--json", path], check=True, timeout=60, stdout=subprocess.DEVNULL)
            with open(path, encoding="utf-8") as file:
                versions = {target["name"]: target["versions"] for target in json.load(file)["targets"]}
        self.assertRegex(versions["libpq"]["libpq"], r"^\d+\.\d+$")
        self.assertIn("driver manager", versions["psqlodbc"])
        self.assertIn("PostgreSQL", versions["psqlodbc"])

    def test_two_principals_at_once(self):
        if "negodbc" not in TARGETS:
            self.skipTest("no driver here takes the user's name from the ticket")
        caches = [f"--cache=negodbc={os.environ['NEGODBC_CCACHE_' + name]}" for name in ("VALID", "BOB")]
        summary = self.storm({"negodbc": TARGETS["negodbc"]}, "--logins=10", "--concurrency=2", *caches)["negodbc"]
        self.assertEqual(summary["logins"], 20)

    def test_two_processes_under_a_launcher(self):
        """Rounds meet at the same moments; the logs, which have the logins of both, are counted once."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "report.json")
            subprocess.run(["mpirun", "-n", "2", "--allow-run-as-root", "--oversubscribe", STORM, "--quiet", "--rounds=2",
                            "--logins=20", f"--start-at={time.time() + 3}", "--slot=4", "--seconds=4",
                            f"--target=libpq={TARGETS['libpq']}", f"--json={path}"], check=True, timeout=120)
            subprocess.run([STORM, "--merge", path.replace(".json", ".0.json"), path.replace(".json", ".1.json"),
                            "--json", path], check=True, timeout=60)
            with open(path, encoding="utf-8") as file:
                summary = json.load(file)["targets"][0]["summary"]
        self.assertEqual(summary["logins"], 80)
        self.assertEqual(summary["failures"], 0)
        # What a slower process does after the first has counted is in no count.
        self.assertGreaterEqual(summary["server"]["backends"], 40)
        self.assertLessEqual(summary["server"]["backends"], 80)

    def test_a_ticket_fetched_once_is_one_request_to_the_kdc(self):
        """The cache holds no service ticket before the first login; the warm-up is left out so that it is seen."""
        with tempfile.TemporaryDirectory() as directory:
            cache = os.path.join(directory, "tgt")
            with open(os.environ["NEGODBC_CCACHE_TGT"].removeprefix("FILE:"), "rb") as source, open(cache, "wb") as copy:
                copy.write(source.read())
            summary = self.storm({"libpq": TARGETS["libpq"]}, "--logins=5", "--concurrency=1", "--warm-up=0",
                                 f"--cache=libpq=FILE:{cache}")
            self.assertEqual(summary["libpq"]["server"]["kdc_requests"], 1)


if __name__ == "__main__":
    unittest.main()
