#!/usr/bin/python3
"""Plugins are listed, and one that breaks the contract is found out: plugin_commands_test.py NEGODBC SECOND BROKEN

SECOND is a plugin that keeps the contract of the first tables, BROKEN one that breaks what the variable BROKEN says.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

NEGODBC, SECOND, BROKEN = sys.argv[1:]
DRIVER = pathlib.Path(os.environ["NEGODBC_DRIVER"])
PLUGIN = os.environ["NEGODBC_TEST_PLUGIN"]
TARGET = f"Server=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc;Trusted_Connection=Yes"


def run(*arguments, cwd=None, **environment):
    return subprocess.run([NEGODBC, "plugin", *arguments], capture_output=True, text=True, timeout=300, check=False, cwd=cwd,
                          env=os.environ | environment)


class ListTest(unittest.TestCase):
    def plugins(self, status, **environment):
        done = run("list", "--json", **environment)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return {step["step"]: step for step in json.loads(done.stdout)["steps"]}

    def test_the_drivers_plugin_with_its_libraries(self):
        found = self.plugins(0)
        own = found[os.path.realpath(PLUGIN)]
        self.assertRegex(own["text"], r"^negodbc-auth \d+\.\d+\.\d+, ABI version 1$")
        facts = [(fact["name"], fact["value"]) for fact in own["facts"]]
        self.assertIn(("of", "the registered driver negodbc"), facts)
        self.assertRegex(dict(facts)["heimdal"], "libgssapi.so.3.*Heimdal")
        self.assertRegex(dict(facts)["mit"], "libgssapi_krb5.so.2")
        self.assertNotIn("\033", run("list").stdout)

    def test_data_sources_name_plugins_too(self):
        with tempfile.TemporaryDirectory(prefix="negodbc-plugins-") as folder:
            sources = pathlib.Path(folder) / "odbc.ini"
            sources.write_text(f"[one]\nDriver=negodbc\nAuthPlugin={SECOND}\n[two]\nDriver=negodbc\nAuthPlugin=/nonexistent/plugin.so\n"
                               "[three]\nDriver=negodbc\nAuthPlugin=relative.so\n", encoding="utf-8")
            found = self.plugins(1, ODBCINI=str(sources))
        self.assertEqual(found[os.path.realpath(SECOND)]["text"], "second 1.0, ABI version 1")
        self.assertIn({"name": "of", "value": "the data source one"}, found[os.path.realpath(SECOND)]["facts"])
        self.assertEqual(found["/nonexistent/plugin.so"]["verdict"], "failed")
        self.assertFalse([file for file in found if "relative" in file])


class CheckTest(unittest.TestCase):
    def check(self, file, *options, status=0, **environment):
        done = run("check", file, "--json", *options, **environment)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return {step["step"]: step for step in json.loads(done.stdout)["steps"]}

    def test_ours_keeps_it(self):
        steps = self.check(PLUGIN)
        self.assertNotIn("failed", [step["verdict"] for step in steps.values()])
        self.assertIn("nulls_are_refused", steps)
        self.assertEqual(steps["logins"]["verdict"], "skipped")
        self.assertNotIn("a_login_is_made", steps)
        self.assertRegex(run("check", PLUGIN).stdout, r"\nIt keeps the contract\.\n$")

    def test_logins_are_made_where_a_target_is_given(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                steps = self.check(PLUGIN, "--target", f"{TARGET};GssLib={library}")
                self.assertEqual({step["verdict"] for step in steps.values()}, {"ok"}, steps)
                self.assertIn("alice by gss", steps["a_login_is_made"]["notes"][0])
                self.assertIn("alice by gss", steps["a_login_is_encrypted"]["notes"][0])

    def test_another_plugin_keeps_it(self):
        steps = self.check(SECOND, "--target", TARGET)
        self.assertNotIn("failed", [step["verdict"] for step in steps.values()])
        self.assertEqual(steps["a_started_step_ends_as_step_does"]["verdict"], "skipped")
        self.assertEqual(steps["a_login_is_encrypted"]["verdict"], "ok")

    def test_no_ticket_no_login(self):
        steps = self.check(PLUGIN, "--target", f"{TARGET};CredentialCache={os.environ['NEGODBC_CCACHE_NONE']}", status=1)
        self.assertEqual(steps["nulls_are_refused"]["verdict"], "ok")
        self.assertRegex(steps["a_login_is_made"]["notes"][0], "no Kerberos ticket")

    def test_what_breaks_it_is_named(self):
        steps = self.check(BROKEN, status=1)
        self.assertEqual(steps["an_older_driver_gets_no_table"]["verdict"], "ok")
        self.assertEqual(steps["nulls_are_refused"]["notes"], ["a failed open() gives no session that tells why"])
        self.assertEqual(steps["sessions_are_counted"]["notes"], ["counters() gives -1 instead of 0"])
        self.assertRegex(run("check", BROKEN).stdout, r"\nIt does not keep the contract: \w+ is the first of \d+ faults\.\n$")

    def test_a_crash_ends_one_check_only(self):
        steps = self.check(BROKEN, status=1, BROKEN="takes NULL")
        self.assertEqual(steps["nulls_are_refused"]["notes"], ["it ends the process: exit status 7"])
        self.assertEqual(steps["a_newer_drivers_fields_are_ignored"]["verdict"], "ok")
        steps = self.check(BROKEN, status=1, BROKEN="crashes")
        self.assertEqual(steps["file"]["text"], f"{BROKEN}: it ends the process: signal 6")
        self.assertEqual(list(steps), ["file"])

    def test_what_is_no_plugin(self):
        driver = str(DRIVER)
        for file, why in ((driver, "is no plugin: it does not export negodbc_auth_plugin"), ("/nonexistent/plugin.so", "No such file"),
                          (__file__, "is no shared object")):
            with self.subTest(file):
                self.assertIn(why, self.check(file, status=1)["file"]["text"])

    def test_only_what_a_path_names_is_loaded(self):
        with tempfile.TemporaryDirectory(prefix="negodbc-plugins-") as folder:
            shutil.copy(SECOND, f"{folder}/plugin.so")
            done = run("check", "plugin.so", cwd=folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn("is a name without a folder", done.stdout)
            self.assertIn("-> negodbc plugin check ./plugin.so", done.stdout)
            self.assertEqual(run("check", "./plugin.so", cwd=folder).returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
