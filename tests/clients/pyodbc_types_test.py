#!/usr/bin/python3
"""Every type through pyodbc: as a result, as a parameter, as NULL; text and bytes of any length."""
import datetime
import decimal
import unittest
import uuid

import pyodbc

from client import FEWER_BY, connect

D = decimal.Decimal

# PostgreSQL type, literal, what Python gets, what cursor.description calls it.
VALUES = [
    ("bool", "true", True, bool),
    ("bool", "false", False, bool),
    ("int2", "'-32768'", -32768, int),
    ("int4", "2147483647", 2147483647, int),
    ("int8", "'-9223372036854775808'", -9223372036854775808, int),
    ("int8", "9223372036854775807", 9223372036854775807, int),
    ("float4", "1.5", 1.5, float),
    ("float8", "'-2.2250738585072014e-308'", -2.2250738585072014e-308, float),
    ("float8", "0.1", 0.1, float),
    ("numeric", "12345678901234567890.0123456789", D("12345678901234567890.0123456789"), D),
    ("numeric(10,2)", "'-0.05'", D("-0.05"), D),
    ("text", "'Grüße, 世界 😀'", "Grüße, 世界 😀", str),
    ("text", "''", "", str),
    ("varchar(5)", "'äöü😀ß'", "äöü😀ß", str),
    ("char(6)", "'ab'", "ab    ", str),
    ("bytea", r"'\x00ff10275c'", b"\x00\xff\x10\x27\x5c", bytearray),
    ("bytea", r"'\x'", b"", bytearray),
    ("date", "'2026-11-22'", datetime.date(2026, 11, 22), datetime.date),
    ("date", "'0001-01-01'", datetime.date(1, 1, 1), datetime.date),
    ("time", "'23:59:58'", datetime.time(23, 59, 58), datetime.time),
    ("timestamp", "'1999-12-31 23:59:59.999999'", datetime.datetime(1999, 12, 31, 23, 59, 59, 999999),
     datetime.datetime),
    ("timestamp", "'2024-02-29 00:00:00'", datetime.datetime(2024, 2, 29), datetime.datetime),
    # The session is in UTC, and that is the zone in which the application gets it.
    ("timestamptz", "'2026-11-22 12:00:00.25+02'", datetime.datetime(2026, 11, 22, 10, 0, 0, 250000),
     datetime.datetime),
    ("uuid", "'123E4567-e89b-12d3-a456-426614174000'", "123e4567-e89b-12d3-a456-426614174000", str),
    ("json", """'{"a": [1, null, "ä"]}'""", '{"a": [1, null, "ä"]}', str),
    # All others come as the text that the server writes.
    ("jsonb", """'{"b":1,"a":2}'""", '{"a": 2, "b": 1}', str),
    ("interval", "'1 day 02:03:04'", "1 day 02:03:04", str),
    ("inet", "'192.168.0.1/24'", "192.168.0.1/24", str),
    ("int4[]", "'{1,NULL,3}'", "{1,NULL,3}", str),
    ("point", "'(1,2)'", "(1,2)", str),
    ("timetz", "'12:00:00+02'", "12:00:00+02", str),
    ("xml", "'<a>ä</a>'", "<a>ä</a>", str),
]

# What an application hands over as a parameter, and the column it is for.
PARAMETERS = [
    ("bool", True), ("bool", False),
    ("int2", 7), ("int4", -2147483648), ("int8", 2**62), ("int8", -1),
    ("float4", 0.25), ("float8", 3.141592653589793), ("float8", -1e300),
    ("numeric", D("0.000000000000000000001")), ("numeric(20,5)", D("-123456789012345.54321")), ("numeric", D("1E+20")),
    ("text", "Grüße, 世界 😀"), ("text", ""), ("text", "it's; {a} \\ %s ? $1"),
    ("varchar(4)", "😀äß!"), ("char(3)", "ab "),
    ("bytea", bytes(range(256))), ("bytea", bytearray(b"")),
    ("date", datetime.date(1970, 1, 1)), ("time", datetime.time(1, 2, 3)),
    ("timestamp", datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)), ("timestamp", datetime.datetime(1, 1, 1)),
    ("timestamptz", datetime.datetime(2026, 1, 2, 3, 4, 5, 6)),
    ("json", '{"ä": 1}'), ("jsonb", '{"a": null}'),
]


class PyodbcTypesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.connection = cls.enterClassContext(connect())

    def test_as_results(self):
        for pg_type, literal, expected, described in VALUES:
            with self.subTest(type=pg_type, literal=literal):
                cursor = self.connection.execute(f"SELECT {literal}::{pg_type} AS v, NULL::{pg_type} AS n")
                self.assertEqual([column[0] for column in cursor.description], ["v", "n"])
                self.assertEqual([column[1] for column in cursor.description], [described] * 2)
                value, null = cursor.fetchone()
                self.assertEqual(value, expected)
                self.assertIs(type(value), type(expected))
                self.assertIsNone(null)

    def test_in_one_row(self):
        """All of them beside each other, so that no column can take from its neighbour's bytes."""
        columns = ", ".join(f"{literal}::{pg_type}" for pg_type, literal, *_ in VALUES)
        cursor = self.connection.execute(f"SELECT {columns}")
        self.assertEqual(list(cursor.fetchone()), [expected for _, _, expected, _ in VALUES])

    def test_as_prepared_results(self):
        """With a parameter in the statement the columns are described before it runs."""
        for pg_type, literal, expected, _ in VALUES:
            with self.subTest(type=pg_type, literal=literal):
                row = self.connection.execute(f"SELECT {literal}::{pg_type} WHERE 1 = ?", 1).fetchone()
                self.assertEqual(row[0], expected)

    def test_as_parameters(self):
        for pg_type, value in PARAMETERS:
            with self.subTest(type=pg_type, value=value):
                cursor = self.connection.cursor()
                cursor.execute(f"CREATE TEMP TABLE p (v {pg_type})")
                try:
                    cursor.execute("INSERT INTO p VALUES (?)", value)
                    self.assertEqual(cursor.execute("SELECT v FROM p").fetchval(), value)
                    # The server agrees, not only our own way there and back.
                    self.assertEqual(cursor.execute(f"SELECT count(*) FROM p WHERE v::text = (?::{pg_type})::text",
                                                    value).fetchval(), 1)
                    cursor.execute("UPDATE p SET v = ?", None)
                    self.assertIsNone(cursor.execute("SELECT v FROM p").fetchval())
                finally:
                    cursor.execute("DROP TABLE p")

    def test_uuid_parameter(self):
        value = uuid.UUID("123e4567-e89b-12d3-a456-426614174000")
        text = self.connection.execute("SELECT (?::uuid)::text", value).fetchval()
        self.assertEqual(text, str(value))

    def test_special_floats(self):
        row = self.connection.execute("SELECT 'Infinity'::float8, '-Infinity'::float8, 'NaN'::float8").fetchone()
        self.assertEqual((row[0], row[1]), (float("inf"), float("-inf")))
        self.assertNotEqual(row[2], row[2])

    def test_column_sizes_and_nullability(self):
        self.connection.execute("CREATE TEMP TABLE sizes (a varchar(17), b numeric(9,3), c int4 NOT NULL, d char(5))")
        description = self.connection.execute("SELECT * FROM sizes").description
        self.assertEqual([(d[0], d[3]) for d in description], [("a", 17), ("b", 9), ("c", 10), ("d", 5)])
        self.assertEqual(description[1][5], 3)

    def test_long_values(self):
        """Longer than any buffer: read in parts, and sent in parts (SQLPutData)."""
        text = "".join(chr(0x4E00 + i % 20000) + "a😀" for i in range(300_000 // FEWER_BY))
        data = bytes(i * 7 % 256 for i in range(3_000_000 // FEWER_BY))
        for maxwrite in (0, 1000):
            with self.subTest(maxwrite=maxwrite), connect() as connection:
                connection.maxwrite = maxwrite
                connection.execute("CREATE TEMP TABLE long_values (t text, b bytea)")
                connection.execute("INSERT INTO long_values VALUES (?, ?)", text, data)
                row = connection.execute("SELECT t, b, length(t), octet_length(b) FROM long_values").fetchone()
                self.assertEqual((row[2], row[3]), (len(text), len(data)))
                self.assertEqual(row[0], text)
                self.assertEqual(row[1], data)

    def test_lengths_around_buffer_borders(self):
        """pyodbc reads with buffers of powers of two; a character must never be cut or lost at their ends."""
        for length in [n + d for n in (1, 255, 1023, 2047, 4095, 8190, 16383) for d in (-1, 0, 1, 2)]:
            for character in ("a", "ä", "😀"):
                value = self.connection.execute(f"SELECT repeat('{character}', {length})").fetchval()
                self.assertEqual(value, character * length)

    def test_a_value_that_does_not_fit(self):
        """An int8 into an int2 is the server's to refuse; the connection stays usable."""
        with self.assertRaises(pyodbc.DataError) as caught:
            self.connection.execute("SELECT ?::int8::int2", 70000)
        self.assertEqual(caught.exception.args[0], "22003")
        self.assertEqual(self.connection.execute("SELECT 1").fetchval(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
