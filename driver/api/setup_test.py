#!/usr/bin/python3
"""The set-up library, as unixODBC's installer uses it: setup_test.py SETUP_LIBRARY NEGODBC"""
import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

LIBRARY, NEGODBC = (os.path.abspath(argument) for argument in sys.argv[1:])
ADD, CONFIG, REMOVE = 1, 2, 3
TEXT, LIST, PASSWORD = 1, 2, 6
SIZE = 1001


class Property(ctypes.Structure):
    pass


Property._fields_ = [("next", ctypes.POINTER(Property)), ("name", ctypes.c_char * SIZE), ("value", ctypes.c_char * SIZE),
                     ("prompt", ctypes.c_int), ("choices", ctypes.POINTER(ctypes.c_char_p)), ("help", ctypes.c_char_p),
                     ("widget", ctypes.c_void_p), ("refresh", ctypes.c_int), ("library", ctypes.c_void_p)]


class SetupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="negodbc-setup-")
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        cls.user = folder / "user.ini"
        (folder / "odbcinst.ini").write_text(f"[negodbc]\nDriver = /nowhere/libnegodbc.so\nSetup = {LIBRARY}\n", encoding="utf-8")
        os.environ.update({"ODBCSYSINI": str(folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(cls.user)})
        cls.installer = ctypes.CDLL("libodbcinst.so.2")

    def properties(self):
        first = ctypes.POINTER(Property)()
        self.assertEqual(self.installer.ODBCINSTConstructProperties(b"negodbc", ctypes.byref(first)), 0)
        found, at = {}, first
        while at:
            choices = []
            while at.contents.choices and at.contents.choices[len(choices)] is not None:
                choices.append(at.contents.choices[len(choices)].decode())
            found[at.contents.name.decode()] = (at.contents.prompt, choices, (at.contents.help or b"").decode())
            at = at.contents.next
        self.assertEqual(self.installer.ODBCINSTDestructProperties(ctypes.byref(first)), 0)
        return found

    def configure(self, request, *attributes):
        return self.installer.SQLConfigDataSource(None, request, b"negodbc", b"".join(word.encode() + b"\0" for word in attributes) + b"\0")

    def error(self):
        said, code, length = ctypes.create_string_buffer(512), ctypes.c_uint32(), ctypes.c_ushort()
        texts = []
        for number in range(1, 9):
            if self.installer.SQLInstallerError(ctypes.c_ushort(number), ctypes.byref(code), said, ctypes.c_ushort(511), ctypes.byref(length)) not in (0, 1):
                break
            texts.append(said.value.decode())
        return "; ".join(texts)

    def test_the_properties_are_the_keywords(self):
        found = self.properties()
        table = subprocess.run([NEGODBC, "keywords"], capture_output=True, text=True, check=True).stdout.partition("\nAccepted")[0]
        expected = set(re.findall(r"^\| `([^`]+)` ", table, re.M)) - {"DRIVER", "DSN", "FILEDSN"}
        self.assertLessEqual(expected - {"Description"}, set(found))
        self.assertEqual(found["SSLmode"][0], LIST)
        self.assertIn("verify-full", found["SSLmode"][1])
        self.assertEqual(found["Trusted_Connection"][1], ["", "Yes", "No"])
        self.assertEqual(found["PWD"][0], PASSWORD)
        self.assertEqual(found["Server"][0], TEXT)
        self.assertIn("(without it: localhost)", found["Server"][2])

    def test_a_data_source_is_made_changed_and_removed(self):
        self.assertTrue(self.configure(ADD, "DSN=made", "Server=db.example.com", "Trusted_Connection=Yes"), self.error())
        said = self.user.read_text(encoding="utf-8")
        self.assertRegex(said, r"(?ms)^\[made\].*^Driver *= *negodbc$.*^Server *= *db\.example\.com$")
        self.assertTrue(self.configure(CONFIG, "DSN=made", "Server=other"))
        self.assertRegex(self.user.read_text(encoding="utf-8"), r"(?m)^Server *= *other$")
        self.assertTrue(self.configure(REMOVE, "DSN=made"))
        self.assertNotIn("[made]", self.user.read_text(encoding="utf-8"))

    def test_all_else_in_the_file_stays(self):
        before = "# of ours\n[other]\n  Driver = x\n; remark\n# " + "long" * 300 + "\n\n"
        self.user.write_text(before, encoding="utf-8")
        self.assertTrue(self.configure(ADD, "DSN=made", "Server=a", "PWD=geheim", "Port="), self.error())
        made = "[made]\nDriver = negodbc\nServer = a\nPWD = geheim\n"
        self.assertEqual(self.user.read_text(encoding="utf-8"), before + made)
        self.assertTrue(self.configure(CONFIG, "DSN=made", "Server=b", "PWD="), self.error())
        self.assertEqual(self.user.read_text(encoding="utf-8"), before + "[made]\nDriver = negodbc\nServer = b\n")
        # Another one in its place, as the installer's own function does it.
        self.assertTrue(self.configure(ADD, "DSN=Made", "UID=u"), self.error())
        self.assertEqual(self.user.read_text(encoding="utf-8"), before + "[made]\nDriver = negodbc\nUID = u\n")
        self.assertTrue(self.configure(REMOVE, "DSN=made"), self.error())
        self.assertTrue(self.configure(REMOVE, "DSN=made"), self.error())
        self.assertEqual(self.user.read_text(encoding="utf-8"), before.removesuffix("\n"))

    def test_the_installer_reads_what_was_written_at_once(self):
        def server():
            said = ctypes.create_string_buffer(100)
            self.installer.SQLGetPrivateProfileString(b"kept", b"Server", b"none", said, 100, b"odbc.ini")
            return said.value

        self.assertTrue(self.configure(ADD, "DSN=kept", "Server=a"), self.error())
        self.assertEqual(server(), b"a")
        self.assertTrue(self.configure(CONFIG, "DSN=kept", "Server=b"), self.error())
        self.assertEqual(server(), b"b")
        self.assertTrue(self.configure(REMOVE, "DSN=kept"), self.error())
        self.assertEqual(server(), b"none")

    def test_what_is_wrong_is_refused_with_a_reason(self):
        for attributes, cause in ((["DSN=wrong", "Srever=x"], "is Server meant"), (["Server=x"], "name no data source"),
                                  (["DSN=wrong", "UID= x"], "blanks at its ends"), (["DSN= wrong", "UID=x"], "blanks at its ends"),
                                  (["DSN=wrong", "Port=abc"], "Port: expected a number"), (["DSN=ODBC", "UID=x"], "its own settings")):
            with self.subTest(attributes):
                self.assertFalse(self.configure(ADD, *attributes))
                self.assertIn(cause, self.error())
                self.assertFalse(self.user.exists() and "[wrong]" in self.user.read_text(encoding="utf-8"))

    def test_a_change_is_refused_for_its_own_values_only(self):
        before = "[kept]\nDriver = negodbc\nPort = abc\n"
        self.user.write_text(before, encoding="utf-8")
        self.assertFalse(self.configure(CONFIG, "DSN=kept", "SSLmode=strong"))
        self.assertIn("SSLmode: ", self.error())
        self.assertEqual(self.user.read_text(encoding="utf-8"), before)
        self.assertTrue(self.configure(CONFIG, "DSN=kept", "Server=b"), self.error())
        self.assertTrue(self.configure(CONFIG, "DSN=kept", "Port=5433"), self.error())
        self.assertTrue(self.configure(REMOVE, "DSN=kept"), self.error())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
