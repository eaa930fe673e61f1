#!/usr/bin/python3
"""The packages, as packaging/make_packages builds them: packages_test.py PACKAGES VERSION

Inside a realm, with nothing installed: what a package holds and asks for, and a login with it unpacked in a folder.
"""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER, VERSION = pathlib.Path(sys.argv[1]), sys.argv[2]
PACKAGES = ("odbc-negodbc", "libnegodbc-auth1", "libnegodbc-auth-dev", "negodbc", "negodbc-doc")
SYMBOLS = ("odbc-negodbc", "libnegodbc-auth1", "negodbc")
WHO = "SELECT principal FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"


def run(command, **options):
    options.setdefault("input", "")
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, check=False, **options)
    return done.returncode, done.stdout + done.stderr


def the_one(pattern):
    found = glob.glob(str(FOLDER / pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def deb(package):
    return the_one(f"deb/{package}_{VERSION}-1_*.deb")


def symbols(package):
    return the_one(f"deb/{package}-dbgsym_{VERSION}-1_*.ddeb")


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-packages-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.odbc = self.folder / "odbc"
        self.odbc.mkdir()
        (self.odbc / "odbcinst.ini").touch()
        (self.odbc / "user.ini").write_text(
            f"[packaged]\nDriver = negodbc\nServer = localhost\nPort = {os.environ['NEGODBC_PGPORT']}\nDatabase = negodbc\n"
            "Trusted_Connection = Yes\n", encoding="utf-8")
        self.environment = os.environ | {"ODBCSYSINI": str(self.odbc), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(self.odbc / "user.ini")}

    def assert_logs_in(self, root):
        _, said = run(["isql", "packaged", "-v", "-b", "-d|"], input=WHO + "\n", env=self.environment)
        self.assertIn(f"alice@{os.environ['NEGODBC_REALM']}", said)
        status, said = run([root / "bin/negodbc", "doctor", "packaged"], env=self.environment)
        self.assertEqual(status, 0, said)
        self.assertRegex(said, rf"plugin: .*{re.escape(str(root))}")


class DebTest(Case):
    def field(self, package, name):
        return run(["dpkg-deb", "-f", deb(package), name])[1].strip()

    def unpacked(self, *packages):
        root = self.folder / "root"
        for package in packages:
            self.assertEqual(run(["dpkg-deb", "-x", deb(package), root]), (0, ""))
        return root

    def test_a_login_from_what_was_unpacked(self):
        root = self.unpacked("odbc-negodbc", "libnegodbc-auth1", "negodbc")
        template = (root / "usr/share/negodbc/odbcinst.ini.template").read_text(encoding="utf-8")
        driver = re.search(r"^Driver +=  *(/usr/lib/.*/odbc/libnegodbc\.so)$", template, re.M)[1]
        (self.odbc / "odbcinst.ini").write_text(template.replace(driver, f"{root}{driver}"), encoding="utf-8")
        self.assert_logs_in(root / "usr")

    def test_what_is_needed_is_told(self):
        driver = self.field("odbc-negodbc", "Depends")
        for needed in ("libc6", "libodbcinst2", "libssl3", "odbcinst", f"libnegodbc-auth1 (= {VERSION}-1)"):
            self.assertIn(needed, driver)
        self.assertIn("libgssapi-krb5-2 | libgssapi3-heimdal", self.field("libnegodbc-auth1", "Depends"))
        self.assertEqual(self.field("libnegodbc-auth-dev", "Depends"), f"libnegodbc-auth1 (= {VERSION}-1)")
        self.assertIn("libodbcinst2", self.field("negodbc", "Depends"))
        # Whatever the linker has been told is in a package that is named.
        root = self.unpacked("odbc-negodbc", "libnegodbc-auth1", "negodbc")
        needed = {"odbc-negodbc": "usr/lib/*/odbc/libnegodbc.so", "libnegodbc-auth1": "usr/lib/*/libnegodbc-auth.so.1",
                  "negodbc": "usr/bin/negodbc"}
        for package, file in needed.items():
            libraries = re.findall(r"NEEDED.*\[(.*)\]", run(["readelf", "-d", *root.glob(file)])[1])
            self.assertTrue(libraries)
            for library in libraries:
                owners = set(re.findall(r"^([^:,]+)[:,]", run(["dpkg", "-S", f"*/{library}"])[1], re.M))
                named = set(re.findall(r"[^ ,|]+", self.field(package, "Depends")))
                self.assertTrue(owners & named, (library, owners, named))

    def test_stripped_with_the_symbols_apart(self):
        root = self.unpacked(*SYMBOLS)
        for file in [*root.glob("usr/lib/*/odbc/libnegodbc.so"), *root.glob("usr/lib/*/libnegodbc-auth.so.1"), root / "usr/bin/negodbc"]:
            self.assertNotIn(".debug_info", run(["readelf", "-S", file])[1])
        for package in SYMBOLS:
            listed = run(["dpkg-deb", "-c", symbols(package)])[1]
            self.assertRegex(listed, r"usr/lib/debug/\.build-id/../[0-9a-f]+\.debug")

    def test_names_no_place_of_the_build(self):
        root = self.unpacked(*PACKAGES)
        place = str(FOLDER.resolve().parents[2]).encode()
        for path in root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.assertNotIn(place, path.read_bytes(), path)

    def test_lintian(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not installed")
        # initial-upload-closes-no-bugs: no report asks Debian for this package.
        status, said = run(["lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", "initial-upload-closes-no-bugs",
                            *map(deb, PACKAGES), *map(symbols, SYMBOLS)])
        self.assertEqual(status, 0, said)


class ArchiveTest(Case):
    def test_installed_by_its_script_and_taken_away(self):
        archive = the_one(f"rpm/negodbc-{VERSION}-linux-*.tar.gz")
        self.assertEqual(run(["tar", "-xzf", archive, "-C", self.folder]), (0, ""))
        script = next(self.folder.glob("negodbc-*/install.sh"))
        prefix = self.folder / "a prefix"
        status, said = run([script, "--prefix", prefix], env=self.environment, cwd="/")
        self.assertEqual(status, 0, said)
        self.assert_logs_in(prefix)
        status, said = run([script, "--remove", "--prefix", prefix], env=self.environment, cwd="/")
        self.assertEqual(status, 0, said)
        self.assertFalse(prefix.exists(), [str(path) for path in prefix.rglob("*")])
        self.assertNotIn("negodbc", (self.odbc / "odbcinst.ini").read_text(encoding="utf-8"))

    def test_wrong_words_install_nothing(self):
        archive = the_one(f"rpm/negodbc-{VERSION}-linux-*.tar.gz")
        run(["tar", "-xzf", archive, "-C", self.folder])
        script = next(self.folder.glob("negodbc-*/install.sh"))
        for words in (["--prefix", "relative"], ["--unheard-of"]):
            status, said = run([script, *words], env=self.environment, cwd=self.folder)
            self.assertEqual(status, 2, said)
        self.assertFalse((self.folder / "relative").exists())


class RpmTest(Case):
    def setUp(self):
        super().setUp()
        if shutil.which("rpm") is None:
            self.skipTest("rpm is not installed")

    def test_files_and_scripts(self):
        driver = the_one(f"rpm/negodbc-odbc-{VERSION}-1.*.rpm")
        files = run(["rpm", "-qpl", driver])[1].split()
        self.assertEqual(sorted(files), ["/usr/lib64/odbc/libnegodbc-auth.so.1", "/usr/lib64/odbc/libnegodbc-setup.so", "/usr/lib64/odbc/libnegodbc.so",
                                         "/usr/share/negodbc", "/usr/share/negodbc/odbcinst.ini.template"])
        scripts = run(["rpm", "-qp", "--scripts", driver])[1]
        self.assertIn("odbcinst -i -d -f /usr/share/negodbc/odbcinst.ini.template", scripts)
        self.assertIn("odbcinst -u -d -n negodbc", scripts)
        needed = run(["rpm", "-qp", "--requires", driver])[1]
        for library in ("libssl.so.3", "libodbcinst.so.2", "unixODBC", f"negodbc-auth = {VERSION}"):
            self.assertIn(library, needed)
        plugin = the_one(f"rpm/negodbc-auth-{VERSION}-1.*.rpm")
        self.assertIn("krb5-libs", run(["rpm", "-qp", "--requires", plugin])[1])
        self.assertIn("libnegodbc-auth.so.1", run(["rpm", "-qp", "--provides", plugin])[1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
