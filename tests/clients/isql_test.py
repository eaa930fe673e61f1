#!/usr/bin/python3
"""isql and iusql, as a user types them: queries by ticket, and what they say when something is wrong."""
import itertools
import os
import unittest

from client import FEWER_BY, PRINCIPAL, TICKET_DSNS, WHO, isql

PROGRAMS = ("isql", "iusql")
turns = itertools.cycle(PROGRAMS)


def for_each_program(test):
    """The test is run with each of the two, and told apart in the report; under a sanitizer they take turns."""
    programs = PROGRAMS if FEWER_BY == 1 else (next(turns),)

    def run(self):
        for program in programs:
            with self.subTest(program):
                test(self, program)
    run.__doc__ = test.__doc__
    return run


class IsqlTest(unittest.TestCase):
    def rows(self, done):
        """The lines of the result, in batch mode nothing else is written; isql's exit status says nothing."""
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def refused(self, program, *arguments, **environment):
        done = isql(program, *arguments, environment=environment)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("ERROR: Could not SQL", done.stderr)
        return done.stdout

    @for_each_program
    def test_login_by_ticket(self, program):
        for dsn in ("negodbc", *TICKET_DSNS):
            with self.subTest(dsn):
                self.assertEqual(self.rows(isql(program, dsn, sql=WHO)), [f"{PRINCIPAL}|alice"])

    @for_each_program
    def test_login_by_password(self, program):
        sql = "SELECT current_user"
        self.assertEqual(self.rows(isql(program, "negodbc-scram", sql=sql)), ["scram_user"])
        self.assertEqual(self.rows(isql(program, "negodbc-tls", sql=sql)), ["scram_ssl_user"])
        # User and password on the command line, as people do.
        done = isql(program, "negodbc-trust", "md5_user", os.environ["NEGODBC_MD5_PASSWORD"], sql=sql)
        self.assertEqual(self.rows(done), ["md5_user"])

    def test_a_connection_string(self):
        string = (f"DRIVER=negodbc;SERVER=localhost;PORT={os.environ['NEGODBC_PGPORT']};DATABASE=negodbc;"
                  "Integrated Security=SSPI")
        self.assertEqual(self.rows(isql("isql", string, "-k", sql=WHO)), [f"{PRINCIPAL}|alice"])

    @for_each_program
    def test_nulls_and_text_beyond_ascii(self, program):
        sql = "SELECT NULL AS n, 'Grüße' AS a, NULL::int AS i, '世界 😀' AS b"
        self.assertEqual(self.rows(isql(program, "negodbc", sql=sql)), ["|Grüße||世界 😀"])

    @for_each_program
    def test_types(self, program):
        sql = (r"SELECT true, 1::int2, -2::int4, 3::int8, 1.5::float8, 0.10::numeric, 'x'::char(3), '\xCAFE'::bytea,"
               " DATE '2026-11-22', TIME '01:02:03', TIMESTAMP '2026-11-22 01:02:03.5',"
               " '123e4567-e89b-12d3-a456-426614174000'::uuid, '{}'::json, INTERVAL '1 day'")
        got = "".join(self.rows(isql(program, "negodbc", sql=sql))).split("|")
        got = [value.lower() for value in got]  # a GUID and bytes are written in capitals or not
        self.assertEqual(got, ["1", "1", "-2", "3", "1.5", "0.10", "x  ", "cafe", "2026-11-22", "01:02:03",
                               "2026-11-22 01:02:03.5", "123e4567-e89b-12d3-a456-426614174000", "{}", "1 day"])

    @for_each_program
    def test_a_table_made_filled_and_changed(self, program):
        table = "made_by_isql"
        script = (f"CREATE TABLE {table} (k int, t text)\nINSERT INTO {table} VALUES (1, 'ä'), (2, NULL)\n"
                  f"UPDATE {table} SET k = k + 1\nSELECT * FROM {table} ORDER BY k\nDROP TABLE {table}")
        self.assertEqual(self.rows(isql(program, "negodbc", sql=script)), ["2|ä", "3|"])

    @for_each_program
    def test_help_lists_tables_and_columns(self, program):
        isql("isql", "negodbc", sql="CREATE TABLE helped (k int4, name varchar(20))")
        self.addCleanup(isql, "isql", "negodbc", sql="DROP TABLE helped")
        tables = [line.split("|")[1:4] for line in self.rows(isql(program, "negodbc", sql="help"))]
        self.assertIn(["public", "helped", "TABLE"], tables)
        columns = [line.split("|")[3] for line in self.rows(isql(program, "negodbc", sql="help helped"))]
        self.assertEqual(columns, ["k", "name"])

    @for_each_program
    def test_an_error_in_a_statement(self, program):
        done = isql(program, "negodbc", sql="SELECT * FROM nowhere")
        self.assertIn('relation "nowhere" does not exist', done.stdout + done.stderr)

    @for_each_program
    def test_no_such_dsn(self, program):
        self.assertIn("Data source name not found", self.refused(program, "unheard-of"))

    @for_each_program
    def test_no_ticket(self, program):
        """Cause, target, place that was searched, and remedy: whoever reads it knows what to do."""
        for dsn in TICKET_DSNS:
            with self.subTest(dsn):
                said = self.refused(program, dsn, KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])
                self.assertIn("postgres/localhost", said)
                self.assertIn(os.environ["NEGODBC_CCACHE_NONE"].partition(":")[2], said)
                self.assertIn("kinit", said)

    @for_each_program
    def test_expired_ticket(self, program):
        for dsn in TICKET_DSNS:
            with self.subTest(dsn):
                said = self.refused(program, dsn, KRB5CCNAME=os.environ["NEGODBC_CCACHE_EXPIRED"])
                self.assertRegex(said, "(?i)expired")
                self.assertIn(PRINCIPAL, said)
                self.assertIn("kinit", said)

    @for_each_program
    def test_ticket_of_a_principal_without_a_role(self, program):
        said = self.refused(program, "negodbc", KRB5CCNAME=os.environ["NEGODBC_CCACHE_WRONG"])
        self.assertIn("mallory", said)

    def test_the_sqlstate_of_a_refused_login(self):
        """isql -v shows it; iusql leaves it out."""
        for cache, state in (("NONE", "28000"), ("EXPIRED", "28000"), ("WRONG", "28000")):
            with self.subTest(cache):
                self.assertIn(f"[{state}]", self.refused("isql", "negodbc",
                                                         KRB5CCNAME=os.environ[f"NEGODBC_CCACHE_{cache}"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
