#!/usr/bin/python3
"""systemctl and journalctl for the machine of the guides, which has no systemd: the units that the guides name, started with
what systemd would give them, and nothing more."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

FOLDER = "/etc/systemd/system"
# Of a service; what the others ask for beside that (sandboxes) can't be had here.
HEEDED = {"Type", "User", "Group", "ExecStart", "Environment"}
IGNORED = {"ProtectSystem", "ProtectHome", "PrivateTmp", "NoNewPrivileges"}


def log_of(unit):
    return f"/var/log/units/{unit}.log"


def begin(unit, command, ready=None):
    """A daemon, in a session of its own."""
    with open(log_of(unit), "ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/")
    for _ in range(200):
        if process.poll() not in (None, 0):
            sys.exit(f"{unit} has ended with {process.returncode}; see {log_of(unit)}")
        if ready() if ready else process.poll() == 0:
            return 0
        time.sleep(0.05)
    sys.exit(f"{unit} does not come up; see {log_of(unit)}")


def settings(unit):
    found = {}
    with open(f"{FOLDER}/{unit}.service", encoding="utf-8") as lines:
        section = ""
        for line in map(str.strip, lines):
            if line.startswith("["):
                section = line
            elif line and section == "[Service]":
                name, _, value = line.partition("=")
                if name not in HEEDED | IGNORED:
                    sys.exit(f"{unit}: {name} is no setting that is known here")
                found[name] = value
    return found


def service(unit):
    """Type=oneshot: run to its end, as its user, with an environment that holds nothing but what systemd puts there. Not even
    HOME: other programs that start services have none."""
    analyze = shutil.which("systemd-analyze")
    if analyze:
        said = subprocess.run([analyze, "verify", f"{FOLDER}/{unit}.service"], capture_output=True, text=True, check=False)
        if re.search("Unknown|Failed to parse|not executable", said.stderr):
            sys.exit(said.stderr)
    unit_settings = settings(unit)
    user, group = unit_settings["User"], unit_settings.get("Group", unit_settings["User"])
    command = ["setpriv", "--reuid", user, "--regid", group, "--init-groups", "--inh-caps=-all", "--no-new-privs", "env", "-i",
               "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG=C.UTF-8",
               *shlex.split(unit_settings.get("Environment", "")), *shlex.split(unit_settings["ExecStart"])]
    with open(log_of(unit), "ab") as log:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", check=False).returncode
    if status:
        sys.exit(f"Job for {unit}.service failed; see journalctl -u {unit}")
    return 0


def systemctl(verb, *units):
    if verb == "daemon-reload":
        return 0
    for unit in units:
        name = unit.removesuffix(".service").removesuffix(".socket")
        if name == "postgresql":
            (version,) = os.listdir("/etc/postgresql")
            subprocess.run(["pg_ctlcluster", version, "main", verb], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        elif name == "krb5-kdc":
            begin(name, ["krb5kdc"])
        elif name == "sssd-kcm":
            begin(name, ["kcm"], lambda: glob.glob("/run/.heim_org.h5l.kcm-socket"))
        elif os.path.exists(f"{FOLDER}/{name}.service"):
            service(name)
        else:
            sys.exit(f"there is no unit {unit}")
    return 0


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if os.path.basename(sys.argv[0]) == "journalctl":
        with open(log_of(words[words.index("-u") + 1].removesuffix(".service")), encoding="utf-8") as log:
            print(log.read(), end="")
        return 0
    return systemctl(*words)


sys.exit(main())
