#!/usr/bin/env python3
"""unchanged_tests.py: a realm test is left out only while it has passed with the files that it has now."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("unchanged_tests.py")


class UnchangedTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name)
        (self.build / "lib").mkdir()
        self.driver = self.write("lib/libnegodbc.so", "driver")
        self.plugin = self.write("lib/libnegodbc-auth.so", "plugin")
        for name in ("good", "bad", "auth", "unit", "realm"):
            self.write(name, name)
        self.write("CTestTestfile.cmake", "".join(
            f'add_test({name} "{program}" "{self.build / name}" {driver})\n'
            f'set_tests_properties({name} PROPERTIES LABELS "{labels}")\n'
            for name, program, labels, driver in (
                ("good", "/bin/echo", "realm", "--driver"), ("bad", "/bin/false", "realm", "--driver"),
                ("auth", "/bin/echo", "auth;realm", "--driver"), ("unit", "/bin/echo", "unit", ""),
                ("realm", "/bin/echo", "realm", ""))))

    def write(self, name, text):
        file = self.build / name
        file.write_text(text)
        return file

    def run_tests(self):
        report = self.build / "ran.xml"
        subprocess.run(["ctest", "--test-dir", self.build, "--output-junit", report], capture_output=True, check=False)
        subprocess.run([sys.executable, "-B", PROGRAM, "note", self.build, report], check=True)

    def same(self):
        return subprocess.run([sys.executable, "-B", PROGRAM, "list", self.build], check=True, capture_output=True,
                              text=True).stdout.strip()

    def test_nothing_is_left_out_before_it_has_run(self):
        self.assertEqual(self.same(), "^$")

    def test_what_passed_is_left_out_until_its_files_change(self):
        self.run_tests()
        self.assertEqual(self.same(), "^(auth|good|realm)$")
        self.write("good", "another program")
        self.assertEqual(self.same(), "^(auth|realm)$")
        self.run_tests()
        self.assertEqual(self.same(), "^(auth|good|realm)$")

    def test_the_libraries_count_for_whom_they_are_loaded_by(self):
        self.run_tests()
        self.driver.write_text("another driver")
        self.assertEqual(self.same(), "^(auth|realm)$")
        self.plugin.write_text("another plugin")
        self.assertEqual(self.same(), "^(realm)$")

    def test_what_fails_is_run_again(self):
        self.run_tests()
        self.write("CTestTestfile.cmake", (self.build / "CTestTestfile.cmake").read_text().replace(
            'add_test(good "/bin/echo"', 'add_test(good "/bin/false"'))
        self.run_tests()
        self.assertEqual(self.same(), "^(auth|realm)$")


if __name__ == "__main__":
    unittest.main()
