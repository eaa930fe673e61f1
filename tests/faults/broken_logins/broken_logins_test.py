#!/usr/bin/python3
"""Every way of breaking a login is told by its cause and its remedy, and the remedy works.

  broken_logins_test.py PRINT_FAULT NEGODBC [--print] [PART OF A ROW'S NAME...]

Each row of the tables (rows_*.py) is made in the realm and asked of the driver through the driver manager, with each
GSSAPI library where it is about a ticket, and of `negodbc doctor`. The text must name the row's cause and remedy and no
other row's cause; then the remedy is applied, and the login must succeed. --print shows the texts instead.
"""
import concurrent.futures
import contextlib
import json
import os
import re
import subprocess
import sys
import unittest

import places
import rows_files
import rows_kdc
import rows_network
import rows_server
import rows_tickets
import rows_words
import worlds
from table import E

PRINT = "--print" in sys.argv and not sys.argv.remove("--print")
PRINT_FAULT, NEGODBC, *WANTED = sys.argv[1:]
ROWS = [row for rows in (rows_tickets, rows_files, rows_kdc, rows_server, rows_network, rows_words) for row in rows.ROWS
        if not WANTED or any(part in row.name for part in WANTED)]
BASE = {"Driver": "negodbc", "Server": "localhost", "Port": E["NEGODBC_PGPORT"], "Database": "negodbc",
        "SSLmode": "disable", "ServerAuth": "ask"}
# The longest text that unixODBC hands on, with its own ending.
LONGEST = 512


def connection_string(login, library, port=None, number=0):
    """For a data source of odbc.ini: the file is written, and the environment that names it given too."""
    environment = dict(os.environ) | login.env
    if login.ini is not None:
        environment["ODBCINI"] = places.path(f"odbc-{number}.ini")
        with open(environment["ODBCINI"], "w", encoding="utf-8") as file:
            file.write("[broken]\n" + "".join(f"{name} = {value}\n" for name, value in login.ini.items()))
        return "DSN=broken", environment
    words = BASE | login.words
    if library:
        words = {"GssLib": library} | words
    if port:
        words["Port"] = port
    return ";".join(f"{name}={value}" for name, value in words.items() if value is not None), environment


def run(command, environment):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, timeout=120,
                          check=False)


def driver_says(string, environment):
    """SQLSTATE and text; None when the login succeeds and warns of nothing."""
    done = run([PRINT_FAULT, string], environment)
    if done.returncode == 1 and not done.stdout:
        return None
    if done.returncode not in (0, 1):
        return "", f"ended with {done.returncode}: {done.stderr}"
    return tuple(done.stdout.strip().split(" ", 1))


def doctor_says(string, environment):
    """All of it, and the remedy of the first step that fails."""
    done = run([NEGODBC, "doctor", string, "--json"], environment)
    try:
        steps = json.loads(done.stdout)["steps"]
    except ValueError:
        return done.stdout + done.stderr, None
    failed = [step.get("remedy") for step in steps if step["verdict"] == "failed"]
    return ("\n".join(f"{step.get('text', '')} {step.get('remedy', '')} {' '.join(step.get('notes', []))}" for step in steps),
            failed[0] if failed else None)


class Tried:
    """A row with one library."""

    def __init__(self, row, library, number):
        self.row, self.library, self.number = row, library, number
        self.name = row.name + (f" ({library})" if library else "")
        self.said = self.doctor = None
        self.command = self.after_command = None
        self.after = "not tried"

    def break_it(self):
        login = self.row.wrong
        with login.serve() if login.serve else contextlib.nullcontext() as server:
            string, environment = connection_string(login, self.library, server and str(server.port), self.number)
            self.said = driver_says(string, environment)
            if self.row.doctor:
                self.doctor, self.command = doctor_says(string, environment)
                self.obey(environment)

    def obey(self, environment):
        """What the doctor says of the connection string, done."""
        told = re.fullmatch("put (.*?)=(.*) into the connection string", self.command or "")
        if not told or self.row.wrong.ini is not None or self.row.wrong.serve:
            return
        words = {name: value for name, value in (BASE | {"GssLib": self.library or "auto"} | self.row.wrong.words).items()
                 if name.lower() != told[1].lower() and value is not None}
        self.after_command = driver_says(";".join(f"{name}={value}" for name, value in (words | {told[1]: told[2]}).items()), environment)

    def mend_it(self):
        string, environment = connection_string(self.row.right, self.library, None, self.number)
        self.after = driver_says(string, environment)


def in_turn(world, tried):
    """What is broken in this configuration, then what is right in it."""
    broken = [each for each in tried if each.row.wrong.world == world]
    mended = [each for each in tried if each.row.right.world == world]
    # Strangers and second servers one after the other, the rest side by side.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(Tried.break_it, [each for each in broken if not each.row.wrong.serve]))
    for each in broken:
        if each.row.wrong.serve:
            each.break_it()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(Tried.mend_it, mended))


class BrokenLoginsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tried = [Tried(row, library, number) for number, row in enumerate(ROWS) for library in row.libraries]
        server = worlds.Worlds()
        server.make()
        needed = {login.world for row in ROWS for login in (row.wrong, row.right)}
        # Where all is mended comes last.
        for world in [name for name in worlds.WORLDS if name != "right"] + ["right"]:
            if world in needed:
                server.enter(world)
                in_turn(world, cls.tried)

    def test_the_driver_names_cause_and_remedy(self):
        for each in self.tried:
            with self.subTest(each.name):
                self.assertIsNotNone(each.said, "the login succeeded")
                state, text = each.said
                if not each.row.driver:
                    self.assertNotIn("[negodbc]", text)
                    continue
                self.assertEqual(state, each.row.state, text)
                self.assertRegex(text, f"(?s){each.row.cause}")
                self.assertRegex(text, each.row.remedy)
                self.assertTrue(text.startswith("[negodbc] "), text)
                self.assertLessEqual(len(text), LONGEST)

    def test_no_other_cause_is_named(self):
        causes = {row.cause for row in ROWS}
        for each in self.tried:
            # What a misspelt word led to stands behind it.
            text = (each.said or ("", ""))[1].partition(" meant? ")[0]
            for cause in causes - {each.row.cause}:
                with self.subTest(each.name, cause=cause):
                    self.assertNotRegex(text, cause)

    def test_the_doctor_names_the_cause(self):
        for each in self.tried:
            if each.row.doctor:
                with self.subTest(each.name):
                    self.assertRegex(each.doctor, each.row.cause)
                    if not each.row.driver:
                        self.assertRegex(each.doctor, each.row.remedy)

    def test_what_the_doctor_has_set_works(self):
        obeyed = [each for each in self.tried if re.match("put .* into", each.command or "") and each.row.wrong.ini is None and not each.row.wrong.serve]
        for each in obeyed:
            with self.subTest(each.name, command=each.command):
                state, text = each.after_command or ("", "")
                # A misspelt word stays, and is warned of; of another fault another remedy tells.
                self.assertTrue(state in ("", "01S00") or not re.search(each.row.cause, text), text)
        if not WANTED:
            self.assertGreaterEqual(len(obeyed), 30)

    def test_the_remedy_works(self):
        for each in self.tried:
            with self.subTest(each.name):
                self.assertIsNone(each.after)

    @unittest.skipIf(WANTED, "only some rows are asked for")
    def test_there_are_enough(self):
        self.assertGreaterEqual(len(ROWS), 100)
        self.assertEqual(len({row.name for row in ROWS}), len(ROWS))


def print_all():
    BrokenLoginsTest.setUpClass()
    for each in BrokenLoginsTest.tried:
        heard = "not asked" if each.doctor is None else bool(re.search(each.row.cause, each.doctor))
        print(f"## {each.name}\n   {each.said}\n   doctor: {heard}  after: {each.after}")


if __name__ == "__main__":
    if PRINT:
        print_all()
    else:
        unittest.main(argv=sys.argv[:1])
