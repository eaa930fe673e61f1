#!/usr/bin/python3
"""What the doctor finds of Kerberos and the KDC, with the real ones: doctor_kerberos_test.py NEGODBC...

Each fault is made, and the doctor must name it, at the step that it belongs to, with a remedy.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))

from doctor_case import REALM, SERVER, SERVICE, TICKET, Case


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
            kdc.sendall(Relay.message(client))
            client.sendall(Relay.message(kdc))

    @staticmethod
    def message(peer):
        """With its length before it (RFC 4120, 7.2.2), in however many pieces it comes."""
        data = b""
        while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
            piece = peer.recv(65536)
            if not piece:
                break
            data += piece
        return data

    def __exit__(self, *_):
        self.socket.close()


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

    def elsewhere(self, remedy):
        """No other cache of this machine has a ticket, or one has: kinit into what it can't write is no remedy."""
        self.assertRegex(remedy, r"^export KRB5CCNAME=\S+?(; kinit|$)")

    def test_a_cache_that_kinit_can_not_write(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for cache in ("FOO:x", "MEMORY:x", f"FILE:{pipe}", f"FILE:{self.folder}", f"FILE:{pipe}/cache"):
            for library in ("heimdal", "mit"):
                with self.subTest(cache, library=library):
                    steps = self.doctor(f"{TICKET};GssLib={library}", KRB5CCNAME=cache)
                    self.assertEqual(steps["credential"]["verdict"], "failed", self.said)
                    self.elsewhere(steps["credential"]["remedy"])
                    steps = self.doctor(f"{TICKET};GssLib={library};CredentialCache={cache}", KRB5CCNAME="FOO:x")
                    self.assertRegex(steps["credential"]["remedy"], "^(take CredentialCache out of|put CredentialCache=.* into) the connection")

    def test_a_cache_in_a_folder_that_is_missing(self):
        password = self.folder / "password"
        password.write_text(os.environ["NEGODBC_ALICE_PASSWORD"] + "\n", encoding="utf-8")
        cache = f"FILE:{self.folder}/one/more/cache"
        remedy = self.doctor(KRB5CCNAME=cache)["credential"]["remedy"]
        if not remedy.startswith("export"):  # another cache of this machine has a ticket
            self.assertEqual(remedy, f"mkdir -p -m 700 {self.folder}/one/more && kinit")
        remedy = self.doctor(f"{TICKET};CredentialCache={cache};Principal=alice@{REALM}")["credential"]["remedy"]
        self.assertEqual(remedy, f"mkdir -p -m 700 {self.folder}/one/more && kinit -c {cache} alice@{REALM}")
        subprocess.run([remedy.replace("kinit", f"kinit.heimdal --password-file={password}")], shell=True, check=True)
        self.assertEqual(self.doctor(f"{TICKET};CredentialCache={cache}")["login"]["verdict"], "ok", self.said)

    def test_a_client_keytab_without_the_principal(self):
        keytab = os.environ["NEGODBC_ALICE_KEYTAB"]
        steps = self.doctor(f"{TICKET};ClientKeytab={keytab};Principal=bob@{REALM}")
        self.assertEqual(steps["credential"]["remedy"], f"put Principal=alice@{REALM} into the connection string", self.said)
        self.assertEqual(self.run_doctor(f"{TICKET};ClientKeytab={keytab};Principal=alice@{REALM}").returncode, 0)
        steps = self.doctor(f"{TICKET};ClientKeytab={self.folder}/none;Principal=bob@{REALM}")
        self.assertEqual(steps["credential"]["remedy"], f"sudo kadmin -q 'ktadd -k {self.folder}/none bob@{REALM}'")

    def test_a_cache_that_others_may_read(self):
        cache = self.folder / "shared"
        shutil.copy(os.environ["NEGODBC_CCACHE_VALID"].removeprefix("FILE:"), cache)
        cache.chmod(0o640)
        step = self.doctor(f"{TICKET};GssLib=heimdal", KRB5CCNAME=f"FILE:{cache}")["credential"]
        self.assertEqual(step["remedy"], f"chmod 600 {cache}", self.said)
        self.apply(step["remedy"])
        self.assertEqual(self.doctor(f"{TICKET};GssLib=heimdal", KRB5CCNAME=f"FILE:{cache}")["login"]["verdict"], "ok", self.said)

    def test_a_trace_that_nobody_reads(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        step = self.doctor(f"{TICKET};GssLib=mit", KRB5_TRACE=str(pipe), KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])["credential"]
        self.assertEqual(step["remedy"], "unset KRB5_TRACE", self.said)

    def test_a_host_that_has_no_address(self):
        """No service of its name has to be made for it."""
        steps = self.doctor(TICKET.replace("Server=localhost", "Server=no-such-host.invalid"))
        for name, step in steps.items():
            self.assertNotRegex(step.get("remedy", ""), "addprinc|realms", name)
        self.assertIn("correct Server: no-such-host.invalid has no address", steps["ticket for the server"]["remedy"])

    def test_a_krb5_conf_that_is_missing(self):
        for name, what in (("missing", "No such file"), ("pipe", "it is a pipe"), ("folder", "Is a directory")):
            file = self.folder / name
            if name == "pipe":
                os.mkfifo(file)
            elif name == "folder":
                file.mkdir()
            with self.subTest(name):
                steps = self.doctor(KRB5_CONFIG=str(file), KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
                self.assertIn(what, steps["krb5.conf"]["text"])
                told = {step: steps[step]["remedy"] for step in ("krb5.conf", "KDCs") if "remedy" in steps[step]}
                self.assertEqual(set(told.values()), {"unset KRB5_CONFIG"}, self.said)

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

    def test_a_kdc_that_hangs(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                steps = self.doctor(f"{TICKET};connect_timeout=4;GssLib={library}", KRB5_CONFIG=os.environ["NEGODBC_KRB5_CONFIG_HANGING"],
                                    KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
                self.assertRegex(" ".join(self.facts(steps["KDCs"]).values()), r"no answer in \d+ ms")
                self.assertEqual(steps["ticket for the server"]["verdict"], "skipped")
                self.assertEqual(steps["login"]["sqlstate"], "HYT00")

    def test_a_kdc_that_answers_over_tcp_only(self):
        port = os.environ["NEGODBC_KDC_PORT"]
        with Relay() as relay:
            config = self.config(f"kdc = tcp/127.0.0.1:{port}\n        kdc = 127.0.0.1:{port}", f"kdc = 127.0.0.1:{relay}")
            for library in ("heimdal", "mit"):
                with self.subTest(library):
                    kdcs = self.doctor(f"{TICKET};GssLib={library}", KRB5_CONFIG=config)["KDCs"]
                    self.assertEqual(kdcs["verdict"], "note")
                    self.assertRegex(kdcs["text"], "1 of 1 answers, by TCP only")
                    shutil.copy(config, self.folder / "before")
                    self.apply(kdcs["remedy"])
                    begun = time.monotonic()
                    steps = self.doctor(f"{TICKET};GssLib={library};connect_timeout=9", KRB5_CONFIG=config,
                                        KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
                    self.assertEqual(steps["login"]["verdict"], "ok", self.said)
                    self.assertLess(time.monotonic() - begun, 9)
                    shutil.copy(self.folder / "before", config)

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

    def test_a_realm_whose_kdc_nobody_names(self):
        port = os.environ["NEGODBC_KDC_PORT"]
        config = self.config(f"        kdc = tcp/127.0.0.1:{port}\n        kdc = 127.0.0.1:{port}\n", "")
        kdcs = self.doctor(KRB5_CONFIG=config)["KDCs"]
        self.assertEqual(kdcs["verdict"], "note")
        self.apply(kdcs["remedy"].replace("HOST", f"127.0.0.1:{port}"))
        self.assertEqual(self.doctor(KRB5_CONFIG=config)["KDCs"]["verdict"], "ok", self.said)

    def test_a_ticket_that_is_there_is_sent(self):
        """As programs do it, whose server may have another key by now: what is tried before the login has no ticket fetched anew."""
        log = pathlib.Path(os.environ["KRB5_CONFIG"]).parent / "kdc/kdc.log"
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                cache = self.folder / library
                shutil.copy(os.environ["NEGODBC_CCACHE_TGT"].removeprefix("FILE:"), cache)
                subprocess.run(["kgetcred", f"--cache=FILE:{cache}", f"wrongkey/localhost@{REALM}"], check=True)
                before = log.stat().st_size
                steps = self.doctor(f"{TICKET};KrbSrvName=wrongkey;GssLib={library};SSLmode=disable", KRB5CCNAME=f"FILE:{cache}")
                self.assertEqual(steps["ticket for the server"]["verdict"], "ok", self.said)
                self.assertEqual(steps["login"]["verdict"], "failed")
                with open(log, "rb") as lines:
                    lines.seek(before)
                    self.assertNotIn(b"TGS-REQ", lines.read())

    def test_a_fault_is_told_once(self):
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                steps = self.doctor(f"{TICKET};GssLib={library}", KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"])
                self.assertEqual((steps["credential"]["verdict"], steps["login"]["verdict"]), ("failed", "failed"))
                self.assertEqual(steps["login"]["text"], "fails for the reason that credential has told")
                self.assertEqual((steps["login"]["same_as"], steps["login"]["sqlstate"]), ("credential", "28000"))
                steps = self.doctor(f"{TICKET};GssLib={library};KrbSrvName=nosuch")
                self.assertEqual(steps["login"]["same_as"], "ticket for the server", self.said)
        said = self.run_doctor(TICKET, KRB5CCNAME=os.environ["NEGODBC_CCACHE_NONE"]).stdout
        self.assertIn("\nPrograms will fail: credential.\n", said)

    def test_a_principals_password_is_tried_once(self):
        """As often as one login of a program's does: Heimdal's library sends it twice by itself."""
        log = pathlib.Path(os.environ["KRB5_CONFIG"]).parent / "kdc/kdc.log"
        for library, once in (("heimdal", 2), ("mit", 1), ("auto", 2)):
            for trusted in ("Trusted_Connection=Yes", "UID=alice"):
                with self.subTest(library=library, trusted=trusted):
                    before = log.stat().st_size
                    steps = self.doctor(f"{SERVER};{trusted};GssLib={library};Principal=alice@{REALM};PrincipalPassword=not the one")
                    self.assertEqual(steps["credential"]["verdict"], "failed", self.said)
                    self.assertEqual(steps["login"]["verdict"], "skipped", self.said)
                    with open(log, "rb") as lines:
                        lines.seek(before)
                        self.assertEqual(lines.read().count(b"Failed to decrypt PA-DATA"), once)

    def test_another_name_that_the_kdc_knows(self):
        steps = self.doctor(f"{TICKET};KrbSrvName=nosuch")
        ticket = steps["ticket for the server"]
        self.assertEqual(ticket["verdict"], "failed")
        self.assertEqual(self.facts(ticket)["postgres/localhost"], "the KDC knows it")
        self.assertEqual(ticket["remedy"], "put ServerSPN=postgres/localhost into the connection string")
        self.assertEqual(self.run_doctor(f"{TICKET};KrbSrvName=nosuch;ServerSPN=postgres/localhost").returncode, 0)


class DelegationTest(Case):
    def delegation(self, words, **environment):
        steps = self.doctor(f"{TICKET};{words}", **environment)
        return steps.get("delegation")

    def test_nothing_is_said_unless_it_is_asked_for(self):
        self.assertIsNone(self.delegation("GssDelegation=none"))

    def test_the_server_gets_a_ticket(self):
        for library in ("heimdal", "mit"):
            for words, marked in (("GssDelegation=full", False), ("GssDelegation=full;ServerSPN=delegate/localhost", True),
                                  ("GssDelegation=policy;ServerSPN=delegate/localhost", True)):
                with self.subTest(library=library, words=words):
                    step = self.delegation(f"{words};GssLib={library}")
                    self.assertEqual(step["verdict"], "ok", self.said)
                    self.assertIn(f"the server gets the ticket of alice@{REALM}", step["text"])
                    service = f"delegate/localhost@{REALM}" if "SPN" in words else SERVICE
                    self.assertEqual(self.facts(step), {f"krbtgt/{REALM}@{REALM}": "forwardable",
                                                        service: "ok-as-delegate" if marked else "not ok-as-delegate"})
                    self.assertEqual("notes" in step, not marked)

    def test_a_service_that_the_kdc_does_not_mark(self):
        for library in ("heimdal", "mit"):
            step = self.delegation(f"GssDelegation=policy;GssLib={library}")
            self.assertEqual(step["verdict"], "note")
            self.assertRegex(step["text"], f"^the server gets no ticket of alice@{REALM}: GssDelegation=policy, and the KDC does not mark")
            self.assertEqual(self.facts(step)[SERVICE], "not ok-as-delegate")
            self.assertIn('kadmin -q \'modprinc +ok_as_delegate postgres/localhost\'', step["remedy"])

    def test_a_ticket_that_is_not_forwardable(self):
        password = self.folder / "password"
        password.write_text(os.environ["NEGODBC_ALICE_PASSWORD"] + "\n", encoding="utf-8")
        cache = f"FILE:{self.folder}/fixed"
        subprocess.run(["kinit.heimdal", f"--cache={cache}", "--no-forwardable", f"--password-file={password}", f"alice@{REALM}"], check=True)
        for library in ("heimdal", "mit"):
            for kind in ("full", "policy"):
                with self.subTest(library=library, kind=kind):
                    step = self.delegation(f"GssDelegation={kind};GssLib={library};CredentialCache={cache}")
                    self.assertEqual(step["verdict"], "note")
                    self.assertIn("this one is not forwardable", step["text"])
                    self.assertEqual(self.facts(step)[f"krbtgt/{REALM}@{REALM}"], "not forwardable")
        self.assertEqual(step["remedy"], f"kinit -f -c {cache} alice@{REALM}")
        subprocess.run([step["remedy"].replace("kinit", f"kinit.heimdal --password-file={password}")], shell=True, check=True)
        self.assertEqual(self.delegation(f"GssDelegation=full;CredentialCache={cache}")["verdict"], "ok", self.said)

    def test_a_keytab_and_a_configuration_that_forbids_it(self):
        config = self.config("forwardable = true", "forwardable = false")
        words = f"GssDelegation=full;GssLib=mit;ClientKeytab={os.environ['NEGODBC_ALICE_KEYTAB']}"
        step = self.delegation(words, KRB5_CONFIG=config)
        self.assertEqual(step["verdict"], "note", self.said)
        self.assertIn("the one that is got is not forwardable", step["text"])
        self.apply(step["remedy"])
        self.assertEqual(self.delegation(words, KRB5_CONFIG=config)["verdict"], "ok", self.said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
