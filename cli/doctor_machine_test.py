#!/usr/bin/python3
"""The doctor where a machine is set up otherwise than this one: doctor_machine_test.py NEGODBC PEERS

Caches that a daemon or the kernel keeps, KDCs that DNS alone names, and all at once that is silent. Each in mounts of its own
(as root), so that nothing of the system's is changed; PEERS is what tests/guides/fetch_peers has unpacked.
"""
import concurrent.futures
import contextlib
import ctypes
import itertools
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "testing"))
PEERS = pathlib.Path(sys.argv.pop()).resolve()

import doctor_case
from dns_server import A, SRV, DnsServer
from doctor_case import PROGRAM, REALM, TICKET

KCM = PEERS / "usr/sbin/kcm"
MITS_KINIT = PEERS / "usr/bin/kinit"
# An address of loopback for each run at a time; resolvers ask at port 53 alone.
NAME_SERVER = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
KEYCTL = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine)


def why_not():
    if os.geteuid() != 0:
        return "not root: mounts of its own are made"
    done = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True, text=True, check=False)
    return f"no mounts of its own: {done.stderr.strip()}" if done.returncode else ""


def new_session_keyring():
    """For a child, before it becomes another program: what is put there ends with it."""
    ctypes.CDLL(None).syscall(KEYCTL, 1, None)


def has_keyrings():
    done = subprocess.run(["true"], preexec_fn=new_session_keyring, check=False)
    return bool(KEYCTL) and done.returncode == 0 and ctypes.CDLL(None).syscall(KEYCTL, 0, -3, 0) >= 0


class Case(doctor_case.Case):
    def setUp(self):
        if reason := why_not():
            self.skipTest(reason)
        super().setUp()
        self.password = self.folder / "password"
        self.password.write_text(os.environ["NEGODBC_ALICE_PASSWORD"] + "\n", encoding="utf-8")

    def run_script(self, script, keyring=False, **environment):
        """A shell's, in mounts of its own; what it leaves running ends with it."""
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-euc", script],
                              capture_output=True, text=True, timeout=120, check=False, cwd=self.folder, env=os.environ | environment,
                              preexec_fn=new_session_keyring if keyring else None)
        return done.stdout, done.stderr

    def kinit(self, cache):
        libraries = PEERS / f"usr/lib/{os.uname().machine}-linux-gnu"
        return (f"env LD_LIBRARY_PATH={libraries} {shlex.quote(str(MITS_KINIT))} -f -c {cache} alice@{REALM} "
                f"< {self.password} >/dev/null; ")

    def doctor_command(self, connection):
        return f"{shlex.join(PROGRAM)} doctor {shlex.quote(connection)} --json"

    def steps_of(self, said):
        out, errors = said
        self.assertTrue(out.startswith("{"), out + errors)
        self.said = out
        return {step["step"]: step for step in json.loads(out)["steps"]}


@unittest.skipUnless(KCM.exists(), "no KCM daemon: tests/guides/fetch_peers unpacks one")
class DaemonsCacheTest(Case):
    START = (f"mount -t tmpfs tmpfs /run; {shlex.quote(str(KCM))} >/dev/null 2>&1 & "
             "for try in $(seq 200); do [ ! -e /run/.heim_org.h5l.kcm-socket ] || break; sleep 0.05; done; ")

    def test_a_ticket_that_a_daemon_keeps(self):
        # By MIT's kinit: with what Heimdal 7's writes into its own daemon, its own library gets no ticket (kgetcred neither).
        kinit = self.kinit("KCM:")
        for library in ("heimdal", "mit"):
            with self.subTest(library):
                steps = self.steps_of(self.run_script(
                    f"{self.START}{kinit}{self.doctor_command(f'{TICKET};GssLib={library}')} || true", KRB5CCNAME="KCM:"))
                caches = steps["credential caches"]
                self.assertEqual(caches["verdict"], "ok", self.said)
                self.assertRegex(caches["text"], rf"^alice@{REALM} until .*, in KCM:")
                name = next(name for name, value in self.facts(caches).items() if name.startswith("KCM:"))
                ticket = next(fact for fact in caches["facts"] if fact["name"].startswith("krbtgt/"))
                self.assertEqual(ticket["of"], name)
                self.assertRegex(ticket["value"], "forwardable, initial")
                self.assertRegex(steps["credential"]["text"], rf"^alice@{REALM}, .*KCM:")
                self.assertEqual(steps["login"]["verdict"], "ok", self.said)

    def test_no_ticket_and_no_daemon(self):
        steps = self.steps_of(self.run_script(f"{self.START}{self.doctor_command(TICKET)} || true", KRB5CCNAME="KCM:"))
        self.assertEqual(steps["credential caches"]["verdict"], "note", self.said)
        self.assertEqual(steps["credential"]["verdict"], "failed")
        self.assertRegex(steps["credential"]["remedy"], "^(kinit|export KRB5CCNAME=)")
        steps = self.steps_of(self.run_script(f"mount -t tmpfs tmpfs /run; {self.doctor_command(TICKET)} || true", KRB5CCNAME="KCM:"))
        self.assertEqual(steps["credential"]["verdict"], "failed", self.said)
        self.assertIn("no daemon answers for KCM:", steps["credential"]["text"])
        self.assertRegex(steps["credential"]["remedy"], "^(sudo apt install sssd-kcm && )?sudo systemctl enable --now sssd-kcm.socket$")


@unittest.skipUnless(MITS_KINIT.exists() and has_keyrings(), "no keyring, or no kinit of MIT's: tests/guides/fetch_peers unpacks one")
class KeyringTest(Case):
    CACHE = "KEYRING:session:negodbc-doctor"

    def doctor(self, connection):
        return self.steps_of(self.run_script(f"{self.kinit(self.CACHE)}{self.doctor_command(connection)} || true", keyring=True,
                                             KRB5CCNAME=self.CACHE))

    def test_a_ticket_that_the_kernel_keeps(self):
        steps = self.doctor(f"{TICKET};GssLib=mit")
        caches = steps["credential caches"]
        self.assertEqual(caches["verdict"], "ok", self.said)
        self.assertRegex(caches["text"], rf"^alice@{REALM} until .*, in KEYRING:")
        self.assertIn(f"alice@{REALM}", self.facts(caches).values())
        self.assertRegex(steps["credential"]["text"], rf"^alice@{REALM}, .*KEYRING:")
        self.assertEqual(steps["login"]["verdict"], "ok", self.said)

    def test_a_library_that_reads_no_keyring(self):
        steps = self.doctor(f"{TICKET};GssLib=heimdal")
        self.assertEqual(steps["credential caches"]["verdict"], "note", self.said)
        self.assertEqual(steps["credential"]["verdict"], "failed")
        remedy = "put GssLib=mit into the connection string"
        self.assertEqual({steps[name]["remedy"] for name in ("credential caches", "credential")}, {remedy})


class NameServerTest(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "resolv.conf").write_text(f"nameserver {NAME_SERVER}\n" * 3, encoding="utf-8")  # as many as are heeded

    def config_without_kdc(self):
        port = os.environ["NEGODBC_KDC_PORT"]
        text = pathlib.Path(self.config("dns_lookup_kdc = false", "dns_lookup_kdc = true")).read_text(encoding="utf-8")
        lines = f"        kdc = tcp/127.0.0.1:{port}\n        kdc = 127.0.0.1:{port}\n"
        self.assertIn(lines, text)
        (self.folder / "krb5.conf").write_text(text.replace(lines, ""), encoding="utf-8")
        return str(self.folder / "krb5.conf")

    def doctor(self, connection=TICKET, **environment):
        return self.steps_of(self.run_script(f"mount --bind resolv.conf /etc/resolv.conf; {self.doctor_command(connection)} || true",
                                             **environment))

    def test_kdcs_that_dns_names(self):
        port = int(os.environ["NEGODBC_KDC_PORT"])
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            places = [(20, "down.kdc.test", closed.getsockname()[1]), (10, "up.kdc.test", port)]
            services = {f"_kerberos.{way}.{REALM}": places for way in ("_udp", "_tcp")}
            for library in ("heimdal", "mit"):
                with self.subTest(library), DnsServer(NAME_SERVER, services, {"up.kdc.test": "127.0.0.1", "down.kdc.test": "127.0.0.1"}) as dns:
                    steps = self.doctor(f"{TICKET};GssLib={library}", KRB5_CONFIG=self.config_without_kdc(),
                                        KRB5CCNAME=os.environ["NEGODBC_CCACHE_TGT"])
                    kdcs = steps["KDCs"]
                    self.assertEqual(kdcs["text"], f"{REALM}: 1 of 2 answers, by UDP and TCP", self.said)
                    told = [fact for fact in kdcs["facts"] if ".kdc.test" in fact["name"]]
                    self.assertEqual({fact["source"] for fact in told}, {"DNS"})
                    # By their priorities: the smaller one is asked first.
                    self.assertTrue(told[0]["name"].startswith(f"up.kdc.test:{port} by"), told)
                    self.assertIn("refused", [fact["value"] for fact in told])
                    self.assertEqual(steps["clock"]["verdict"], "ok")
                    self.assertEqual(steps["login"]["verdict"], "ok", self.said)
                    self.assertIn((f"_kerberos._udp.{REALM}".lower(), SRV), dns.asked)
                    self.assertIn(("up.kdc.test", A), dns.asked)

    def test_dns_that_names_none(self):
        with DnsServer(NAME_SERVER, {}, {}):
            kdcs = self.doctor(KRB5_CONFIG=self.config_without_kdc())["KDCs"]
        self.assertEqual(kdcs["verdict"], "note")
        self.assertEqual(self.facts(kdcs)[REALM], f"krb5.conf names none, and DNS has none (SRV _kerberos._udp.{REALM}.)")
        self.assertIn("sudo sed -i '1i [realms]", kdcs["remedy"])

    @contextlib.contextmanager
    def silent(self):
        """A name server that takes questions and never answers."""
        with socket.socket(type=socket.SOCK_DGRAM) as datagrams, socket.create_server((NAME_SERVER, 53)):
            datagrams.bind((NAME_SERVER, 53))
            yield

    def within_two_time_outs(self, seconds, connection, **environment):
        begun = time.monotonic()
        steps = self.doctor(f"{connection};connect_timeout={seconds}", **environment)
        took = time.monotonic() - begun
        self.assertLess(took, 2 * seconds, steps)
        return steps

    def test_all_is_silent_at_once(self):
        """Name servers, KDC and server; the realm's KDC is sought by DNS, or hangs by itself."""
        hanging = {"KRB5_CONFIG": os.environ["NEGODBC_KRB5_CONFIG_HANGING"], "KRB5CCNAME": os.environ["NEGODBC_CCACHE_TGT"]}
        by_dns = {"KRB5_CONFIG": self.config_without_kdc(), "KRB5CCNAME": os.environ["NEGODBC_CCACHE_TGT"]}
        with self.silent(), socket.create_server(("127.0.0.1", 0)) as mute:
            port = mute.getsockname()[1]
            cases = list(itertools.product((hanging, by_dns), ("heimdal", "mit"), (
                f"Server=db.silent.test;Port={port}", f"Server=db.silent.test,localhost;Port={port},{port}",
                f"Server=localhost,db.silent.test;Port={port},{port};Realm=OTHER.TEST")))
            # They wait, and can do that beside each other.
            with concurrent.futures.ThreadPoolExecutor(4) as at_once:
                found = [at_once.submit(self.within_two_time_outs, 3, f"Driver=negodbc;{words};Database=negodbc;"
                                        f"Trusted_Connection=Yes;GssLib={library}", **environment)
                         for environment, library, words in cases]
                for (environment, library, words), future in zip(cases, found):
                    with self.subTest(library=library, words=words, dns=environment is by_dns):
                        steps = future.result()
                        self.assertIn("failed", {step["verdict"] for step in steps.values()})
                        self.assertEqual(list(steps)[-1], "login")

    def test_a_silent_name_server_and_a_ticket_that_is_there(self):
        with self.silent():
            steps = self.within_two_time_outs(6, TICKET, KRB5_CONFIG=self.config_without_kdc())
        self.assertIn("the time to ask DNS has run out", self.facts(steps["KDCs"])[REALM])
        self.assertEqual(steps["credential"]["verdict"], "ok", self.said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
