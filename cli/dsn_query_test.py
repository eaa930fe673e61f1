#!/usr/bin/python3
"""negodbc dsn and negodbc query, as a user runs them: dsn_query_test.py NEGODBC..."""
import csv
import io
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv[1:]
PORT = os.environ["NEGODBC_PGPORT"]


class Case(unittest.TestCase):
    """Ini files of its own; the realm's driver is registered."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-dsn-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.user, self.system = self.folder / "user.ini", self.folder / "odbc.ini"
        (self.folder / "odbcinst.ini").write_text(f"[by ticket]\nDriver = {os.environ['NEGODBC_DRIVER']}\nThreading = 0\n", encoding="utf-8")
        self.environment = os.environ | {"ODBCSYSINI": str(self.folder), "ODBCINSTINI": "odbcinst.ini", "ODBCINI": str(self.user)}

    def run_it(self, *words, status=0, **options):
        done = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False, env=self.environment,
                              **({"stdin": subprocess.DEVNULL} | options))
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def add(self, name="made", *more):
        return self.run_it("dsn", "add", name, "Server=localhost", f"Port={PORT}", "Database=negodbc", "Trusted_Connection=Yes", *more)

    def values(self, name="made"):
        return json.loads(self.run_it("dsn", "show", name, "--json"))["values"]

    def isql(self, name="made"):
        return subprocess.run(["isql", name, "-b"], input="SELECT 1\n", capture_output=True, text=True, timeout=60, check=False,
                              env=self.environment).returncode


class DsnTest(Case):
    def test_added_tried_and_removed(self):
        self.assertIn(f"added made to {self.user}", self.add())
        self.assertEqual(self.values(), {"Driver": "by ticket", "Server": "localhost", "Port": PORT, "Database": "negodbc",
                                         "Trusted_Connection": "Yes"})
        self.assertEqual(self.isql(), 0)
        self.assertIn("All is well.", self.run_it("dsn", "test", "made"))
        self.assertIn("removed made", self.run_it("dsn", "remove", "made"))
        self.assertIn("there is no data source made", self.run_it("dsn", "show", "made", status=1))
        self.assertNotEqual(self.isql(), 0)

    def test_of_all_users(self):
        self.assertIn(f"added made to {self.system}", self.add("made", "--system"))
        self.assertFalse(self.user.exists() and "made" in self.user.read_text(encoding="utf-8"))
        self.assertEqual(self.isql(), 0)
        self.add("made", "--user")
        listed = [line.split()[:2] for line in self.run_it("dsn", "list").splitlines()]
        self.assertEqual(listed, [["NAME", "SCOPE"], ["made", "user"], ["made", "system"]])
        self.run_it("dsn", "remove", "made", "--system")
        self.assertEqual([source["scope"] for source in json.loads(self.run_it("dsn", "list", "--json"))], ["user"])

    def test_nothing_is_written_over(self):
        self.add()
        before = self.user.read_text(encoding="utf-8")
        self.assertIn("already", self.run_it("dsn", "add", "made", "Server=elsewhere", status=1))
        self.assertEqual(self.user.read_text(encoding="utf-8"), before)

    def test_what_is_wrong_is_not_written(self):
        for words, cause in ((["Srever=x"], "is Server meant?"), (["Trusted_Connection=perhaps"], "expected yes or no"),
                             (["Port=many"], "Port"), (["Server"], "not of the form"), (["Server=a", "Servername=b"], "given twice"),
                             (["DSN=other"], "can't stand in one"), (["SSLmode=verify-ful"], "one of"),
                             (["Database=a\nDriver=evil"], "line end")):
            with self.subTest(words):
                self.assertIn(cause, self.run_it("dsn", "add", "made", *words, status=1))
                self.assertIn("there is no data source", self.run_it("dsn", "show", "made", status=1))
        self.assertIn("is no name", self.run_it("dsn", "add", "a;b", "Server=x", status=1))

    def test_edited(self):
        self.user.write_text(f"[made]\nDriver = by ticket\nServername = elsewhere\nPort = {PORT}\nDatabase = negodbc\n\n[other]\nDriver = x\n",
                             encoding="utf-8")
        self.run_it("dsn", "edit", "made", "Server=localhost", "Trusted_Connection=Yes")
        self.assertEqual(self.values()["Servername"], "localhost")
        self.assertNotIn("Server", self.values())
        self.assertEqual(self.isql(), 0)
        self.run_it("dsn", "edit", "made", "Port=")
        self.assertNotIn("Port", self.values())
        self.assertEqual(self.values("other"), {"Driver": "x"})
        self.assertIn("is Server meant?", self.run_it("dsn", "edit", "made", "Srever=x", status=1))

    def test_passwords_are_not_shown(self):
        said = self.add("made", "UID=alice", "PWD=secret one")
        self.assertIn("note: PWD can be read by whoever", said)
        for words in (["list"], ["list", "--json"], ["show", "made"], ["show", "made", "--json"]):
            self.assertNotIn("secret one", self.run_it("dsn", *words))

    def test_a_file_made_for_a_password_is_its_users_alone(self):
        self.add("made", "UID=alice", "PWD=secret one")
        self.assertEqual(self.user.stat().st_mode & 0o777, 0o600)
        self.user.unlink()
        self.run_it("dsn", "import", "postgresql://alice:secret@localhost/negodbc", "--as", "imported")
        self.assertEqual(self.user.stat().st_mode & 0o777, 0o600)
        # Whoever has made the file has said who may read it.
        self.user.chmod(0o640)
        self.add("other", "UID=alice", "PWD=secret one")
        self.assertEqual(self.user.stat().st_mode & 0o777, 0o640)

    def answer(self, answers, *words):
        primary, secondary = pty.openpty()
        try:
            os.write(primary, answers)
            return self.run_it(*words, stdin=secondary)
        finally:
            os.close(primary)
            os.close(secondary)

    def test_what_is_missing_is_asked_on_a_terminal(self):
        self.assertIn("what shall be in it?", self.run_it("dsn", "add", "made", status=1))
        self.assertIn("how shall it be called?", self.run_it("dsn", "add", status=1))
        # Name, server, port, database, ticket: the third and the last as they are offered.
        said = self.answer(b"made\nlocalhost\n\nnegodbc\n\n", "dsn", "add")
        self.assertIn("Name of the data source:", said)
        self.assertIn("Server [localhost]:", said)
        self.assertEqual(self.values(), {"Driver": "by ticket", "Server": "localhost", "Database": "negodbc", "Trusted_Connection": "Yes"})
        self.answer(b"localhost\n\nnegodbc\n\n", "dsn", "add", "another")
        self.assertEqual(self.values("another"), self.values())

    def test_what_is_to_change_is_asked_on_a_terminal(self):
        self.add("made", "PWD=secret one")
        self.assertIn("what shall change?", self.run_it("dsn", "edit", "made", status=1))
        said = self.answer(b"\n\nelsewhere\n\n", "dsn", "edit", "made")
        self.assertIn("Database [negodbc]:", said)
        self.assertNotIn("secret", said)
        self.assertNotIn("PWD", said.partition("changed made")[0])
        self.assertEqual(self.values() | {"PWD": ""}, {"Driver": "by ticket", "Server": "localhost", "Port": PORT, "Database": "elsewhere",
                                                       "Trusted_Connection": "Yes", "PWD": ""})
        self.assertIn("nothing changed in made", self.answer(b"\n\n\n\n", "dsn", "edit", "made"))


class ImportTest(Case):
    def test_a_psqlodbc_data_source(self):
        self.user.write_text(f"[old]\nDriver = PostgreSQL Unicode\nServername = localhost\nPort = {PORT}\nDatabase = negodbc\nUsername = alice\n"
                             "SSLmode = disable\nRowVersioning = 1\nUseServerSidePrepare = 1\nReadOnly = No\nPassword =\n", encoding="utf-8")
        said = self.run_it("dsn", "import", "old", "--as", "new")
        self.assertIn("Driver = PostgreSQL Unicode becomes negodbc's", said)
        self.assertIn("Servername is called Server", said)
        self.assertRegex(said, "RowVersioning is left out: it has no effect: ")
        self.assertEqual(self.values("new"), {"Driver": "by ticket", "Server": "localhost", "Port": PORT, "Database": "negodbc",
                                              "UID": "alice", "SSLmode": "disable", "UseServerSidePrepare": "1", "ReadOnly": "No"})
        self.assertEqual(self.isql("new"), 0)
        self.assertIn("already", self.run_it("dsn", "import", "old", "--as", "new", status=1))

    def test_a_uri(self):
        uri = f"postgresql://alice@localhost:{PORT}/negodbc?sslmode=disable&application_name=a%20b&krbsrvname=postgres"
        self.run_it("dsn", "import", uri)
        self.assertEqual(self.values("negodbc"), {"Driver": "by ticket", "UID": "alice", "Server": "localhost", "Port": PORT, "Database": "negodbc",
                                                  "SSLmode": "disable", "application_name": "a b", "KrbSrvName": "postgres"})
        self.assertEqual(self.isql("negodbc"), 0)
        self.run_it("dsn", "import", "postgres://[::1]:5433,db2:5434/x?target_session_attrs=read-write", "--as", "several")
        self.assertEqual((self.values("several")["Server"], self.values("several")["Port"]), ("::1,db2", "5433,5434"))
        for uri, cause in (("postgresql://h/d?sslmode", "has no value"), ("postgresql://h%zz/d", "hexadecimal"),
                           ("postgresql://host", "--as NAME"), ("postgresql:///?", "--as NAME")):
            with self.subTest(uri):
                self.assertIn(cause, self.run_it("dsn", "import", uri, status=1))

    def test_a_service(self):
        file = self.folder / "service.conf"
        file.write_text(f"# remark\n[other]\nhost=elsewhere\n[sales]\nhost = localhost\nport={PORT}\ndbname=negodbc\nuser=alice\n"
                        "passfile=/x\n", encoding="utf-8")
        self.environment["PGSERVICEFILE"] = str(file)
        said = self.run_it("dsn", "import", "service=sales")
        self.assertIn("passfile is left out", said)
        self.assertEqual(self.isql("sales"), 0)
        self.assertIn("there is no service", self.run_it("dsn", "import", "service=nothing", status=1))


class QueryTest(Case):
    SQL = ("SELECT 1 AS n, true AS b, NULL::text AS nothing, 'a,\"b\"'::text AS t, 1.50::numeric AS d, 'NaN'::float8 AS f, '' AS empty "
           "UNION ALL SELECT 2, false, 'x', E'two\\nlines', -2, 0.5, 'ä'")

    def setUp(self):
        super().setUp()
        self.add()

    def query(self, sql, *options, status=0):
        return self.run_it("query", "made", sql, *options, status=status)

    def test_a_table(self):
        lines = self.query(self.SQL).splitlines()
        self.assertEqual(lines[0].split(" | "), ["n", "b", "nothing", "t         ", "   d", "  f", "empty"])
        self.assertEqual(lines[2], "1 | t | NULL    | a,\"b\"      | 1.50 | NaN | ")  # numbers at the right
        self.assertEqual(lines[3], "2 | f | x       | two\\nlines |   -2 | 0.5 | ä")
        self.assertEqual(lines[-1], "(2 rows)")
        self.assertEqual({len(line) for line in lines[1:2]}, {max(map(len, lines[:2]))})

    def test_csv(self):
        done = subprocess.run([*PROGRAM, "query", "made", self.SQL, "--format", "csv"], capture_output=True, check=True, env=self.environment)
        text = done.stdout.decode()
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(rows[1], ["1", "t", "", 'a,"b"', "1.50", "NaN", ""])
        self.assertEqual(rows[2], ["2", "f", "x", "two\nlines", "-2", "0.5", "ä"])
        self.assertTrue(text.splitlines()[1].startswith('1,t,,"a'))
        self.assertTrue(text.split("\r\n")[1].endswith('NaN,""'))

    def test_json(self):
        rows = json.loads(self.query(self.SQL, "--format", "json"))
        self.assertEqual(rows, [{"n": 1, "b": True, "nothing": None, "t": 'a,"b"', "d": 1.5, "f": "NaN", "empty": ""},
                                {"n": 2, "b": False, "nothing": "x", "t": "two\nlines", "d": -2, "f": 0.5, "empty": "ä"}])
        self.assertEqual(json.loads(self.query("SELECT 1 AS n WHERE false", "--format", "json")), [])

    def test_columns_of_one_name_in_json(self):
        text = self.query("SELECT 1 AS n, 2 AS n, 3 AS n_2, 4 AS n", "--format", "json")
        self.assertEqual(json.loads(text, object_pairs_hook=list), [[("n", 1), ("n_3", 2), ("n_2", 3), ("n_4", 4)]])

    def test_a_transaction_left_open_is_told(self):
        said = self.query("BEGIN; CREATE TABLE pg_temp.left_open (k int)", status=1)
        self.assertIn("CREATE TABLE", said)
        self.assertIn("[25000] the statements have left a transaction open", said)
        self.query("BEGIN; CREATE TABLE pg_temp.left_open (k int); COMMIT")

    def test_commands_and_several_results(self):
        said = self.query("CREATE TEMP TABLE queried (k int); INSERT INTO queried VALUES (1), (2); SELECT * FROM queried; SELECT 'last' AS w")
        self.assertEqual(said.splitlines(), ["CREATE TABLE", "INSERT 0 2", "k", "-", "1", "2", "(2 rows)", "w   ".strip(), "----", "last", "(1 row)"])

    def test_ctrl_c_cancels_at_the_server(self):
        def running():
            said = self.query("SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(61)%'",
                              "--format", "json")
            return json.loads(said)[0]["n"]

        for sql in "SELECT pg_sleep(61)", "SELECT pg_sleep(61), n FROM generate_series(1, 1) n UNION ALL SELECT NULL, 1":
            with subprocess.Popen([*PROGRAM, "query", "made", sql], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  env=self.environment) as program:
                self.addCleanup(program.kill)
                deadline = time.monotonic() + 20
                while not running() and time.monotonic() < deadline:
                    time.sleep(0.1)
                program.send_signal(signal.SIGINT)
                _, said = program.communicate(timeout=20)
            self.assertEqual(program.returncode, 1, said)
            self.assertEqual(said, "negodbc: [HY008] cancelled by Ctrl-C: the server has stopped the statement\n")
            self.assertEqual(running(), 0)

    def test_an_error_is_told(self):
        said = self.query("SELECT * FROM nowhere", status=1)
        self.assertIn("[42P01]", said)

    FAILS = "SELECT 10 / (3 - n) AS n FROM generate_series(1, 3) n"

    def test_rows_before_an_error_stay(self):
        said = self.query(self.FAILS, status=1).splitlines()
        self.assertEqual(said[:-1], [" n", "--", " 5", "10", "(2 rows, then an error)"])
        self.assertTrue(said[-1].startswith("negodbc: [22012]"), said)
        many = self.query("SELECT 10 / (300 - n) AS n FROM generate_series(1, 300) n", status=1).splitlines()
        self.assertEqual((len(many), many[-2]), (303, "(299 rows, then an error)"))
        self.assertEqual(self.query(self.FAILS, "--format", "csv", status=1).splitlines()[:3], ["n", "5", "10"])

    def test_json_before_an_error_is_closed(self):
        def parts(sql):
            done = subprocess.run([*PROGRAM, "query", "made", sql, "--format", "json"], capture_output=True, text=True, timeout=60, check=False,
                                  env=self.environment)
            self.assertEqual(done.returncode, 1)
            self.assertIn("[22012]", done.stderr)
            return done.stdout

        self.assertEqual(json.loads(parts(self.FAILS)), [{"n": 5}, {"n": 10}])
        self.assertEqual(json.loads(parts("SELECT 1/0 FROM generate_series(1, 2) WHERE pg_sleep(0) IS NOT NULL") or "[]"), [])
        first, _, second = parts("SELECT 1 AS n; " + self.FAILS).partition("\n]\n")
        self.assertEqual((json.loads(first + "]"), json.loads(second)), ([{"n": 1}], [{"n": 5}, {"n": 10}]))

    def test_conn_settings_are_executed(self):
        self.run_it("dsn", "edit", "made", "ConnSettings=SET application_name = 'set by it'; SET client_encoding = 'LATIN1'")
        rows = json.loads(self.query("SELECT current_setting('application_name') AS n, chr(228) AS a", "--format", "json"))
        self.assertEqual(rows, [{"n": "set by it", "a": "ä"}])
        self.run_it("dsn", "edit", "made", "ConnSettings=SET work_mem = 'geheim word'")
        said = self.query("SELECT 1", status=1)
        self.assertIn('[22023] The login succeeded, but not what ConnSettings has executed after it', said)
        self.assertIn('invalid value for parameter "work_mem": "***"', said)

    def test_its_log_is_written(self):
        log = self.folder / "log"
        self.run_it("dsn", "edit", "made", f"Log={log}", "ConnSettings=SET application_name = 'geheim'")
        self.query("SELECT 'geheim'")
        self.query("ALTER ROLE alice PASSWORD \"geheim\"", status=1)
        said = log.read_text(encoding="utf-8")
        for line in ("login_begins", "authenticated", 'statement text="SET application_name = ?"', 'statement text="SELECT ?"',
                     'statement text="ALTER ROLE alice PASSWORD ?"', "error state=42601"):
            self.assertIn(line, said)
        self.assertNotIn("geheim", said)
        self.run_it("dsn", "edit", "made", "Log=/nonexistent/log")
        self.assertIn("[01000]", self.query("SELECT 1"))

    def test_rows_are_written_as_they_come(self):
        """300 MB of rows through a pipe: the program keeps none of them."""
        command = [*PROGRAM, "query", "made", "SELECT n, repeat('x', 1000) AS t FROM generate_series(1, 300000) n", "--format", "csv"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=self.environment) as process:
            lines, most = 0, 0
            for line in process.stdout:
                lines += 1
                if lines % 50000 == 0:
                    with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
                        most = max(most, *(int(row.split()[1]) for row in status if row.startswith("VmRSS")), 0)
            self.assertEqual(process.wait(), 0)
        self.assertEqual(lines, 300001)
        self.assertLess(most, 64 * 1024)

    def test_what_a_value_holds_does_not_drive_the_terminal(self):
        sql = r"""SELECT E'\x1b[31mred\x7f' || chr(155) || '1m' AS "a""" + "\x1b\u009b" + r"""" """
        for options, shown, name in (((), r"\x1B[31mred\x7F\u009B1m", r"a\x1B\u009B"),
                                     (("--format", "json"), r'"\u001b[31mred\u007f\u009b1m"', r'"a\u001b\u009b"')):
            said = self.query(sql, *options)
            self.assertFalse(set(said) & {"\x1b", "\x7f", "\x9b"}, said)
            self.assertIn(shown, said)
            self.assertIn(name, said)
        self.assertIn("\x1b[31m", self.query(sql, "--format", "csv"))  # a program reads it
        self.assertNotIn("\x1b", self.on_terminal("query", "made", sql, "--format", "csv"))
        self.assertNotIn("\x1b", self.query(r"DO $$BEGIN RAISE EXCEPTION E'\x1b[31mred\nmore'; END$$", status=1))

    def on_terminal(self, *words):
        primary, secondary = pty.openpty()
        try:
            subprocess.run([*PROGRAM, *words], stdout=secondary, stdin=subprocess.DEVNULL, timeout=60, check=True, env=self.environment)
            return os.read(primary, 65536).decode()
        finally:
            os.close(primary)
            os.close(secondary)


class LostTest(Case):
    """What could not be written is not told as done."""

    def lost(self, *words, **options):
        done = subprocess.run([*PROGRAM, *words], stderr=subprocess.PIPE, text=True, timeout=60, check=False, env=self.environment, **options)
        return done.returncode, done.stderr

    def test_rows_that_go_nowhere(self):
        self.add()
        with open("/dev/full", "wb", buffering=0) as full:
            for form in ("table", "csv", "json"):
                with self.subTest(form):
                    self.assertEqual(self.lost("query", "made", "SELECT 1", "--format", form, stdout=full),
                                     (3, "negodbc: not all that was to be told could be written: No space left on device\n"))
                    # The server has a thousand million rows; nobody waits for them.
                    status, said = self.lost("query", "made", "SELECT generate_series(1, 1000000000)", "--format", form, stdout=full)
                    self.assertEqual(status, 3, said)
                    self.assertIn("[HY008] the server has stopped the statement, whose rows could not be written", said)
            for words in (("doctor", "made"), ("doctor", "made", "--json"), ("dsn", "test", "made")):
                status, said = self.lost(*words, stdout=full)
                self.assertEqual((status, "No space left on device" in said), (3, True), said)
            bundle = self.folder / "bundle"
            self.assertEqual(self.lost("doctor", "made", "--bundle", str(bundle), stdout=full)[0], 3)
            self.assertEqual(json.loads(bundle.read_text(encoding="utf-8"))["report"]["verdict"], "ok")

    def test_rows_go_into_no_socket(self):
        """The connection would be the first number that is free."""
        self.add()
        status, said = self.lost("query", "made", "SELECT generate_series(1, 10000)", preexec_fn=lambda: os.close(1))
        self.assertEqual(status, 3, said)
        self.assertIn("could be written: Bad file descriptor", said)

    def test_a_connection_string_that_is_typed(self):
        """Its line is all of it: the terminal stays open."""
        told, terminal = pty.openpty()
        self.addCleanup(os.close, told)
        program = subprocess.Popen([*PROGRAM, "doctor", "-"], stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env=self.environment)
        os.close(terminal)
        os.write(told, f"Driver=by ticket;Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes\n".encode())
        said = program.communicate(timeout=60)[0]
        self.assertEqual(program.returncode, 0, said)
        self.assertIn("All is well.", said)

    def test_a_connection_string_of_an_editor(self):
        text = f"Driver=by ticket;Server=localhost;Port={PORT};Database=negodbc;Trusted_Connection=Yes\r\n"
        for encoding, status, cause in (("utf-8-sig", 0, "All is well."), ("utf-16", 1, "has to be UTF-8")):
            done = subprocess.run([*PROGRAM, "doctor", "-"], input=text.encode(encoding), capture_output=True, timeout=60, check=False,
                                  env=self.environment)
            said = (done.stdout + done.stderr).decode()
            self.assertEqual(done.returncode, status, said)
            self.assertIn(cause, said)
        self.assertIn("there is no connection string", self.run_it("doctor", "-", status=1))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
