#!/usr/bin/python3
"""Folders, files and arguments whose letters the ANSI code page lacks: names_realm_test.py posix|windows PROGRAM PLUGIN [EMULATOR...]

The program and the plugin, copied into such a folder, with every file that a setting names beside them. On Windows the
driver lies there, too (PLUGIN's folder has it), and Wine's code page is 1252.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SYSTEM, PROGRAM, PLUGIN, *EMULATOR = sys.argv[1:]
NAME = "Żółć ü 日本"
SERVER = f"Server=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc"


class NamesTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name, NAME)
        self.folder.mkdir()
        copied = [PROGRAM, PLUGIN] + ([str(pathlib.Path(PLUGIN).with_name("negodbc.dll"))] if SYSTEM == "windows" else [])
        for file in copied:
            shutil.copy(file, self.folder)
        for file, variable in (("root.crt", "NEGODBC_ROOT_CERT"), ("ł.crt", "NEGODBC_CLIENT_CERT"), ("ł.key", "NEGODBC_CLIENT_KEY")):
            shutil.copy(os.environ[variable], self.folder / file)

    def told(self, path):
        """As the program is told it."""
        return "Z:" + str(path).replace("/", "\\") if SYSTEM == "windows" else str(path)

    def run_program(self, *words, **options):
        program = self.folder / pathlib.Path(PROGRAM).name
        done = subprocess.run([*EMULATOR, str(program), *words], capture_output=True, timeout=60, check=False,
                              env=os.environ | options.get("env", {}))
        return done.returncode, (done.stdout + done.stderr).decode()

    def files(self):
        return {path.name for path in self.folder.iterdir()}

    def test_a_login_with_files_of_such_names(self):
        before = self.files()
        connection = (f"{SERVER};Trusted_Connection=Yes;UID=alice;SSLmode=verify-full;GssEncMode=disable;"
                      f"AuthPlugin={self.told(self.folder / pathlib.Path(PLUGIN).name)};"
                      f"SSLrootcert={self.told(self.folder / 'root.crt')};DiagnosisLog={self.told(self.folder / 'ś.json')}")
        status, said = self.run_program("doctor", connection, "--json", "--bundle", self.told(self.folder / "ź.txt"))
        report = json.loads(said)
        steps = {step["step"]: step for step in report["steps"]}
        self.assertEqual(status, 0, said)
        self.assertIn(NAME, steps["plugin"]["text"])
        self.assertIn("TLS", steps["login"]["text"])
        # The doctor leaves nothing behind but its own bundle.
        self.assertEqual(self.files() - before, {"ź.txt"})
        self.assertIn(NAME, (self.folder / "ź.txt").read_text(encoding="utf-8"))
        status, said = self.run_program("query", connection, "SELECT 1")
        self.assertEqual(status, 0, said)
        self.assertEqual(self.files() - before, {"ś.json", "ź.txt"})
        self.assertIn("postgres/localhost", (self.folder / "ś.json").read_text(encoding="utf-8"))

    def test_a_client_certificate_of_such_a_name(self):
        words = (f"{SERVER};UID=cert_user;SSLmode=verify-full;SSLrootcert={self.told(self.folder / 'root.crt')};"
                 f"sslcert={self.told(self.folder / 'ł.crt')};sslkey={self.told(self.folder / 'ł.key')}")
        status, said = self.run_program("query", words, "SELECT 'ü' AS \"日本\"", "--format", "csv")
        self.assertEqual(status, 0, said)
        self.assertEqual(said.split(), ["日本", "ü"])

    def test_what_is_not_there_is_named(self):
        missing = self.told(self.folder / "ń.crt")
        status, said = self.run_program("query", f"{SERVER};SSLmode=verify-full;SSLrootcert={missing}", "SELECT 1")
        self.assertEqual(status, 1)
        self.assertIn(missing, said)

    def test_a_service_file_of_such_a_name(self):
        file = self.folder / "ę.conf"
        file.write_text("[żółw]\nnonsense=1\n", encoding="utf-8")
        for service, expected in (("żółw", "service=żółw has no word that negodbc knows"), ("brak", self.told(file))):
            status, said = self.run_program("dsn", "import", f"service={service}", env={"PGSERVICEFILE": self.told(file)})
            self.assertEqual(status, 1, said)
            self.assertIn(expected, said)

    def test_its_plugin_is_found_beside_it(self):
        status, said = self.run_program("plugin", "check", self.told(self.folder / pathlib.Path(PLUGIN).name))
        self.assertEqual(status, 0, said)
        self.assertIn(NAME, said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
