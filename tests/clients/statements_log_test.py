#!/usr/bin/python3
"""The server's log (log_statement=all) holds what the application sent, and nothing else."""
import unittest

import pyodbc

from client import ServerLog, TICKET_DSNS, connect, isql


class StatementsLogTest(unittest.TestCase):
    def setUp(self):
        self.log = ServerLog()

    def test_the_log_shows_statements(self):
        """Were nothing logged, every other test here would pass."""
        with connect() as connection:
            connection.execute("SELECT 'seen'")
        self.assertEqual(self.log.statements(), ["SELECT 'seen'"])

    def test_login_and_logout_send_none(self):
        for dsn in (*TICKET_DSNS, "negodbc-scram", "negodbc-md5", "negodbc-trust", "negodbc-tls"):
            with self.subTest(dsn):
                with connect(dsn):
                    pass
                with connect(dsn, autocommit=False):
                    pass
                self.assertEqual(self.log.statements(), [])
        self.assertEqual(sum("connection authorized" in line for line in self.log.lines()), 16)

    def test_isql_and_iusql(self):
        for program in ("isql", "iusql"):
            isql(program, "negodbc", sql="SELECT 1 AS a\nSELECT 2 AS b")
        self.assertEqual(self.log.statements(), ["SELECT 1 AS a", "SELECT 2 AS b"] * 2)

    def test_queries_with_parameters_and_errors(self):
        with connect() as connection:
            connection.execute("SELECT ?::int", 1).fetchall()
            with self.assertRaises(pyodbc.Error):
                connection.execute("SELECT 1 / 0")
            connection.execute("SELECT 2").fetchone()
        self.assertEqual(self.log.statements(), ["SELECT $1::int", "SELECT 1 / 0", "SELECT 2"])

    def test_a_transaction(self):
        """Without autocommit the application has asked for transactions: only their borders are added, and what keeps them
        from being lost while the server is asked what it makes of a text with parameters."""
        set_it, release = "SAVEPOINT _negodbc_statement", "RELEASE SAVEPOINT _negodbc_statement"
        self.work_in_transactions(Protocol="7.4-0")
        self.assertEqual(self.log.statements(), ["BEGIN", "SELECT 1", set_it, release, "SELECT $1::int", "COMMIT",
                                                 "BEGIN", "SELECT 3", "ROLLBACK"])

    def test_a_text_is_asked_about_once(self):
        with connect(autocommit=False, Protocol="7.4-0") as connection:
            for _ in range(3):
                connection.execute("SELECT 1").fetchall()
                connection.execute("SELECT ?::int", 2).fetchall()
        shown = self.log.statements()
        self.assertEqual(shown.count("SAVEPOINT _negodbc_statement"), 1, shown)
        self.assertEqual(shown.count("SELECT $1::int"), 3, shown)

    def test_savepoints(self):
        """A savepoint surrounds what is not the first statement; the session's first transaction tries it out before."""
        set_it, release = "SAVEPOINT _negodbc_statement", "RELEASE SAVEPOINT _negodbc_statement"
        self.work_in_transactions()
        self.assertEqual(self.log.statements(),
                         ["BEGIN", set_it, release, "SELECT 1", set_it, "SELECT $1::int", release, "COMMIT",
                          "BEGIN", "SELECT 3", "ROLLBACK"])

    @staticmethod
    def work_in_transactions(**keywords):
        with connect(autocommit=False, **keywords) as connection:
            connection.execute("SELECT 1").fetchall()
            connection.execute("SELECT ?::int", 2).fetchall()
            connection.commit()
            connection.execute("SELECT 3").fetchall()
            connection.rollback()
            connection.rollback()

    def test_two_cursors(self):
        with connect() as connection:
            first = connection.execute("SELECT generate_series(1, 100000)")
            first.fetchone()
            connection.execute("SELECT 2").fetchall()
            first.fetchall()
        # The rest of the rows, which the second statement makes the driver fetch, is one portion more of the first.
        rows = "SELECT generate_series(1, 100000)"
        self.assertEqual(self.log.statements(), [rows, rows, "SELECT 2"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
