"""The background process that starts the servers, watches over them, and alone tears the realm down.

It has a session of its own and is nobody's child, so that it survives whatever ends the command or the terminal.
Should it be killed itself, the kernel ends the servers (tools.Server), and `realm.py` removes the directory.
"""
import fcntl
import json
import os
import shlex
import shutil
import signal
import threading
import traceback

import certificates
import kdc
import postgres
import template
from odbc_ini import OdbcIni
from tools import RealmError, program, write

PID_FILE = "supervisor.pid"
ENV_FILE = "env.sh"

# Settings of the caller's that would lead a client away from the realm.
FOREIGN = ("KRB5_KTNAME", "KRB5_CLIENT_KTNAME", "KRB5_TRACE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD",
           "PGDATABASE", "PGSERVICE", "PGSSLMODE", "PGSSLROOTCERT", "PGGSSENCMODE", "PGOPTIONS", "PGREQUIREAUTH")


class Realm:
    def __init__(self, directory, *, driver=None, replay_cache=False, settings=None, templates=None):
        self.directory = directory
        self.driver = driver
        self.settings = settings or {}
        self.templates = templates
        # Tests log in many times a second with one ticket; the replay cache would make them slow, not safer.
        self.rcache = ({"KRB5RCACHENAME": f"file2:{directory}/postgres/replay-cache"} if replay_cache else
                       {"KRB5RCACHENAME": "none:", "KRB5RCACHETYPE": "none"})
        self.kdc = None
        self.postgres = None

    def start(self):
        self.kdc = kdc.Kdc(self.directory, self.rcache)
        self.postgres = postgres.Postgres(self.directory, env=self.rcache | {"KRB5_CONFIG": self.kdc.config},
                                          settings=self.settings)
        self.certificates = certificates.Certificates(os.path.join(self.directory, "tls"))
        template.furnish(self.directory, self.templates, [program(name) for name in kdc.PROGRAMS + certificates.PROGRAMS]
                         + self.postgres.made_by(), self._make)
        self.kdc.start()
        self.postgres.prepare(self.kdc.server_keytab, self.certificates)
        self.postgres.start()
        self.kdc.get_tickets()
        self.kdc.write_broken_configs()
        self.odbc = OdbcIni(os.path.join(self.directory, "odbc"), driver=self.driver, port=self.postgres.port,
                            root_certificate=self.certificates.root)
        self.kdc.wait_for_expiry()

    def _make(self):
        self.postgres.begin_make()
        self.kdc.make()
        self.certificates.make()
        self.postgres.finish_make()

    def environment(self):
        """What a program inside the realm gets; README.md says what each is for."""
        k, p = self.kdc, self.postgres
        env = {
            "LC_ALL": "C.UTF-8",  # unixODBC converts by the locale
            "KRB5_CONFIG": k.config,
            "KRB5CCNAME": k.cache("valid"),
            "NEGODBC_REALM": kdc.REALM,
            "NEGODBC_REALM_DIR": self.directory,
            "NEGODBC_KDC_PORT": k.port,
            "NEGODBC_KDC_PID": k.server.pid,
            "NEGODBC_CLOSED_PORT": k.closed_port,
            "NEGODBC_KRB5_CONFIG_DOWN": k.config_down,
            "NEGODBC_KRB5_CONFIG_HANGING": k.config_hanging,
            "NEGODBC_KEYTAB": k.keytab,
            "NEGODBC_ALICE_PASSWORD": kdc.PASSWORDS["alice"],
            "NEGODBC_ALICE_KEYTAB": k.alice_keytab,
            "NEGODBC_WRONG_KEY_SERVICE": kdc.WRONG_KEY_SERVICE.partition("/")[0],
            "NEGODBC_DELEGATE_SERVICE": kdc.DELEGATE_SERVICE,
            "NEGODBC_PROXY_SERVICE": kdc.PROXY_SERVICE,
            "NEGODBC_PGHOST": "localhost",
            "NEGODBC_PGPORT": p.port,
            "NEGODBC_PGDATABASE": postgres.DATABASE,
            "NEGODBC_PG_LOG": p.log,
            "NEGODBC_PG_PID": p.server.pid,
            "NEGODBC_ROOT_CERT": self.certificates.root,
            "NEGODBC_OTHER_ROOT_CERT": self.certificates.other_root,
            "NEGODBC_CLIENT_CERT": self.certificates.client,
            "NEGODBC_CLIENT_KEY": self.certificates.client_key,
            "NEGODBC_CRL": self.certificates.crl,
            "NEGODBC_CRL_REVOKING": self.certificates.crl_revoking,
        }
        for cache in ("valid", "tgt", "bob", "expired", "wrong", "none"):
            env[f"NEGODBC_CCACHE_{cache.upper()}"] = k.cache(cache)
        for role, password in postgres.PASSWORDS.items():
            kind = "CLEARTEXT" if role == "password_user" else role.removesuffix("_user").upper()
            env[f"NEGODBC_{kind}_PASSWORD"] = password
        if self.driver:
            env["NEGODBC_DRIVER"] = self.driver
            plugin = os.path.join(os.path.dirname(self.driver), "libnegodbc-auth.so")
            if os.path.exists(plugin):
                env["NEGODBC_TEST_PLUGIN"] = plugin
        return {name: str(value) for name, value in (env | self.rcache | self.odbc.environment).items()}

    def stop(self):
        for part in (self.postgres, self.kdc):
            if part:
                part.stop()


class _Stop(BaseException):
    """Raised by a signal, wherever the supervisor is: it ends the wait, or a start that is still under way."""


def _on_signal(*_):
    # From here on the teardown may not be interrupted.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise _Stop


def _wait_for_signal():
    """Its handler raises. pause() would sleep through one that comes just before it."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    while True:
        os.read(woken, 1)


def _stop_when_closed(descriptor):
    """The other end closes when `realm.py run` is through, or dead."""
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _detach(log):
    """No descriptor of the caller's is kept: whoever reads its output would wait for us."""
    with open(os.devnull, "rb") as null, open(log, "ab") as out:
        os.dup2(null.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)


def env_sh(environment):
    lines = [f"unset {' '.join(FOREIGN)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in sorted(environment.items())]
    return "\n".join(lines) + "\n"


def launch(directory, options, lifeline):
    """Starts the supervisor; gives the descriptor on which it reports (a line of JSON) and which closes at its end.

    The report is {"environment": {...}} when the realm is up, {"failed": text} when it can't be had.

    lifeline: (read end, write end) of a pipe at whose closing the realm ends; None: it ends by SIGTERM alone.
    """
    status_read, status_write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if os.fork() == 0:  # the grandchild is nobody's child, so no kill of a process tree meets it
                os.close(status_read)
                if lifeline:
                    os.close(lifeline[1])
                _supervise(directory, options, lifeline[0] if lifeline else None, status_write)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(status_write)
    return status_read


def _supervise(directory, options, life, status):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _on_signal)
    realm = Realm(directory, **options)
    report = os.fdopen(status, "w", encoding="utf-8")
    try:
        _detach(os.path.join(directory, "supervisor.log"))
        with open(os.path.join(directory, PID_FILE), "w", encoding="utf-8") as pid_file:
            fcntl.flock(pid_file, fcntl.LOCK_EX)  # held as long as this process lives: `realm.py down` looks at it
            pid_file.write(str(os.getpid()))
            pid_file.flush()
            if life is not None:
                threading.Thread(target=_stop_when_closed, args=(life,), daemon=True).start()
            realm.start()
            write(os.path.join(directory, ENV_FILE), env_sh(realm.environment()), 0o600)
            print(json.dumps({"environment": realm.environment()}), file=report, flush=True)
            _wait_for_signal()
    except _Stop:
        pass
    except RealmError as error:
        print(json.dumps({"failed": str(error)}), file=report, flush=True)
    except BaseException:  # said to the caller, whatever it is: nobody else is there to hear it
        print(json.dumps({"failed": traceback.format_exc()}), file=report, flush=True)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        try:
            realm.stop()
        finally:
            shutil.rmtree(directory, ignore_errors=True)
