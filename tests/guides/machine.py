"""The machine that the guides speak of: example.com's hosts, users, KDC and PostgreSQL, all on one, in namespaces of their own.

Nothing of it is seen outside, and nothing of the system's is changed: /etc is a copy, what else is written to is memory, the
network is a loopback device. It ends with the process that calls prepare(), whatever ends that. Needs root.
"""
import contextlib
import ctypes
import glob
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "realm"))

import tools
from guide import GuideError

NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"]
# All addresses are of the loopback device; who connects to one does so from it.
HOSTS = "127.0.0.1 localhost\n10.0.0.2 kdc.example.com kdc\n10.0.0.5 db.example.com db\n"
PASSWORD = "A ticket to ride, 1965"  # what is answered whenever a program asks for one
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OWN = "/run/guides"  # what the machine needs that no guide speaks of
SECONDS = 120  # for a block
ALICE = 58391  # nobody's: a keyring of the kernel's is known by the number alone, outside too

# Beside Heimdal's own words, the krb5.conf of the guides.
KDC_CONF = """
[kdc]
    database = {{
        dbname = {folder}/principals
        realm = EXAMPLE.COM
        mkey_file = {folder}/master-key
        acl_file = {folder}/kadmind.acl
        log_file = {folder}/changes.log
    }}
[logging]
    kdc = FILE:{folder}/kdc.log
    default = FILE:{folder}/kdc.log
"""


def why_not():
    """Why there can be no such machine here; "" where it can."""
    if os.geteuid() != 0:
        return "not root: the machine of the guides is made of namespaces"
    for name in ("unshare", "ip", "pg_createcluster", "useradd", "isql", "cmake"):
        if not shutil.which(name, path=tools.PROGRAM_PATH):
            return f"{name} is not installed"
    done = subprocess.run(["unshare", *NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True, text=True, check=False)
    return f"no namespaces: {done.stderr.strip()}" if done.returncode else ""


def _memory(folder, mode="755"):
    tools.run(["mount", "-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", folder])


class Machine:
    def __init__(self, build, peers, krb5_conf):
        self.version = max((path.split("/")[-2] for path in glob.glob("/usr/lib/postgresql/*/bin")), key=float)
        self.with_mit = False
        self._kdc = None
        self._make_folders(build, peers)
        self._make_system()
        tools.write("/etc/krb5.conf", krb5_conf)
        self._make_server()

    def _make_folders(self, build, peers):
        _memory("/run")
        os.mkdir(OWN)
        # Installed as the README says, while nothing of the build's is hidden yet.
        for component in ("driver", "plugin", "program"):
            tools.run(["cmake", "--install", build, "--prefix", "/usr/local", "--component", component],
                      env=os.environ | {"DESTDIR": f"{OWN}/root"})
        # MIT's and Samba's programs can't be installed beside Heimdal's; fetch_peers has unpacked them. Without overlays (in a
        # container that is one itself) there is none of them.
        overlay = ["mount", "-t", "overlay", "-o", f"lowerdir={peers}/usr:/usr", "overlay", "/usr"]
        if os.path.exists(f"{peers}/complete") and subprocess.run(overlay, capture_output=True, check=False).returncode == 0:
            self.with_mit = True
        tools.run(["cp", "-a", "/etc", OWN])
        tools.run(["mount", "--bind", f"{OWN}/etc", "/etc"])
        shutil.rmtree("/etc/postgresql", ignore_errors=True)
        for path in glob.glob("/etc/krb5.*") + glob.glob("/etc/odbc*.ini"):
            os.unlink(path)
        os.chdir("/")
        for folder, mode in (("/tmp", "1777"), ("/var/tmp", "1777"), ("/dev/shm", "1777"), ("/home", "755"), ("/root", "700"),
                             ("/var/lib", "755"), ("/var/log", "755"), ("/var/cache", "755")):
            _memory(folder, mode)
        tools.run(["mount", "--bind", f"{OWN}/root/usr/local", "/usr/local"])
        for folder in ("/usr/local/bin", "/usr/local/lib", "/usr/local/share", "/run/postgresql", "/run/samba", "/var/log/units",
                       "/var/lib/krb5kdc", "/var/lib/samba/private", "/var/cache/samba", "/etc/krb5kdc", "/etc/samba"):
            os.makedirs(folder, exist_ok=True)

    def _make_system(self):
        tools.run(["ip", "link", "set", "lo", "up"])
        for line in HOSTS.splitlines()[1:]:
            tools.run(["ip", "address", "add", line.split()[0] + "/32", "dev", "lo"])
        for name, text in (("hosts", HOSTS), ("resolv.conf", ""), ("odbcinst.ini", ""), ("odbc.ini", "")):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"/etc/{name}")
            tools.write(f"/etc/{name}", text)
        tools.run(["useradd", "--uid", str(ALICE), "--create-home", "--shell", "/bin/bash", "alice"])
        tools.run(["odbcinst", "-i", "-d", "-f", "/usr/local/share/negodbc/odbcinst.ini.template"], env={"PATH": PATH})
        for name in ("systemctl", "journalctl"):  # there is no systemd here
            shutil.copy(os.path.join(HERE, "systemctl.py"), f"/usr/local/bin/{name}")
            os.chmod(f"/usr/local/bin/{name}", 0o755)

    def has(self, what):
        if what == "keyring":  # MIT's kinit, and a kernel that gives users their persistent keyring
            call = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine)
            return self.with_mit and bool(call) and ctypes.CDLL(None).syscall(call, 22, ALICE, -2) >= 0
        return shutil.which(what, path=PATH) is not None

    def start_kdc(self):
        """Heimdal's, where the guide does not make one: alice, and the accounts whose keytabs others hand out."""
        folder = f"{OWN}/kdc"
        os.mkdir(folder, 0o700)
        config = f"{folder}/kdc.conf"
        with open("/etc/krb5.conf", encoding="utf-8") as krb5_conf:
            tools.write(config, krb5_conf.read() + KDC_CONF.format(folder=folder))
        environment = {"PATH": PATH, "KRB5_CONFIG": config, "LC_ALL": "C.UTF-8"}

        def kadmin(*words):
            tools.run([tools.program("kadmin.heimdal"), "-l", "-c", config, *words], env=environment)

        tools.run([tools.program("kstash"), "--random-key", "-k", f"{folder}/master-key"], env=environment)
        kadmin("init", "--realm-max-ticket-life=unlimited", "--realm-max-renewable-life=unlimited", "EXAMPLE.COM")
        kadmin("add", f"--password={PASSWORD}", "--use-defaults", "alice")
        for name, keytab in (("postgres/db.example.com", "postgres"), ("reports", "reports"), ("HTTP/gateway.example.com", "gateway")):
            kadmin("add", "--random-key", "--use-defaults", name)
            kadmin("ext_keytab", f"--keytab=/root/{keytab}.keytab", name)
        kadmin("modify", "--attributes=+trusted-for-delegation", "--constrained-delegation=postgres/db.example.com@EXAMPLE.COM",
               "HTTP/gateway.example.com")
        self._kdc = tools.Server("the KDC", [tools.program("kdc"), f"--config-file={config}"], log=f"{folder}/log", env=environment,
                                 orphan_signal="KILL")
        self._kdc.wait_until(lambda: tools.answers(88))

    def start_domain(self):
        """Samba's domain controller, as far as it is a KDC, with alice in it."""
        tools.run(["samba-tool", "domain", "provision", "--realm=EXAMPLE.COM", "--domain=EXAMPLE", "--server-role=dc", "--dns-backend=NONE",
                   f"--adminpass={PASSWORD}", "--host-ip=10.0.0.2", "--host-name=kdc", "--option=interfaces=lo",
                   "--option=bind interfaces only=yes", "--option=server services=kdc"], env={"PATH": PATH})
        tools.run(["samba-tool", "user", "create", "alice", PASSWORD], env={"PATH": PATH})
        self._kdc = tools.Server("the domain controller", [tools.program("samba"), "-i", "-M", "single"], log=f"{OWN}/samba.log",
                                 env={"PATH": PATH}, orphan_signal="KILL")
        self._kdc.wait_until(lambda: tools.answers(88))

    def _make_server(self):
        """As Debian's package makes it."""
        tools.run(["pg_createcluster", "--port", "5432", "--locale", "C.UTF-8", self.version, "main"], env={"PATH": PATH})
        tools.run(["pg_ctlcluster", self.version, "main", "start"], env={"PATH": PATH})

    def clear(self):
        """What would outlive the namespaces."""
        if self.with_mit:
            self.run("alice", f"kdestroy -q -c KEYRING:persistent:{ALICE} || true")

    @staticmethod
    def write(path, text, owner):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o644
        user = owner or ("postgres" if path.startswith("/etc/postgresql/") else "root")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        tools.write(path, text, mode)
        shutil.chown(path, user, user)

    @staticmethod
    def run(user, script):
        """Runs a script in a shell of the user's, on a terminal, answering those who ask for a password. (status, output)"""
        home = os.path.expanduser(f"~{user}")
        command = ["env", "-i", f"HOME={home}", f"USER={user}", f"LOGNAME={user}", f"PATH={PATH}", "LC_ALL=C.UTF-8", "TERM=dumb",
                   "PAGER=cat", "bash", "-euo", "pipefail", "-c", script]
        if user != "root":
            command = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--inh-caps=-all", *command]
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.chdir(home if os.path.isdir(home) else "/")
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        termios.tcsetwinsize(terminal, (50, 100))
        said, answered, deadline, status = b"", 0, time.monotonic() + SECONDS, None
        while status is None or select.select([terminal], [], [], 0)[0]:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                raise GuideError(f"did not end within {SECONDS} s:\n{said.decode(errors='replace')}")
            if status is None:  # a daemon may keep the terminal: the shell's end is what counts
                done, state = os.waitpid(pid, os.WNOHANG)
                status = os.waitstatus_to_exitcode(state) if done else None
            if not select.select([terminal], [], [], 0.02)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # nobody has it any more
                part = b""
            if not part:
                if status is None:
                    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                break
            said += part
            if re.search(rb"(?i)(password|key)[^\n]*: ?$", said[answered:]):
                answered = len(said)
                os.write(terminal, PASSWORD.encode() + b"\n")
        os.close(terminal)
        return status, re.sub(r"\x1b\[[\d;]*m", "", said.decode(errors="replace").replace("\r\n", "\n"))
