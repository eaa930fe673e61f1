"""A private Heimdal KDC: its database, principals, keytabs and credential caches."""
import os
import shutil
import signal
import socket
import time

from tools import RealmError, Server, answers, clean_environment, free_port, program, run, tail, write

PROGRAMS = ["kdc", "kstash", "kadmin.heimdal", "ktutil.heimdal", "kinit.heimdal"]
REALM = "NEGODBC.TEST"
SERVICE = "postgres/localhost"
# The KDC knows it, but the server's keytab holds another key of the same version: a server whose keytab is wrong.
WRONG_KEY_SERVICE = "wrongkey/localhost"
# The KDC marks its tickets: credentials may be delegated to it.
DELEGATE_SERVICE = "delegate/localhost"
# May act for any client (S4U2Self), at SERVICE only (S4U2Proxy).
PROXY_SERVICE = "front/localhost"
PASSWORDS = {"alice": "alice's ticket to ride", "bob": "bob's umbrella", "mallory": "mallory knows no role"}


def krb5_conf(port, directory):
    """For the libraries of both families and for the KDC itself. Nothing in it waits for DNS.

    Heimdal asks again after a third of kdc_timeout where a datagram was lost: of 30 seconds without it, which two lost ones
    make more than a test waits.
    """
    return f"""\
[libdefaults]
    default_realm = {REALM}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    kdc_timeout = 12
    forwardable = true
[realms]
    {REALM} = {{
        kdc = tcp/127.0.0.1:{port}
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    localhost = {REALM}
    .localhost = {REALM}
[kdc]
    database = {{
        dbname = {directory}/principals
        realm = {REALM}
        mkey_file = {directory}/master-key
        acl_file = {directory}/kadmind.acl
        log_file = {directory}/changes.log
    }}
    addresses = 127.0.0.1
    ports = {port}/udp {port}/tcp
[logging]
    kdc = FILE:{directory}/kdc.log
    default = FILE:{directory}/kdc.log
"""


class Kdc:
    def __init__(self, directory, replay_cache_env):
        self.directory = os.path.join(directory, "kdc")
        os.mkdir(self.directory, 0o700)
        self.config = os.path.join(directory, "krb5.conf")
        self.config_down = os.path.join(directory, "krb5-kdc-down.conf")
        self.config_hanging = os.path.join(directory, "krb5-kdc-hanging.conf")
        # Caller's view: the files that tests name.
        self.tickets = os.path.join(directory, "tickets")
        os.mkdir(self.tickets, 0o700)
        self.keytab = os.path.join(self.tickets, "service.keytab")
        self.server_keytab = os.path.join(self.directory, "server.keytab")
        self.alice_keytab = os.path.join(self.tickets, "alice.keytab")
        self.env = clean_environment() | replay_cache_env | {"KRB5_CONFIG": self.config}
        self._log = f"{self.directory}/kdc.log"
        self.port = None
        self.closed_port = None
        self.server = None
        self._held = []

    def cache(self, name):
        return f"FILE:{self.tickets}/{name}"

    def make(self):
        """The database with its principals, the keytabs, and the one ticket that no realm needs fresh."""
        write(self.config, krb5_conf(0, self.directory))
        run([program("kstash"), "--random-key", "-k", f"{self.directory}/master-key"], env=self.env)
        self._kadmin("init", "--realm-max-ticket-life=unlimited", "--realm-max-renewable-life=unlimited", REALM)
        for user, password in PASSWORDS.items():
            self._kadmin("add", f"--password={password}", "--use-defaults", user)
        for service in (SERVICE, WRONG_KEY_SERVICE, DELEGATE_SERVICE, PROXY_SERVICE):
            self._kadmin("add", "--random-key", "--use-defaults", service)
        self._kadmin("modify", "--attributes=+ok-as-delegate", DELEGATE_SERVICE)
        self._kadmin("modify", "--attributes=+trusted-for-delegation", PROXY_SERVICE)
        self._kadmin("modify", f"--constrained-delegation={SERVICE}@{REALM}", PROXY_SERVICE)
        # Each keytab is extracted once: a second extraction into the same file would leave two keys of one version.
        for service in (SERVICE, DELEGATE_SERVICE, PROXY_SERVICE):
            self._kadmin("ext_keytab", f"--keytab={self.keytab}", service)
        self._kadmin("ext_keytab", f"--keytab={self.alice_keytab}", "alice")
        self._kadmin("ext_keytab", f"--keytab={self.server_keytab}", SERVICE)
        for enctype in ("aes256-cts-hmac-sha1-96", "arcfour-hmac-md5"):
            run([program("ktutil.heimdal"), "-k", self.server_keytab, "add", "-p", f"{WRONG_KEY_SERVICE}@{REALM}",
                 "-V", "1", "-e", enctype, "-w", "not the key that the KDC knows"], env=self.env)
        self.start()
        self._kinit("alice", "expired", "--lifetime=1s")
        self.stop()
        os.unlink(self._log)

    def _kadmin(self, *command):
        # Without -c, kadmin would write into the system's database.
        run([program("kadmin.heimdal"), "-l", "-c", self.config, *command], env=self.env)

    def start(self):
        """Another process may take the port between the choice and the use of it, so there are three tries."""
        for attempt in range(3):
            self.port = free_port((socket.SOCK_STREAM, socket.SOCK_DGRAM))
            write(self.config, krb5_conf(self.port, self.directory))
            self.server = Server("the KDC", [program("kdc"), f"--config-file={self.config}"],
                                 log=self._log, env=self.env, orphan_signal="KILL")
            self.server.wait_until(lambda: answers(self.port))
            if "Address already in use" not in tail(self._log):
                return
            self.server.stop(signal.SIGTERM)
        raise RealmError(f"the KDC found no free port:\n{tail(self._log)}")

    def get_tickets(self):
        """The credential caches that have to be good for hours."""
        self._kinit("alice", "valid", "--lifetime=10h")
        shutil.copy(f"{self.tickets}/valid", f"{self.tickets}/tgt")
        self._kinit("bob", "bob", "--lifetime=10h")
        self._kinit("mallory", "wrong", "--lifetime=10h")

    def wait_for_expiry(self):
        """The file's time says since when its ticket, good for a second, has been there; also that of a copy."""
        time.sleep(max(0.0, os.stat(f"{self.tickets}/expired").st_mtime + 2.1 - time.time()))

    def _kinit(self, user, cache, lifetime):
        password_file = f"{self.directory}/password"
        write(password_file, PASSWORDS[user], 0o600)
        try:
            run([program("kinit.heimdal"), f"--cache={self.cache(cache)}", "-f", lifetime,
                 f"--password-file={password_file}", f"{user}@{REALM}"], env=self.env)
        except RealmError as error:
            raise RealmError(f"no ticket for {user}: {error}") from None
        finally:
            os.unlink(password_file)

    def write_broken_configs(self):
        """Configurations whose KDC is down (the port is held, nobody listens) or hangs (nobody ever accepts)."""
        down = socket.socket()
        down.bind(("127.0.0.1", 0))
        hanging, hanging_udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        port = free_port((socket.SOCK_STREAM, socket.SOCK_DGRAM))
        hanging.bind(("127.0.0.1", port))
        hanging.listen(64)
        hanging_udp.bind(("127.0.0.1", port))
        self._held = [down, hanging, hanging_udp]
        self.closed_port = down.getsockname()[1]
        write(self.config_down, krb5_conf(self.closed_port, self.directory))
        write(self.config_hanging, krb5_conf(port, self.directory))

    def stop(self):
        if self.server:
            self.server.stop(signal.SIGTERM)
