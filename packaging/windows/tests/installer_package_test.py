#!/usr/bin/python3
"""installer_package_test.py BUILD RUN PREFIX [PROGRAM]: the .msi of a build, read and installed under Wine.

RUN PREFIX is tests/wine/run with a prefix of this test's own. PROGRAM: installer_test.exe, which looks at what was
registered. Of a 32-bit build the package is installed, but nothing of it is run.
"""
import filecmp
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD, RUN, PREFIX = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
PROGRAM = pathlib.Path(sys.argv[4]).resolve() if len(sys.argv) > 4 else None
DRIVE = PREFIX / "drive_c"
WIDE = "NEGODBC_WINDOWS_PROCESSOR:STRING=x86_64" in (BUILD / "CMakeCache.txt").read_text()
BITS = "64" if WIDE else "32"
MODULES = ("negodbc.dll", "negodbc-auth.dll", "negodbc.exe")
INSTALLED = {*MODULES, "README.txt", "LICENSE", "windows.md", "keywords.md"}
# What an installation may change. Windows has keys of a 32-bit package elsewhere.
KEYS = (r"HKLM\Software\ODBC", r"HKLM\Software\Wow6432Node\ODBC", r"HKCU\Software\ODBC", r"HKLM\Software\negodbc",
        r"HKLM\Software\Wow6432Node\negodbc", r"HKCU\Software\negodbc",
        r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall",
        r"HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
        r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall", r"HKCU\Software\Microsoft\Installer",
        r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment", r"HKCU\Environment")
MACHINE = "HKLM\\Software\\" + ("" if WIDE else "Wow6432Node\\")
# Wine 8.0 knows no ALLUSERS=2 that Windows empties. At the end, or it takes what follows for the value.
PER_USER = ("MSIINSTALLPERUSER=1", "ALLUSERS=")


def wine(*words, check=True):
    with tempfile.TemporaryFile() as said:  # not a pipe: Wine's services would keep it open
        done = subprocess.run([str(word) for word in (RUN, PREFIX, *words)], stdout=said, stderr=said, check=False)
        said.seek(0)
        text = said.read().decode(errors="replace").replace("\r", "")
    if check and done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}\n{text}")
    return text if check else done.returncode


def on_windows(path):
    return "Z:" + str(path).replace("/", "\\")


def msiexec(*words, check=True):
    return wine("msiexec", *words, "/qn", check=check)


def registry():
    """All values below KEYS: {key: {name: text}}, keys in lower case."""
    values = {}
    with tempfile.TemporaryDirectory() as folder:
        # One shell for all: Wine takes long to start.
        lines = [f'reg export "{key}" "{on_windows(folder)}\\{number}.reg" /y' for number, key in enumerate(KEYS)]
        script = pathlib.Path(folder, "export.cmd")
        script.write_text("\r\n".join(("@echo off", *lines, "")), encoding="ascii")
        wine("cmd", "/c", on_windows(script), check=False)
        exported = [file.read_text(encoding="utf-16") for file in pathlib.Path(folder).glob("*.reg")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(exported)).splitlines():
        if found := re.fullmatch(r"\[(.*)\]", line):
            key = found[1].replace("HKEY_LOCAL_MACHINE", "HKLM").replace("HKEY_CURRENT_USER", "HKCU").lower()
            values[key] = {}
        elif found := re.fullmatch(r'"((?:[^"\\]|\\.)*)"="?(.*?)"?', line):
            values[key][found[1]] = re.sub(r"\\(.)", r"\1", found[2])
            if expanded := re.fullmatch(r"hex\(2\):([0-9a-f,]*)", found[2]):
                values[key][found[1]] = bytes.fromhex(expanded[1].replace(",", "")).decode("utf-16-le").rstrip("\0")
            if found[1].lower() == "path":  # of what is removed Wine leaves the separator
                values[key][found[1]] = ";".join(folder for folder in values[key][found[1]].split(";") if folder)
    return values


def valued(values):
    """Without empty keys, which Wine leaves; none may be the driver's."""
    return {key: found for key, found in values.items() if found or "negodbc" in key}


def on_path(values, key):
    """The folders of PATH in a key of the registry."""
    return next((text.split(";") for name, text in values[key.lower()].items() if name.lower() == "path"), [])


def remove_all(*scope):
    for package in (Packages.old(), Packages.new()):
        msiexec("/x", on_windows(package), *scope, check=False)


def tree():
    """The files of the prefix that programs see, but those of Wine itself and the installer's own copies."""
    skipped = {"windows", "Temp", "temp"}
    of_windows = {f"users/{path.name}/AppData/Local/Programs" for path in (DRIVE / "users").iterdir()}  # Wine has none yet
    found = set()
    for folder, folders, names in os.walk(DRIVE):
        folders[:] = [name for name in folders if name not in skipped]
        found |= {str(pathlib.Path(folder, name).relative_to(DRIVE)) for name in (*names, *folders)}
    return found - of_windows


def registered_by_script():
    """{(key below ODBCINST.INI, name): value} as register.cmd writes it."""
    text = (HERE.parent / "register.cmd.in").read_text()
    found = re.findall(r'"%REG%" add "%KEY%\\([^"]*)" /v (\S+) /d (?:"([^"]*)"|(\S+)) /f', text)
    return {(key, name): quoted or plain for key, name, quoted, plain in found}


class Packages:
    """Two versions, made once."""
    folder = tempfile.TemporaryDirectory()

    @classmethod
    def make(cls, name, *words):
        path = pathlib.Path(cls.folder.name, name)
        if not path.exists():
            subprocess.run([str(HERE.parent / "make_installer"), str(BUILD), "--output", str(path), *words], check=True,
                           stdout=subprocess.DEVNULL)
        return path

    @classmethod
    def old(cls):
        return cls.make("old.msi")

    @classmethod
    def new(cls):
        return cls.make("new.msi", "--version", "99.0.0")


def rows(table):
    text = subprocess.run(["msiinfo", "export", str(Packages.old()), table], capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in text.replace("\r", "").split("\n")[3:] if line]


class Tables(unittest.TestCase):
    def test_name_the_version_of_the_project(self):
        version = re.search(r"^project\(negodbc VERSION (\S+)", (HERE.parents[2] / "CMakeLists.txt").read_text(), re.M)[1]
        properties = dict(rows("Property"))
        self.assertEqual(properties["ProductVersion"], version)
        self.assertEqual(properties["ALLUSERS"], "1")
        self.assertIn("INSTALLDIR", properties["SecureCustomProperties"].split(";"))

    def test_are_of_the_processor(self):
        summary = subprocess.run(["msiinfo", "suminfo", str(Packages.old())], capture_output=True, text=True, check=True).stdout
        self.assertIn(f"Template: {'x64' if WIDE else 'Intel'};1033", summary)
        self.assertEqual({int(row[3]) & 256 for row in rows("Component")}, {256 if WIDE else 0})
        self.assertEqual({row[4] for row in rows("RegLocator")}, {"18" if WIDE else "2"})

    def test_write_what_the_script_writes(self):
        root, folder = "Software\\ODBC\\ODBCINST.INI\\", {"%DRIVER%": "[#negodbc.dll]"}
        written = {(row[2].removeprefix(root), row[3]): row[4] for row in rows("Registry") if row[2].startswith(root)}
        wanted = {key: folder.get(value, value) for key, value in registered_by_script().items()}
        self.assertEqual(written, wanted)
        self.assertEqual(len(wanted), 8)
        self.assertEqual({row[1] for row in rows("Registry") if row[3] != "Path"}, {"-1"}, "for the machine or the user")

    def test_put_the_program_on_path(self):
        self.assertEqual(sorted(rows("Environment")), [["MachinePath", "=-*PATH", "[~];[INSTALLDIR]", "MachinePath"],
                                                       ["UserPath", "=-PATH", "[~];[INSTALLDIR]", "UserPath"]])
        conditions = {row[0]: row[4] for row in rows("Component") if row[4]}
        self.assertEqual(conditions, {"MachinePath": "ALLUSERS", "UserPath": "NOT ALLUSERS"})
        order = {row[0]: int(row[2]) for row in rows("InstallExecuteSequence")}
        self.assertLess(order["InstallInitialize"], order["RemoveEnvironmentStrings"])
        self.assertLess(order["RemoveEnvironmentStrings"], order["WriteEnvironmentStrings"])
        self.assertLess(order["WriteEnvironmentStrings"], order["InstallFinalize"])

    def test_have_the_versions_of_files_that_tell_theirs(self):
        """A file whose version is in itself alone is never newer than what lies there, for the installer."""
        versions = {row[2].rpartition("|")[2]: row[4] for row in rows("File") if row[4]}
        self.assertEqual(versions, dict.fromkeys(MODULES, dict(rows("Property"))["ProductVersion"] + ".0"))
        self.assertEqual(dict(rows("Property"))["REINSTALLMODE"], "amus")

    def test_search_folders_before_they_are_chosen(self):
        for sequence in ("InstallUISequence", "InstallExecuteSequence"):
            order = {row[0]: int(row[2]) for row in rows(sequence)}
            for action in ("SetMachineFolder", "SetUserFolder", "SetNewUserFolder"):
                self.assertGreater(order[action], order["AppSearch"])
                self.assertLess(order[action], order["CostInitialize"])
        self.assertEqual({row[1] for row in rows("CustomAction")}, {"51"}, "only properties are set, nothing is run")
        self.assertLess(order["RemoveExistingProducts"], order["InstallFiles"])

    def test_have_names_that_last(self):
        """One product in all its versions, and other components for the other processor."""
        upgrade = {row[0] for row in rows("Upgrade")}
        self.assertEqual(len(upgrade), 1)
        self.assertEqual(upgrade.pop(), "{65E346B5-B151-5827-B602-46D725621E78}" if WIDE
                         else "{ABF3AA80-50E0-5676-895F-434BABD6E7A8}")

    def test_are_the_same_bytes_again(self):
        again = Packages.make("again.msi")
        self.assertTrue(filecmp.cmp(Packages.old(), again, shallow=False))
        self.assertFalse(filecmp.cmp(Packages.old(), Packages.new(), shallow=False))


class Modules(unittest.TestCase):
    @staticmethod
    def resources(name):
        windres = ("x86_64" if WIDE else "i686") + "-w64-mingw32-windres"
        return subprocess.run([windres, "-J", "coff", "-O", "rc", str(BUILD / "bin" / name)], capture_output=True, check=True).stdout.decode(errors="replace")

    def test_tell_what_they_are(self):
        version = dict(rows("Property"))["ProductVersion"]
        for name in MODULES:
            with self.subTest(name):
                said = self.resources(name)
                for key, text in (("ProductName", "negodbc"), ("CompanyName", "negodbc"), ("ProductVersion", version),
                                  ("FileVersion", version), ("OriginalFilename", name)):
                    self.assertRegex(said, f'VALUE "{key}" *, *"{re.escape(text)}(\\\\0+)?"')
                self.assertIn("FILEVERSION " + ", ".join(version.split(".")), said)
                self.assertIn("Apache License", said)

    def test_the_program_has_a_manifest(self):
        content = (BUILD / "bin" / "negodbc.exe").read_bytes()
        self.assertEqual(content.count(b"</assembly>"), 1)
        for words in (b'level="asInvoker"', b"8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a", b">true</longPathAware>"):
            self.assertIn(words, content)
        self.assertNotIn(b"activeCodePage", content)

    def test_speak_of_their_own_kind(self):
        content = (BUILD / "bin" / "negodbc.dll").read_bytes()
        self.assertIn(f"ODBC Data Sources ({BITS}-bit)".encode(), content)
        self.assertNotIn(f"ODBC Data Sources ({'32' if WIDE else '64'}-bit)".encode(), content)


class Installation(unittest.TestCase):
    """Data sources of the user and of the machine are there before; afterwards they, and nothing else, are."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if any("negodbc" in key and values for key, values in registry().items()):  # a run that was ended
            remove_all()
            remove_all(*PER_USER)
        for root in ("HKCU", "HKLM"):
            key = rf"{root}\Software\ODBC\ODBC.INI"
            for name, value in (("Driver", r"C:\somewhere\negodbc.dll"), ("Server", "db.example.com")):
                wine("reg", "add", rf"{key}\kept-{root}", "/v", name, "/d", value, "/f")
            wine("reg", "add", rf"{key}\ODBC Data Sources", "/v", f"kept-{root}", "/d", "negodbc", "/f")
        cls.before = registry(), tree()
        assert r"hkcu\software\odbc\odbc.ini\kept-hkcu" in cls.before[0]

    def setUp(self):
        self.scope, self.removed = (), False
        self.addCleanup(lambda: self.removed or remove_all(*self.scope))

    def remove(self):
        """The newer one. Wine has to be told the scope, which Windows knows."""
        msiexec("/x", on_windows(Packages.new()), *self.scope)
        self.assertEqual(valued(registry()), valued(self.before[0]))
        self.assertEqual(tree(), self.before[1])
        self.removed = True

    def assert_installed(self, folder, drivers, version):
        """Files and registry, in a folder of drive C, with the drivers' keys of the machine or the user."""
        place = DRIVE / folder
        self.assertEqual({path.name for path in place.iterdir()}, INSTALLED)
        said = registry()
        inst = f"{drivers}ODBC\\ODBCINST.INI\\".lower()
        driver = "C:\\" + folder.replace("/", "\\") + "\\negodbc.dll"
        for (key, name), value in registered_by_script().items():
            self.assertEqual(said[inst + key.lower()][name], driver if value == "%DRIVER%" else value, (key, name))
        shown = [values for key, values in said.items() if "uninstall" in key and "negodbc" in values.get("DisplayName", "")]
        self.assertEqual([(values["DisplayName"], values["DisplayVersion"]) for values in shown],
                         [(f"negodbc ({BITS} bit)", version)])
        paths = [on_path(said, key) for key in KEYS[-2:]]
        wanted = [on_path(self.before[0], key) for key in KEYS[-2:]]
        wanted[1 if self.scope else 0].append("C:\\" + folder.replace("/", "\\") + "\\")
        self.assertEqual(paths, wanted)
        for root in ("HKCU", "HKLM"):  # the data sources
            key = rf"{root}\Software\ODBC\ODBC.INI\kept-{root}".lower()
            self.assertEqual(said[key], self.before[0][key])

    def own_version(self):
        return dict(rows("Property"))["ProductVersion"]

    def test_of_the_machine(self):
        folder = "Program Files/negodbc" if WIDE else "Program Files (x86)/negodbc"
        msiexec("/i", on_windows(Packages.old()))
        self.assert_installed(folder, MACHINE, self.own_version())
        if PROGRAM:
            wine(PROGRAM)
            self.assertIn(self.own_version(), wine(DRIVE / folder / "negodbc.exe", "--version"))

        plugin = DRIVE / folder / "negodbc-auth.dll"
        plugin.unlink()
        wine("reg", "delete", MACHINE + r"ODBC\ODBCINST.INI\negodbc", "/f")
        msiexec("/i", on_windows(Packages.old()), "REINSTALL=ALL", "REINSTALLMODE=amus")  # /fa, which Wine has not
        self.assert_installed(folder, MACHINE, self.own_version())

        msiexec("/i", on_windows(Packages.new()))
        self.assert_installed(folder, MACHINE, "99.0.0")
        self.assertNotEqual(msiexec("/i", on_windows(Packages.old()), check=False), 0, "an older version is refused")
        self.assert_installed(folder, MACHINE, "99.0.0")
        self.remove()

    def test_elsewhere_and_there_again(self):
        folder = "Treiber für ODBC, Żółć"
        msiexec("/i", on_windows(Packages.old()), "INSTALLDIR=C:\\" + folder)
        self.assert_installed(folder, MACHINE, self.own_version())
        msiexec("/i", on_windows(Packages.new()))
        self.assert_installed(folder, MACHINE, "99.0.0")
        self.remove()

    def test_of_the_user(self):
        home = next(path for path in (DRIVE / "users").iterdir() if path.name != "Public").name
        folder = f"users/{home}/AppData/Local/Programs/negodbc" + ("" if WIDE else "-x86")
        self.scope = PER_USER
        msiexec("/i", on_windows(Packages.old()), *PER_USER)
        self.assert_installed(folder, "HKCU\\Software\\", self.own_version())
        self.assertNotIn((MACHINE + r"ODBC\ODBCINST.INI\negodbc").lower(), registry())
        msiexec("/i", on_windows(Packages.new()), *PER_USER)
        self.assert_installed(folder, "HKCU\\Software\\", "99.0.0")
        self.remove()

    def test_of_the_user_beside_the_other_kind(self):
        self.scope = PER_USER
        key = "HKCU\\Software\\negodbc\\" + ("x86" if WIDE else "x64")
        wine("reg", "add", key, "/v", "Folder", "/d", "C:\\other", "/f")
        self.addCleanup(lambda: wine("reg", "delete", r"HKCU\Software\negodbc", "/f"))
        self.assertNotEqual(msiexec("/i", on_windows(Packages.old()), *PER_USER, check=False), 0)
        self.assertNotIn(r"hkcu\software\odbc\odbcinst.ini\negodbc", registry())
        self.removed = True


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
