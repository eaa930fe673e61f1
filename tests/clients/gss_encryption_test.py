#!/usr/bin/python3
"""Much work over connections encrypted by GSSAPI, with Heimdal and MIT. Its argument: how many rows are read."""
import hashlib
import sys
import unittest

from client import FEWER_BY, TICKET_DSNS, connect

ROWS = int(sys.argv.pop(1))
WIDE = "x" * 300  # much is encrypted, and not many rows are looked at
INSERTED = 10_000 // FEWER_BY
ENCRYPTED = "SELECT encrypted FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"


def digest(values):
    return hashlib.md5("".join(values).encode()).hexdigest()


class GssEncryptionTest(unittest.TestCase):
    def encrypted(self, dsn):
        return connect(dsn, GssEncMode="require")

    def test_many_rows_are_read(self):
        for dsn in ("negodbc-heimdal", "negodbc-mit"):
            with self.subTest(dsn), self.encrypted(dsn) as connection:
                self.assertIs(connection.execute(ENCRYPTED).fetchval(), True)
                rows = connection.execute(f"SELECT i, 'row ' || i || '{WIDE}', i / 8.0::float8 "
                                          f"FROM generate_series(1, {ROWS}) AS i")
                seen = 0
                while part := rows.fetchmany(10_000):
                    for number, text, quotient in part:
                        seen += 1
                        if (number, text, quotient) != (seen, f"row {seen}{WIDE}", seen / 8):
                            self.fail(f"row {seen} is {(number, text, quotient)}")
                self.assertEqual(seen, ROWS)

    def test_many_rows_are_inserted(self):
        for dsn in TICKET_DSNS:
            with self.subTest(dsn), self.encrypted(dsn) as connection:
                connection.autocommit = False
                connection.execute("CREATE TEMPORARY TABLE inserted (id integer PRIMARY KEY, text varchar(200))")
                values = [(i, f"{i} " + "äbc"[i % 3] * (i % 150)) for i in range(INSERTED)]
                cursor = connection.cursor()
                cursor.fast_executemany = True
                cursor.executemany("INSERT INTO inserted VALUES (?, ?)", values)
                connection.commit()
                count, whole = cursor.execute(
                    "SELECT count(*), md5(string_agg(text, '' ORDER BY id)) FROM inserted").fetchone()
                self.assertEqual((count, whole), (INSERTED, digest(text for _, text in values)))
                read = cursor.execute("SELECT id, text FROM inserted ORDER BY id").fetchall()
                self.assertEqual([tuple(row) for row in read], values)

    def test_large_values(self):
        for dsn in TICKET_DSNS:
            with self.subTest(dsn), self.encrypted(dsn) as connection:
                text = "x" * (5_000_000 // FEWER_BY)
                self.assertEqual(connection.execute("SELECT length(?)", text).fetchval(), len(text))
                self.assertEqual(connection.execute(f"SELECT repeat('x', {len(text)})").fetchval(), text)


if __name__ == "__main__":
    unittest.main()
