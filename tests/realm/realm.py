#!/usr/bin/python3
"""A private realm for tests and trials: a Heimdal KDC and a PostgreSQL server on loopback, nothing of the system's.

  realm.py run [options] -- COMMAND...   start, run the command inside, tear down, exit with its status
  realm.py up --dir DIR [options]        start and leave it running; `. DIR/env.sh` puts a shell inside
  realm.py down --dir DIR                stop it and remove the directory
"""
import argparse
import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the source folder stays as it is, whoever runs this

import supervisor
from tools import RealmError, program

# How long a command has to end after the signal that was passed on to it.
PATIENCE = 10.0


class _Interrupted(Exception):
    def __init__(self, number):
        super().__init__()
        self.number = number


def usual_parent():
    """Memory where there is plenty: a cluster is many small files. TMPDIR says otherwise."""
    memory, plenty = "/dev/shm", 4 << 30
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK | os.X_OK):
        return None
    free = os.statvfs(memory)
    return memory if free.f_bavail * free.f_frsize >= plenty else None


def new_directory(wanted):
    if wanted is None:
        # Not a longer path there: it stands in error texts, which driver managers cut.
        parent = usual_parent()
        directory = tempfile.mkdtemp(prefix="negodbc-" if parent else "negodbc-realm-", dir=parent)
    else:
        directory = os.path.abspath(wanted)
        try:
            os.makedirs(directory)
        except FileExistsError:
            if not os.path.isdir(directory) or os.listdir(directory):
                raise RealmError(f"{directory} exists and is not an empty directory") from None
    os.chmod(directory, 0o755)  # PostgreSQL may run as another user; what is secret has a mode of its own
    return directory


def started(directory, options, lifeline=None):
    """The environment and the status descriptor of a realm that is up; a failed start is told as the supervisor did."""
    status = supervisor.launch(directory, options, lifeline)
    said = b""
    while not said.endswith(b"\n"):
        part = os.read(status, 65536)
        if not part:
            break
        said += part
    report = json.loads(said) if said else {"failed": "its supervisor was killed while it was starting"}
    if "failed" in report:
        while os.read(status, 65536):  # until the teardown is done
            pass
        os.close(status)
        raise RealmError(report["failed"])
    return report["environment"], status


def run_command(command, environment):
    """Runs the command; a signal that ends us ends it first, and then is our status too."""
    # --pdeathsig: should we be killed, the command must not go on without its realm.
    process = subprocess.Popen([program("setpriv"), "--pdeathsig", "KILL", *command], env=environment)
    try:
        status = process.wait()
        return 128 - status if status < 0 else status
    except _Interrupted as interruption:
        process.send_signal(interruption.number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        return 128 + interruption.number
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def on_signal(number, _):
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    raise _Interrupted(number)


def run(arguments):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
    directory = new_directory(arguments.dir)
    life_read, life_write = os.pipe()
    status = None
    try:
        own, status = started(directory, options_of(arguments), (life_read, life_write))
        environment = {name: value for name, value in os.environ.items() if name not in supervisor.FOREIGN} | own
        if arguments.preload:
            environment["LD_PRELOAD"] = arguments.preload
        return run_command(arguments.command, environment)
    except _Interrupted as interruption:
        return 128 + interruption.number
    finally:
        os.close(life_write)
        os.close(life_read)
        if status is not None:
            while os.read(status, 65536):  # closed when the supervisor is through
                pass
        shutil.rmtree(directory, ignore_errors=True)  # something is left only if the supervisor was killed


def up(arguments):
    if arguments.dir is None:
        raise RealmError("up needs --dir: it is how the realm is found again")
    directory = new_directory(arguments.dir)
    _, status = started(directory, options_of(arguments))
    os.close(status)
    print(f"The realm is up. To use it:   . {directory}/{supervisor.ENV_FILE}\n"
          f"To stop it:                   {os.path.abspath(__file__)} down --dir {directory}")
    return 0


def down(arguments):
    """Asks the supervisor to end and waits for it; if it was killed, only the directory is left to remove."""
    if arguments.dir is None:
        raise RealmError("down needs --dir")
    directory = os.path.abspath(arguments.dir)
    try:
        pid_file = open(os.path.join(directory, supervisor.PID_FILE), encoding="utf-8")
    except FileNotFoundError:
        raise RealmError(f"there is no realm in {directory}") from None
    with pid_file:
        asked = False
        deadline = time.monotonic() + 60
        while True:
            try:
                fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
            if not asked:
                os.kill(int(pid_file.read()), signal.SIGTERM)
                asked = True
            if time.monotonic() > deadline:
                raise RealmError(f"the realm in {directory} did not stop; see {directory}/supervisor.log")
            time.sleep(0.05)
    shutil.rmtree(directory, ignore_errors=True)
    return 0


def options_of(arguments):
    settings = {}
    for setting in arguments.set:
        name, equals, value = setting.partition("=")
        if not equals:
            raise RealmError(f"--set {setting}: NAME=VALUE is wanted")
        settings[name] = value
    driver = os.path.abspath(arguments.driver) if arguments.driver else None
    templates = os.path.abspath(arguments.templates) if arguments.templates else None
    return {"driver": driver, "replay_cache": arguments.replay_cache, "settings": settings, "templates": templates}


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("run", "up", "down"))
    parser.add_argument("--dir", help="the realm's directory: new or empty, removed at the end (run: a temporary one)")
    parser.add_argument("--driver", help="the driver that the private odbcinst.ini registers as negodbc")
    parser.add_argument("--replay-cache", action="store_true", help="let PostgreSQL keep a replay cache")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of PostgreSQL's")
    parser.add_argument("--templates", metavar="DIR", default=os.environ.get("NEGODBC_REALM_TEMPLATES"),
                        help="where what is the same in every realm is kept (or NEGODBC_REALM_TEMPLATES); none: made anew")
    parser.add_argument("--preload", metavar="LIB", help="run: LD_PRELOAD for the command, such as libasan.so")
    # Everything behind -- is the command's own, whatever it looks like.
    split = argv.index("--") if "--" in argv else len(argv)
    arguments = parser.parse_args(argv[:split])
    arguments.command = argv[split + 1:]
    if (arguments.action == "run") != bool(arguments.command):
        parser.error("run needs a command behind --, up and down take none")
    return arguments


def main(argv):
    arguments = parse(argv)
    try:
        return {"run": run, "up": up, "down": down}[arguments.action](arguments)
    except RealmError as error:
        print(f"realm.py: {error}", file=sys.stderr)
        return 125  # as env and timeout do: the command was never run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
