#!/usr/bin/python3
"""What keeps programs from the driver is told, and nothing is called well that fails for them: doctor_faults_test.py NEGODBC...

Every fault is made, the doctor asked, isql's failure looked at, the doctor's remedy applied, and both asked again.
"""
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv[1:]
DRIVER = pathlib.Path(os.environ["NEGODBC_DRIVER"])
PORT = os.environ["NEGODBC_PGPORT"]
PLUGIN = next(path.name for path in DRIVER.parent.glob("libnegodbc-auth.so.*"))
SOURCE = {"Driver": "negodbc", "Server": "localhost", "Port": PORT, "Database": "negodbc", "Trusted_Connection": "Yes"}


def section(name, values):
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()) + "\n"


class Case(unittest.TestCase):
    """A driver of its own, registered in ini files of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-doctor-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.driver = self.folder / "libnegodbc.so"
        self.plugin = self.folder / PLUGIN
        shutil.copy(DRIVER, self.driver)
        shutil.copy(DRIVER.parent / PLUGIN, self.plugin)
        self.drivers = self.folder / "odbcinst.ini"
        self.sources = self.folder / "user.ini"
        self.register({"negodbc": self.driver})
        self.write_source(SOURCE)
        self.environment = os.environ | {"ODBCSYSINI": str(self.folder), "ODBCINSTINI": self.drivers.name,
                                         "ODBCINI": str(self.sources)}

    def register(self, drivers):
        self.drivers.write_text("".join(section(name, {"Driver": file, "Threading": 0}) for name, file in drivers.items()),
                                encoding="utf-8")

    def write_source(self, values, name="tried"):
        self.sources.write_text(section(name, values), encoding="utf-8")

    def doctor(self, connection="tried", *options, **environment):
        done = subprocess.run([*PROGRAM, "doctor", connection, *options], capture_output=True, text=True, timeout=60, check=False,
                              env=self.environment | environment)
        return done.returncode, done.stdout + done.stderr

    def isql(self, connection="tried"):
        by_string = ["-k"] if "=" in connection else []
        done = subprocess.run(["isql", connection, *by_string, "-b", "-v"], input="SELECT 1\n", capture_output=True, text=True, timeout=60,
                              check=False, env=self.environment)
        return done.returncode

    def steps(self, connection="tried"):
        status, said = self.doctor(connection, "--json")
        report = json.loads(said)
        self.assertEqual(status, 0 if report["verdict"] == "ok" else 1, said)
        return {step["step"]: step for step in report["steps"]}

    def assert_told(self, step, cause, remedy, connection="tried", status=1):
        """Programs fail, and so the doctor does, at this step, for this reason."""
        self.assertNotEqual(self.isql(connection), 0)
        code, said = self.doctor(connection)
        self.assertEqual(code, status, said)
        self.assertNotIn("All is well", said)
        self.assertRegex(said, rf"(?m)^FAILED  {step}: .*{cause}", said)
        self.assertRegex(said, rf"(?m)^ {{8}}-> .*{remedy}", said)

    def apply_remedy(self, step):
        """As it stands behind the arrow; who may write everywhere needs no sudo."""
        command = self.steps()[step]["remedy"].replace("sudo ", "")
        program = self.folder / "program"
        program.mkdir(exist_ok=True)
        if not (program / "negodbc").exists():
            (program / "negodbc").symlink_to(os.path.abspath(PROGRAM[0]))
        subprocess.run(["sh", "-euc", command], check=True, capture_output=True,
                       env=self.environment | {"PATH": f"{program}:{os.environ['PATH']}"})

    def assert_well(self, connection="tried"):
        self.assertEqual(self.isql(connection), 0)
        status, said = self.doctor(connection)
        self.assertEqual(status, 0, said)
        self.assertIn("All is well.", said)


class InstallationTest(Case):
    def test_all_is_well(self):
        self.assert_well()
        self.assert_well(f"Driver=negodbc;Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes")

    def test_the_driver_is_not_registered(self):
        self.register({})
        self.assert_told("driver", r"\[IM002\] \"negodbc\" .* is not registered", "odbcinst -i -d")
        command = re.search(r"-> (.*odbcinst.*)", self.doctor()[1])[1].removeprefix("sudo ").replace("| sudo ", "| ")
        subprocess.run(["sh", "-c", command], env=self.environment, check=True, capture_output=True)
        self.assert_well()

    def test_registered_by_another_name(self):
        self.register({"PG by ticket": self.driver})
        self.assert_told("driver", "is not registered; registered drivers: PG by ticket", "negodbc dsn edit tried 'Driver=PG by ticket'")
        self.apply_remedy("driver")
        self.assert_well()

    def test_a_connection_string_names_an_unregistered_driver(self):
        connection = f"Driver=negodb;Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes"
        self.assert_told("driver", r"\[01000\] \"negodb\"", "set Driver = negodbc in the connection string", connection)
        self.assert_well(connection.replace("negodb;", "negodbc;"))

    def test_no_driver_line(self):
        self.write_source({key: value for key, value in SOURCE.items() if key != "Driver"})
        self.assert_told("driver", r"\[IM002\] no Driver line in \[tried\] of", "negodbc dsn edit tried Driver=negodbc")
        self.apply_remedy("driver")
        self.assert_well()

    def test_quotes_around_the_driver(self):
        self.write_source(SOURCE | {"Driver": '"negodbc"'})
        self.assert_told("driver", "is not registered", "negodbc dsn edit tried Driver=negodbc")
        self.apply_remedy("driver")
        self.assert_well()

    def test_the_file_is_missing(self):
        self.driver.unlink()
        self.assert_told("driver", r"can't be loaded: .*libnegodbc\.so: No such file", "")

    def test_the_file_is_damaged(self):
        for content, cause in ((b"", "is no shared object"), (b"not a library\n" * 99, "is no shared object"),
                               (DRIVER.read_bytes()[:100000], "is cut off")):
            with self.subTest(cause):
                self.driver.write_bytes(content)
                code, said = self.doctor()
                self.assertEqual(code, 1, said)
                self.assertRegex(said, rf"(?m)^FAILED  driver: .*{cause}", said)

    def test_a_bad_file_by_another_name(self):
        """Each is mended by its remedy, whatever the name is that programs use for it."""
        foreign = bytearray(DRIVER.read_bytes())
        foreign[18] ^= 1  # e_machine
        bad = self.folder / "bad" / self.driver.name
        bad.parent.mkdir()
        shutil.copy(DRIVER.parent / PLUGIN, bad.parent)
        for content, cause in ((None, "No such file"), (b"not a library\n" * 99, "is no shared object"),
                               (bytes(foreign), "for another processor"), (DRIVER.read_bytes()[:100000], "is cut off"),
                               ("pipe", "it is a pipe"), ("folder", "it is a folder")):
            names = (({"PG by ticket": bad}, "PG by ticket"), ({"negodbc": self.driver, "it's 100%": bad}, "it's 100%"),
                     ({"negodbc": self.driver}, str(bad)), ({}, str(bad)), ({"negodbc": bad}, str(bad)), ({"negodbc": bad}, "negodbc"))
            for drivers, named in names if content is None else names[:1]:
                with self.subTest(cause, drivers=list(drivers), named=named):
                    if bad.is_dir():
                        bad.rmdir()
                    bad.unlink(missing_ok=True)
                    if content == "pipe":
                        os.mkfifo(bad)
                    elif content == "folder":
                        bad.mkdir()
                    elif content is not None:
                        bad.write_bytes(content)
                    self.register(drivers)
                    self.write_source(SOURCE | {"Driver": named})
                    code, said = self.doctor()
                    self.assertEqual(code, 1, said)
                    self.assertRegex(said, rf"(?m)^FAILED  driver: \[01000\] can't be loaded: .*{cause}", said)
                    self.apply_remedy("driver")
                    self.assert_well()

    def test_a_bad_file_that_a_connection_string_names(self):
        connection = f"Driver={self.folder}/bad.so;Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes"
        self.assert_told("driver", "No such file", "set Driver = negodbc in the connection string", connection)
        self.register({})
        told = re.search(r"-> set Driver = (.*) in the connection string", self.doctor(connection)[1])[1]
        self.assert_well(connection.replace(f"{self.folder}/bad.so", told))

    def test_an_ini_file_that_is_none(self):
        for variable, names in (("ODBCINI", "data sources"), ("ODBCINSTINI", "drivers")):
            with self.subTest(variable):
                pipe = self.folder / f"pipe-{variable}"
                os.mkfifo(pipe)
                code, said = self.doctor(**{variable: str(pipe) if variable == "ODBCINI" else pipe.name})
                self.assertEqual(code, 1, said)
                self.assertRegex(said, rf"(?m)^FAILED  driver manager: .*{names}.*it is a pipe", said)
                self.assertRegex(said, rf"(?m)^ {{8}}-> unset .*{variable}", said)

    def test_for_another_processor(self):
        content = bytearray(DRIVER.read_bytes())
        content[18] ^= 1  # e_machine
        self.driver.write_bytes(content)
        self.assert_told("driver", "for another processor", "")

    def test_a_library_it_needs_is_missing(self):
        content = DRIVER.read_bytes()
        self.assertIn(b"libodbcinst.so.2\0", content)
        self.driver.write_bytes(content.replace(b"libodbcinst.so.2\0", b"libodbcinst.so.9\0"))
        self.assert_told("driver", r"libodbcinst\.so\.9: cannot open shared object", r"install what holds libodbcinst\.so\.9")
        facts = {fact["name"]: fact["value"] for fact in self.steps()["driver"]["facts"]}
        self.assertEqual(facts["libodbcinst.so.9"], "not found")

    def test_the_drivers_file_is_told(self):
        facts = {fact["name"]: fact["value"] for fact in self.steps()["driver"]["facts"]}
        self.assertEqual(list(facts), ["architecture"])
        self.assertIn("64 bits", facts["architecture"])

    def test_a_relative_path(self):
        self.register({"negodbc": "lib/libnegodbc.so"})
        self.assert_told("driver", "is relative", "odbcinst -i -d -r")
        self.apply_remedy("driver")
        self.assert_well()

    def test_the_plugin_is_missing(self):
        self.plugin.unlink()
        self.assert_told("plugin", r"\[08001\] .*No such file", "ln -sf")
        self.apply_remedy("plugin")
        self.assert_well()

    def test_the_plugin_is_damaged(self):
        for content, cause in ((b"", "is no shared object"), ((DRIVER.parent / PLUGIN).read_bytes()[:50000], "is cut off")):
            with self.subTest(cause):
                self.plugin.write_bytes(content)
                code, said = self.doctor()
                self.assertEqual(code, 1, said)
                self.assertRegex(said, rf"(?m)^FAILED  plugin: .*{cause}", said)

    def test_a_plugin_that_the_connection_string_names(self):
        """Where the word stands it is taken out, and not where it would change nothing."""
        self.assert_told("plugin", "No such file", "take AuthPlugin out of the connection string", "DSN=tried;AuthPlugin=/nonexistent/plugin")
        self.write_source(SOURCE | {"AuthPlugin": "/nonexistent/plugin"})
        self.assert_told("plugin", "No such file", "negodbc dsn edit tried AuthPlugin=")
        self.apply_remedy("plugin")
        self.assert_well()

    def test_something_else_by_the_plugins_name(self):
        shutil.copy(self.driver, self.plugin)
        self.assert_told("plugin", "it exports no negodbc_auth_plugin", "ln -sf")
        self.apply_remedy("plugin")
        self.assert_well()

    def test_the_plugin_of_the_driver_is_meant_and_no_other(self):
        self.assertEqual(self.steps()["plugin"]["text"].partition(", ")[2], str(self.plugin))

    def test_without_the_plugin_a_password_is_enough(self):
        self.plugin.unlink()
        self.write_source(SOURCE | {"Trusted_Connection": "No", "UID": "scram_user", "PWD": os.environ["NEGODBC_SCRAM_PASSWORD"]})
        self.assert_well()

    def test_the_data_source_uses_another_driver(self):
        peer = next(iter(pathlib.Path("/usr/lib").glob("*/odbc/psqlodbcw.so")))
        self.register({"negodbc": self.driver, "psqlodbc": peer})
        self.write_source(SOURCE | {"Driver": "psqlodbc"})
        code, said = self.doctor()
        self.assertEqual(code, 1, said)
        self.assertRegex(said, r"(?m)^FAILED  driver: \[tried\] of .* uses another driver, psqlodbcw?\.so", said)
        self.apply_remedy("driver")
        self.assert_well()
        self.assertNotIn("All is well", said)

    def test_no_such_data_source(self):
        self.assertNotEqual(self.isql("untried"), 0)
        code, said = self.doctor("untried")
        self.assertEqual(code, 1, said)
        self.assertIn("FAILED  data source: [IM002]", said)
        self.assertIn("data sources that are there: tried", said)

    def test_the_connection_string_names_no_driver(self):
        code, said = self.doctor(f"Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes")
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"(?m)^note    driver: .*programs need DSN=")


class SettingsTest(Case):
    def test_every_word_is_told_with_its_place(self):
        self.write_source(SOURCE | {"Database": "elsewhere", "Socket": 4096, "PWD": "secret one"})
        self.drivers.write_text(section("negodbc", {"Driver": self.driver, "KrbSrvName": "postgres"}), encoding="utf-8")
        facts = {fact["name"]: fact for fact in self.steps("DSN=tried;Database=negodbc")["settings"]["facts"]}
        self.assertEqual(facts["Database"], {"name": "Database", "value": "negodbc", "source": "the connection string"})
        self.assertEqual(facts["Port"], {"name": "Port", "value": PORT, "source": str(self.sources)})
        self.assertEqual(facts["KrbSrvName"]["source"], "[negodbc] of odbcinst.ini")
        self.assertEqual(facts["PWD"]["value"], "(given, not shown)")
        said = self.doctor("DSN=tried;Database=negodbc")[1]
        self.assertNotIn("secret one", said)
        self.assertRegex(said, r"(?m)^ {8}Socket = 4096 has no effect  \(.*Rows are read as they come\)")

    def test_misspelt_words(self):
        self.write_source({key: value for key, value in SOURCE.items() if key != "Trusted_Connection"} | {"Trusted_Conection": "Yes"})
        settings = self.steps()["settings"]
        self.assertEqual(settings["verdict"], "note")
        self.assertRegex(settings["notes"][0], r'"Trusted_Conection" .* is Trusted_Connection meant\?$')

    def test_a_wrong_value(self):
        self.write_source(SOURCE | {"Trusted_Connection": "perhaps"})
        self.assertNotEqual(self.isql(), 0)
        status, said = self.doctor()
        self.assertEqual(status, 1)
        self.assertRegex(said, r"(?m)^FAILED  settings: \[08001\] .*Trusted_Connection=perhaps")


class OutputTest(Case):
    def test_json_has_every_step(self):
        steps = self.steps()
        self.assertEqual(list(steps), ["driver manager", "driver", "settings", "plugin", "environment", "names", "GSSAPI libraries",
                                       "krb5.conf", "credential caches", "KDCs", "clock", "credential", "ticket for the server",
                                       "server", "TLS", "what the server asks", "login",
                                       "through the driver manager"])
        self.assertEqual({step["verdict"] for step in steps.values()}, {"ok"})
        self.assertIn("libnegodbc.so", steps["through the driver manager"]["text"])

    def test_exit_statuses(self):
        self.assertEqual(self.doctor()[0], 0)
        self.assertEqual(self.doctor("tried", KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])[0], 1)
        self.assertEqual(self.doctor("tried", "--unheard-of")[0], 2)
        for option in ("--bundle", "--keytab", "--as-driver"):
            for words in ((option, ""), (option + "=",)):
                with self.subTest(words=words):
                    self.assertEqual(self.doctor("tried", *words)[0], 2)

    def test_a_kdc_that_hangs_is_waited_for_once(self):
        begun = time.monotonic()
        status, said = self.doctor("DSN=tried;connect_timeout=3", KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_HANGING"],
                                   KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"(?m)^-       ticket for the server: .*time has run out")
        self.assertRegex(said, r"(?m)^FAILED  login: \[HYT00\]")
        self.assertGreaterEqual(time.monotonic() - begun, 3)

    def test_a_ticket_that_is_not_needed_is_no_fault(self):
        self.write_source({key: value for key, value in SOURCE.items() if key != "Trusted_Connection"} | {"UID": "trust_user"})
        status, said = self.doctor("tried", KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"(?m)^note    credential: \[28000\]")

    def on_a_terminal(self, **environment):
        # `stty` gives the terminal its width.
        said = bytearray()

        def read(descriptor):
            data = os.read(descriptor, 65536)
            said.extend(data)
            return data

        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.environment | {"TERM": "xterm"} | environment)
        try:
            command = " ".join(PROGRAM) + " doctor tried"
            sink = os.open(os.devnull, os.O_WRONLY)
            kept = os.dup(1)
            os.dup2(sink, 1)
            try:
                pty.spawn(["sh", "-c", f"stty cols 80; exec {command}"], read)
            finally:
                os.dup2(kept, 1)
                os.close(kept)
                os.close(sink)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return said.decode()

    def test_colours_on_a_terminal_only(self):
        self.assertNotIn("\033", self.doctor()[1])
        self.assertIn("\033[32mok", self.on_a_terminal())
        self.assertNotIn("\033", self.on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\033", self.on_a_terminal(TERM="dumb"))

    def test_lines_fit_the_terminal(self):
        lines = re.sub(r"\033\[[0-9;]*m", "", self.on_a_terminal()).splitlines()
        # What cannot be broken may be longer: paths.
        long = [line for line in lines if len(line) > 80 and " " in line[8:].strip()]
        self.assertEqual(long, [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
