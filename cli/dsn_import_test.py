#!/usr/bin/python3
"""What negodbc dsn import makes of psqlodbc's data sources and of libpq's words: dsn_import_test.py NEGODBC"""
import sys
import unittest

from testing.ini_case import Case

PSQLODBC = {
    # word: (value, what becomes of it; None: it is left out, which is told)
    "Description": ("some text", ("Description", "some text")), "Servername": ("other", ("Server", "other")),
    "Database": ("d", ("Database", "d")), "DX": ("d", ("Database", "d")), "Port": ("5433", ("Port", "5433")),
    "Username": ("u", ("UID", "u")), "UID": ("u", ("UID", "u")), "Password": ("a%20b", ("PWD", "a b")), "PWD": ("a%20b", ("PWD", "a%20b")),
    "SSLmode": ("verify-full", ("SSLmode", "verify-full")), "CA": ("vf", ("SSLmode", "vf")), "ReadOnly": ("1", ("ReadOnly", "1")),
    "A0": ("1", ("ReadOnly", "1")), "Protocol": ("7.4-1", ("Protocol", "7.4-1")), "A1": ("7.4-1", ("Protocol", "7.4-1")),
    "FakeOidIndex": ("1", None), "A2": ("1", None), "ShowOidColumn": ("1", None), "A3": ("1", None), "RowVersioning": ("1", None),
    "A4": ("1", None), "ShowSystemTables": ("1", ("ShowSystemTables", "1")), "A5": ("1", ("ShowSystemTables", "1")),
    "ConnSettings": ("set a to b", ("ConnSettings", "set a to b")), "A6": ("set a to b", ("ConnSettings", "set a to b")),
    "Fetch": ("50", ("Fetch", "50")), "A7": ("50", ("Fetch", "50")), "Socket": ("1", None), "A8": ("1", None), "UnknownSizes": ("2", None),
    "A9": ("2", None), "Debug": ("1", ("Debug", "1")), "B2": ("1", ("Debug", "1")), "CommLog": ("1", ("CommLog", "1")),
    "B3": ("1", ("CommLog", "1")), "Optimizer": ("1", None), "B4": ("1", None), "Ksqo": ("1", None), "B5": ("1", None),
    "UseDeclareFetch": ("1", ("UseDeclareFetch", "1")), "B6": ("1", ("UseDeclareFetch", "1")),
    "TextAsLongVarchar": ("0", ("TextAsLongVarchar", "0")), "B7": ("0", ("TextAsLongVarchar", "0")),
    "UnknownsAsLongVarchar": ("0", ("UnknownsAsLongVarchar", "0")), "B8": ("0", ("UnknownsAsLongVarchar", "0")),
    "BoolsAsChar": ("1", ("BoolsAsChar", "1")), "B9": ("1", ("BoolsAsChar", "1")), "MaxVarcharSize": ("254", ("MaxVarcharSize", "254")),
    "B0": ("254", ("MaxVarcharSize", "254")), "MaxLongVarcharSize": ("-4", ("MaxLongVarcharSize", "-4")),
    "B1": ("8190", ("MaxLongVarcharSize", "8190")), "Parse": ("1", None), "C0": ("1", None), "CancelAsFreeStmt": ("1", None), "C1": ("1", None),
    "ExtraSysTablePrefixes": ("dd_", None), "C2": ("dd_", None), "DisallowPremature": ("1", None), "C3": ("1", None),
    "UpdatableCursors": ("1", None), "C4": ("1", None), "LFConversion": ("1", ("LFConversion", "1")), "C5": ("1", ("LFConversion", "1")),
    "TrueIsMinus1": ("1", ("TrueIsMinus1", "1")), "C6": ("1", ("TrueIsMinus1", "1")), "BI": ("-5", ("Int8As", "-5")),
    "NumericAs": ("8", ("NumericAs", "8")), "D6": ("8", ("NumericAs", "8")), "ByteaAsLongVarBinary": ("0", ("ByteaAsLongVarBinary", "0")),
    "C7": ("0", ("ByteaAsLongVarBinary", "0")), "UseServerSidePrepare": ("0", ("UseServerSidePrepare", "0")),
    "C8": ("0", ("UseServerSidePrepare", "0")), "LowerCaseIdentifier": ("1", None), "C9": ("1", None), "GssAuthUseGSS": ("1", None),
    "D0": ("1", None), "KeepaliveTime": ("20", ("keepalives_idle", "20")), "D1": ("20", ("keepalives_idle", "20")),
    "KeepaliveInterval": ("5", ("keepalives_interval", "5")), "D2": ("5", ("keepalives_interval", "5")), "PreferLibpq": ("1", None),
    "D3": ("1", None), "XaOpt": ("1", None), "D4": ("1", None), "pqopt": ("krbsrvname=pg", ("pqopt", "krbsrvname=pg")),
    "D5": ("krbsrvname=pg", ("pqopt", "krbsrvname=pg")), "OptionalErrors": ("1", None), "D7": ("1", None), "BatchSize": ("10", None),
    "D8": ("10", None), "IgnoreTimeout": ("1", ("IgnoreTimeout", "1")), "D9": ("1", ("IgnoreTimeout", "1")), "Dtclog": ("1", None),
    "FetchRefcursors": ("1", ("FetchRefcursors", "1")), "DA": ("1", ("FetchRefcursors", "1")), "UniqueIndex": ("1", None),
    "Lie": ("1", None), "TranslationDLL": ("x", None), "TranslationName": ("x", None), "TranslationOption": ("1", None),
    "Logdir": ("/tmp", ("Logdir", "/tmp")), "AB": ("48", ("ExtraOptions", "48")), "ExtraOptions": ("48", ("ExtraOptions", "48")),
    "CX": ("1c8000", ("Abbreviated", "1c8000")),
}


class ImportTest(Case):
    def lines(self, name="new"):
        section = self.user.read_text(encoding="utf-8").partition(f"[{name}]\n")[2].partition("\n\n")[0]
        return dict(line.split(" = ", 1) for line in section.splitlines())

    def import_it(self, text, *more, driver="PostgreSQL Unicode", status=0):
        self.put(f"[old]\nDriver = {driver}\n{text}\n")
        return self.run_it("dsn", "import", "old", "--as", "new", *more, status=status)

    def test_each_word_of_psqlodbcs(self):
        for word, (value, becomes) in PSQLODBC.items():
            with self.subTest(word):
                said = self.import_it(f"{word} = {value}" + ("" if becomes and becomes[0] == "Server" else "\nServername = h"))
                lines = self.lines()
                if becomes is None:
                    self.assertEqual(lines, {"Driver": "negodbc", "Server": "h"})
                    self.assertIn(f"{word} is left out: it has no effect", said)
                    continue
                self.assertEqual({"Server": "h"} | lines, {"Server": "h", "Driver": "negodbc"} | dict([becomes]))
                self.assertEqual(f"{word} is called {becomes[0]}" in said, word != becomes[0])

    def test_a_password_means_what_it_does_to_psqlodbc(self):
        for written, read in (("plain", "plain"), ("a+b", "a b"), ("%2541%2Bx", "%41+x"), ("{x}", "{{x}}}"), ("100%", "100%"), ("%zz+", "{%zz }"),
                              ("+x", "{ x}"), ("%7Bx%7D", "{{x}}}"), ('"x"', '"x"')):
            with self.subTest(written):
                self.import_it(f"Servername = h\nPassword = {written}")
                self.assertEqual(self.lines()["PWD"], read)
        # Of its own, and of others, what stands there.
        for driver in ("negodbc", "Other Driver"):
            self.import_it("Server = h\nPWD = a+b%20", driver=driver)
            self.assertEqual(self.lines()["PWD"], "a+b%20")
        (self.folder / "odbcinst.ini").write_text("[pg]\nDriver = /usr/lib/odbc/psqlodbcw.so\n[PostgreSQL]\nDriver = /x/libnegodbc.so\n",
                                                  encoding="utf-8")
        self.import_it("Server = h\nPassword = a+b", driver="pg")
        self.assertEqual(self.lines()["PWD"], "a b")
        self.import_it("Server = h\nPassword = a+b", driver="PostgreSQL")
        self.assertEqual(self.lines()["PWD"], "a+b")

    def test_statements_of_two_words_are_decoded_as_psqlodbc_does(self):
        for written, read in (("set+a+to+b", "set+a+to+b"), ("select 1%2B1", "select 1+1"), ("select 1+1 ;", "select 1+1 ;")):
            self.import_it(f"Servername = h\nConnSettings = {written}")
            self.assertEqual(self.lines()["ConnSettings"], read)

    def test_of_several_names_the_one_that_psqlodbc_reads(self):
        """Its set-up writes the user twice."""
        said = self.import_it("Servername = h\nUID = other\nUsername = bob\nPWD = other\nPassword = geheim")
        self.assertEqual((self.lines()["UID"], self.lines()["PWD"]), ("bob", "geheim"))
        self.assertIn("UID is left out: another name of UID stands before it", said)
        self.assertNotIn("geheim", said)

    def test_a_value_that_looks_dressed_stays_what_it_is(self):
        self.import_it('Servername = h\nDatabase = "d"\nUsername = {u}')
        self.assertEqual((self.lines()["Database"], self.lines()["UID"]), ('{"d"}', "{{u}}}"))

    def test_ssl_true_of_a_uri(self):
        self.run_it("dsn", "import", "postgresql://h/d?ssl=true", "--as", "new")
        self.assertEqual(self.lines()["SSLmode"], "require")
        self.assertIn("sslmode says more", self.run_it("dsn", "import", "postgresql://h/d?ssl=false", "--as", "other", status=1))

    def test_words_of_libpqs(self):
        said = self.run_it("dsn", "import", "host=h user=bob dbname='my db' password='ge he\\'im' user=eve passfile=/x", "--as", "new")
        self.assertIn("passfile is left out", said)
        self.assertEqual(self.lines(), {"Driver": "negodbc", "Server": "h", "UID": "eve", "Database": "my db", "PWD": "ge he'im"})
        self.run_it("dsn", "import", "postgresql://h/d?user=a&user=b", "--as", "last")
        self.assertEqual(self.lines("last")["UID"], "b")

    def test_a_service_says_what_is_not_said(self):
        file = self.folder / "service.conf"
        file.write_text("[sales]\nhost=h\nport=1\nport=2\ndbname=d\n[two words]\nhost=i\ndbname=e\n", encoding="utf-8")
        self.environment["PGSERVICEFILE"] = str(file)
        self.run_it("dsn", "import", "service=sales dbname=other", "--as", "new")
        self.assertEqual(self.lines(), {"Driver": "negodbc", "Database": "other", "Server": "h", "Port": "1"})
        self.run_it("dsn", "import", "postgresql:///x?service=sales", "--as", "uri")
        self.assertEqual(self.lines("uri"), {"Driver": "negodbc", "Database": "x", "Server": "h", "Port": "1"})
        self.run_it("dsn", "import", "service=two words")
        self.assertEqual(self.lines("two words")["Server"], "i")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
