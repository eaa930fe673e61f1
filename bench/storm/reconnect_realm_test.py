"""Sessions of every kind of target are held, ended by the server's administrator, and come back.

usage: reconnect_realm_test.py PATH-OF-negodbc-storm
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

STORM = sys.argv.pop(1)
PORT = os.environ["NEGODBC_PGPORT"]
SERVER = f"Servername=localhost;Port={PORT};Database=negodbc"
CONNINFO = f"host=localhost port={PORT} dbname=negodbc"
TARGETS = {
    "psqlodbc": f"odbc:Driver={{PostgreSQL Unicode}};{SERVER};UID=alice",
    "negodbc": f"odbc:Driver={{negodbc}};{SERVER};Trusted_Connection=Yes",
    "libpq": f"libpq:{CONNINFO} user=alice",
    "gssfloor": f"gssfloor:{CONNINFO} user=alice",
}
CUT = (f"psql -q -h 127.0.0.1 -p {PORT} -U admin -d negodbc "
       "-c \"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'alice'\"")


class Reconnect(unittest.TestCase):
    def storm(self, *arguments, status=0):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "report")
            done = subprocess.run([STORM, "--mode=reconnect", "--quiet", "--pause=0", "--concurrency=6", f"--json={path}.json",
                                   f"--html={path}.html", *arguments], capture_output=True, text=True, timeout=120, check=False,
                                  env=os.environ | {"PGPASSWORD": os.environ["NEGODBC_ADMIN_PASSWORD"]})
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
            xml.etree.ElementTree.parse(f"{path}.html")
            with open(f"{path}.json", encoding="utf-8") as file:
                return json.load(file), done.stdout

    def test_all_kinds_come_back(self):
        report, said = self.storm(*(f"--target={name}={target}" for name, target in TARGETS.items()), "--rounds=2",
                                  f"--cut={CUT}")
        for target in report["targets"]:
            with self.subTest(target["name"]):
                sessions = target["summary"]["reconnect"]
                self.assertEqual([sessions[name] for name in ("held", "lost", "back", "lost_again")], [12, 12, 12, 0])
                self.assertGreater(sessions["all_back_us"]["lowest"], sessions["half_back_us"]["lowest"])
                self.assertEqual(target["summary"]["login_us"]["count"], 12)
        self.assertIn("libpq: 12 held, 12 lost, the last after", said)
        self.assertEqual(report["options"]["mode"], "reconnect")

    def test_sessions_that_nobody_cuts_are_told(self):
        report, said = self.storm(f"--target=libpq={TARGETS['libpq']}", "--rounds=1", "--seconds=0.5", "--cut=true", status=4)
        self.assertEqual(report["targets"][0]["summary"]["reconnect"]["lost"], 0)
        self.assertIn("6 sessions were not lost", said)

    def test_a_command_that_fails_is_told(self):
        _, said = self.storm(f"--target=libpq={TARGETS['libpq']}", "--rounds=2", "--seconds=0.5",
                             "--cut=echo no such server; exit 3", status=1)
        self.assertIn("the command of --cut ended with status 3: no such server", said)
        self.assertIn("1 of 2 rounds were made", said)


if __name__ == "__main__":
    unittest.main()
