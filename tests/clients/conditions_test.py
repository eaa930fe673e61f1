#!/usr/bin/python3
"""What conditions find beside psqlodbc: made at random of columns of each type, compared with parameters in every form that
SQL has for it, prepared and direct, with values of each C type declared as each SQL type. What psqlodbc finds is found; what
is otherwise on purpose is so by a rule of parameters_test.py, which has its line in DIFFERENCES.md.

  conditions_test.py [--seed N] [--count N] [--first K]       prints what gives a difference again
"""
import random
import sys
import unittest

from parameters_test import NATURAL, ROWS, SQL_TYPES, VALUES, Comparison, table_of

COMPARISONS = ["=", "<>", "!=", "<", "<=", ">", ">="]
# {v}: the column, {p}: a parameter, {o}: a comparison, {t}: the table; both may get brackets.
FORMS = ["{v} {o} {p}", "{v} {o} {p}", "{p} {o} {v}", "{v} IS DISTINCT FROM {p}", "{v} IS NOT DISTINCT FROM {p}",
         "{p} IS NOT DISTINCT FROM {v}", "({v}, 1) {o} ({p}, 1)", "({p}, 1) {o} ({v}, 1)", "ROW({v}, 1) {o} ROW({p}, 1)",
         "({v}, {v}) IN (({p}, {p}))", "({v}, 1) NOT IN (({p}, 1), ({p}, 2))", "{v} IN ({p}, {p})", "{v} NOT IN ({p})",
         "{p} IN ({v})", "{p} IN (SELECT v FROM {t})", "{p} {o} ANY (SELECT v FROM {t})", "{p} {o} ALL (SELECT v FROM {t})",
         "{p} = ANY (ARRAY[{v}])", "{v} BETWEEN {p} AND {p}", "{v} NOT BETWEEN {p} AND {p}", "{p} BETWEEN {v} AND {v}",
         "{v} BETWEEN SYMMETRIC {p} AND {p}", "CASE {v} WHEN {p} THEN 1 END = 1", "coalesce({v}, {p}) = {v}",
         "coalesce(NULL, {p}, {v}) {o} {v}", "nullif({v}, {p}) IS NULL", "nullif({p}, {v}) IS NULL",
         "greatest({v}, {p}) = {v}", "least({p}, {v}) = {v}", "CASE WHEN {v} IS NULL THEN {v} ELSE {p} END {o} {v}",
         "(SELECT max(x.v) FROM {t} x) {o} {p}", "EXISTS (SELECT 1 FROM {t} x GROUP BY x.v HAVING x.v = {p})",
         "EXISTS (SELECT 1 FROM {t} x HAVING max(x.v) {o} {p})", "(SELECT {v}) {o} {p}"]
# Around these.
FRAMES = ["{}", "{}", "{}", "({})", "NOT ({})", "{} OR v IS NULL", "v IS NOT NULL AND {}"]


def column_and_value(dice):
    """Of any types, but more often of those that can be compared."""
    columns, c_types = dice.choice((
        (ROWS, None),
        (("int2", "int4", "int8", "oid", "float4", "float8", "numeric", "numeric(10,2)", "money", "a_whole", "a_single"),
         ("SSHORT", "USHORT", "SLONG", "ULONG", "SBIGINT", "UBIGINT", "FLOAT", "DOUBLE", "NUMERIC", "CHAR")),
        (("float4", "a_single", "float8", "numeric"), ("SLONG", "SBIGINT", "FLOAT", "DOUBLE", "NUMERIC", "CHAR")),
        (("date", "a_day", "time", "timetz", "timestamp", "timestamp(0)", "timestamptz"),
         ("TYPE_DATE", "TYPE_TIME", "TYPE_TIMESTAMP", "CHAR"))))
    values = [name for name, (c_type, _, _) in VALUES.items() if c_types is None or c_type in c_types]
    return dice.choice(list(columns)), dice.choice(values)


def question(dice):
    """A condition's text, a value and the type that it is declared as."""
    column, value = column_and_value(dice)
    natural = dice.random() < 0.8
    sql_type = dice.choice(NATURAL[VALUES[value][0]] if natural else list(SQL_TYPES))
    form = dice.choice(FORMS)
    for word in ("{v}", "{p}"):
        while word in form:
            inner = {"{v}": dice.choice(("v", "v", f"{table_of(column)}.v")), "{p}": "?"}[word]
            for _ in range(dice.choice((0, 0, 1, 1, 2))):
                inner = f"({inner})"
            form = form.replace(word, inner, 1)
    condition = form.replace("{o}", dice.choice(COMPARISONS)).replace("{t}", table_of(column))
    return f"SELECT count(*) FROM {table_of(column)} WHERE {dice.choice(FRAMES).format(condition)}", value, sql_type


class ConditionsTest(unittest.TestCase):
    maxDiff = None

    def test_what_is_found_with_psqlodbc(self):
        comparison = Comparison()
        wrong = []
        for number in range(FIRST, FIRST + COUNT):
            dice = random.Random(SEED * 1000003 + number)
            prepared = dice.random() < 0.7
            sql, value, sql_type = question(dice)
            rule, theirs, own = comparison.ask(sql, value, sql_type, prepared)
            if rule is None:
                wrong.append(f"--seed {SEED} --first {number}: {sql}, {value} as {sql_type}"
                             f"{', prepared' if prepared else ''}: {theirs}, here {own}")
        comparison.close()
        print(f"{comparison.asked} asked; psqlodbc takes {comparison.theirs}, the driver {comparison.own}; of psqlodbc's "
              f"{comparison.same} the same, by rule {comparison.by_rule}", file=sys.stderr)
        self.assertGreater(comparison.theirs, COUNT // 5)
        self.assertEqual(wrong[:40], [], f"{len(wrong)} differences that no rule is about")


def number_after(word, otherwise):
    return int(sys.argv[sys.argv.index(word) + 1]) if word in sys.argv else otherwise


if __name__ == "__main__":
    SEED, COUNT, FIRST = number_after("--seed", 1), number_after("--count", 6000), number_after("--first", 0)
    unittest.main(argv=sys.argv[:1], verbosity=2)
