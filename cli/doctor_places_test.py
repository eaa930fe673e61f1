#!/usr/bin/python3
"""Where the driver manager's files and logs are, and what a diagnosis leaves there: doctor_places_test.py NEGODBC...

A place that the environment names and that is none is told as that, and nothing is made, moved or written by looking.
"""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))

from doctor_case import PROGRAM, TICKET, Case

E = os.environ


class PlacesTest(Case):
    def setUp(self):
        super().setUp()
        self.user = self.write("user.ini", f"[tried]\nDriver = negodbc\nServer = localhost\nPort = {E['NEGODBC_PGPORT']}\nDatabase = negodbc\n"
                                           "UID = trust_user\nTrusted_Connection = No\n")
        self.write("odbcinst.ini", f"[negodbc]\nDriver = {E['NEGODBC_DRIVER']}\n")
        self.good = {"ODBCSYSINI": str(self.folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(self.user)}

    def test_a_place_that_is_nowhere(self):
        pipe = self.pipe("pipe")
        self.assertEqual(self.first_failure(self.doctor("tried", **self.good)), {})
        for variable, value in (("ODBCSYSINI", pipe), ("ODBCSYSINI", "/nowhere"), ("ODBCSYSINI", "/dev/null"), ("ODBCSYSINI", str(self.user)),
                                ("ODBCINSTINI", "nowhere.ini"), ("ODBCINSTINI", "nowhere/odbcinst.ini"), ("ODBCINSTINI", pipe),
                                ("ODBCINSTINI", "pipe"), ("ODBCINI", pipe), ("ODBCINI", "/nowhere/odbc.ini"), ("ODBCINI", "/dev/null"),
                                ("ODBCINI", "/dev/full"), ("ODBCINI", str(self.folder))):
            with self.subTest(variable, value=value):
                steps = self.doctor("tried", **self.good | {variable: value})
                self.assertEqual(self.remedy_of_failure(steps), f"unset {variable}", self.said)
                self.assertEqual({remedy for remedy in self.remedies(steps) if "ODBC" in remedy}, {f"unset {variable}"})

    def test_a_driver_is_registered_where_programs_look(self):
        empty = self.folder / "empty"
        empty.mkdir()
        remedy = self.remedy_of_failure(self.doctor("tried", **self.good | {"ODBCSYSINI": str(empty)}))
        self.assertIn(f"sudo env ODBCSYSINI={empty} ODBCINSTINI=odbcinst.ini odbcinst -i -d", remedy)
        self.apply(remedy)
        self.assertEqual(self.first_failure(self.doctor("tried", **self.good | {"ODBCSYSINI": str(empty)})), {}, self.said)

    def test_nothing_is_left(self):
        """Root's file would keep programs from theirs: unixODBC makes those that it looks for."""
        kept = self.write("kept.log", "kept\n")
        for words in (("doctor", TICKET), ("doctor", "nowhere"), ("plugin", "list"), ("dsn", "list"), ("query", TICKET, "SELECT 1"),
                      ("doctor", f"{TICKET};Log=new.log;DiagnosisLog=other.log;Logdir={self.folder};Debug=1;CommLog=1"),
                      ("doctor", f"{TICKET};Log=kept.log;DiagnosisLog=kept.log"), ("doctor", f"{TICKET};Debug=1;Logdir={self.folder}")):
            with self.subTest(words):
                before = sorted(self.folder.rglob("*"))
                environment = {"ODBCINI": str(self.folder / "none.ini")} | ({"NEGODBC_LOG": "third.log"} if words[0] == "doctor" else {})
                done = subprocess.run([*PROGRAM, *words], capture_output=True, timeout=60, check=False, cwd=self.folder, env=E | environment)
                self.assertEqual(done.returncode, int("nowhere" in words), done.stdout)
                self.assertEqual(sorted(self.folder.rglob("*")), before)
                self.assertEqual(kept.read_text(encoding="utf-8"), "kept\n")

    def test_a_diagnosis_log_that_cant_be_written(self):
        """Programs fail for it."""
        login = self.doctor(f"{TICKET};DiagnosisLog=/nonexistent/log")["credential"]
        self.assertEqual(login["verdict"], "failed")
        self.assertIn("DiagnosisLog=/nonexistent/log can't be written", login["text"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
