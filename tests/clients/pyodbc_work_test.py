#!/usr/bin/python3
"""A day's work with pyodbc: errors, transactions, many rows, several cursors, the catalogue, cancelling."""
import threading
import unittest

import pyodbc

from client import PRINCIPAL, connect


class PyodbcWorkTest(unittest.TestCase):
    def setUp(self):
        self.connection = self.enterContext(connect())

    def assert_error(self, state, function, *arguments):
        with self.assertRaises(pyodbc.Error) as caught:
            function(*arguments)
        self.assertEqual(caught.exception.args[0], state, caught.exception)
        return caught.exception.args[1]

    def test_errors_have_their_sqlstate_and_leave_the_connection_usable(self):
        self.connection.execute("CREATE TEMP TABLE u (k int PRIMARY KEY, v text NOT NULL)")
        self.connection.execute("INSERT INTO u VALUES (1, 'x')")
        for state, sql in [("42000", "SELEC 1"), ("42S02", "SELECT * FROM nowhere"),
                           ("42S22", "SELECT nothing FROM u"), ("23000", "INSERT INTO u VALUES (1, 'y')"),
                           ("23000", "INSERT INTO u VALUES (2, NULL)"), ("22012", "SELECT 1 / 0"),
                           ("42S01", "CREATE TEMP TABLE u (k int)"), ("42883", "SELECT nofunction()"),
                           ("22018", "SELECT 'x'::int")]:
            with self.subTest(sql):
                self.assert_error(state, self.connection.execute, sql)
                self.assertEqual(self.connection.execute("SELECT v FROM u WHERE k = ?", 1).fetchval(), "x")

    def test_an_error_with_parameters(self):
        text = self.assert_error("22012", self.connection.execute, "SELECT 1 / ?::int", 0)
        self.assertIn("division by zero", text)
        self.assertEqual(self.connection.execute("SELECT 1 / ?::int", 1).fetchval(), 1)

    def test_wrong_number_of_parameters(self):
        with self.assertRaises(pyodbc.ProgrammingError):
            self.connection.execute("SELECT ?::int, ?::int", 1)
        self.assertEqual(self.connection.execute("SELECT ?::int", 1).fetchval(), 1)

    def test_error_in_the_middle_of_a_result(self):
        """Rows have come when the server finds the error: it is told, and no row is made up in its place."""
        self.assert_error("22012", lambda: self.connection.execute(
            "SELECT 1 / (50000 - g) FROM generate_series(1, 100000) g").fetchall())
        self.assertEqual(self.connection.execute("SELECT 1").fetchval(), 1)

    def test_question_marks_that_are_no_parameters(self):
        row = self.connection.execute("""SELECT '?', "?", $$?$$, ? -- ?
                                         /* ? */ FROM (SELECT 1 AS "?") s""", "x").fetchone()
        self.assertEqual(tuple(row), ("?", 1, "?", "x"))

    def test_transactions(self):
        self.connection.execute("CREATE TABLE transactions (k int)")
        self.addCleanup(lambda: [c.__enter__().execute("DROP TABLE transactions") for c in [connect()]])
        count = "SELECT count(*) FROM transactions"
        with connect(autocommit=False, Protocol="7.4-0") as manual:
            manual.execute("INSERT INTO transactions VALUES (1)")
            self.assertEqual(self.connection.execute(count).fetchval(), 0)
            manual.commit()
            self.assertEqual(self.connection.execute(count).fetchval(), 1)
            manual.execute("INSERT INTO transactions VALUES (2)")
            manual.rollback()
            self.assertEqual(manual.execute(count).fetchval(), 1)
            # With 7.4-0 an error ends the transaction for good; after a rollback work goes on.
            self.assert_error("42000", manual.execute, "SELEC")
            self.assert_error("25P02", manual.execute, "SELECT 1")
            manual.rollback()
            self.assertEqual(manual.execute(count).fetchval(), 1)
            # Switching autocommit on commits, as ODBC says.
            manual.execute("INSERT INTO transactions VALUES (3)")
            manual.autocommit = True
            self.assertEqual(self.connection.execute(count).fetchval(), 2)
            manual.execute("INSERT INTO transactions VALUES (4)")
            self.assertEqual(self.connection.execute(count).fetchval(), 3)
        with connect(autocommit=False) as left:
            left.execute("INSERT INTO transactions VALUES (5)")
        self.assertEqual(self.connection.execute(count).fetchval(), 3)

    def test_an_error_undoes_its_statement_only(self):
        with connect(autocommit=False) as manual:
            manual.execute("CREATE TEMP TABLE undone (k int)")
            self.assert_error("42000", manual.execute, "SELEC")
            manual.execute("INSERT INTO undone VALUES (1)")
            self.assert_error("22012", manual.execute, "INSERT INTO undone VALUES (1 / ?)", 0)
            manual.commit()
            self.assertEqual(manual.execute("SELECT count(*) FROM undone").fetchval(), 1)

    def test_row_counts(self):
        cursor = self.connection.cursor()
        cursor.execute("CREATE TEMP TABLE counted (k int)")
        self.assertEqual(cursor.execute("INSERT INTO counted SELECT generate_series(1, 10)").rowcount, 10)
        self.assertEqual(cursor.execute("UPDATE counted SET k = k WHERE k <= ?", 4).rowcount, 4)
        self.assertEqual(cursor.execute("DELETE FROM counted WHERE k > 100").rowcount, 0)
        self.assertEqual(cursor.execute("INSERT INTO counted VALUES (11) RETURNING k").fetchval(), 11)

    def test_executemany(self):
        rows = [(i, f"rów {i}", None if i % 3 == 0 else i / 4) for i in range(500)]
        for fast in (False, True):
            with self.subTest(fast=fast):
                cursor = self.connection.cursor()
                cursor.fast_executemany = fast
                cursor.execute("CREATE TEMP TABLE many (k int4, t varchar(20), f float8)")
                cursor.executemany("INSERT INTO many VALUES (?, ?, ?)", rows)
                got = cursor.execute("SELECT * FROM many ORDER BY k").fetchall()
                self.assertEqual([tuple(row) for row in got], rows)
                cursor.execute("DROP TABLE many")

    def test_a_statement_executed_again(self):
        cursor = self.connection.cursor()
        for i in range(50):
            self.assertEqual(cursor.execute("SELECT ?::int * 2", i).fetchall()[0][0], i * 2)
        # The same text with values of another type.
        self.assertEqual(cursor.execute("SELECT ?::text", "a").fetchval(), "a")
        self.assertEqual(cursor.execute("SELECT ?::text", 5).fetchval(), "5")

    def test_two_cursors_one_of_them_streaming(self):
        rows = 20_000
        streaming = self.connection.execute(f"SELECT g, repeat('x', 500) FROM generate_series(1, {rows}) g")
        self.assertEqual(streaming.fetchone()[0], 1)
        other = self.connection.cursor()
        self.assertEqual(other.execute("SELECT count(*) FROM generate_series(1, 1000)").fetchval(), 1000)
        self.assertEqual([row[0] for row in streaming.fetchmany(3)], [2, 3, 4])
        self.assertEqual(other.execute("SELECT ?::text", "again").fetchval(), "again")
        self.assertEqual(sum(row[0] for row in streaming), rows * (rows + 1) // 2 - 10)
        self.assertIsNone(streaming.fetchone())

    def test_a_result_left_in_the_middle(self):
        for _ in range(5):
            cursor = self.connection.execute("SELECT g FROM generate_series(1, 100000) g")
            self.assertEqual(len(cursor.fetchmany(10)), 10)
            cursor.close()
        self.assertEqual(self.connection.execute("SELECT 1").fetchval(), 1)

    def test_several_results(self):
        cursor = self.connection.execute("SELECT 1 AS a; SELECT 'two' AS b, 2 AS c")
        self.assertEqual([tuple(row) for row in cursor.fetchall()], [(1,)])
        self.assertTrue(cursor.nextset())
        self.assertEqual([column[0] for column in cursor.description], ["b", "c"])
        self.assertEqual([tuple(row) for row in cursor.fetchall()], [("two", 2)])
        self.assertFalse(cursor.nextset())

    def test_description(self):
        cursor = self.connection.cursor()
        self.assertIsNone(cursor.description)
        cursor.execute("SELECT 1::int4 AS \"Ä name\", 'x'::varchar(7) AS v WHERE false")
        self.assertEqual([(d[0], d[1], d[3]) for d in cursor.description], [("Ä name", int, 10), ("v", str, 7)])
        self.assertEqual(cursor.fetchall(), [])
        cursor.execute("CREATE TEMP TABLE nothing ()")
        self.assertIsNone(cursor.description)

    def test_tables_and_columns(self):
        cursor = self.connection.cursor()
        cursor.execute('CREATE TABLE "Kunden_Liste" (k int8 PRIMARY KEY, "Größe" numeric(8,2) NOT NULL, t varchar(30))')
        self.addCleanup(lambda: self.connection.execute('DROP TABLE "Kunden_Liste" CASCADE'))
        cursor.execute('CREATE VIEW kunden_sicht AS SELECT k FROM "Kunden_Liste"')
        tables = {(row.table_schem, row.table_name): row.table_type for row in cursor.tables()}
        self.assertEqual(tables[("public", "Kunden_Liste")], "TABLE")
        self.assertEqual(tables[("public", "kunden_sicht")], "VIEW")
        views = [row.table_name for row in cursor.tables(schema="public", tableType="VIEW")]
        self.assertEqual(views, ["kunden_sicht"])
        # The underscore is a pattern character, unless it is escaped.
        escaped = [row.table_name for row in cursor.tables(table="Kunden\\_Liste")]
        self.assertEqual(escaped, ["Kunden_Liste"])
        columns = cursor.columns(table="Kunden\\_Liste").fetchall()
        self.assertEqual([(c.column_name, c.type_name, c.column_size, c.nullable, c.ordinal_position) for c in columns],
                         [("k", "int8", 19, 0, 1), ("Größe", "numeric", 8, 0, 2), ("t", "varchar", 30, 1, 3)])
        self.assertEqual(columns[1].decimal_digits, 2)

    def test_type_info(self):
        cursor = self.connection.cursor()
        rows = cursor.getTypeInfo().fetchall()
        names = {row.type_name for row in rows}
        self.assertLessEqual({"bool", "int2", "int4", "int8", "float8", "numeric", "text", "varchar", "bytea", "date",
                              "timestamp", "uuid"}, names)
        self.assertEqual([row.data_type for row in rows], sorted(row.data_type for row in rows))
        self.assertIn("int4", [row.type_name for row in cursor.getTypeInfo(pyodbc.SQL_INTEGER)])

    def test_cancel_from_another_thread(self):
        cursor = self.connection.cursor()
        timer = threading.Timer(0.5, cursor.cancel)
        timer.start()
        self.assert_error("HY008", cursor.execute, "SELECT pg_sleep(3000)")  # longer than a test may last
        timer.join()
        self.assertEqual(self.connection.execute("SELECT 1").fetchval(), 1)

    def test_a_connection_that_the_server_has_ended(self):
        with connect() as victim:
            pid = victim.execute("SELECT pg_backend_pid()").fetchval()
            self.assertTrue(self.connection.execute("SELECT pg_terminate_backend(?)", pid).fetchval())
            with self.assertRaises(pyodbc.Error) as caught:
                victim.execute("SELECT 1")
            self.assertIn(caught.exception.args[0], ("08S01", "57P01"))

    def test_threads_with_connections_of_their_own(self):
        results = []

        def work():
            with connect() as connection:
                for i in range(20):
                    results.append(connection.execute("SELECT ?::int", i).fetchval())
                results.append(connection.execute(
                    "SELECT principal FROM pg_stat_gssapi WHERE pid = pg_backend_pid()").fetchval())

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(map(str, results)), sorted([str(i) for i in range(20)] * 8 + [PRINCIPAL] * 8))


if __name__ == "__main__":
    unittest.main(verbosity=2)
