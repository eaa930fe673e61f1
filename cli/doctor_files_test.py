#!/usr/bin/python3
"""What settings, the environment and other files name may be any file: doctor_files_test.py NEGODBC...

No remedy changes what is not of the kind that it was taken for, no pipe is waited for, and what is told of a file that can't be
read is true. Remedies are run, with programs in the place of those that write (testing/stub_programs.py).
"""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))

import stub_programs
from doctor_case import PROGRAM, REALM, SERVER, TICKET, Case

NOBODY = 65534
PLUGIN = next(str(path) for path in pathlib.Path(os.environ["NEGODBC_DRIVER"]).parent.glob("libnegodbc-auth.so.*"))
E = os.environ
VERIFY = f"SSLmode=verify-full;SSLrootcert={E['NEGODBC_ROOT_CERT']}"
CERTIFICATE = f"{SERVER};UID=cert_user;{VERIFY};SSLcert={E['NEGODBC_CLIENT_CERT']}"
BOTH = ("heimdal", "mit")


class HarmlessTest(Case):
    """Each victim is named in every place that names a file."""

    def setUp(self):
        super().setUp()
        self.stubs = stub_programs.make(self.folder / "bin", self.folder)
        self.victims = self.folder / "victims"
        self.victims.mkdir()
        (self.victims / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n", encoding="utf-8")
        (self.victims / "settings.ini").write_text("[main]\nname = value\n", encoding="utf-8")
        (self.victims / "data").write_bytes(bytes(range(256)))
        for file in self.victims.iterdir():
            file.chmod(0o644)

    def state(self):
        return {file.name: (file.read_bytes(), file.stat().st_mode, file.stat().st_uid) for file in self.victims.iterdir()}

    def assert_harmless(self, connection, **environment):
        for library in BOTH:
            with self.subTest(connection, library=library, **environment):
                remedies = self.remedies(self.doctor(f"{connection};GssLib={library}", **environment))
                before = self.state()  # MIT's library makes a folder's "primary" by itself
                for remedy in remedies:
                    subprocess.run(["sh", "-c", remedy], check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=20,
                                   cwd=self.folder / "bin", env=E | environment | self.stubs)
                    self.assertEqual(self.state(), before, remedy)

    def test_caches(self):
        for victim in self.victims.iterdir():
            self.assert_harmless(TICKET, KRB5CCNAME=f"FILE:{victim}")
            self.assert_harmless(f"{TICKET};CredentialCache=FILE:{victim};Principal=alice@{REALM}")
        self.assert_harmless(TICKET, KRB5CCNAME=str(victim))
        self.assert_harmless(TICKET, KRB5CCNAME=f"DIR:{self.victims}")
        self.assert_harmless(f"{TICKET};CredentialCache=DIR::{self.victims}/tktx")

    def test_keytabs(self):
        for victim in self.victims.iterdir():
            self.assert_harmless(f"{TICKET};ClientKeytab={victim};Principal=alice@{REALM}")
        self.assert_harmless(f"{TICKET};ClientKeytab=FILE:{victim}")
        self.assert_harmless(TICKET, KRB5_CLIENT_KTNAME=str(victim), KRB5CCNAME=E["NEGODBC_CCACHE_NONE"])

    def test_keys_and_certificates(self):
        script = self.victims / "script"
        script.write_bytes(b"#!/bin/sh\ncat <<END\n" + pathlib.Path(E["NEGODBC_CLIENT_KEY"]).read_bytes() + b"END\n")
        script.chmod(0o755)
        for victim in self.victims.iterdir():
            self.assert_harmless(f"{CERTIFICATE};SSLkey={victim}")
        self.assert_harmless(f"{SERVER};UID=trust_user;SSLmode=verify-full;SSLrootcert={victim}")

    def test_configurations(self):
        cache = {"KRB5CCNAME": E["NEGODBC_CCACHE_TGT"]}
        for victim in self.victims.iterdir():
            self.assert_harmless(TICKET, KRB5_CONFIG=str(victim), **cache)
            including = self.write("krb5.conf", f"include {victim}\n" + pathlib.Path(E["KRB5_CONFIG"]).read_text(encoding="utf-8"))
            self.assert_harmless(TICKET, KRB5_CONFIG=str(including), **cache)
        including = self.write("krb5.conf", f"includedir {self.victims}\n")
        self.assert_harmless(TICKET, KRB5_CONFIG=str(including), **cache)

    def test_a_bundle_has_no_other_files(self):
        for named in str(self.victims / "settings.ini"), str(self.write("krb5.conf", f"include {self.victims}/settings.ini\n[libdefaults]\n")):
            bundle = self.folder / "bundle.json"
            self.run_doctor(TICKET, "--bundle", str(bundle), KRB5_CONFIG=named)
            self.assertNotIn("name = value", bundle.read_text(encoding="utf-8"))

    def test_devices(self):
        """Nothing but the name goes that leads there. Not run: who is root would lose the device."""
        including = self.write("krb5.conf", "include /dev/zero\n" + pathlib.Path(E["KRB5_CONFIG"]).read_text(encoding="utf-8"))
        for words, environment in ((TICKET, {"KRB5_CONFIG": str(including)}), (TICKET, {"KRB5_CONFIG": "/dev/zero"}),
                                   (TICKET, {"KRB5CCNAME": "FILE:/dev/zero"}), (TICKET, {"KRB5CCNAME": "/dev/null"}),
                                   (TICKET, {"KRB5_CONFIG": "/dev/null"}), (f"{TICKET};ClientKeytab=/dev/zero", {}),
                                   (f"{CERTIFICATE};SSLkey=/dev/zero", {})):
            for library in BOTH:
                with self.subTest(words, library=library, **environment):
                    steps = self.doctor(f"{words};GssLib={library}", **({"KRB5CCNAME": E["NEGODBC_CCACHE_TGT"]} | environment))
                    for remedy in self.remedies(steps):
                        self.assertNotRegex(remedy.partition("    #")[0], "/dev/(zero|null)", self.said)
        step = self.doctor(KRB5_CONFIG=str(including), KRB5CCNAME=E["NEGODBC_CCACHE_TGT"])["krb5.conf"]
        self.assertEqual(step["remedy"], f"${{EDITOR:-vi}} {including}    # take out the line that leads to /dev/zero")

    def test_what_is_of_the_kind_is_changed(self):
        """The same places, with what belongs there."""
        key = self.write("key", pathlib.Path(E["NEGODBC_CLIENT_KEY"]).read_bytes())
        login = self.doctor(f"{CERTIFICATE};SSLkey={key}")["login"]
        self.assertEqual(login["remedy"], f"chmod 600 {key}")
        self.apply(login["remedy"])
        self.assertEqual(self.run_doctor(f"{CERTIFICATE};SSLkey={key}").returncode, 0)
        config = self.config("[realms]", "[realms")
        step = self.doctor(KRB5_CONFIG=config)["krb5.conf"]
        self.assertEqual(step["remedy"], f"${{EDITOR:-vi}} {config}")

    @unittest.skipUnless(os.geteuid() == 0, "takes another user's files")
    def test_another_users_files(self):
        key = self.write("key", pathlib.Path(E["NEGODBC_CLIENT_KEY"]).read_bytes())
        cache = self.write("cache", pathlib.Path(E["NEGODBC_CCACHE_VALID"].removeprefix("FILE:")).read_bytes(), 0o640)
        for file in key, cache:
            os.chown(file, NOBODY, NOBODY)
        login = self.doctor(f"{CERTIFICATE};SSLkey={key}")["login"]
        self.assertIn("is another user's, and can be read by others", login["text"])
        self.assertNotIn(str(key), login["remedy"])
        step = self.doctor(f"{TICKET};GssLib=heimdal", KRB5CCNAME=f"FILE:{cache}")["credential"]
        self.assertIn("name a cache of this user's own", step["text"])
        self.assertNotRegex(step["remedy"], rf"chmod|KRB5CCNAME=FILE:{cache}|kinit$")

    def test_a_server_brings_in_no_file(self):
        """Nor does a name that holds a command."""
        steps = self.doctor(f"{TICKET};ServerSPN=x/$(touch spoiled);CredentialCache={E['NEGODBC_CCACHE_TGT']}")
        for remedy in self.remedies(steps):
            subprocess.run(["sh", "-c", remedy], check=False, capture_output=True, cwd=self.folder, env=E | self.stubs)
        self.assertFalse((self.folder / "spoiled").exists(), self.said)


class PipesTest(Case):
    """Whoever opens one waits for ever."""

    def run_program(self, *words, **environment):
        done = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
                              cwd=self.folder, env=E | environment)
        return done.returncode, done.stdout + done.stderr

    def test_a_list_of_mechanisms(self):
        pipe = self.pipe("mech")
        steps = self.doctor(f"{TICKET};GssLib=mit;connect_timeout=20", GSS_MECH_CONFIG=pipe)
        self.assertIn("GSS_MECH_CONFIG names no ordinary file", steps["credential"]["text"])
        self.assertEqual({steps[name]["remedy"] for name in ("environment", "credential")}, {"unset GSS_MECH_CONFIG"})
        self.assertEqual(self.first_failure(steps), steps["credential"])
        self.assertEqual(self.doctor(f"{TICKET};GssLib=heimdal", GSS_MECH_CONFIG=pipe)["login"]["verdict"], "ok", self.said)
        code, said = self.run_program("query", f"{TICKET};GssLib=mit", "SELECT 1", GSS_MECH_CONFIG=pipe)
        self.assertEqual(code, 1)
        self.assertIn("GSS_MECH_CONFIG", said)
        self.assertEqual(self.run_program("plugin", "list", GSS_MECH_CONFIG=pipe)[0], 0)

    def test_a_keytab_that_is_looked_into_without_a_ticket(self):
        pipe = self.pipe("keytab")
        config = self.config("[libdefaults]", f"[libdefaults]\n    default_client_keytab_name = FILE:{pipe}")
        for environment in {"KRB5_CLIENT_KTNAME": pipe}, {"KRB5_CLIENT_KTNAME": f"FILE:{pipe}"}, {"KRB5_CONFIG": config}:
            with self.subTest(**environment):
                for cache in "NONE", "EXPIRED":
                    steps = self.doctor(f"{TICKET};GssLib=mit;connect_timeout=20", KRB5CCNAME=E[f"NEGODBC_CCACHE_{cache}"], **environment)
                    self.assertIn(f"{pipe}: it is a pipe", steps["credential"]["text"])
                    self.assertEqual(steps["login"]["same_as"], "credential")
                code, said = self.run_program("query", f"{TICKET};GssLib=mit", "SELECT 1", KRB5CCNAME=E["NEGODBC_CCACHE_NONE"], **environment)
                self.assertEqual(code, 1)
                self.assertIn("it is a pipe", said)
                # Nobody opens it where there is a ticket, or no such keytab is known.
                self.assertEqual(self.doctor(f"{TICKET};GssLib=mit", **environment)["login"]["verdict"], "ok", self.said)
                self.assertEqual(self.doctor(f"{TICKET};GssLib=heimdal", **environment)["login"]["verdict"], "ok", self.said)

    def test_a_service_file(self):
        pipe = self.pipe("service")
        code, said = self.run_program("dsn", "import", "service=x", PGSERVICEFILE=pipe)
        self.assertEqual((code, said), (1, f"negodbc: [HY000] can't read {pipe}: it is a pipe\n"))
        code, said = self.run_program("dsn", "import", "service=x", PGSERVICEFILE=str(self.folder / "none"), PGSYSCONFDIR=str(self.folder))
        self.assertIn("there is no service x", said)

    def test_the_driver_managers_files(self):
        for name, holds in (("odbcinst.ini", "drivers"), ("odbc.ini", "the system's data sources")):
            system = self.folder / f"of-{name}"
            system.mkdir()
            self.write(f"of-{name}/odbcinst.ini", f"[negodbc]\nDriver = {E['NEGODBC_DRIVER']}\n")
            (system / name).unlink(missing_ok=True)
            pipe = self.pipe(f"of-{name}/{name}")
            user = self.write("user.ini", f"[tried]\nDriver = negodbc\nServer = localhost\nPort = {E['NEGODBC_PGPORT']}\n")
            files = {"ODBCSYSINI": str(system), "ODBCINI": str(user), "ODBCINSTINI": "odbcinst.ini"}
            code, said = self.run_program("doctor", "tried", **files)
            self.assertEqual(code, 1, said)
            self.assertRegex(said, f"FAILED  driver manager: the file of {holds} can't be read: {pipe}: it is a pipe")
            self.assertRegex(said, r"-> unset ODBC(SYSINI|INSTINI)")
            for words in (("query", "tried", "SELECT 1"), ("query", TICKET, "SELECT 1"), ("plugin", "list"), ("dsn", "add", "new", "Server=x"),
                          ("plugin", "check", PLUGIN, "--target", "tried"), ("dsn", "import", "postgresql://h/d")):
                with self.subTest(name, words=words):
                    code, said = self.run_program(*words, **files)
                    self.assertEqual(code, 1, said)
                    self.assertIn("it is a pipe", said)
            self.assertEqual(user.read_text(encoding="utf-8").count("["), 1)


class TrueTest(Case):
    """Neither a cause nor a remedy that is none."""

    def as_nobody(self, connection, **environment):
        """By a user who is not root; where the test is run by such a one, that is it."""
        another = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run([*PROGRAM, "doctor", connection, "--json"], capture_output=True, text=True, timeout=60, check=False,
                              cwd="/", env=E | environment, **another)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.said = done.stdout
        return {step["step"]: step for step in json.loads(done.stdout)["steps"]}

    @staticmethod
    def give(file):
        if os.geteuid() == 0:
            os.chown(file, NOBODY, NOBODY)

    def closed_folder(self, *files):
        """A folder that nobody else searches, with copies of files in it."""
        self.folder.chmod(0o755)
        folder = self.folder / "closed"
        folder.mkdir()
        for file in files:
            shutil.copy(file, folder)
        folder.chmod(0 if os.geteuid() != 0 else 0o700)
        self.addCleanup(folder.chmod, 0o700)
        return folder

    def test_one_of_several_servers_is_enough(self):
        for hosts in "localhost,127.0.0.1", "127.0.0.1,localhost":
            for library in BOTH:
                with self.subTest(hosts, library=library):
                    words = TICKET.replace("Server=localhost", f"Server={hosts}").replace("Port=", f"Port={E['NEGODBC_PGPORT']},")
                    done = self.run_doctor(f"{words};GssLib={library};SSLmode=disable", "--json")
                    steps = {step["step"]: step for step in json.loads(done.stdout)["steps"]}
                    self.assertEqual(done.returncode == 0, steps["login"]["verdict"] == "ok", done.stdout)
                    self.assertEqual(steps["ticket for the server"]["verdict"], "note")
                    self.assertRegex(steps["ticket for the server"]["notes"][0], r"^127\.0\.0\.1:\d+: ")

    def test_a_cache_of_another_users(self):
        self.folder.chmod(0o755)
        cache = self.write("cache", b"", 0o600)
        if os.geteuid() != 0:
            cache.chmod(0)
        for library in BOTH:
            with self.subTest(library):
                step = self.as_nobody(f"{TICKET};GssLib={library}", KRB5CCNAME=f"FILE:{cache}")["credential"]
                self.assertIn(f"This user may not read {cache}: name a cache of this user's own", step["text"])
                self.assertRegex(step["remedy"], r"^export KRB5CCNAME=(?!\S*/cache\b)")

    def test_a_list_of_drivers_that_cant_be_read(self):
        self.folder.chmod(0o755)
        drivers = self.write("odbcinst.ini", f"[negodbc]\nDriver = {E['NEGODBC_DRIVER']}\n", 0 if os.geteuid() != 0 else 0o600)
        sources = self.write("user.ini", f"[tried]\nDriver = negodbc\nServer = localhost\nPort = {E['NEGODBC_PGPORT']}\n")
        files = {"ODBCSYSINI": str(self.folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(sources)}
        self.give(sources)
        step = self.as_nobody("tried", **files)["driver"]
        self.assertEqual(step["verdict"], "failed", self.said)
        self.assertIn(f"is not found: can't read {drivers}: Permission denied", step["text"])
        self.assertEqual(step["remedy"], "unset ODBCSYSINI")
        drivers.chmod(0o644)
        self.assertEqual(self.as_nobody("tried", **files)["driver"]["verdict"], "ok", self.said)
        sources.chmod(0)
        step = self.as_nobody("tried", **files)["data source"]
        self.assertEqual(step["remedy"], "unset ODBCINI", self.said)
        # unixODBC opens the user's file for writing first, and gives up.
        sources.chmod(0o444)
        step = self.as_nobody("tried", **files)["data source"]
        self.assertIn(f"{sources} can be read, but not written by this user: unixODBC takes nothing of it", " ".join(step["notes"]))
        self.assertEqual(step["remedy"], "have ODBCINI name a file that " + ("nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
                         + " can write", self.said)

    def test_files_in_a_folder_that_cant_be_searched(self):
        folder = self.closed_folder(E["NEGODBC_ALICE_KEYTAB"], E["NEGODBC_ROOT_CERT"], E["NEGODBC_CLIENT_KEY"])
        keytab = folder / os.path.basename(E["NEGODBC_ALICE_KEYTAB"])
        for library in BOTH:
            step = self.as_nobody(f"{TICKET};GssLib={library};ClientKeytab={keytab};Principal=alice@{REALM}")["credential"]
            self.assertRegex(step["remedy"], f"^name a keytab of alice@{REALM} that .* can read by ClientKeytab", self.said)
        root = folder / os.path.basename(E["NEGODBC_ROOT_CERT"])
        login = self.as_nobody(f"{SERVER};UID=trust_user;SSLmode=verify-full;SSLrootcert={root}")["login"]
        self.assertIn(f"the root certificates in {root} can't be read: Permission denied", login["text"])
        self.assertRegex(login["remedy"], "^name a PEM file that .* can read by SSLrootcert")

    def test_a_key_that_cant_be_read(self):
        self.folder.chmod(0o755)
        certificate = self.write("certificate", pathlib.Path(E["NEGODBC_CLIENT_CERT"]).read_bytes())
        root = self.write("root", pathlib.Path(E["NEGODBC_ROOT_CERT"]).read_bytes())
        key = self.write("key", pathlib.Path(E["NEGODBC_CLIENT_KEY"]).read_bytes(), 0 if os.geteuid() != 0 else 0o600)
        steps = self.as_nobody(f"{SERVER};UID=cert_user;SSLmode=verify-full;SSLrootcert={root};SSLcert={certificate};SSLkey={key}",
                               KRB5CCNAME=E["NEGODBC_CCACHE_NONE"])
        self.assertIn(f"the private key {key} can't be read: Permission denied", steps["login"]["text"])
        self.assertEqual([remedy for remedy in self.remedies(steps) if "kinit" in remedy], [])
        self.assertRegex(steps["login"]["remedy"], "^name a PEM file that .* can read by SSLkey")

    def test_a_ticket_that_only_the_login_wants(self):
        """Nobody insists on it; the server does."""
        for library in BOTH:
            with self.subTest(library):
                steps = self.doctor(f"{SERVER};UID=alice;SSLmode=disable;GssLib={library}", KRB5CCNAME=E["NEGODBC_CCACHE_NONE"])
                self.assertEqual([steps[name].get("remedy") for name in ("credential caches", "credential")], [None, None])
                self.assertEqual(steps["login"]["verdict"], "failed")
                self.assertRegex(steps["login"]["remedy"], "^(kinit|export KRB5CCNAME=)")

    def test_a_client_keytab_that_is_none(self):
        for keytab in self.folder, self.write("garbage", "no keytab\n" * 9), self.write("empty", ""):
            for library in BOTH:
                with self.subTest(keytab.name, library=library):
                    step = self.doctor(f"{TICKET};GssLib={library};ClientKeytab={keytab};Principal=alice@{REALM}")["credential"]
                    self.assertEqual(step["verdict"], "failed")
                    self.assertRegex(step["remedy"], f"^name a keytab of alice@{REALM} that .* can read by ClientKeytab")

    def test_a_log_that_cant_be_written(self):
        link = self.folder / "link"
        link.symlink_to("log")
        for log, why in (("/nonexistent/log", "No such file"), (self.pipe("pipe"), "No such device|no ordinary file"),
                         (link, "it is a symbolic link"), (self.folder, "Is a directory")):
            with self.subTest(log):
                steps = self.doctor(f"{TICKET};Log={log}")
                self.assertRegex(" ".join(steps["environment"].get("notes", [])), f"the log {log} can't be written: .*({why})", self.said)
                self.assertRegex(steps["environment"]["remedy"], "^name a file that .* can write by Log in the connection string$")
                self.assertEqual(steps["login"]["verdict"], "ok")
                steps = self.doctor(NEGODBC_LOG=str(log))
                self.assertEqual(steps["environment"]["remedy"], "unset NEGODBC_LOG")
        self.assertEqual(self.doctor(f"{TICKET};Log={self.folder}/new")["environment"]["verdict"], "ok")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
