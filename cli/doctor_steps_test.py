#!/usr/bin/python3
"""What the doctor finds of Kerberos, the KDC and the server, with the real ones: doctor_steps_test.py NEGODBC...

Each fault is made, and the doctor must name it, at the step that it belongs to, with a remedy; a KDC or server that hangs costs
one time-out in all.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = sys.argv[1:]
DRIVER = os.environ["NEGODBC_DRIVER"]
REALM = os.environ["NEGODBC_REALM"]
SERVER = f"Driver=negodbc;Server=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc"
TICKET = f"{SERVER};Trusted_Connection=Yes"
SERVICE = f"postgres/localhost@{REALM}"


class Relay:
    """Takes the KDC's connections on a port of its own, where nobody answers datagrams."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return self.socket.getsockname()[1]

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.carry, args=(self.socket.accept()[0],), daemon=True).start()

    @staticmethod
    def carry(client):
        with client, socket.create_connection(("127.0.0.1", int(os.environ["NEGODBC_KDC_PORT"]))) as kdc, contextlib.suppress(OSError):
            kdc.sendall(client.recv(65536))
            client.sendall(kdc.recv(65536))

    def __exit__(self, *_):
        self.socket.close()


class Mute:
    """A server that takes connections and never says a word."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-steps-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_doctor(self, connection, *options, before=(), **environment):
        return subprocess.run([*before, *PROGRAM, "doctor", connection, *options], capture_output=True, text=True, timeout=90,
                              check=False, cwd=self.folder, env=os.environ | environment)

    def doctor(self, connection=TICKET, *options, **more):
        done = self.run_doctor(connection, "--json", *options, **more)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["verdict"] == "ok" else 1)
        self.said = done.stdout
        return {step["step"]: step for step in report["steps"]}

    @staticmethod
    def facts(step):
        return {fact["name"]: fact["value"] for fact in step.get("facts", [])}

    def config(self, old, new):
        text = pathlib.Path(os.environ["KRB5_CONFIG"]).read_text(encoding="utf-8")
        self.assertIn(old, text)
        file = self.folder / "krb5.conf"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return str(file)


class KerberosTest(Case):
    def test_every_step_is_told(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                steps = self.doctor(f"{TICKET};GssLib={library}", "--keytab", os.environ["NEGODBC_KEYTAB"])
                self.assertEqual(list(steps), [
                    "driver manager", "driver", "settings", "plugin", "environment", "names", "GSSAPI libraries", "krb5.conf",
                    "credential caches", "KDCs", "clock", "credential", "ticket for the server", "keytab", "server", "TLS",
                    "what the server asks", "login", "through the driver manager"])
                self.assertEqual({step["verdict"] for step in steps.values()}, {"ok"}, self.said)
                for name, step in steps.items():
                    self.assertIn("milliseconds", step, name)
                self.assertTrue(steps["GSSAPI libraries"]["text"].startswith(f"{library} is taken"))
                self.assertEqual(steps["krb5.conf"]["text"], f"default realm {REALM}")
                self.assertEqual(self.facts(steps["krb5.conf"])["realm of localhost"], REALM)
                self.assertRegex(steps["KDCs"]["text"], "1 of 1 answers, by UDP and TCP")
                self.assertEqual(steps["clock"]["text"], "agrees with the KDC's to the second")
                ticket = self.facts(steps["ticket for the server"])
                self.assertEqual(ticket["principal"], SERVICE)
                self.assertEqual(ticket["key version"], "1")
                self.assertRegex(ticket["encryption type"], "^aes256")
                self.assertIn("it holds the key that the ticket is sealed with", steps["keytab"]["text"])
                self.assertRegex(steps["what the server asks"]["text"], r"of alice, over TLS: a Kerberos ticket \(gss\)")
                login = self.facts(steps["login"])
                self.assertEqual(login["principal, as the server has it"], f"alice@{REALM}")
                self.assertEqual(login[f"role of alice@{REALM}"], "alice")

    def test_caches_are_shown_with_their_tickets(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                caches = self.doctor(f"{TICKET};GssLib={library};CredentialCache={os.environ['NEGODBC_CCACHE_BOB']}")["credential caches"]
                self.assertRegex(caches["text"], rf"^bob@{REALM} until .* \(in 9 h")
                facts = self.facts(caches)
                self.assertEqual(facts[os.environ["NEGODBC_CCACHE_BOB"]], f"bob@{REALM}")
                self.assertEqual(facts[os.environ["NEGODBC_CCACHE_VALID"]], f"alice@{REALM}")
                ticket = next(fact for fact in caches["facts"] if fact["name"].startswith("krbtgt/"))
                self.assertEqual(ticket["of"], os.environ["NEGODBC_CCACHE_BOB"])
                self.assertRegex(ticket["value"], "forwardable, initial.*session key aes256.*, sealed with aes256.* of key version 1")

    def test_a_collection_is_shown_whole(self):
        collection = self.folder / "caches"
        collection.mkdir()
        for name, source in (("tkt", "VALID"), ("tktbob", "BOB")):
            shutil.copy(os.environ[f"NEGODBC_CCACHE_{source}"].removeprefix("FILE:"), collection / name)
        (collection / "primary").write_text("tkt\n", encoding="utf-8")
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                facts = self.facts(self.doctor(f"{TICKET};GssLib={library}", KRB5CCNAME=f"DIR:{collection}")["credential caches"])
                self.assertIn(f"alice@{REALM}", facts.values())
                self.assertIn(f"bob@{REALM}", facts.values())

    def test_no_ticket_and_a_ticket_elsewhere(self):
        steps = self.doctor(KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])
        self.assertEqual(steps["credential caches"]["verdict"], "note")
        self.assertEqual(steps["credential"]["verdict"], "failed")
        self.assertRegex(steps["credential"]["remedy"], "^(kinit|export KRB5CCNAME=)")
        # One that another library, or another place, would have.
        steps = self.doctor(f"{TICKET};CredentialCache={os.environ['NEGODBC_CCACHE_NONE']}")
        self.assertRegex(steps["credential"]["remedy"], "put CredentialCache=FILE:.* into the connection string")
        found = steps["credential"]["remedy"].split("=", 1)[1].split(" ")[0]
        self.assertEqual(self.run_doctor(f"{TICKET};CredentialCache={found}").returncode, 0)

    def test_an_expired_ticket(self):
        steps = self.doctor(KRB5CCNAME=os.environ["NEGODBC_CCACHE_EXPIRED"])
        self.assertRegex(steps["credential caches"]["text"], "ago")
        self.assertRegex(steps["credential"]["remedy"], "^(kinit alice@|export KRB5CCNAME=)")

    def test_a_kdc_that_is_down(self):
        steps = self.doctor(KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_DOWN"], KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
        self.assertRegex(steps["KDCs"]["text"], "0 of 1 answer$")
        self.assertIn("refused", self.facts(steps["KDCs"]).values())
        self.assertIn("remedy", steps["KDCs"])
        self.assertEqual(steps["clock"]["verdict"], "skipped")
        self.assertEqual(steps["ticket for the server"]["verdict"], "failed")

    def test_a_kdc_that_is_down_is_no_fault_while_the_ticket_is_there(self):
        cache = self.folder / "with-service-ticket"
        shutil.copy(os.environ["NEGODBC_CCACHE_TGT"].removeprefix("FILE:"), cache)
        subprocess.run(["kgetcred", f"--cache=FILE:{cache}", SERVICE], check=True)
        steps = self.doctor(KRB5CCNAME=f"FILE:{cache}", KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_DOWN"])
        self.assertEqual(steps["KDCs"]["verdict"], "note")
        self.assertEqual(steps["login"]["verdict"], "ok", self.said)

    def test_a_kdc_that_hangs_costs_one_time_out(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                begun = time.monotonic()
                steps = self.doctor(f"{TICKET};connect_timeout=4;GssLib={library}", KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_HANGING"],
                                    KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
                took = time.monotonic() - begun
                self.assertIn("no answer", self.facts(steps["KDCs"]).values())
                self.assertEqual(steps["ticket for the server"]["sqlstate"], "HYT00")
                self.assertEqual(steps["login"]["verdict"], "skipped")
                self.assertGreaterEqual(took, 4)
                self.assertLess(took, 7)

    def test_a_kdc_that_answers_over_tcp_only(self):
        port = os.environ["NEGODBC_KDC_PORT"]
        with Relay() as relay:
            config = self.config(f"kdc = tcp/127.0.0.1:{port}\n        kdc = 127.0.0.1:{port}", f"kdc = 127.0.0.1:{relay}")
            kdcs = self.doctor(KRB5_CONFIG=config)["KDCs"]
        self.assertEqual(kdcs["verdict"], "note")
        self.assertRegex(kdcs["text"], "1 of 1 answers, by TCP only")
        self.assertIn("kdc = tcp/HOST", kdcs["remedy"])

    def test_a_kdc_of_another_realm(self):
        config = self.config("[realms]", f"[realms]\n    OTHER.TEST = {{\n        kdc = 127.0.0.1:{os.environ['NEGODBC_KDC_PORT']}\n    }}")
        kdcs = self.doctor(f"{TICKET};Realm=OTHER.TEST", KRB5_CONFIG=config)["KDCs"]
        self.assertRegex(kdcs["text"], "OTHER.TEST: 1 of 1")
        unknown = self.doctor(f"{TICKET};Realm=UNKNOWN.TEST")["KDCs"]
        self.assertEqual(unknown["verdict"], "note")
        self.assertRegex(str(unknown["facts"]), "krb5.conf names none, and forbids to ask DNS")

    def test_a_krb5_conf_with_a_fault(self):
        config = self.config("[realms]", "[realms")
        step = self.doctor(KRB5_CONFIG=config)["krb5.conf"]
        self.assertEqual(step["verdict"], "note")
        self.assertRegex(step["text"], r"krb5.conf, line \d+: a section's name has no \]")

    @unittest.skipUnless(shutil.which("faketime"), "no faketime")
    def test_a_clock_that_is_wrong(self):
        steps = self.doctor(before=("faketime", "-f", "+10m"))
        self.assertEqual(steps["clock"]["verdict"], "note")
        self.assertRegex(steps["clock"]["text"], "the KDC's is (9|10) min behind this machine's; Kerberos bears five minutes")
        self.assertIn("set-ntp", steps["clock"]["remedy"])

    def test_another_name_that_the_kdc_knows(self):
        steps = self.doctor(f"{TICKET};KrbSrvName=nosuch")
        ticket = steps["ticket for the server"]
        self.assertEqual(ticket["verdict"], "failed")
        self.assertEqual(self.facts(ticket)["postgres/localhost"], "the KDC knows it")
        self.assertEqual(ticket["remedy"], "put ServerSPN=postgres/localhost into the connection string")
        self.assertEqual(self.run_doctor(f"{TICKET};KrbSrvName=nosuch;ServerSPN=postgres/localhost").returncode, 0)


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
        self.assertRegex(step["remedy"], "kadmin -q \"ktadd -k .*server.keytab postgres/localhost\"")

    def test_an_encryption_type_that_is_lacking(self):
        self.assertIn("it lacks a key of type aes256-cts-hmac-sha1-96", self.finding((SERVICE, 1, "arcfour-hmac-md5"))["text"])

    def test_another_principal(self):
        step = self.finding((f"POSTGRES/localhost@{REALM}", 1, "aes256-cts-hmac-sha1-96"))
        self.assertIn(f"it holds no key of {SERVICE}, but of POSTGRES/localhost@{REALM}", step["text"])
        self.assertIn("upper and lower case count", step["notes"][0])

    def test_no_keytab(self):
        for file, why in (("/nonexistent/keytab", "No such file"), (os.environ["KRB5_CONFIG"], "it is no keytab")):
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

    def test_a_server_that_hangs_costs_one_time_out(self):
        with Mute() as port:
            begun = time.monotonic()
            steps = self.doctor(f"{TICKET.replace(os.environ['NEGODBC_PGPORT'], str(port))};connect_timeout=4")
            took = time.monotonic() - begun
        self.assertEqual(steps["server"]["verdict"], "ok")
        self.assertEqual(steps["login"]["sqlstate"], "HYT00")
        self.assertGreaterEqual(took, 3.5)
        self.assertLess(took, 7)

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

    def test_a_folder_that_is_not_there(self):
        done = self.run_doctor(TICKET, "--bundle", "/nonexistent/file")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/file can't be written: No such file or directory", done.stderr)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(argv=sys.argv[:1], verbosity=2)
