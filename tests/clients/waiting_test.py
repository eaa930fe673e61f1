#!/usr/bin/python3
"""How long psqlodbc and the driver wait for a server that is slow, or stands still."""
import ctypes
import os
import signal
import time
import unittest

from differences_test import OURS, PEER, SQL_HANDLE_STMT, Driver

SQL_ATTR_QUERY_TIMEOUT = 0
# Rows as large as the server's buffer, so that each is sent when it is made.
SLOW_ROWS = "SELECT repeat('x', 9000) || pg_sleep(0.3) FROM generate_series(1, 60)"


class WaitingTest(unittest.TestCase):
    def test_a_time_out_ends_slow_rows(self):
        for name in (PEER, OURS):
            with self.subTest(name):
                driver = Driver(name)
                statement = driver.statement()
                driver.check(driver.odbc.SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, ctypes.c_void_p(1), 0))
                begin = time.monotonic()
                result = driver.odbc.SQLExecDirect(statement, SLOW_ROWS.encode(), -3)
                while result == 0:
                    result = driver.odbc.SQLFetch(statement)
                self.assertEqual(result, -1)
                self.assertLess(time.monotonic() - begin, 6)
                state = ctypes.create_string_buffer(6)
                driver.odbc.SQLGetDiagRec(SQL_HANDLE_STMT, statement, 1, state, None, None, 0, None)
                self.assertEqual(state.value, b"57014" if name == PEER else b"HYT00")
                driver.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
                self.assertEqual(driver.state("SELECT 1"), "no error")
                driver.close()

    def test_declared_fetches(self):
        """A FETCH of a hundred rows has the time-out with psqlodbc, each of the program's fetches here."""
        for name in (PEER, OURS):
            with self.subTest(name):
                driver = Driver(name, "UseDeclareFetch=1;")
                statement = driver.statement()
                driver.check(driver.odbc.SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, ctypes.c_void_p(1), 0))
                result = driver.odbc.SQLExecDirect(statement, SLOW_ROWS.replace("60", "8").encode(), -3)
                rows = 0
                while result == 0:
                    result = driver.odbc.SQLFetch(statement)
                    rows += result == 0
                self.assertEqual((result, rows), (-1, 0) if name == PEER else (100, 8))
                driver.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
                driver.close()

    def test_several_statements_of_a_text(self):
        """Each has all of the time with psqlodbc, which lets the server count; here they have it together."""
        for name in (PEER, OURS):
            with self.subTest(name):
                driver = Driver(name)
                statement = driver.statement()
                driver.check(driver.odbc.SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, ctypes.c_void_p(2), 0))
                begin = time.monotonic()
                result = driver.odbc.SQLExecDirect(statement, b"SELECT pg_sleep(1.5); SELECT pg_sleep(1.5)", -3)
                if result == 0:
                    result = driver.odbc.SQLMoreResults(statement)
                self.assertEqual(result, 0 if name == PEER else -1)
                if name == OURS:
                    self.assertLess(time.monotonic() - begin, 2.9)
                    state = ctypes.create_string_buffer(6)
                    driver.odbc.SQLGetDiagRec(SQL_HANDLE_STMT, statement, 1, state, None, None, 0, None)
                    self.assertEqual(state.value, b"HYT00")
                driver.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
                driver.close()

    def test_who_closes_a_cursor_of_a_frozen_server_comes_back(self):
        for name in (PEER, OURS):
            with self.subTest(name):
                driver = Driver(name)
                statement = driver.statement()
                if name == OURS:  # which hears out what was asked for
                    driver.check(driver.odbc.SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, ctypes.c_void_p(3), 0))
                sql = b"SELECT pg_backend_pid(), repeat('x', 1000) FROM generate_series(1, 100000)"
                driver.check(driver.odbc.SQLExecDirect(statement, sql, -3))
                driver.check(driver.odbc.SQLFetch(statement))
                process = ctypes.c_int32()
                driver.check(driver.odbc.SQLGetData(statement, 1, -16, ctypes.byref(process), 0, None))
                os.kill(process.value, signal.SIGSTOP)
                try:
                    begin = time.monotonic()
                    result = driver.odbc.SQLCloseCursor(statement)
                    self.assertIn(result, (0, 1))
                    self.assertLess(time.monotonic() - begin, 10)
                finally:
                    os.kill(process.value, signal.SIGCONT)
                driver.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
                driver.close()

    def test_who_disconnects_from_a_frozen_server_comes_back(self):
        for name in (PEER, OURS):
            with self.subTest(name):
                driver = Driver(name)
                if name == OURS:  # which hears out what was told as done
                    driver.check(driver.odbc.SQLSetConnectAttr(driver.connection, 113, ctypes.c_void_p(3), 0))
                statement = driver.statement()
                sql = b"SELECT pg_backend_pid(), repeat('x', 1000) FROM generate_series(1, 100000)"
                driver.check(driver.odbc.SQLExecDirect(statement, sql, -3))
                driver.check(driver.odbc.SQLFetch(statement))
                process = ctypes.c_int32()
                driver.check(driver.odbc.SQLGetData(statement, 1, -16, ctypes.byref(process), 0, None))
                os.kill(process.value, signal.SIGSTOP)
                try:
                    begin = time.monotonic()
                    self.assertIn(driver.odbc.SQLDisconnect(driver.connection), (0, 1))
                    self.assertLess(time.monotonic() - begin, 10)
                finally:
                    os.kill(process.value, signal.SIGCONT)


if __name__ == "__main__":
    unittest.main(verbosity=2)
