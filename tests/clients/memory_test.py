#!/usr/bin/python3
"""A million rows through a forward-only cursor: every value right, and the process stays small.

memory_test.py READ_ROWS LIMIT_KB    with the limit 0 (a sanitizer's memory counts too) only the values are looked at, of a
                                     tenth of the rows
"""
import hashlib
import subprocess
import sys
import unittest

from client import connection_string

ROWS = 1_000_000

# The ten columns of the measurement: int4 int8 float8 numeric text(9) text(32) timestamp date bool int4-with-nulls.
SQL = """
SELECT g, g::int8 * 1000003, g * 0.5::float8, (g / 100.0)::numeric(12,2), 'row ' || lpad((g % 100000)::text, 5, '0'),
       md5(g::text), TIMESTAMP '2000-01-01' + g * INTERVAL '1 second', DATE '2000-01-01' + g % 366, g % 2 = 0,
       CASE WHEN g % 10 <> 0 THEN g END
FROM generate_series(1, ROWS) g"""

READ_ROWS = ""
LIMIT_KB = 0


def expected():
    total = ROWS * (ROWS + 1) // 2
    # 2000 is a leap year: the day of month of each of its 366 days.
    days = [day + 1 for length in (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31) for day in range(length)]
    hashes = (hashlib.md5(str(g).encode()).hexdigest() for g in range(1, ROWS + 1))
    return {
        "rows": ROWS,
        "int4": total,
        "int8": total * 1000003,
        "float8": total * 0.5,
        "numeric": total / 100,
        "lengths": ROWS * (9 + 32),
        "hash": sum(ord(h[0]) + ord(h[31]) for h in hashes),
        "seconds": sum(g % 60 for g in range(1, ROWS + 1)),
        "days": sum(days[g % 366] for g in range(1, ROWS + 1)),
        "truths": ROWS // 2,
        "nulls": ROWS // 10,
        "nullable": total - sum(range(10, ROWS + 1, 10)),
    }


class MemoryTest(unittest.TestCase):
    def test_a_million_rows(self):
        done = subprocess.run([READ_ROWS, connection_string("negodbc"), SQL.replace("ROWS", str(ROWS))], capture_output=True, text=True,
                              timeout=280, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        got = {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}
        peak = got.pop("peak_kb")
        for name, value in expected().items():
            with self.subTest(name):
                self.assertAlmostEqual(got[name], value, delta=abs(value) * 1e-9)
        print(f"peak memory: {peak / 1024:.1f} MB", file=sys.stderr)
        self.assertGreater(peak, 0)
        if LIMIT_KB:
            self.assertLess(peak, LIMIT_KB)


if __name__ == "__main__":
    READ_ROWS = sys.argv.pop(1)
    LIMIT_KB = int(sys.argv.pop(1))
    ROWS = ROWS if LIMIT_KB else ROWS // 10
    unittest.main(verbosity=2)
