#!/usr/bin/python3
"""Parameters beside psqlodbc: values and NULL of each C type, declared as each SQL type, for columns of each type,
inserted, compared and as functions' arguments, direct and prepared. What succeeds with psqlodbc succeeds with the driver,
leaves the same in the table and finds as many rows; what is otherwise on purpose has its line in DIFFERENCES.md, and a line
that nothing is otherwise by fails.

  parameters_test.py DIFFERENCES.MD [--all]         --all: every question, which takes minutes; else one of seventeen, and
                                            direct or prepared in turn
"""
import ctypes
import itertools
import re
import sys
import unittest

from differences_test import OURS, PEER, SQL_HANDLE_STMT, SQL_NTS, Driver

SIGNED, UNSIGNED = -20, -22
C_TYPES = {"CHAR": 1, "WCHAR": -8, "BIT": -7, "STINYINT": -6 + SIGNED, "UTINYINT": -6 + UNSIGNED, "SSHORT": 5 + SIGNED,
           "USHORT": 5 + UNSIGNED, "SLONG": 4 + SIGNED, "ULONG": 4 + UNSIGNED, "SBIGINT": -5 + SIGNED,
           "UBIGINT": -5 + UNSIGNED, "FLOAT": 7, "DOUBLE": 8, "NUMERIC": 2, "BINARY": -2, "TYPE_DATE": 91, "TYPE_TIME": 92,
           "TYPE_TIMESTAMP": 93, "GUID": -11}
SQL_TYPES = {"CHAR": 1, "VARCHAR": 12, "LONGVARCHAR": -1, "WVARCHAR": -9, "BIT": -7, "TINYINT": -6, "SMALLINT": 5,
             "INTEGER": 4, "BIGINT": -5, "REAL": 7, "DOUBLE": 8, "NUMERIC": 2, "DECIMAL": 3, "VARBINARY": -3,
             "LONGVARBINARY": -4,
             "TYPE_DATE": 91, "TYPE_TIME": 92, "TYPE_TIMESTAMP": 93, "GUID": -11, "INTERVAL_DAY": 103}
COLUMNS = ["bool", "int2", "int4", "int8", "float4", "float8", "numeric", "money", "bit", "text", "varchar", "bpchar", "bytea",
           "date", "time", "timestamp", "timestamptz", "interval", "uuid", "json", "jsonb", "xml"]
# What is compared: the rows of a table of each type.
ROWS = {"bool": "true, false", "int2": "1, 5, 300", "int4": "1, 5, 70000", "int8": "1, 5, 1099511627776", "oid": "1, 5",
        "float4": "0.1, 1.5, 5, 16777216, 1e20, 'NaN'", "float8": "0.1, 1.5, 5, 1e20, 'NaN'", "numeric": "0.1, 1.50, 5, 'NaN'",
        "numeric(10,2)": "0.1, 1.5, 5", "money": "'0.1', '1.5', '5'", "bit(3)": "B'101', B'001'", "varbit": "B'1', B'101'",
        "text": "'1', '0.1', '1.5', 'abc', 'ab', '2026-11-22'", "varchar(20)": "'1', '0.1', 'abc', '10:11:12'",
        "char(20)": "'1', '0.1', 'abc', '101'", "name": "'1', 'abc'", "a_kind": "'1', 'abc', '101'", "bytea": "'\\x6162', '1'",
        "date": "'2026-11-21', '2026-11-22', '2026-11-23'", "time": "'10:11:12', '10:11:12.5', '00:00:00'",
        "timetz": "'10:11:12', '00:00:00'", "timestamp": "'2026-11-22', '2026-11-22 10:11:12', '2026-11-22 10:11:12.5'",
        "timestamp(0)": "'2026-11-22', '2026-11-22 10:11:12'", "timestamptz": "'2026-11-22', '2026-11-22 10:11:12.5'",
        "interval": "'3 days', '10:11:12', '1 s'", "uuid": "'00112233-4455-6677-0001-020304050607'",
        "inet": "'10.0.0.1', '10.0.0.2'", "jsonb": "'1', '{}', '0.1'", "int4[]": "'{1}', '{1,5}'", "a_whole": "1, 5",
        "a_single": "0.1, 1.5, 5, 16777216", "a_day": "'2026-11-21', '2026-11-22'"}
# Types of the test's own among these.
MADE = ["TYPE pg_temp.a_kind AS ENUM ('1', 'abc', '101')", "DOMAIN pg_temp.a_whole AS int4",
        "DOMAIN pg_temp.a_single AS float4", "DOMAIN pg_temp.a_day AS date"]
CONDITIONS = ["v = ?", "v <> ?", "v IN (?)", "? = v", "v < ?", "v >= ?", "? > v", "v BETWEEN ? AND ?"]
# As what programs declare their values, by the C type: these are always asked about.
NATURAL = {"CHAR": ("CHAR", "VARCHAR", "NUMERIC", "DECIMAL"), "WCHAR": ("WVARCHAR",), "BIT": ("BIT",),
           "STINYINT": ("TINYINT",), "UTINYINT": ("TINYINT",), "SSHORT": ("SMALLINT",), "USHORT": ("INTEGER",),
           "SLONG": ("INTEGER",), "ULONG": ("BIGINT",), "SBIGINT": ("BIGINT",), "UBIGINT": ("NUMERIC",),
           "FLOAT": ("REAL", "DOUBLE"), "DOUBLE": ("DOUBLE", "REAL", "NUMERIC"), "NUMERIC": ("NUMERIC", "DECIMAL"),
           "BINARY": ("VARBINARY",), "TYPE_DATE": ("TYPE_DATE", "TYPE_TIMESTAMP"), "TYPE_TIME": ("TYPE_TIME",),
           "TYPE_TIMESTAMP": ("TYPE_TIMESTAMP", "TYPE_DATE"), "GUID": ("GUID",)}
EXPRESSIONS = ["SELECT ? || ''", "SELECT upper(?)", "SELECT concat(?, 'x')", "SELECT ? IS NULL", "SELECT round(?, 1)",
               "SELECT left('xyz', ?)", "SELECT json_build_object('k', ?)::text", "SELECT coalesce(?, 'none')",
               "SELECT ?::text", "SELECT ?::int4", "SELECT CAST(? AS date)", "SELECT ? = 'abc'", "SELECT 1 WHERE '1' = ?",
               "SELECT length(?)", "SELECT to_char(current_date - current_date + 1, ?)", "SELECT 1 LIMIT ?",
               "SELECT ? IN ('1', '2')", "SELECT 1 WHERE 1 IN (?, 2)", "SELECT least(?, '5')", "SELECT abs(?)",
               "SELECT array_length(ARRAY[?, 'x'], 1)", "SELECT CASE WHEN true THEN ? ELSE 'x' END"]


def structure(*fields):
    return type("S", (ctypes.Structure,), {"_fields_": list(fields)})


SHORT, USHORT, UINT = ctypes.c_int16, ctypes.c_uint16, ctypes.c_uint32
DATE = structure(("year", SHORT), ("month", USHORT), ("day", USHORT))
TIME = structure(("hour", USHORT), ("minute", USHORT), ("second", USHORT))
TIMESTAMP = structure(("year", SHORT), ("month", USHORT), ("day", USHORT), ("hour", USHORT), ("minute", USHORT),
                      ("second", USHORT), ("fraction", UINT))
NUMERIC = structure(("precision", ctypes.c_uint8), ("scale", ctypes.c_int8), ("sign", ctypes.c_uint8),
                    ("val", ctypes.c_uint8 * 16))
GUID = structure(("a", UINT), ("b", USHORT), ("c", USHORT), ("d", ctypes.c_uint8 * 8))


def numeric(digits, scale):
    return NUMERIC(38, scale, int(digits >= 0), (ctypes.c_uint8 * 16)(*abs(digits).to_bytes(16, "little")))


def text(value):
    return value.encode(), len(value)


def wide(value):
    return value.encode("utf-16-le"), 2 * len(value)


# Name -> the C type, a buffer's bytes and its length.
VALUES = {f"CHAR {value}": ("CHAR", *text(value))
          for value in ("1", "0", "2.5", "-7", "40000", "abc", "t", "2026-11-22", "10:11:12", "2026-11-22 10:11:12",
                        "00112233-4455-6677-8899-aabbccddeeff", "{}", "<a/>", "3 days", "", "0.1", "5.00", "1.5", "NaN",
                        "101", "abc  ", "1e60", "16777217", "10.0.0.1", "{1,5}", "00112233-4455-6677-0001-020304050607")}
VALUES |= {f"WCHAR {value}": ("WCHAR", *wide(value)) for value in ("1", "z\xf6", "2026-11-22")}
VALUES |= {f"BINARY {value!r}": ("BINARY", value, len(value)) for value in (b"1", b"ab\x00c", b"\x01\x00\x00\x00")}
VALUES |= {f"{name} {value}": (name, bytes(kind(value)), 0) for name, kind, values in (
    ("BIT", ctypes.c_uint8, (0, 1)), ("STINYINT", ctypes.c_int8, (-5,)), ("UTINYINT", ctypes.c_uint8, (200,)),
    ("SSHORT", SHORT, (1, -300)), ("USHORT", USHORT, (60000,)), ("SLONG", ctypes.c_int32, (0, 1, 5, 70000, 16777217)),
    ("ULONG", UINT, (4000000000,)), ("SBIGINT", ctypes.c_int64, (1, 16777217, 2**40)),
    ("UBIGINT", ctypes.c_uint64, (1, 2**64 - 1)), ("FLOAT", ctypes.c_float, (1.5,)),
    ("FLOAT", ctypes.c_float, (0.1,)), ("DOUBLE", ctypes.c_double, (1.0, 1.26, 1e20, 0.1, 1.5))) for value in values}
VALUES |= {"NUMERIC 12.5": ("NUMERIC", bytes(numeric(125, 1)), 0), "NUMERIC 0.1": ("NUMERIC", bytes(numeric(1, 1)), 0),
           "NUMERIC 5": ("NUMERIC", bytes(numeric(5, 0)), 0), "NUMERIC -3": ("NUMERIC", bytes(numeric(-3, 0)), 0),
           "TYPE_DATE 2026-11-22": ("TYPE_DATE", bytes(DATE(2026, 11, 22)), 0),
           "TYPE_TIME 10:11:12": ("TYPE_TIME", bytes(TIME(10, 11, 12)), 0),
           "TYPE_TIMESTAMP 2026-11-22 10:11:12.5": ("TYPE_TIMESTAMP",
                                                    bytes(TIMESTAMP(2026, 11, 22, 10, 11, 12, 500000000)), 0),
           "TYPE_TIMESTAMP 2026-11-22": ("TYPE_TIMESTAMP", bytes(TIMESTAMP(2026, 11, 22, 0, 0, 0, 0)), 0),
           "GUID": ("GUID", bytes(GUID(0x00112233, 0x4455, 0x6677, (ctypes.c_uint8 * 8)(*range(8)))), 0)}
VALUES |= {f"{name} NULL": (name, bytes(16), -1) for name in ("CHAR", "SLONG", "BINARY", "TYPE_DATE")}


def table_of(column):
    return "has_" + re.sub(r"\W", "_", column)


class Prober(Driver):
    """A statement for each question: what psqlodbc has once learned of a parameter it keeps for the next text."""

    def __init__(self, name):
        super().__init__(name)
        self.handle = None
        for column in COLUMNS:
            self.state(f"CREATE TEMP TABLE of_{column} (v {column})")
        self.state("SET search_path = pg_temp, public")
        for made in MADE:
            self.state(f"CREATE {made}")
        for column, rows in ROWS.items():
            values = ", ".join(f"({row})" for row in rows.split(", "))
            self.state(f"CREATE TEMP TABLE {table_of(column)} (v {column})")
            if self.state(f"INSERT INTO {table_of(column)} VALUES {values}") != "no error":
                raise AssertionError(f"no rows of {column}")
        self.length = ctypes.c_ssize_t()
        self.buffer = ctypes.create_string_buffer(64)
        self.answer = ctypes.create_string_buffer(256)
        self.answer_length = ctypes.c_ssize_t()

    def bind(self, sql, value, sql_type):
        """To every marker the same."""
        c_type, data, length = VALUES[value]
        self.buffer[:len(data)] = data
        self.length.value = length
        return max(self.odbc.SQLBindParameter(self.handle, number + 1, 1, C_TYPES[c_type], SQL_TYPES[sql_type],
                                              ctypes.c_size_t(0), SHORT(0), self.buffer, ctypes.c_ssize_t(len(data)),
                                              ctypes.byref(self.length)) & 0xff for number in range(sql.count(b"?")))

    def ask(self, sql, value, sql_type, prepared):
        """(True, what the server made of it) or (False, SQLSTATE)."""
        self.handle = self.statement()
        try:
            return self.answer_to(sql, value, sql_type, prepared)
        finally:
            self.odbc.SQLFreeHandle(SQL_HANDLE_STMT, self.handle)

    def answer_to(self, sql, value, sql_type, prepared):
        if self.bind(sql, value, sql_type) not in (0, 1):
            return False, self.error()
        if prepared:
            self.odbc.SQLPrepare(self.handle, sql, SQL_NTS)
            result = self.odbc.SQLExecute(self.handle)
        else:
            result = self.odbc.SQLExecDirect(self.handle, sql, SQL_NTS)
        if result in (0, 1):
            self.odbc.SQLBindCol(self.handle, 1, 1, self.answer, len(self.answer), ctypes.byref(self.answer_length))
            result = self.odbc.SQLFetch(self.handle)
        if result not in (0, 1, 100):
            return False, self.error()
        null = result == 100 or self.answer_length.value == -1
        return True, None if null else self.answer.value.decode("latin-1")

    def error(self):
        state = ctypes.create_string_buffer(6)
        self.odbc.SQLGetDiagRec(SQL_HANDLE_STMT, self.handle, 1, state, None, None, 0, None)
        return state.value.decode()


def comparisons(of_all):
    """As programs declare their values, and of all others one of `of_all`."""
    for number, (column, condition, sql_type, value) in enumerate(itertools.product(ROWS, CONDITIONS, SQL_TYPES, VALUES)):
        natural = sql_type in NATURAL[VALUES[value][0]] and condition in ("v = ?", CONDITIONS[number % len(CONDITIONS)])
        if natural or number % of_all == 0:
            yield f"SELECT count(*) FROM {table_of(column)} WHERE {condition}", value, sql_type


def questions(of_all):
    """Every NULL, and of all others one of `of_all`."""
    pairs = itertools.chain(
        (("INSERT INTO of_%s VALUES (?) RETURNING v::text" % column, sql_type, value)
         for column, sql_type, value in itertools.product(COLUMNS, SQL_TYPES, VALUES)),
        itertools.product(EXPRESSIONS, SQL_TYPES, VALUES))
    for number, (sql, sql_type, value) in enumerate(pairs):
        if value.endswith(" NULL") or number % of_all == 0:
            yield sql, value, sql_type


TEXTS, BYTES = {"CHAR", "VARCHAR", "LONGVARCHAR", "WVARCHAR"}, {"VARBINARY", "LONGVARBINARY"}
INTEGERS, DATETIMES = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}, {"TYPE_DATE", "TYPE_TIME", "TYPE_TIMESTAMP"}
EXACT, APPROXIMATE = {"NUMERIC", "DECIMAL"}, {"REAL", "DOUBLE"}
INTO_TEXT = "INSERT INTO of_text VALUES (?) RETURNING v::text"
# What is otherwise on purpose, by the name of its line in the ledger: which answers it is about, and a question that it
# answers (as SQL, value, declared type). `own`: the value, or "error SQLSTATE"; `direct`: not prepared.
RULES = {
    "pairs of types": (lambda c, sql_type, sql, value, own, direct: own == "error 07006", (INTO_TEXT, "TYPE_DATE 2026-11-22", "BIT")),
    "bytes of numbers": (lambda c, sql_type, sql, value, own, direct: c == "BINARY" and sql_type not in TEXTS | BYTES,
                         (INTO_TEXT, "BINARY b'1'", "DOUBLE")),
    "bytes with a zero": (lambda c, sql_type, sql, value, own, direct: c == "BINARY" and own == "error 22021",
                          (INTO_TEXT, "BINARY b'ab\\x00c'", "VARCHAR")),
    "bytes as text": (lambda c, sql_type, sql, value, own, direct: c in ("BINARY", "CHAR", "WCHAR") and sql_type in BYTES and
                      not own.startswith("error") and not value.endswith(" NULL"), (INTO_TEXT, "BINARY b'1'", "VARBINARY")),
    "bytes as other types": (lambda c, sql_type, sql, value, own, direct: c in ("BINARY", "CHAR", "WCHAR") and
                             sql_type in BYTES and own in ("error 42804", "error 42846", "error 42883"),
                             ("SELECT ?::int4", "BINARY b'ab\\x00c'", "VARBINARY")),
    "intervals": (lambda c, sql_type, sql, value, own, direct: sql_type == "INTERVAL_DAY", (INTO_TEXT, "SLONG 1", "INTERVAL_DAY")),
    "text that is no date": (lambda c, sql_type, sql, value, own, direct: c in ("CHAR", "WCHAR") and sql_type in DATETIMES,
                             (INTO_TEXT, "CHAR 1", "TYPE_TIME")),
    "dates as text": (lambda c, sql_type, sql, value, own, direct: c in DATETIMES and sql_type in TEXTS,
                      (INTO_TEXT, "TYPE_DATE 2026-11-22", "VARCHAR")),
    "time of day of a date": (lambda c, sql_type, sql, value, own, direct: c == "TYPE_TIMESTAMP" and own == "error 22008",
                              (INTO_TEXT, "TYPE_TIMESTAMP 2026-11-22 10:11:12.5", "TYPE_DATE")),
    "text for bytes": (lambda c, sql_type, sql, value, own, direct: c in ("CHAR", "WCHAR") and sql_type in BYTES and
                       own == "error 22018", ("INSERT INTO of_bytea VALUES (?) RETURNING v::text", "CHAR 10:11:12",
                                                    "VARBINARY")),
    "fractions of integers": (lambda c, sql_type, sql, value, own, direct: c in ("FLOAT", "DOUBLE", "NUMERIC") and
                              sql_type in INTEGERS and not own.startswith("error"),
                              (INTO_TEXT, "DOUBLE 1.26", "INTEGER")),
    "declared numbers": (lambda c, sql_type, sql, value, own, direct: sql_type in INTEGERS | APPROXIMATE | EXACT and
                         "has_" not in sql and not own.startswith("error"), ("SELECT least(?, '5')", "CHAR 40000", "DOUBLE")),
    "literals with a cast": (lambda c, sql_type, sql, value, own, direct: direct and "has_" in sql and
                             (sql_type in EXACT | APPROXIMATE or sql_type == c == "TYPE_TIMESTAMP" or
                              sql_type in INTEGERS and re.search("has_(float4|a_single)", sql)) and
                             not own.startswith("error"), ("SELECT count(*) FROM has_float4 WHERE v = ?", "NUMERIC 0.1",
                                                           "NUMERIC")),
    "digits of floats": (lambda c, sql_type, sql, value, own, direct: value in ("FLOAT 0.1", "DOUBLE 0.1") and
                         not re.search("has_(float4|a_single)", sql) and sql_type in TEXTS | APPROXIMATE | EXACT | {"BIT"} and
                         not own.startswith("error"), (INTO_TEXT, "DOUBLE 0.1", "VARCHAR")),
    "moments beside dates": (lambda c, sql_type, sql, value, own, direct: sql_type == c == "TYPE_TIMESTAMP" and
                             re.search(r"has_(a_day|date) .*(?:<(?!>)|(?<!<)>|BETWEEN|greatest|least|coalesce|ELSE)", sql) and not own.startswith("error"),
                             ("SELECT count(*) FROM has_date WHERE v >= ?", "TYPE_TIMESTAMP 2026-11-22 10:11:12.5",
                              "TYPE_TIMESTAMP")),
    "NULL as bytes": (lambda c, sql_type, sql, value, own, direct: value.endswith(" NULL") and sql_type in BYTES,
                      ("SELECT coalesce(?, 'none')", "CHAR NULL", "VARBINARY")),
}


def rule_of(sql, value, sql_type, own, direct):
    for name, (applies, _) in RULES.items():
        if applies(VALUES[value][0], sql_type, sql, value, own, direct):
            return name
    return None


class Comparison:
    """Both drivers asked the same."""

    def __init__(self):
        self.peer, self.ours = Prober(PEER), Prober(OURS)
        self.asked = self.theirs = self.own = self.same = 0
        self.by_rule = dict.fromkeys(RULES, 0)

    def ask(self, sql, value, sql_type, prepared):
        """Where psqlodbc succeeds and the driver does otherwise: the rule, or None, and what each made of it; else ""."""
        theirs = self.peer.ask(sql.encode(), value, sql_type, prepared)
        own = self.ours.ask(sql.encode(), value, sql_type, prepared)
        self.asked += 1
        self.theirs += theirs[0]
        self.own += own[0]
        if not theirs[0]:
            return "", None, None
        if theirs == own:
            self.same += 1
            return "", None, None
        shown = str(own[1]) if own[0] else f"error {own[1]}"
        rule = rule_of(sql, value, sql_type, shown, not prepared)
        if rule is not None:
            self.by_rule[rule] += 1
        return rule, theirs[1], shown

    def close(self):
        self.peer.close()
        self.ours.close()


class ParametersTest(unittest.TestCase):
    maxDiff = None

    def compare(self, asked):
        comparison = Comparison()
        wrong = []
        for prepared in (False, True):
            for sql, value, sql_type in asked if OF_ALL == 1 else asked[prepared::2]:
                rule, theirs, own = comparison.ask(sql, value, sql_type, prepared)
                if rule is None:
                    wrong.append(f"{sql}, {value} as {sql_type}{', prepared' if prepared else ''}: {theirs}, here {own}")
        comparison.close()
        print(f"{comparison.asked} asked; psqlodbc takes {comparison.theirs}, the driver {comparison.own}; of psqlodbc's "
              f"{comparison.same} the same, by rule {comparison.by_rule}", file=sys.stderr)
        self.assertEqual(wrong[:MOST], [], f"{len(wrong)} differences that no rule is about")

    def test_what_succeeds_with_psqlodbc(self):
        self.compare(list(questions(OF_ALL)))

    def test_what_is_found_with_psqlodbc(self):
        self.compare(list(comparisons(4 * OF_ALL - 3)))

    def test_the_ledger_names_every_rule(self):
        table = re.search(r"<!-- parameters: begin.*?-->\n(.*?)<!-- parameters: end", LEDGER, re.DOTALL).group(1)
        self.assertEqual([row.split("|")[1].strip() for row in table.splitlines()[2:]], list(RULES))

    def test_every_rule_is_about_something(self):
        comparison = Comparison()
        for name, (_, question) in RULES.items():
            with self.subTest(name):
                self.assertIn(name, [comparison.ask(*question, prepared)[0] for prepared in (False, True)])
        comparison.close()


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as ledger_file:
        LEDGER = ledger_file.read()
    OF_ALL = 1 if "--all" in sys.argv else 17
    MOST = 100000 if "--all" in sys.argv else 40
    unittest.main(argv=sys.argv[:1], verbosity=2)
