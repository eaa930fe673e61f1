"""What the tests of data sources without a server share; the program is the word behind the test's name."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv[1]


class Case(unittest.TestCase):
    """Ini files of its own, in a folder that others may enter."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-ini-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        self.user, self.system = self.folder / "user.ini", self.folder / "odbc.ini"
        (self.folder / "odbcinst.ini").write_text("[negodbc]\nDriver = /nowhere/libnegodbc.so\n", encoding="utf-8")
        self.environment = os.environ | {"ODBCSYSINI": str(self.folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(self.user)}

    def run_it(self, *words, status=0, **options):
        done = subprocess.run([PROGRAM, *words], capture_output=True, timeout=120, check=False, env=self.environment,
                              stdin=subprocess.DEVNULL, **options)
        said = (done.stdout + done.stderr).decode(errors="replace")
        self.assertEqual(done.returncode, status, said)
        return said

    def values(self, name):
        return json.loads(self.run_it("dsn", "show", name, "--json"))["values"]

    def put(self, text):
        self.user.write_bytes(text.encode())

    def left(self):
        """What lies in the folder beside the ini files."""
        return sorted(path.name for path in self.folder.iterdir() if path.suffix != ".ini")
