#!/usr/bin/python3
"""What `cmake --install` puts where, used from a prefix of its own: install_test.py BUILD LIBDIR VERSION ABI

Inside a realm: the driver registered by its template logs in, the program finds driver and plugin, and the example,
compiled against what was installed by pkg-config and by find_package, completes a handshake.
"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, LIBDIR, VERSION, ABI = sys.argv[1:]
PLUGIN = f"libnegodbc-auth.so.{ABI}"
DOCS = "share/doc/negodbc"
# Everything, by component.
FILES = {
    "driver": {f"{LIBDIR}/odbc/libnegodbc.so", f"{LIBDIR}/odbc/libnegodbc-setup.so", f"{LIBDIR}/odbc/{PLUGIN}", "share/negodbc/odbcinst.ini.template"},
    "plugin": {f"{LIBDIR}/{PLUGIN}"},
    "development": {f"{LIBDIR}/libnegodbc-auth.so", f"{LIBDIR}/pkgconfig/negodbc-auth.pc", "include/negodbc/auth_plugin.h",
                    "include/negodbc/odbc_extensions.h"},
    "program": {"bin/negodbc", "share/man/man1/negodbc.1.gz", "share/bash-completion/completions/negodbc"},
    "docs": {f"{DOCS}/README.md", f"{DOCS}/LICENSE", f"{DOCS}/SECURITY.md", f"{DOCS}/CHANGELOG.md", f"{DOCS}/driver/DIFFERENCES.md",
             f"{DOCS}/examples/handshake/handshake.c", f"{DOCS}/docs/server.md"},
}
WHO = "SELECT principal FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"


def run(command, **options):
    options.setdefault("input", "")
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False, **options)
    return done.returncode, done.stdout + done.stderr


def install(prefix, component):
    status, said = run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", component])
    assert status == 0, said


def files(prefix):
    return {str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()}


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / "prefix"
        for component in FILES:
            install(cls.prefix, component)
        # What is found must be what was installed, and nothing of the build's.
        cls.environment = {k: v for k, v in os.environ.items() if k not in ("NEGODBC_DRIVER", "NEGODBC_TEST_PLUGIN")}

    def compiled_by_pkg_config(self):
        environment = self.environment | {"PKG_CONFIG_PATH": str(self.prefix / LIBDIR / "pkgconfig")}
        status, flags = run(["pkg-config", "--cflags", "--libs", "negodbc-auth"], env=environment)
        self.assertEqual(status, 0, flags)
        program = self.folder / "by-pkg-config"
        status, said = run(["cc", "-Wall", "-Wextra", "-Werror", self.prefix / DOCS / "examples/handshake/handshake.c", *flags.split(),
                            "-o", program])
        self.assertEqual(status, 0, said)
        return program

    def compiled_by_find_package(self):
        build = self.folder / "by-find-package"
        status, said = run(["cmake", "-S", self.prefix / DOCS / "examples/handshake", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}"])
        self.assertEqual(status, 0, said)
        status, said = run(["cmake", "--build", build])
        self.assertEqual(status, 0, said)
        return build / "handshake"

    def test_components_hold_what_they_should(self):
        for component, expected in FILES.items():
            prefix = self.folder / component
            install(prefix, component)
            found = files(prefix)
            with self.subTest(component):
                self.assertLessEqual(expected, found)
                if component in ("driver", "plugin", "program"):
                    self.assertEqual(found, expected)

    def test_one_command_installs_everything(self):
        prefix = self.folder / "all"
        status, said = run(["cmake", "--install", BUILD, "--prefix", prefix])
        self.assertEqual(status, 0, said)
        self.assertEqual(files(prefix), files(self.prefix))

    def test_nothing_searches_the_build(self):
        for file in (f"{LIBDIR}/odbc/libnegodbc.so", f"{LIBDIR}/{PLUGIN}", "bin/negodbc"):
            _, said = run(["readelf", "-d", self.prefix / file])
            self.assertNotRegex(said, r"R(UN)?PATH", file)
        _, said = run(["readelf", "-d", self.prefix / LIBDIR / PLUGIN])
        self.assertIn(f"soname: [{PLUGIN}]", said)

    def test_one_version_everywhere(self):
        status, said = run([self.prefix / "bin/negodbc", "--version"])
        self.assertEqual((status, said), (0, f"negodbc {VERSION}\n"))
        environment = self.environment | {"PKG_CONFIG_PATH": str(self.prefix / LIBDIR / "pkgconfig")}
        self.assertEqual(run(["pkg-config", "--modversion", "negodbc-auth"], env=environment), (0, VERSION + "\n"))
        _, said = run([self.compiled_by_pkg_config(), "localhost", os.environ["NEGODBC_PGPORT"], "negodbc"],
                      env=self.environment | {"LD_LIBRARY_PATH": str(self.prefix / LIBDIR)})
        self.assertIn(f"negodbc-auth {VERSION})", said)
        major, minor, patch = (int(part) for part in VERSION.split("."))
        script = "import pyodbc; print(pyodbc.connect('DSN=installed').getinfo(pyodbc.SQL_DRIVER_VER))"
        self.assertEqual(run(["/usr/bin/python3", "-c", script], env=self.registered()), (0, f"{major:02}.{minor:02}.{patch:04}\n"))

    def test_the_manual_and_the_completion_know_every_command(self):
        status, page = run(["man", "-l", "--encoding=UTF-8", self.prefix / "share/man/man1/negodbc.1.gz"], env=self.environment | {"MANWIDTH": "200"}) \
            if shutil.which("man") else (0, gzip.decompress((self.prefix / "share/man/man1/negodbc.1.gz").read_bytes()).decode())
        self.assertEqual(status, 0, page)
        for command in ("doctor", "query", "keywords", "dsn list", "dsn show", "dsn add", "dsn edit", "dsn remove", "dsn import", "dsn test"):
            self.assertIn(f"negodbc {command}", page)
        self.assertNotIn("negodbc manual", page)
        completion = self.prefix / "share/bash-completion/completions/negodbc"
        for words, expected in ((("negodbc", ""), "doctor"), (("negodbc", "dsn", "im"), "import"), (("negodbc", "doctor", "--j"), "--json"),
                                (("negodbc", "doctor", "inst"), "installed")):
            script = f"source {completion}; COMP_WORDS=({' '.join(word or chr(39) * 2 for word in words)}); COMP_CWORD={len(words) - 1}; _negodbc; " \
                     "echo \"${COMPREPLY[@]}\""
            status, said = run(["bash", "-c", script], env=self.registered() | {"PATH": f"{self.prefix}/bin:{os.environ['PATH']}"})
            self.assertIn(expected, said.split(), words)

    def test_the_example_completes_a_handshake(self):
        for way, compiled in (("pkg-config", self.compiled_by_pkg_config), ("find_package", self.compiled_by_find_package)):
            with self.subTest(way):
                program = compiled()
                environment = self.environment | {"LD_LIBRARY_PATH": str(self.prefix / LIBDIR)}
                _, libraries = run(["ldd", program], env=environment)
                self.assertIn(str(self.prefix / LIBDIR / PLUGIN), libraries)
                status, said = run([program, "localhost", os.environ["NEGODBC_PGPORT"], "negodbc"], env=environment)
                self.assertEqual(status, 0, said)
                self.assertRegex(said, rf"^alice@{os.environ['NEGODBC_REALM']} is logged in as alice at postgres/localhost")
                status, said = run([program, "localhost", os.environ["NEGODBC_PGPORT"], "negodbc"],
                                   env=environment | {"KRB5CCNAME": os.environ["NEGODBC_CCACHE_NONE"]})
                self.assertEqual(status, 1, said)
                self.assertIn("kinit", said)

    def registered(self):
        """An environment in which the installed template is registered by odbcinst, with a data source."""
        folder = self.folder / "odbc"
        if not folder.exists():
            folder.mkdir()
            (folder / "odbcinst.ini").write_text("", encoding="utf-8")
        environment = self.environment | {"ODBCSYSINI": str(folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(folder / "user.ini")}
        if "negodbc" not in (folder / "odbcinst.ini").read_text(encoding="utf-8"):
            status, said = run(["odbcinst", "-i", "-d", "-f", self.prefix / "share/negodbc/odbcinst.ini.template"], env=environment)
            self.assertEqual(status, 0, said)
            (folder / "user.ini").write_text(
                f"[installed]\nDriver = negodbc\nServer = localhost\nPort = {os.environ['NEGODBC_PGPORT']}\nDatabase = negodbc\n"
                "Trusted_Connection = Yes\n", encoding="utf-8")
        return environment

    def test_the_registered_driver_logs_in(self):
        environment = self.registered()
        _, said = run(["isql", "installed", "-v", "-b", "-d|"], input=WHO + "\n", env=environment)
        self.assertIn(f"alice@{os.environ['NEGODBC_REALM']}", said)

    def test_the_program_finds_the_plugin(self):
        status, said = run([self.prefix / "bin/negodbc", "doctor", "installed"], env=self.registered())
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"plugin: .*" + re.escape(VERSION))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
