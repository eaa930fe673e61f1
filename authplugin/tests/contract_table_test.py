#!/usr/bin/python3
"""The contract's table in authplugin/README.md is held by tests: contract_table_test.py README PROGRAM...

Each row has to be there, names tests that exist, and where it says fake, loop, H or M there is one on it.
"""
import fnmatch
import os
import re
import subprocess
import sys
import unittest

README, *PROGRAMS = sys.argv[1:]
del sys.argv[1:]

# The rows of InitializeSecurityContext (Negotiate), learn.microsoft.com.
ROWS = {
    "Parameters": "phCredential phContext pszTargetName fContextReq Reserved1 Reserved2 TargetDataRep pInput "
                  "phNewContext pOutput pfContextAttr ptsExpiry",
    "Requests": "ISC_REQ_ALLOCATE_MEMORY ISC_REQ_CONFIDENTIALITY ISC_REQ_CONNECTION ISC_REQ_DELEGATE "
                "ISC_REQ_EXTENDED_ERROR ISC_REQ_INTEGRITY ISC_REQ_MUTUAL_AUTH ISC_REQ_NO_INTEGRITY "
                "ISC_REQ_REPLAY_DETECT ISC_REQ_SEQUENCE_DETECT ISC_REQ_STREAM ISC_REQ_USE_SUPPLIED_CREDS "
                "ISC_REQ_PROMPT_FOR_CREDS",
    "Success": "SEC_E_OK SEC_I_CONTINUE_NEEDED SEC_I_COMPLETE_NEEDED SEC_I_COMPLETE_AND_CONTINUE",
    "Failure": "SEC_E_INSUFFICIENT_MEMORY SEC_E_INTERNAL_ERROR SEC_E_INVALID_HANDLE SEC_E_INVALID_TOKEN "
               "SEC_E_LOGON_DENIED SEC_E_NO_AUTHENTICATING_AUTHORITY SEC_E_NO_CREDENTIALS SEC_E_TARGET_UNKNOWN "
               "SEC_E_UNSUPPORTED_FUNCTION SEC_E_WRONG_PRINCIPAL",
}


def tests_of(program):
    """Suite.Test without its instantiation and instance, and with them."""
    listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
    suite = ""
    for line in listed.splitlines():
        line = line.split("#")[0].rstrip()
        if line.endswith(".") and not line.startswith(" "):
            suite = line
        elif line.startswith("  "):
            yield suite + line.strip()


def short(test):
    """Bits/Request.Bit/ISC_REQ_STREAM -> Request.Bit"""
    suite, name = test.split(".", 1)
    return suite.rsplit("/", 1)[-1] + "." + name.split("/")[0]


ALL = {os.path.basename(program): list(tests_of(program)) for program in PROGRAMS}


def on(where):
    """The tests that run on the fake library, the scripted table, Heimdal or MIT."""
    for program, tests in ALL.items():
        if where in ("fake", "loop") and f"_{where}_" in program:
            yield from tests
        if where in ("H", "M"):
            library = {"H": "heimdal", "M": "mit"}[where]
            yield from (test for test in tests if library in test.rsplit("/", 1)[-1]
                        or where == "M" and test.startswith("RealNtlm."))  # which only MIT has


def tables():
    """(section, row, patterns, places) of each row."""
    with open(README, encoding="utf-8") as file:
        text = file.read().split("## The contract and its tests")[1].split("\n## ")[0]
    for part in text.split("\n### ")[1:]:
        section, body = part.split("\n", 1)
        for line in body.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if line.startswith("| ") and cells[0] != "row":
                yield (section, cells[0], re.findall(r"`([A-Z][^`]*\.[^`]*)`", line),
                       re.findall(r"\b(fake|loop|H|M)\b", cells[-1]) if len(cells) == 3 else [])


class ContractTableTest(unittest.TestCase):
    def test_every_row_is_there(self):
        listed = {}
        for section, row, _, _ in tables():
            listed.setdefault(section, set()).update(re.findall(r"\w+", row))
        for section, names in ROWS.items():
            self.assertEqual(set(names.split()) - listed.get(section, set()), set(), section)
        self.assertGreaterEqual(len([row for section, row, _, _ in tables() if section == "Sequence"]), 6)

    def test_rows_easily_missed_are_there(self):
        rows = " ".join(row for section, row, _, _ in tables() if section == "Parameters")
        for missed in ("phCredential NULL", "pOutput NULL", "fContextReq of later legs", "error token"):
            self.assertIn(missed, rows)

    def test_every_test_that_is_named_exists(self):
        for section, row, patterns, _ in tables():
            for pattern in patterns:
                with self.subTest(row, pattern=pattern):
                    self.assertTrue(any(fnmatch.fnmatchcase(short(test), pattern) or fnmatch.fnmatchcase(test, pattern)
                                        for tests in ALL.values() for test in tests))

    def test_every_row_is_tested_where_it_says(self):
        for section, row, patterns, places in tables():
            bits = [f"Bits/Request.Bit/{name}" for name in re.findall(r"ISC_\w+", row) if section == "Requests"]
            codes = [f"Codes/*.*/{name}" for name in re.findall(r"SEC_\w+", row) if section == "Failure"]
            with self.subTest(row):
                self.assertTrue(patterns or bits or codes, "no test")
                for place in places:
                    self.assertTrue(any(fnmatch.fnmatchcase(short(test), pattern) or fnmatch.fnmatchcase(test, pattern)
                                        for test in on(place) for pattern in patterns + bits + codes), place)

    def test_every_bit_and_every_code_has_an_instance(self):
        tests = {test for tests in ALL.values() for test in tests}
        for section, row, _, _ in tables():
            for name in re.findall(r"ISC_REQ_\w+", row) if section == "Requests" else []:
                instance = any(test.startswith(f"Bits/Request.Bit/{name}") for test in tests)
                own = any(short(test).startswith("Parameter.") and name in test for test in tests)
                self.assertTrue(instance or own, name)
            for name in re.findall(r"SEC_E_\w+", row) if section == "Failure" else []:
                self.assertIn(f"Codes/Failure.Code/{name}", tests)
                self.assertTrue(any(re.fullmatch(f"Codes/LoopFailure.*/{name}", test) for test in tests), name)


if __name__ == "__main__":
    unittest.main()
