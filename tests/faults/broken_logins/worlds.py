"""The realm's server in the configurations that rows name: all faults that go side by side are in "wrong", and what was
mended of all of them is in "right"; a fault of the server as a whole has a configuration of its own.
"""
import os
import shutil
import signal
import subprocess
import time

from kdc import REALM
from postgres import HBA, IDENT
from table import E
from tools import program, run
import kdcs
import places

POSTGRES = f"{E['NEGODBC_REALM_DIR']}/postgres"
DATA = f"{POSTGRES}/data"
OLD_TICKETS = f"FILE:{places.path('old-tickets')}"    # for `renewed`, from before its key was changed
FULL_TICKETS = f"FILE:{places.path('full-tickets')}"  # with one for the server: no KDC is asked
SHARED_KEY, LOCKED_KEY, PASSPHRASE = places.path("shared.key"), places.path("locked.key"), "pass phrase"
FOREIGN_CERTIFICATE, FOREIGN_KEY = places.path("foreign.crt"), places.path("foreign.key")
WRONG_KEYTAB, RIGHT_KEYTAB = f"{POSTGRES}/wrong.keytab", f"{POSTGRES}/right.keytab"

# The databases that pg_hba.conf knows lines for, wrong and right.
GSS = "gss include_realm=0"
LINES = {
    "realm_db": (f"host realm_db all 127.0.0.1/32 {GSS} krb_realm=OTHER.TEST", f"host realm_db all 127.0.0.1/32 {GSS}"),
    "include_db": ("host include_db all 127.0.0.1/32 gss include_realm=1", f"host include_db all 127.0.0.1/32 {GSS}"),
    "map_db": (f"host map_db all 127.0.0.1/32 {GSS} map=gssenc", f"host map_db all 127.0.0.1/32 {GSS}"),
    "nogss_db": ("host nogss_db all 127.0.0.1/32 scram-sha-256", f"host nogss_db all 127.0.0.1/32 {GSS}"),
    "noline_db": ("", f"host noline_db all 127.0.0.1/32 {GSS}"),
    "gssenc_db": (f"hostgssenc gssenc_db all 127.0.0.1/32 {GSS}",) * 2,
    "ssl_db": (f"hostssl ssl_db all 127.0.0.1/32 {GSS}",) * 2,
    "clientcert_db": (f"hostssl clientcert_db all 127.0.0.1/32 {GSS} clientcert=verify-ca",) * 2,
    "cn_db": ("hostssl cn_db all 127.0.0.1/32 cert",) * 2,
    "ident_db": ("host ident_db all 127.0.0.1/32 ident", "host ident_db all 127.0.0.1/32 trust"),
    "anybody_db": ("host anybody_db all 127.0.0.1/32 trust",) * 2,
    "private_db": ("host private_db all 127.0.0.1/32 trust",) * 2,
    "busy_db": ("host busy_db all 127.0.0.1/32 trust",) * 2,
    "closed_db": ("host closed_db all 127.0.0.1/32 trust",) * 2,
}
ROLES = ["host negodbc nologin_role,busy_role 127.0.0.1/32 trust",
         "host negodbc old_role,bare_role 127.0.0.1/32 scram-sha-256"]

SET_UP = [*(f"CREATE ROLE {role} LOGIN" for role in sorted(kdcs.ROLES)), "CREATE ROLE nologin_role NOLOGIN", "CREATE ROLE busy_role LOGIN CONNECTION LIMIT 0",
          "CREATE ROLE old_role LOGIN PASSWORD 'any secret' VALID UNTIL '2020-01-01'", "CREATE ROLE bare_role LOGIN",
          *(f"CREATE DATABASE {database}" for database in LINES),
          "ALTER DATABASE busy_db CONNECTION LIMIT 0", "ALTER DATABASE closed_db ALLOW_CONNECTIONS false",
          "REVOKE CONNECT ON DATABASE private_db FROM PUBLIC"]
MENDS = ["ALTER ROLE nologin_role LOGIN", "ALTER ROLE busy_role CONNECTION LIMIT -1",
         "ALTER ROLE old_role VALID UNTIL 'infinity'", "ALTER ROLE bare_role PASSWORD 'any secret'",
         "CREATE ROLE mallory LOGIN",
         "ALTER DATABASE busy_db CONNECTION LIMIT -1", "ALTER DATABASE closed_db ALLOW_CONNECTIONS true",
         "GRANT CONNECT ON DATABASE private_db TO PUBLIC"]

# What postgresql.conf says in a configuration beside the usual.
WORLDS = {
    "wrong": {}, "right": {},
    "keytab missing": {"krb_server_keyfile": f"FILE:{POSTGRES}/no-such.keytab"},
    "keytab unreadable": {"krb_server_keyfile": f"FILE:{POSTGRES}/unreadable.keytab"},
    "keytab empty": {"krb_server_keyfile": f"FILE:{POSTGRES}/empty.keytab"},
    "certificate expired": {"ssl_cert_file": f"{POSTGRES}/expired.crt", "ssl_key_file": f"{POSTGRES}/expired.key"},
    "certificate early": {"ssl_cert_file": f"{POSTGRES}/early.crt", "ssl_key_file": f"{POSTGRES}/early.key"},
    "no TLS": {"ssl": "off"},
    "TLS 1.2 at most": {"ssl_max_protocol_version": "TLSv1.2"},
    "TLS 1.3 at least": {"ssl_min_protocol_version": "TLSv1.3"},
}


def sql(*statements):
    command = ["psql", "-X", "-h", "localhost", "-p", E["NEGODBC_PGPORT"], "-U", "admin", "-d", "negodbc", "-At",
               "-v", "ON_ERROR_STOP=1"]
    for statement in statements:
        command += ["-c", statement]
    done = subprocess.run(command, env=os.environ | {"PGPASSWORD": E["NEGODBC_ADMIN_PASSWORD"], "PGGSSENCMODE": "disable"},
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{statements}: {done.stderr}")
    return done.stdout.strip()


def _write(name, text, folder=DATA):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def _for_server(path, mode=0o600):
    """A file of the server's, whoever runs it."""
    owner = os.stat(DATA)
    os.chown(path, owner.st_uid, owner.st_gid)
    os.chmod(path, mode)


class Worlds:
    """Begins in none; made() has roles, services, keytabs and certificates."""

    def __init__(self):
        with open(f"{DATA}/postgresql.conf", encoding="utf-8") as file:
            self._usual = file.read()

    def make(self):
        sql(*SET_UP)
        self._make_services()
        self._make_certificates()

    def enter(self, name):
        """Reloads; what connects afterwards meets this configuration."""
        right = name == "right"
        if right:
            sql(*MENDS)
            kdcs.mend()
        lines = [pair[right] for pair in LINES.values()] + ROLES
        if right:
            lines.append("host negodbc rejected_user 127.0.0.1/32 trust")
        usual = HBA.replace("host       all  all ", "host  negodbc,nosuch,Negodbc  all ")
        _write("pg_hba.conf", "\n".join(lines) + "\n" + usual)
        _write("pg_ident.conf", IDENT)
        settings = {"krb_server_keyfile": f"FILE:{RIGHT_KEYTAB if right else WRONG_KEYTAB}"} | WORLDS[name]
        _write("postgresql.conf", self._usual + "".join(f"{key} = '{value}'\n" for key, value in settings.items())
               + f"negodbc.world = '{name}'\n")
        os.kill(int(E["NEGODBC_PG_PID"]), signal.SIGHUP)
        # The postmaster takes the whole of it over before it starts a session that knows the name.
        deadline = time.monotonic() + 30
        while sql("SELECT current_setting('negodbc.world', true)") != name:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not take over: {name}")
            time.sleep(0.02)

    @staticmethod
    def _kadmin(*command):
        run([program("kadmin.heimdal"), "-l", "-c", E["KRB5_CONFIG"], *command])

    def _make_services(self):
        services = ("lacking", "stale", "weak", "renewed")
        for service in services:
            self._kadmin("add", "--random-key", "--use-defaults", f"{service}/localhost")
        for cache, service in ((OLD_TICKETS, "renewed"), (FULL_TICKETS, "postgres")):
            shutil.copy(E["NEGODBC_CCACHE_TGT"].removeprefix("FILE:"), cache.removeprefix("FILE:"))
            run([program("kgetcred"), f"--cache={cache}", f"{service}/localhost@{REALM}"])
        shutil.copy(f"{POSTGRES}/server.keytab", WRONG_KEYTAB)
        for service in ("stale", "weak"):
            self._kadmin("ext_keytab", f"--keytab={WRONG_KEYTAB}", f"{service}/localhost")
        keytab = [program("ktutil.heimdal"), "-k", WRONG_KEYTAB]
        for line in run([*keytab, "list"]).splitlines():
            if "weak/localhost" in line and "aes" in line:
                run([*keytab, "remove", "-p", f"weak/localhost@{REALM}", "-e", line.split()[1]])
        for service in ("stale", "renewed"):
            self._kadmin("cpw", "--random-key", f"{service}/localhost")
        self._kadmin("ext_keytab", f"--keytab={WRONG_KEYTAB}", "renewed/localhost")
        shutil.copy(f"{POSTGRES}/server.keytab", RIGHT_KEYTAB)
        for service in services:
            self._kadmin("ext_keytab", f"--keytab={RIGHT_KEYTAB}", f"{service}/localhost")
        shutil.copy(RIGHT_KEYTAB, f"{POSTGRES}/unreadable.keytab")
        with open(f"{POSTGRES}/empty.keytab", "wb"):
            pass
        kdcs.make((WRONG_KEYTAB, RIGHT_KEYTAB))
        for keytab in (WRONG_KEYTAB, RIGHT_KEYTAB, f"{POSTGRES}/empty.keytab"):
            _for_server(keytab)
        _for_server(f"{POSTGRES}/unreadable.keytab", 0)

    @staticmethod
    def _make_certificates():
        shutil.copy(E["NEGODBC_CLIENT_KEY"], SHARED_KEY)
        os.chmod(SHARED_KEY, 0o644)
        run([program("openssl"), "pkey", "-in", E["NEGODBC_CLIENT_KEY"], "-aes256", "-passout", f"pass:{PASSPHRASE}",
             "-out", LOCKED_KEY])
        os.chmod(LOCKED_KEY, 0o600)
        # Beside the authority's, one that nobody knows.
        made = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "30"]
        run([*made, "-subj", "/CN=cert_user", "-keyout", FOREIGN_KEY, "-out", FOREIGN_CERTIFICATE])
        root = E["NEGODBC_ROOT_CERT"]
        authority = ["-CA", root, "-CAkey", os.path.join(os.path.dirname(root), "root.key")]
        for name, offset in (("expired", "-60d"), ("early", "+60d")):
            certificate, key = f"{POSTGRES}/{name}.crt", f"{POSTGRES}/{name}.key"
            run([*made, *authority, "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
                 "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"],
                env=os.environ | places.clock(offset))
            for path in (certificate, key):
                _for_server(path)
