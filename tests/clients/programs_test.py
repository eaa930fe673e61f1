#!/usr/bin/python3
"""Client programs in languages of their own (programs/): each logs in by ticket, makes a table and does with it what its
users do: lists and describes it, writes many rows, queries with parameters, reads NULLs and text beyond ASCII, rolls
back, meets errors by their SQLSTATE.

  programs_test.py QT_PROGRAM POCO_PROGRAM [TEST...]    where the two that are compiled have been built; only these tests
"""
import csv
import io
import os
import subprocess
import sys
import unittest

from client import PRINCIPAL, WHO, connect

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
BUILT = {"qodbc": "", "poco_odbc": ""}

# What a program finds besides the realm's variables. Every one of them reads text as UTF-8 only in such a locale.
ENVIRONMENT = {"NEGODBC_DSN": "negodbc", "NEGODBC_PRINCIPAL": PRINCIPAL, "NEGODBC_WHO": WHO, "LC_ALL": "C.UTF-8"}


class ProgramsTest(unittest.TestCase):
    def run_program(self, *command, preload=None):
        environment = os.environ | ENVIRONMENT
        if preload:
            environment["LD_PRELOAD"] = ":".join(filter(None, (environment.get("LD_PRELOAD"), preload)))
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{command[0]}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def script(self, interpreter, name, **options):
        return self.run_program(*interpreter, os.path.join(PROGRAMS, name), **options)

    def built(self, name):
        self.assertTrue(os.path.exists(BUILT[name]),
                        f"{name} was not built: install what packaging/packages.txt names, configure again")
        return self.run_program(BUILT[name])

    def test_dbd_odbc(self):
        self.assertNotIn("not ok", self.script(["perl", "-CSD"], "dbd_odbc.pl"))

    def test_gdal(self):
        """ogrinfo and ogr2ogr only read; what they read is made here."""
        with connect() as connection:
            connection.execute("CREATE TABLE made_for_gdal (k int PRIMARY KEY, t varchar(40), height float8)")
            connection.cursor().executemany("INSERT INTO made_for_gdal VALUES (?, ?, ?)",
                                            [(1, "Größe 世界", 8.5), (2, None, None)])
        source = "ODBC:@negodbc"
        self.assertIn(PRINCIPAL, self.run_program("ogrinfo", "-ro", source, "-sql", WHO))
        self.assertIn("public.made_for_gdal", self.run_program("ogrinfo", "-ro", source))
        layer = self.run_program("ogrinfo", "-ro", "-so", source, "public.made_for_gdal")
        for line in ("Feature Count: 2", "k: Integer", "t: String (40.0)", "height: Real"):
            self.assertIn(line, layer)
        self.assertIn("Feature Count: 1",
                      self.run_program("ogrinfo", "-ro", source, "public.made_for_gdal", "-where", "height > 8"))
        table = self.run_program("ogr2ogr", "-f", "CSV", "/vsistdout/", source, "public.made_for_gdal")
        self.assertEqual(list(csv.reader(io.StringIO(table))),
                         [["k", "t", "height"], ["1", "Größe 世界", "8.5"], ["2", "", ""]])
        failed = subprocess.run(["ogrinfo", "-ro", source, "-sql", "SELECT * FROM nowhere"],
                                env=os.environ | ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
        self.assertIn('[S0002][negodbc] ERROR: relation "nowhere" does not exist', failed.stderr)  # it asks for ODBC 2

    def test_libreoffice_base(self):
        self.script([sys.executable, "-B"], "base.py")

    def test_php(self):
        self.script(["php"], "odbc.php")

    def test_poco(self):
        self.built("poco_odbc")

    def test_qt(self):
        self.built("qodbc")

    def test_rodbc(self):
        self.script(["Rscript", "--vanilla"], "rodbc.R")

    def test_ruby(self):
        """Debian's package looks for the driver manager's functions where they are only when it was loaded before."""
        self.script(["ruby"], "ruby_odbc.rb", preload="libodbc.so.2")

    def test_tcl(self):
        self.script(["tclsh8.6"], "tdbc_odbc.tcl")


if __name__ == "__main__":
    BUILT["qodbc"], BUILT["poco_odbc"] = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *("ProgramsTest." + name for name in sys.argv[3:])], verbosity=2)
