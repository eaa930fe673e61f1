#!/usr/bin/python3
"""krb5.conf of files that it includes, as ipa-client-install and SSSD write it, which Heimdal before 8 does not read: where
both libraries are there, the one that reads it is taken, and a change of the file is noticed by a process that goes on."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

from client import connection_string

E = os.environ
PROGRAM = """
import os, sys, pyodbc
pyodbc.pooling = False
first, second, who, log = sys.argv[1:]
os.environ["KRB5_CONFIG"] = file = first + ".used"
for source in (first, second, first):
    with open(source) as text, open(file + ".new", "w") as copy: copy.write(text.read())
    os.rename(file + ".new", file)
    pyodbc.connect(f"{who};DiagnosisLog={log}")
"""


class IncludeTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = directory.name
        os.mkdir(f"{self.folder}/conf.d")
        with open(E["KRB5_CONFIG"], encoding="utf-8") as file:
            self.usual = file.read().partition("[kdc]")[0]
        self.write("conf.d/realm", self.usual)
        self.write("usual", self.usual)

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def libraries(self, first, second):
        """That have logged in with the one, the other, and the one again."""
        log = f"{self.folder}/log"
        # A ticket for the server is not in the cache: the KDC has to be found.
        who = connection_string("negodbc", CredentialCache=E["NEGODBC_CCACHE_TGT"])
        done = subprocess.run([sys.executable, "-c", PROGRAM, f"{self.folder}/{first}", f"{self.folder}/{second}", who, log],
                              capture_output=True, text=True, timeout=120, check=False, env=E | {"PYTHONPATH": "."})
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(log, encoding="utf-8") as file:
            said = re.findall(r'"library":"(\w+)', file.read())
        os.unlink(log)
        return said

    def test_the_library_that_reads_it_is_taken(self):
        line = f"includedir {self.folder}/conf.d/\n"
        self.write("included", line + "\n[libdefaults]\n    default_realm = NEGODBC.TEST\n")
        self.write("last", self.usual + line)
        for name in ("included", "last"):
            with self.subTest(name):
                self.assertEqual(self.libraries("usual", name), ["heimdal", "mit", "heimdal"])

    def test_what_heimdal_misses_nothing_by_is_heimdals(self):
        os.unlink(f"{self.folder}/conf.d/realm")
        self.write("empty", self.usual + f"includedir {self.folder}/conf.d\n")
        self.assertEqual(self.libraries("usual", "empty"), ["heimdal"] * 3)


if __name__ == "__main__":
    unittest.main()
