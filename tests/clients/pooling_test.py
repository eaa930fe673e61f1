#!/usr/bin/python3
"""unixODBC's pool (CPTimeout): sessions are used again, by one user after the other and by many threads at once."""
import ctypes
import os
import unittest

from client import connection_string, in_threads, isql

SQL_HANDLE_ENV, SQL_HANDLE_DBC, SQL_HANDLE_STMT = 1, 2, 3
SQL_ATTR_ODBC_VERSION, SQL_OV_ODBC3, SQL_OV_ODBC3_80 = 200, 3, 380
SQL_NTS = -3
SQL_C_CHAR = 1


def pooling_ini():
    """The realm's odbcinst.ini with pooling switched on, in a folder of its own."""
    source = os.environ["ODBCSYSINI"]
    directory = os.path.join(os.environ["TMPDIR"] if "TMPDIR" in os.environ else source, f"pooling-{os.getpid()}")
    os.mkdir(directory)
    with open(os.path.join(source, os.environ["ODBCINSTINI"]), encoding="utf-8") as original:
        text = original.read()
    with open(os.path.join(directory, "odbcinst.ini"), "w", encoding="utf-8") as mine:
        mine.write("[ODBC]\nPooling = Yes\n\n" + text.replace("Threading = 0", "Threading = 0\nCPTimeout = 60"))
    return directory


class Pool:
    def __init__(self, version=SQL_OV_ODBC3_80, keywords=""):
        self.string = (connection_string("negodbc-trust") + keywords).encode()
        self.odbc = ctypes.CDLL("libodbc.so.2")
        self.environment = ctypes.c_void_p()
        self.check(self.odbc.SQLAllocHandle(SQL_HANDLE_ENV, None, ctypes.byref(self.environment)))
        self.check(self.odbc.SQLSetEnvAttr(self.environment, SQL_ATTR_ODBC_VERSION,
                                           ctypes.c_void_p(version), 0))

    @staticmethod
    def check(result):
        if result not in (0, 1):
            raise AssertionError(f"an ODBC function gave {result}")

    def run(self, *statements):
        """Connects, gives the first value of each statement ("" without one), disconnects."""
        odbc, connection, values = self.odbc, ctypes.c_void_p(), []
        self.check(odbc.SQLAllocHandle(SQL_HANDLE_DBC, self.environment, ctypes.byref(connection)))
        self.check(odbc.SQLDriverConnect(connection, None, self.string, SQL_NTS, None, 0, None, 0))
        for sql in statements:
            statement = ctypes.c_void_p()
            self.check(odbc.SQLAllocHandle(SQL_HANDLE_STMT, connection, ctypes.byref(statement)))
            self.check(odbc.SQLExecDirect(statement, sql.encode(), SQL_NTS))
            value, columns = ctypes.create_string_buffer(256), ctypes.c_short()
            self.check(odbc.SQLNumResultCols(statement, ctypes.byref(columns)))
            if columns.value:
                self.check(odbc.SQLFetch(statement))
                self.check(odbc.SQLGetData(statement, 1, SQL_C_CHAR, value, ctypes.c_ssize_t(len(value)), None))
            values.append(value.value.decode())
            self.check(odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement))
        self.check(odbc.SQLDisconnect(connection))
        self.check(odbc.SQLFreeHandle(SQL_HANDLE_DBC, connection))
        return values


class PoolingTest(unittest.TestCase):
    def setUp(self):
        self.pool = Pool()

    def test_a_session_is_used_again(self):
        first = self.pool.run("SELECT pg_backend_pid()")
        self.assertEqual(self.pool.run("SELECT pg_backend_pid()"), first)

    def test_a_session_that_the_server_ended_is_not(self):
        pid, = self.pool.run("SELECT pg_backend_pid()")
        self.assertIn("1", isql("isql", "negodbc-trust", sql=f"SELECT pg_terminate_backend({pid}, 30000)::int").stdout)
        again, = self.pool.run("SELECT pg_backend_pid()")
        self.assertNotEqual(again, pid)

    def test_nothing_of_the_user_before_is_left(self):
        pid, *_ = self.pool.run("SELECT pg_backend_pid()", "CREATE TEMP TABLE left_behind (k int)",
                                "SET search_path TO pg_catalog", "PREPARE left_behind AS SELECT 1")
        self.assertEqual(
            self.pool.run("SELECT pg_backend_pid()", "SELECT to_regclass('pg_temp.left_behind') IS NULL",
                          "SHOW search_path", "SELECT count(*) FROM pg_prepared_statements WHERE name = 'left_behind'"),
            [pid, "1", '"$user", public', "0"])

    def test_programs_of_odbc_3_are_not_reset(self):
        """The driver manager calls nothing of the driver then but SQLGetConnectAttr (SQL_ATTR_CONNECTION_DEAD), which a
        program may ask in the midst of its work. When this fails, README.md can promise more."""
        pool = Pool(SQL_OV_ODBC3, ";UID=trust_user")  # another string: the pool is of the whole process
        pid, *_ = pool.run("SELECT pg_backend_pid()", "SET search_path TO pg_catalog")
        self.assertEqual(pool.run("SELECT pg_backend_pid()", "SHOW search_path", "SET search_path TO DEFAULT"),
                         [pid, "pg_catalog", ""])

    def test_many_threads(self):
        def work(number):
            for i in range(20):
                self.assertEqual(self.pool.run(f"SELECT {number} * 1000 + {i}", "SELECT 2"), [str(number * 1000 + i), "2"])

        self.assertEqual(in_threads(4, work), [])


if __name__ == "__main__":
    os.environ["ODBCSYSINI"] = pooling_ini()
    unittest.main(verbosity=2)
