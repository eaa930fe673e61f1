"""KDCs beside the realm's, what each refuses until it is mended, and krb5.conf as people get it wrong.

The realm's own KDC (Heimdal's) has the realm BRANCH too, which NEGODBC.TEST does not trust at first. MIT's has a realm of its
own; it runs where fetch_peers (tests/guides) has unpacked it.
"""
import atexit
import contextlib
import os
import shutil
import signal
import socket

from kdc import REALM
from table import E, PEERS
from tools import RealmError, Server, answers, free_port, program, run, write
import places

BRANCH, MITS = "BRANCH.TEST", "MIT.TEST"
TRUST = f"krbtgt/{REALM}@{MITS}"
PASSWORD = "their password"
OWN_PORT = E["NEGODBC_KDC_PORT"]
with open(E["KRB5_CONFIG"], encoding="utf-8") as _file:
    WHOLE = _file.read()
CLIENT = WHOLE.partition("[kdc]")[0]

# Of accounts (whose role has the same name) and services: what kadmin sets, and what mends it; of Heimdal's and of MIT's KDC.
HEIMDALS = {
    "account_off": ("--attributes=+disallow-all-tix", "--attributes=-disallow-all-tix"),
    "account_over": ("--expiration-time=2020-01-01", "--expiration-time=never"),
    "password_over": ("--pw-expiration-time=2020-01-01", "--pw-expiration-time=never"),
    "off/localhost": ("--attributes=+disallow-all-tix", "--attributes=-disallow-all-tix"),
    "over/localhost": ("--expiration-time=2020-01-01", "--expiration-time=never"),
    "none/localhost": ("--attributes=+disallow-svr", "--attributes=-disallow-svr"),
    "first/localhost": ("--attributes=+disallow-tgt-based", "--attributes=-disallow-tgt-based"),
}
MIT_KDCS = {
    "account_off": ("-allow_tix", "+allow_tix"),
    "account_over": ("-expire 2020-01-01", "-expire never"),
    "password_over": ("-pwexpire 2020-01-01", "-pwexpire never"),
    "password_new": ("+needchange", "-needchange"),
    "account_locked": ("+requires_preauth -policy strict", "-unlock"),
    "account_card": ("+requires_preauth +requires_hwauth", "-requires_hwauth"),
    "off/localhost": ("-allow_tix", "+allow_tix"),
    "over/localhost": ("-expire 2020-01-01", "-expire never"),
    "none/localhost": ("-allow_svr", "+allow_svr"),
    "first/localhost": ("-allow_tgs_req", "+allow_tgs_req"),
    "proof/localhost": ("+requires_preauth", "-requires_preauth"),
}
# Keys of a type that a client of AES only does not permit.
WEAK = ("account_weak", "rc4/localhost")
ROLES = {name for name in (*HEIMDALS, *MIT_KDCS, "account_later", "account_weak") if "/" not in name}

LATER_TICKETS = f"FILE:{places.path('later-tickets')}"    # of account_later, which was disabled after it
STALE_TICKETS = f"FILE:{places.path('stale-tickets')}"    # of BRANCH, from before its KDC's key was changed
NEW_TICKETS = f"FILE:{places.path('new-tickets')}"        # from after that
FIXED_TICKETS = f"FILE:{places.path('fixed-tickets')}"    # that can't be forwarded


def conf(name):
    return places.path(f"krb5-{name}.conf")


def _client(name, *changes):
    text = CLIENT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    write(conf(name), text)


def _kadmin(*command, config=E["KRB5_CONFIG"], realm=REALM):
    run([program("kadmin.heimdal"), "-l", "-c", config, "-r", realm, *command])


def _kinit(principal, cache, *options, password=PASSWORD, config=E["KRB5_CONFIG"]):
    file = places.path("password")
    write(file, password, 0o600)
    run([program("kinit.heimdal"), f"--cache={cache}", *options, f"--password-file={file}", principal],
        env=os.environ | {"KRB5_CONFIG": config})


def _free(port):
    with socket.socket(type=socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _second_kdc(name, ports, more="", env=None):
    """Heimdal's, with the realm's database; its port."""
    port, config = free_port((socket.SOCK_STREAM, socket.SOCK_DGRAM)), places.path(f"kdc-{name}.conf")
    write(config, WHOLE.replace(f"ports = {OWN_PORT}/udp {OWN_PORT}/tcp", f"ports = {ports.format(port)}\n{more}")
          .replace("/kdc.log", f"/kdc-{name}.log"))
    _start(f"the KDC {name}", [program("kdc"), f"--config-file={config}"], env or {},
           lambda: answers(port) if "tcp" in ports else not _free(port))
    return port


def _start(name, command, env, ready):
    server = Server(name, command, log=places.path("kdcs.log"), env=os.environ | env, orphan_signal="KILL")
    atexit.register(server.stop, signal.SIGTERM)
    server.wait_until(ready)


def _instead(port):
    """The lines of [realms] that name another KDC, as people write them."""
    return ((f"kdc = tcp/127.0.0.1:{OWN_PORT}", ""), (f"kdc = 127.0.0.1:{OWN_PORT}", f"kdc = 127.0.0.1:{port}"))


def make(keytabs):
    """`keytabs` of the server get the services' keys."""
    _make_own(keytabs)
    _make_branch()
    _make_configurations()
    if PEERS:
        Mits().make(keytabs)


def mend():
    for name, (_, right) in HEIMDALS.items():
        _kadmin("modify", right, name)
    _kadmin("add", "--random-key", "--use-defaults", f"krbtgt/{REALM}@{BRANCH}", config=conf("branch-admin"), realm=BRANCH)
    _kadmin("modify", "--attributes=-disallow-all-tix", "account_later")
    _kinit(f"alice@{BRANCH}", NEW_TICKETS, config=conf("branch"))
    if PEERS:
        Mits().mend()


def _make_own(keytabs):
    for name in (*HEIMDALS, *WEAK, "account_later"):
        _kadmin("add", "--random-key" if "/" in name else f"--password={PASSWORD}", "--use-defaults", name)
    for name in WEAK:
        for kind in ("aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96", "des3-cbc-sha1"):
            with contextlib.suppress(RealmError):  # it may have none
                _kadmin("del_enctype", name, kind)
    for keytab in keytabs:
        for name in (*HEIMDALS, *WEAK):
            if "/" in name:
                _kadmin("ext_keytab", f"--keytab={keytab}", name)
    _kinit(f"account_later@{REALM}", LATER_TICKETS)
    _kinit(f"alice@{REALM}", FIXED_TICKETS, "--no-forwardable", password=E["NEGODBC_ALICE_PASSWORD"])
    for name, (wrong, _) in HEIMDALS.items():
        _kadmin("modify", wrong, name)
    _kadmin("modify", "--attributes=+disallow-all-tix", "account_later")


def _make_branch():
    write(conf("branch-admin"), WHOLE.replace(f"default_realm = {REALM}", f"default_realm = {BRANCH}")
          .replace(f"realm = {REALM}\n        mkey", f"realm = {BRANCH}\n        mkey"))
    _client("branch", ("[domain_realm]", f"    {BRANCH} = {{\n        kdc = 127.0.0.1:{OWN_PORT}\n    }}\n[domain_realm]"))
    as_branch = {"config": conf("branch-admin"), "realm": BRANCH}
    _kadmin("init", "--realm-max-ticket-life=unlimited", "--realm-max-renewable-life=unlimited", BRANCH, **as_branch)
    _kadmin("add", f"--password={PASSWORD}", "--use-defaults", f"alice@{BRANCH}", **as_branch)
    _kinit(f"alice@{BRANCH}", STALE_TICKETS, config=conf("branch"))
    _kadmin("cpw", "--random-key", f"krbtgt/{BRANCH}@{BRANCH}", **as_branch)


def _make_configurations():
    by_tcp = _second_kdc("tcp", "{0}/tcp")
    _client("tcp", *_instead(by_tcp))
    _client("tcp-mended", ("kdc_timeout", "large_message_size = 0\n    kdc_timeout"), *_instead(by_tcp))
    _client("ahead", *_instead(_second_kdc("ahead", "{0}/udp {0}/tcp", env=places.clock("+1h"))))
    _client("no-host", *_instead(0), ("127.0.0.1:0", "no-such-kdc.invalid"))
    write(conf("no-realms"), CLIENT[:CLIENT.index("[realms]")] + CLIENT[CLIENT.index("[domain_realm]"):])
    _client("other-case", (f" localhost = {REALM}", f" localhost = {REALM.lower()}"))
    aes = "aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96"
    _client("aes", ("kdc_timeout", f"default_etypes = {aes}\n    permitted_enctypes = {aes}\n    kdc_timeout"))
    os.makedirs(places.path("conf.d"), exist_ok=True)
    shutil.copy(E["KRB5_CONFIG"], places.path("conf.d/realm"))
    # As ipa-client-install and SSSD write it.
    write(conf("include"), f"includedir {places.path('conf.d')}/\n\n[libdefaults]\n    default_realm = {REALM}\n")


class Mits:
    """MIT's KDC, out of the folder that fetch_peers has filled."""

    def __init__(self):
        self._folder = places.path("mit")
        libraries = f"{PEERS}/usr/lib/{os.uname().machine}-linux-gnu"
        self._env = {"KRB5_CONFIG": conf("mit"), "KRB5_KDC_PROFILE": f"{self._folder}/kdc.conf", "LD_LIBRARY_PATH": libraries}
        self._plugins = f"{libraries}/krb5/plugins/kdb"

    def _run(self, name, *arguments):
        run([f"{PEERS}/usr/sbin/{name}", "-r", MITS, *arguments], env=os.environ | self._env)

    def _kadmin(self, query):
        self._run("kadmin.local", "-q", query)

    def make(self, keytabs):
        os.makedirs(self._folder)
        port = free_port((socket.SOCK_STREAM, socket.SOCK_DGRAM))
        write(conf("mit"), CLIENT.replace(REALM, MITS).replace(f"tcp/127.0.0.1:{OWN_PORT}", f"127.0.0.1:{port}")
              .replace(f"127.0.0.1:{OWN_PORT}", f"127.0.0.1:{port}"))
        write(f"{self._folder}/kdc.conf", f"""\
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {MITS} = {{
        database_name = {self._folder}/principal
        key_stash_file = {self._folder}/stash
        acl_file = {self._folder}/acl
    }}
[dbmodules]
    db_module_dir = {self._plugins}
""")
        self._run("kdb5_util", "create", "-s", "-P", PASSWORD)
        # Who has a ticket of this realm goes to the other's server by a key that both KDCs have, each another at first.
        _client("trust", ("[domain_realm]", f"    {MITS} = {{\n        kdc = 127.0.0.1:{port}\n    }}\n[domain_realm]"))
        self._kadmin(f'addprinc -pw "{PASSWORD}" {TRUST}')
        _kadmin("add", "--password=another", "--use-defaults", TRUST)
        self._kadmin("addpol -maxfailure 1 strict")
        for name, (wrong, _) in ({"alice": ("", ""), "postgres/localhost": ("", "")} | MIT_KDCS).items():
            self._kadmin(f'addprinc {wrong} {"-randkey" if "/" in name else f"""-pw "{PASSWORD}" """} {name}')
        services = [name for name in MIT_KDCS if "/" in name]
        keytab = f"{self._folder}/keytab"
        self._kadmin(f"ktadd -k {keytab} postgres/localhost {' '.join(services)}")
        for each in keytabs:
            ktutil = program("ktutil.heimdal")
            with contextlib.suppress(RealmError):  # it ends with 1 when all is well, too
                run([ktutil, "copy", keytab, each])
            assert MITS in run([ktutil, "-k", each, "list"]), each
        _start("MIT's KDC", [f"{PEERS}/usr/sbin/krb5kdc", "-n", "-r", MITS], self._env, lambda: answers(port))
        with contextlib.suppress(RealmError):  # the wrong password that locks it
            _kinit(f"account_locked@{MITS}", f"FILE:{places.path('none')}", password="guessed", config=conf("mit"))

    def mend(self):
        for name, (_, right) in MIT_KDCS.items():
            self._kadmin(f"modprinc {right} {name}")
        _kadmin("delete", TRUST)
        _kadmin("add", f"--password={PASSWORD}", "--use-defaults", TRUST)
