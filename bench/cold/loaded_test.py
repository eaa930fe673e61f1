#!/usr/bin/python3
"""What a process that logs in once has loaded: OpenSSL for TLS and passwords only, one GSSAPI library for tickets only, no C++
run time of the system's. loaded_test.py PROGRAM OWN_RUNTIME"""
import os
import subprocess
import sys
import unittest

OWN_RUNTIME = sys.argv.pop(2) == "1"
PROGRAM = sys.argv.pop(1)
E = os.environ
SERVER = f"Driver={{negodbc}};Server=localhost;Port={E['NEGODBC_PGPORT']};Database={E['NEGODBC_PGDATABASE']}"
OPENSSL = {"libssl.so.3", "libcrypto.so.3"}
LIBRARIES = {"libgssapi.so.3", "libgssapi_krb5.so.2"}
PASSWORD = f"UID=scram_user;PWD={{{E['NEGODBC_SCRAM_PASSWORD']}}}"


def loaded(words, environment=None):
    """Names of the files whose code the loader has run; what was said instead of a login."""
    done = subprocess.run([PROGRAM, f"{SERVER};{words}"], capture_output=True, text=True, check=False, timeout=60,
                          env=E | {"LD_DEBUG": "libs"} | (environment or {}))
    lines = done.stderr.splitlines()
    files = {line.split("calling init: ")[1].rsplit("/", 1)[-1] for line in lines if "calling init: " in line}
    return files, "\n".join(line for line in lines if line.startswith("["))


class LoadedTest(unittest.TestCase):
    def loads(self, words, wanted, environment=None):
        with self.subTest(words):
            files, said = loaded(words, environment)
            self.assertEqual(said, "")
            self.assertIn("libnegodbc.so", files)
            self.assertEqual(files & (OPENSSL | LIBRARIES), wanted)
            if OWN_RUNTIME:
                self.assertNotIn("libstdc++.so.6", files)

    def test_by_ticket(self):
        for library, file in (("heimdal", "libgssapi.so.3"), ("mit", "libgssapi_krb5.so.2")):
            for encryption in ("", "SSLmode=disable;GssEncMode=disable"):
                self.loads(f"Trusted_Connection=Yes;GssLib={library};{encryption}", {file})
            self.loads(f"Trusted_Connection=Yes;GssLib={library};SSLmode=require", {file} | OPENSSL)

    def test_by_password(self):
        self.loads(f"{PASSWORD};SSLmode=disable", OPENSSL)
        self.loads(PASSWORD, OPENSSL)

    def test_of_nothing(self):
        self.loads("UID=trust_user;Trusted_Connection=No;SSLmode=disable", set())
        self.loads("UID=trust_user;PWD=unused;SSLmode=disable", set())

    def test_openssl_that_is_not_there_is_told(self):
        # The loader is kept from it by a file of its name that is none.
        folder = os.path.join(E["NEGODBC_REALM_DIR"], "no-openssl")
        os.mkdir(folder)
        with open(os.path.join(folder, "libcrypto.so.3"), "w", encoding="utf-8") as file:
            file.write("no library")
        broken = {"LD_LIBRARY_PATH": folder}
        for words in (f"{PASSWORD};SSLmode=disable", "UID=trust_user;SSLmode=require"):
            with self.subTest(words):
                said = loaded(words, broken)[1]
                self.assertRegex(said, r"^\[08001\].*need OpenSSL 3: .*libcrypto\.so\.3.*Debian: libssl3")
        self.loads("Trusted_Connection=Yes;GssLib=mit", {"libgssapi_krb5.so.2"}, broken)


if __name__ == "__main__":
    unittest.main()
