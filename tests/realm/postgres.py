"""A private PostgreSQL server: roles for every way of login, one database, a log that tests read."""
import glob
import os
import shutil
import signal
import subprocess

from tools import RealmError, Server, clean_environment, free_port, program, run, tail, write

DATABASE = "negodbc"
PASSWORDS = {"scram_user": "scram'sécret", "md5_user": "md5 secret", "password_user": "clear secret",
             "scram_ssl_user": "ssl secret", "admin": "admin secret"}

# The first matching line wins. include_realm=0: the principal alice@REALM is the user alice.
# A user without a line of its own comes to the last one, so a principal without a role gets as far as it would
# in a real installation: authenticated, then "role does not exist".
HBA = """\
host       all  admin           127.0.0.1/32  scram-sha-256
host       all  scram_user      127.0.0.1/32  scram-sha-256
hostssl    all  scram_ssl_user  127.0.0.1/32  scram-sha-256
host       all  scram_ssl_user  127.0.0.1/32  reject
hostssl    all  cert_user       127.0.0.1/32  cert
host       all  cert_user       127.0.0.1/32  reject
host       all  md5_user        127.0.0.1/32  md5
host       all  password_user   127.0.0.1/32  password
host       all  trust_user      127.0.0.1/32  trust
host       all  rejected_user   127.0.0.1/32  reject
hostgssenc all  gssenc_user     127.0.0.1/32  gss include_realm=0 map=gssenc
host       all  gssenc_user     127.0.0.1/32  reject
host       all  all             127.0.0.1/32  gss include_realm=0
"""

# alice's ticket also opens gssenc_user, but only over a connection encrypted by GSSAPI.
IDENT = """\
gssenc alice gssenc_user
"""


def roles_sql():
    """For the single-user mode: one statement a line, no semicolon needed."""
    yield "CREATE ROLE alice LOGIN"
    for role in ("bob", "trust_user", "rejected_user", "gssenc_user", "cert_user"):
        yield f"CREATE ROLE {role} LOGIN"
    for role, password in PASSWORDS.items():
        yield f"SET password_encryption = '{'md5' if role == 'md5_user' else 'scram-sha-256'}'"
        quoted = password.replace("'", "''")
        yield f"CREATE ROLE {role} LOGIN {'SUPERUSER ' if role == 'admin' else ''}PASSWORD '{quoted}'"
    # Every role may make tables: the tests of all ways of login share what they do after it.
    yield "GRANT CREATE ON SCHEMA public TO PUBLIC"
    yield f"CREATE DATABASE {DATABASE} OWNER alice"


def server_programs():
    """The folder of initdb and postgres: version 15 if it is there, else the newest."""
    folders = glob.glob("/usr/lib/postgresql/*/bin")
    folders.sort(key=lambda f: (f.split("/")[-2] == "15", float(f.split("/")[-2])))
    if folders:
        return folders[-1]
    return os.path.dirname(os.path.realpath(program("postgres")))


class Postgres:
    def __init__(self, directory, *, env, settings):
        self.directory = os.path.join(directory, "postgres")
        self.data = os.path.join(self.directory, "data")
        self.log = os.path.join(directory, "postgres.log")
        self.env = clean_environment() | env
        self.settings = settings
        self.programs = server_programs()
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.port = None
        self.server = None
        self._initdb = None
        os.mkdir(self.directory, 0o700)
        self._give(self.directory)
        self._as_user = []
        if self.user:
            self._as_user = [program("setpriv"), "--reuid", self.user, "--regid", self.user, "--init-groups"]
            if subprocess.run(self._as_user + ["test", "-w", self.directory], check=False).returncode != 0:
                raise RealmError(f"the user {self.user}, as whom PostgreSQL runs, can't reach {self.directory}: "
                                 "choose another place with --dir or TMPDIR")

    def _give(self, path):
        if self.user:
            shutil.chown(path, self.user, self.user)

    def made_by(self):
        return [f"{self.programs}/initdb", f"{self.programs}/postgres"]

    def begin_make(self):
        """Starts initdb, which takes most of the time and needs nothing from the KDC."""
        # Small segments of the log: 16 MB would be more than all the rest that is copied.
        self._initdb_log = os.path.join(self.directory, "initdb.log")
        with open(self._initdb_log, "wb") as log:
            self._initdb = subprocess.Popen(
                self._as_user + [f"{self.programs}/initdb", "--no-sync", "--pgdata", self.data, "--encoding=UTF8",
                                 "--locale=C.UTF-8", "--username=postgres", "--auth=reject", "--wal-segsize=1"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env, cwd="/")

    def finish_make(self):
        """Waits for initdb, then roles and the database."""
        if self._initdb.wait() != 0:
            raise RealmError(f"initdb ended with {self._initdb.returncode}:\n{tail(self._initdb_log)}")
        script = "".join(statement + "\n" for statement in roles_sql())
        said = run(self._as_user + [f"{self.programs}/postgres", "--single", "-F", "-D", self.data, "template1"],
                   env=self.env, stdin=script)
        if "ERROR" in said:  # the single-user mode goes on after an error
            raise RealmError(f"the roles and the database could not be made:\n{said}")

    def prepare(self, keytab, certificates):
        """This realm's settings, keytab and certificates."""
        self._own("server.keytab", keytab)
        self._own("server.crt", certificates.server)
        self._own("server.key", certificates.server_key)
        self._own("root.crt", certificates.root)
        write(f"{self.data}/pg_hba.conf", HBA)
        write(f"{self.data}/pg_ident.conf", IDENT)
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in self._configuration().items())

    def _own(self, name, source):
        path = os.path.join(self.directory, name)
        shutil.copyfile(source, path)
        os.chmod(path, 0o600)
        self._give(path)

    def _configuration(self):
        return {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",  # every login comes over TCP, as a driver's does
            "krb_server_keyfile": f"FILE:{self.directory}/server.keytab",
            "ssl": "on",
            "ssl_cert_file": f"{self.directory}/server.crt",
            "ssl_key_file": f"{self.directory}/server.key",
            "ssl_ca_file": f"{self.directory}/root.crt",
            "log_statement": "all",
            "log_connections": "on",
            "log_line_prefix": "%m [%p] user=%u db=%d app=%a ",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "max_connections": "200",
            "dynamic_shared_memory_type": "mmap",  # in the data folder: nothing is left behind by a kill
            "autovacuum": "off",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "jit": "off",  # what is asked once is not worth a compiler
        } | self.settings

    def start(self):
        """Another process may take the port between the choice and the use of it, so there are three tries."""
        for attempt in range(3):
            self.port = free_port()
            self.server = Server("PostgreSQL", [f"{self.programs}/postgres", "-D", self.data, "-p", str(self.port)],
                                 log=self.log, env=self.env, orphan_signal="QUIT", user=self.user)
            try:
                self.server.wait_until(self._ready)
                return
            except RealmError:
                if attempt == 2 or "Address already in use" not in tail(self.log):
                    raise

    def _ready(self):
        """The server's own word: a stranger on the same port is never taken for it, and no log line is made."""
        try:
            with open(f"{self.data}/postmaster.pid", encoding="utf-8") as status:
                return status.read().split("\n")[7:8] == ["ready   "]
        except OSError:
            return False

    def stop(self):
        if self._initdb and self._initdb.poll() is None:
            self._initdb.kill()
            self._initdb.wait()
        if self.server:
            self.server.stop(signal.SIGQUIT)  # at once: nothing here is worth a checkpoint
