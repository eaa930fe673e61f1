#!/usr/bin/python3
"""What the doctor finds of a keytab, the server and a driver's file, with the real ones: doctor_steps_test.py NEGODBC...

Each fault is made, and the doctor must name it, at the step that it belongs to, with a remedy.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))

from doctor_case import DRIVER, REALM, SERVER, SERVICE, TICKET, Case


class Mute:
    """A server that takes connections and never says a word."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()


class KeytabTest(Case):
    def keytab(self, *entries):
        file = self.folder / "server.keytab"
        for principal, version, enctype in entries:
            subprocess.run(["ktutil.heimdal", "-k", str(file), "add", "-p", principal, "-V", str(version), "-e", enctype, "-w", "some words"],
                           check=True, capture_output=True)
        return str(file)

    def finding(self, *entries):
        step = self.doctor(TICKET, "--keytab", self.keytab(*entries))["keytab"]
        self.assertEqual(step["verdict"], "note")
        return step

    def test_another_version(self):
        step = self.finding((SERVICE, 7, "aes256-cts-hmac-sha1-96"))
        self.assertIn("another version of the key", step["text"])
        self.assertIn("sealed with version 1", step["text"])
        self.assertEqual(self.facts(step)[SERVICE], "aes256-cts-hmac-sha1-96, key version 7")
        self.assertRegex(step["remedy"], "kadmin -q 'ktadd -k .*server.keytab postgres/localhost'")

    def test_another_key_of_the_same_version_and_type(self):
        keytab = self.keytab((SERVICE, 1, "aes256-cts-hmac-sha1-96"))
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                step = self.doctor(f"{TICKET};GssLib={library}", "--keytab", keytab)["keytab"]
                self.assertEqual(step["verdict"], "note", self.said)
                self.assertIn("it holds another key than the KDC's of the same version and type", step["text"])
                self.assertRegex(step["remedy"], "kadmin -q 'ktadd -k .*server.keytab postgres/localhost'")
                step = self.doctor(f"{TICKET};GssLib={library}", "--keytab", os.environ["NEGODBC_KEYTAB"])["keytab"]
                self.assertEqual(step["verdict"], "ok", self.said)
                self.assertIn("it holds the key that the ticket is sealed with", step["text"])

    def test_an_encryption_type_that_is_lacking(self):
        self.assertIn("it lacks a key of type aes256-cts-hmac-sha1-96", self.finding((SERVICE, 1, "arcfour-hmac-md5"))["text"])

    def test_another_principal(self):
        step = self.finding((f"POSTGRES/localhost@{REALM}", 1, "aes256-cts-hmac-sha1-96"))
        self.assertIn(f"it holds no key of {SERVICE}, but of POSTGRES/localhost@{REALM}", step["text"])
        self.assertIn("upper and lower case count", step["notes"][0])

    def test_without_a_ticket(self):
        step = self.doctor(f"{SERVER};UID=trust_user;Trusted_Connection=No", "--keytab", self.keytab(("other/host@" + REALM, 1, "aes256-cts-hmac-sha1-96")))["keytab"]
        self.assertIn(f"it holds no key of postgres/localhost, but of other/host@{REALM}", step["text"])
        self.assertRegex(step["remedy"], "kadmin -q 'ktadd -k .*server.keytab postgres/localhost'")

    def test_no_keytab(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for file, why in (("/nonexistent/keytab", "No such file"), (str(pipe), "it is a pipe"), ("/dev/zero", "it is a device"),
                          (str(self.folder), "it is a folder"), (os.environ["KRB5_CONFIG"], "it is no keytab")):
            step = self.doctor(TICKET, "--keytab", file)["keytab"]
            self.assertEqual(step["verdict"], "note")
            self.assertIn(why, step["text"])


class ServerTest(Case):
    def test_certificate(self):
        tls = self.doctor(f"{TICKET};SSLmode=verify-full;SSLrootcert={os.environ['NEGODBC_ROOT_CERT']}")["TLS"]
        self.assertEqual(tls["verdict"], "ok")
        self.assertTrue(tls["text"].endswith(", trusted"))
        self.assertEqual(self.facts(tls)["names"], "localhost")
        self.assertRegex(self.facts(tls)["valid"], r"^20\d\d-.* to 20\d\d-.* \(in ")
        steps = self.doctor(f"{TICKET.replace('localhost', '127.0.0.1')};ServerSPN=postgres/localhost;SSLmode=verify-full;"
                            f"SSLrootcert={os.environ['NEGODBC_ROOT_CERT']}")
        self.assertEqual(steps["TLS"]["verdict"], "note")
        self.assertIn("the certificate is not for 127.0.0.1", steps["TLS"]["notes"])
        self.assertEqual(steps["login"]["verdict"], "failed")
        tls = self.doctor(f"{TICKET};SSLmode=verify-ca;SSLrootcert={os.environ['NEGODBC_OTHER_ROOT_CERT']}")["TLS"]
        self.assertEqual(tls["verdict"], "note")
        self.assertRegex(tls["notes"][0], "it is not trusted: ")

    def test_what_the_server_asks(self):
        for user, asked in (("scram_user", "a password that is not sent"), ("md5_user", r"a password, hashed \(md5\)"),
                            ("trust_user", "nothing: it lets this user in"), ("password_user", "a password, as it is"),
                            ("rejected_user", "nothing, it refuses: .*pg_hba.conf")):
            with self.subTest(user):
                step = self.doctor(f"{TICKET};UID={user}")["what the server asks"]
                self.assertRegex(step["text"], f"^of {user}, over TLS: {asked}")
                self.assertEqual(step["verdict"], "note")

    def test_an_address_instead_of_a_name(self):
        names = self.doctor(TICKET.replace("localhost", "127.0.0.1"))["names"]
        self.assertEqual(names["verdict"], "note")
        self.assertIn("put ServerSPN=postgres/localhost into the connection string", names["remedy"])

    def test_nobody_listens(self):
        steps = self.doctor(TICKET.replace(os.environ["NEGODBC_PGPORT"], os.environ["NEGODBC_CLOSED_PORT"]))
        self.assertEqual(steps["server"]["text"], "no address takes connections")
        self.assertNotIn("TLS", steps)
        self.assertEqual(steps["login"]["verdict"], "failed")

    def test_a_server_that_hangs(self):
        with Mute() as port:
            begun = time.monotonic()
            steps = self.doctor(f"{TICKET.replace(os.environ['NEGODBC_PGPORT'], str(port))};connect_timeout=4")
            took = time.monotonic() - begun
        self.assertEqual(steps["server"]["verdict"], "ok")
        self.assertEqual(steps["login"]["sqlstate"], "HYT00")
        self.assertGreaterEqual(took, 3.5)
        for name in ("TLS", "what the server asks"):
            self.assertIn("time has run out", steps[name]["text"])

    def test_a_password_is_tried_once(self):
        log = pathlib.Path(os.environ["NEGODBC_PG_LOG"])
        before = log.read_text(encoding="utf-8", errors="replace").count("password authentication failed for user \"scram_user\"")
        steps = self.doctor(f"{SERVER};UID=scram_user;PWD=not the one")
        self.assertEqual(steps["login"]["verdict"], "failed")
        self.assertNotIn("not the one", self.said)
        after = log.read_text(encoding="utf-8", errors="replace").count("password authentication failed for user \"scram_user\"")
        self.assertEqual(after - before, 1)


class AsDriverTest(Case):
    def test_a_file_is_examined_as_the_driver(self):
        for file in pathlib.Path(DRIVER).parent.glob("libnegodbc*.so*"):
            shutil.copy(file, self.folder)
        for named in (str(self.folder / "libnegodbc.so"), "./libnegodbc.so"):
            steps = self.doctor("DSN=negodbc", "--as-driver", named)
            self.assertEqual(steps["driver"]["verdict"], "ok", self.said)
            self.assertIn(str(self.folder / "libnegodbc.so"), steps["driver"]["text"])
            self.assertIn("64 bits", self.facts(steps["driver"])["architecture"])
            self.assertTrue(any(name.startswith("libodbcinst.so") for name in self.facts(steps["driver"])))
            self.assertIn(str(self.folder), steps["plugin"]["text"])
            self.assertEqual(steps["through the driver manager"]["verdict"], "ok", self.said)
        for plugin in self.folder.glob("libnegodbc-auth.so*"):
            plugin.unlink()
        steps = self.doctor("DSN=negodbc", "--as-driver", "./libnegodbc.so")
        self.assertEqual(steps["plugin"]["verdict"], "failed")

    def test_what_is_no_driver(self):
        (self.folder / "text.so").write_text("no library\n" * 50, encoding="utf-8")
        steps = self.doctor(TICKET, "--as-driver", "./text.so")
        self.assertIn("is no shared object", steps["driver"]["text"])
        shutil.copy(DRIVER, self.folder)
        steps = self.doctor(TICKET, "--as-driver", "libnegodbc.so")
        self.assertIn("is a name without a folder", steps["driver"]["text"])
        self.assertIn("--as-driver ./libnegodbc.so", steps["driver"]["remedy"])

    @unittest.skipUnless(shutil.which("cc"), "no compiler")
    def test_a_library_that_is_missing(self):
        for name, source, more in (("libneeded.so", "int needed(void) { return 1; }", []),
                                   ("driver.so", "int needed(void); int use(void) { return needed(); }", ["-L.", "-lneeded"])):
            (self.folder / "part.c").write_text(source, encoding="utf-8")
            subprocess.run(["cc", "-shared", "-fPIC", "part.c", "-o", name, *more], cwd=self.folder, check=True)
        (self.folder / "libneeded.so").unlink()
        driver = self.doctor(TICKET, "--as-driver", "./driver.so")["driver"]
        self.assertEqual(driver["verdict"], "failed")
        self.assertEqual(self.facts(driver)["libneeded.so"], "not found")
        self.assertEqual(driver["remedy"], "install what holds libneeded.so")


class SecretsTest(Case):
    def test_what_is_given_within_other_values(self):
        server = SERVER.partition(";Server=")[0]
        for connection in ("postgresql://alice:geheim@localhost/negodbc", "postgresql://alice:geheim@localhost/negodbc?sslmode=disable",
                           f"{server};Server=postgresql://alice:geheim@localhost;Database=negodbc;UID=alice",
                           f"{TICKET};ConnSettings=SET application_name = 'geheim'", f"{TICKET};pqopt={{password=geheim}}",
                           f"{TICKET};Pasword=geheim", f"{TICKET};KRB5_CLIENT_KTNAME=http://alice:geheim@keytab.test/",
                           f"{server};Server=alice:geheim@localhost;UID=alice", f"{TICKET};UID=alice:geheim@localhost",
                           f"{TICKET};SSLmode=require;sslcert=pkcs11:object=x?pin-value=geheim;sslkey=/nowhere",
                           f"{TICKET};MotDePasse=geheim", "host=localhost user=alice password=geheim"):
            with self.subTest(connection):
                bundle = self.folder / "bundle.json"
                said = self.run_doctor(connection, "--bundle", str(bundle))
                self.assertIn(said.returncode, (0, 1), said.stderr)
                self.assertNotIn("geheim", said.stdout + said.stderr)
                self.assertNotIn("geheim", bundle.read_text(encoding="utf-8"))
                self.assertNotIn("geheim", self.run_doctor(connection, "--json").stdout)


    def test_what_the_server_quotes_of_conn_settings(self):
        for sql in ("SET work_mem = 'geheim'", "select 'a geheim word'::int", "select 'geheim'::regtype", "alter role alice password \"geheim\"",
                    "alter role alice password geheim", "do $$begin raise exception 'it is %', 'geheim'; end$$",
                    "select '{\"a\": geheim}'::json", "set lc_messages = 'geheim'", "select 'geheim"):
            connection = f"{TICKET};ConnSettings={{{sql.replace('}', '}}')}}}"
            with self.subTest(sql):
                bundle = self.folder / "bundle.json"
                said = self.run_doctor(connection, "--bundle", str(bundle))
                self.assertEqual(said.returncode, 1, said.stdout)
                self.assertIn("not what ConnSettings has executed", said.stdout.replace("\n", " "))
                self.assertNotIn("geheim", said.stdout + said.stderr)
                self.assertNotIn("geheim", bundle.read_text(encoding="utf-8"))
                self.assertNotIn("geheim", self.run_doctor(connection, "--json").stdout)
        self.doctor(f"{TICKET};ConnSettings=SELEC 1")
        self.assertIn("SELEC", self.said)


class BundleTest(Case):
    def test_all_of_it_without_secrets(self):
        file = self.folder / "for-support.json"
        file.symlink_to(self.folder / "elsewhere")
        config = self.config("[realms]", "[other]\n    proxy = http://who:the-proxys-word@proxy.test/\n[realms]")
        done = self.run_doctor(f"{SERVER};UID=scram_user;PWD=the users word;application_name=the users word", "--bundle", str(file),
                               KRB5_CONFIG=config, PGPASSWORD="the environments word")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"All of it is in {file}", done.stdout)
        self.assertFalse((self.folder / "elsewhere").exists(), "a link is replaced, not followed")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        text = file.read_text(encoding="utf-8")
        for secret in ("the users word", "the-proxys-word", "the environments word"):
            self.assertNotIn(secret, text)
        bundle = json.loads(text)
        self.assertEqual(bundle["report"]["verdict"], "failed")
        self.assertIn("login", [step["step"] for step in bundle["report"]["steps"]])
        self.assertIn("Linux", bundle["system"])
        self.assertIn(config, [each["file"] for each in bundle["files"]])

    def test_a_place_where_it_can_not_be_written(self):
        place = self.folder / "no file"
        os.mkfifo(place)
        done = self.run_doctor(TICKET, "--bundle", str(place))
        self.assertIn(f"{place} can't be written: File exists", done.stderr)
        self.assertTrue(place.is_fifo())
        done = self.run_doctor(TICKET, "--bundle", "/nonexistent/file")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/file can't be written: No such file or directory", done.stderr)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(argv=sys.argv[:1], verbosity=2)
