#!/usr/bin/python3
"""driver/DIFFERENCES.md is true: its measured tables are what psqlodbc and the driver answer side by side, and every test
that it names exists.

  differences_test.py DIFFERENCES.MD [--write]      --write: the measured tables are written into it
"""
import ctypes
import glob
import os
import re
import struct
import sys
import unittest

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEER, OURS = "PostgreSQL Unicode", "negodbc"

SQL_HANDLE_ENV, SQL_HANDLE_DBC, SQL_HANDLE_STMT = 1, 2, 3
SQL_ATTR_ODBC_VERSION, SQL_OV_ODBC3 = 200, 3
SQL_DESC_OCTET_LENGTH, SQL_COLUMN_DISPLAY_SIZE = 1013, 6
SQL_NTS = -3

# What names the driver, the data source or a handle differs by itself.
OWN = {"SQL_DATA_SOURCE_NAME", "SQL_DBMS_VER", "SQL_DRIVER_HDBC", "SQL_DRIVER_HDESC", "SQL_DRIVER_HENV", "SQL_DRIVER_HLIB",
       "SQL_DRIVER_HSTMT", "SQL_DRIVER_NAME", "SQL_DRIVER_VER"}
TYPES = ["bool", "int2", "int4", "int8", "float4", "float8", "numeric", "numeric(10,2)", "money", "oid", "text",
         "varchar", "varchar(20)", "char(20)", "name", "bytea", "date", "time", "time(3)", "timetz", "timestamp",
         "timestamp(0)", "timestamptz", "interval", "uuid", "json", "jsonb", "xml", "inet", "int4[]", "bit(3)"]
STATEMENTS = ["SELEC 1", "SELECT * FROM nowhere", "SELECT nothing FROM pg_class", "SELECT nofunction()", "SELECT 1 / 0",
              "SELECT 'x'::int", "SELECT '2026-13-01'::date", "SELECT 99999::int2",
              "CREATE TEMP TABLE checked (k int)", "INSERT INTO checked VALUES (1)", "INSERT INTO checked VALUES (NULL)",
              "INSERT INTO checked VALUES (-1)", "INSERT INTO checked VALUES (2, 'longer')", "SELECT pg_sleep('x')",
              "DROP SCHEMA nowhere", "CREATE INDEX checked_pkey ON checked (k)", "SELECT FROM pg_authid"]


def constants():
    """The numbers of ODBC's headers, by name."""
    found = {}
    for header in ("sql.h", "sqlext.h"):
        with open(os.path.join("/usr/include", header), encoding="latin-1") as file:
            for name, value in re.findall(r"^\s*#define\s+(SQL_\w+)\s+(\d+)\b", file.read(), re.MULTILINE):
                found.setdefault(name, int(value))
    return found


def information_types():
    with open(os.path.join(SOURCE, "driver/README.md"), encoding="utf-8") as file:
        table = re.search(r"<!-- information types: begin.*?<!-- information types: end", file.read(), re.DOTALL)
    return sorted(set(re.findall(r"^\| `(SQL_\w+)`", table.group(0), re.MULTILINE)) - OWN)

# What is no number, or none that has an end, as C types: name -> its number and struct's word for it.
SPECIAL = ("NaN", "Infinity", "-Infinity")
C_NUMBERS = {"CHAR": (1, None), "FLOAT": (7, "f"), "DOUBLE": (8, "d"), "NUMERIC": (2, "xbB16s"), "SLONG": (-16, "i"),
             "BIT": (-7, "B")}


class Driver:
    """A connection by a driver, through the driver manager."""

    def __init__(self, name, keywords=""):
        self.odbc = ctypes.CDLL("libodbc.so.2")
        self.environment, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(self.odbc.SQLAllocHandle(SQL_HANDLE_ENV, None, ctypes.byref(self.environment)))
        self.check(self.odbc.SQLSetEnvAttr(self.environment, SQL_ATTR_ODBC_VERSION, ctypes.c_void_p(SQL_OV_ODBC3), 0))
        self.check(self.odbc.SQLAllocHandle(SQL_HANDLE_DBC, self.environment, ctypes.byref(self.connection)))
        text = (f"Driver={{{name}}};Servername=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc;"
                f"UID=trust_user;{keywords}").encode("utf-16-le")
        # The wide form: of an ANSI program the driver manager tells the driver, and it answers as for one.
        self.check(self.odbc.SQLDriverConnectW(self.connection, None, text, ctypes.c_short(len(text) // 2), None, 0, None,
                                               0))
        self.execute("CREATE TEMP TABLE checked (k int PRIMARY KEY CHECK (k > 0), t varchar(3))")
        self.execute("INSERT INTO checked VALUES (1)")

    @staticmethod
    def check(result):
        if result not in (0, 1):
            raise AssertionError(f"an ODBC function gave {result}")

    def close(self):
        self.check(self.odbc.SQLDisconnect(self.connection))
        self.odbc.SQLFreeHandle(SQL_HANDLE_DBC, self.connection)
        self.odbc.SQLFreeHandle(SQL_HANDLE_ENV, self.environment)

    def info(self, number):
        """As a reader of the table sees it."""
        buffer = ctypes.create_string_buffer(4096)
        if self.odbc.SQLGetInfo(self.connection, ctypes.c_ushort(number), buffer, ctypes.c_short(4000), None) not in (0, 1):
            return "an error"
        text = buffer.raw.rstrip(b"\0").decode("latin-1")
        if text and (len(text) > 4 or text in "YN"):  # numbers have four bytes at most
            return f"`{text[:40]}...`" if len(text) > 40 else f"`{text}`"
        number = int.from_bytes(buffer.raw[:4], "little")
        return f"{number:#x}" if number > 9 else str(number)

    def statement(self):
        statement = ctypes.c_void_p()
        self.check(self.odbc.SQLAllocHandle(SQL_HANDLE_STMT, self.connection, ctypes.byref(statement)))
        return statement

    def execute(self, sql):
        """The SQLSTATE, "" without an error; the statement, which is the caller's to free."""
        statement = self.statement()
        state = ctypes.create_string_buffer(6)
        if self.odbc.SQLExecDirect(statement, sql.encode(), SQL_NTS) in (0, 1):
            return "", statement
        self.odbc.SQLGetDiagRec(SQL_HANDLE_STMT, statement, 1, state, None, None, 0, None)
        return state.value.decode(), statement

    def state(self, sql):
        state, statement = self.execute(sql)
        self.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
        return state or "no error"

    def special(self, kind, c_type, layout):
        return ", ".join(self.number(f"'{word}'::{kind}", c_type, layout) for word in SPECIAL)

    def number(self, sql, c_type, layout):
        """A value that SQLGetData gives, or its SQLSTATE."""
        _, statement = self.execute(f"SELECT {sql}")
        self.check(self.odbc.SQLFetch(statement))
        buffer = ctypes.create_string_buffer(64)
        state = ctypes.create_string_buffer(6)
        result = self.odbc.SQLGetData(statement, 1, c_type, buffer, len(buffer), ctypes.byref(ctypes.c_ssize_t()))
        self.odbc.SQLGetDiagRec(SQL_HANDLE_STMT, statement, 1, state, None, None, 0, None)
        self.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
        if result not in (0, 1):
            return state.value.decode()
        if layout is None:
            return buffer.value.decode()
        fields = struct.unpack_from(layout, buffer)
        return str(fields[0]) if len(fields) == 1 else str(int.from_bytes(fields[2], "little"))

    def column(self, type_name, names):
        state, statement = self.execute(f"SELECT NULL::{type_name}")
        self.check(0 if state == "" else -1)
        kind, digits, size = ctypes.c_short(), ctypes.c_short(), ctypes.c_size_t()
        name = ctypes.create_string_buffer(64)
        self.check(self.odbc.SQLDescribeCol(statement, 1, name, len(name), None, ctypes.byref(kind), ctypes.byref(size),
                                            ctypes.byref(digits), None))
        lengths = []
        for field in (SQL_DESC_OCTET_LENGTH, SQL_COLUMN_DISPLAY_SIZE):
            length = ctypes.c_ssize_t()
            self.check(self.odbc.SQLColAttribute(statement, 1, field, None, 0, None, ctypes.byref(length)))
            lengths.append(length.value)
        self.odbc.SQLFreeHandle(SQL_HANDLE_STMT, statement)
        return f"{names.get(kind.value, kind.value)}, {size.value}, {digits.value}, {lengths[0]}, {lengths[1]}"


def type_names():
    """Of ODBC's SQL types, by number; the wide ones are those of the extensions."""
    known = {-8: "WCHAR", -9: "WVARCHAR", -10: "WLONGVARCHAR", -7: "BIT", -5: "BIGINT", -4: "LONGVARBINARY",
             -3: "VARBINARY", -2: "BINARY", -11: "GUID", -1: "LONGVARCHAR"}
    for name in ("CHAR", "NUMERIC", "INTEGER", "SMALLINT", "FLOAT", "REAL", "DOUBLE", "VARCHAR", "TYPE_DATE", "TYPE_TIME",
                 "TYPE_TIMESTAMP"):
        known[constants()["SQL_" + name]] = name
    return known


def measured():
    """Name of a table -> its lines, without those where both drivers agree."""
    peer, ours = Driver(PEER), Driver(OURS)

    def rows(questions, ask):
        """Question, what psqlodbc answers, what we do."""
        for shown, *question in questions:
            answers = ask(peer, *question), ask(ours, *question)
            if answers[0] != answers[1]:
                yield f"| `{shown}` | {answers[0]} |", f" {answers[1]} |"

    def both(head, differences):
        return f"| {head} | psqlodbc | negodbc |\n|---|---|---|\n" + "".join(a + b + "\n" for a, b in differences)

    numbers, names = constants(), type_names()
    information = rows([(name, numbers[name]) for name in information_types() if name in numbers], Driver.info)
    tables = {
        "information types": "| type | psqlodbc |\n|---|---|\n" + "".join(theirs + "\n" for theirs, _ in information),
        "types": both("type", rows([(name, name, names) for name in TYPES], Driver.column)),
        "special numbers": both("type", rows(
            [(f"{kind} as SQL_C_{name}", kind, *how) for kind in ("float4", "float8", "numeric")
             for name, how in C_NUMBERS.items()], Driver.special)),
        "states": both("statement", rows([(sql, sql) for sql in STATEMENTS], Driver.state)),
    }
    peer.close()
    ours.close()
    return tables


def tests_that_exist():
    found = set()
    for path in glob.glob(os.path.join(SOURCE, "driver", "**", "*_test.cc"), recursive=True):
        with open(path, encoding="utf-8") as file:
            found.update(f"{suite}.{name}" for suite, name in
                         re.findall(r"^(?:TYPED_)?TEST(?:_[FP])?\((\w+),\s*(\w+)\)", file.read(), re.MULTILINE))
    for path in glob.glob(os.path.join(SOURCE, "tests", "clients", "*_test.py")):
        with open(path, encoding="utf-8") as file:
            module = os.path.splitext(os.path.basename(path))[0]
            found.update(f"{module}.{name}" for name in re.findall(r"def (test_\w+)", file.read()))
    return found


class DifferencesTest(unittest.TestCase):
    maxDiff = None

    def test_the_measured_tables(self):
        for name, table in measured().items():
            with self.subTest(name):
                found = marked(name).search(LEDGER)
                self.assertIsNotNone(found, f"no table between the comments of {name}")
                self.assertEqual(found.group(2), table, "written anew by --write")

    def test_every_named_test_exists(self):
        ledger = re.search(r"<!-- ledger: begin.*?-->\n(.*?)<!-- ledger: end", LEDGER, re.DOTALL).group(1)
        exist, rows = tests_that_exist(), ledger.splitlines()[2:]
        self.assertGreater(len(rows), 10)
        for row in rows:
            with self.subTest(row):
                names = re.findall(r"`([\w.]+)`", row.split("|")[-2])
                self.assertTrue(names, "no test is named")
                self.assertLessEqual(set(names), exist)


def marked(name):
    return re.compile(rf"(<!-- {name}: begin[^\n]*-->\n)(.*?)(<!-- {name}: end -->)", re.DOTALL)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as ledger_file:
        LEDGER = ledger_file.read()
    if "--write" in sys.argv:
        for table_name, text in measured().items():
            LEDGER = marked(table_name).sub(lambda match, text=text: match.group(1) + text + match.group(3), LEDGER)
        with open(sys.argv[1], "w", encoding="utf-8") as ledger_file:
            ledger_file.write(LEDGER)
    else:
        unittest.main(argv=sys.argv[:1], verbosity=2)
