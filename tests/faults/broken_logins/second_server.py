"""A PostgreSQL server of its own, small and empty, in the states that the realm's can't be brought into."""
import contextlib
import os
import signal
import subprocess

from postgres import server_programs
from tools import Server, free_port, program, tail, write
import places

USER = "postgres" if os.geteuid() == 0 else None
FOLDER = places.path("second")


def _as_user():
    return [program("setpriv"), "--reuid", USER, "--regid", USER, "--init-groups"] if USER else []


def _made():
    data = f"{FOLDER}/data"
    if not os.path.exists(data):
        os.makedirs(FOLDER, 0o700)
        if USER:
            subprocess.run(["chown", f"{USER}:{USER}", FOLDER], check=True)
        subprocess.run([*_as_user(), f"{server_programs()}/initdb", "--no-sync", "--pgdata", data, "--auth=trust",
                        "--username=trust_user", "--wal-segsize=1"], check=True, capture_output=True, cwd="/")
        with open(f"{data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 2\n"
                       "max_wal_senders = 0\nsuperuser_reserved_connections = 0\nautovacuum = off\nfsync = off\n"
                       "dynamic_shared_memory_type = mmap\n")
    return data


@contextlib.contextmanager
def _running(said):
    """Until it says so in its log."""
    data, port, log = _made(), free_port(), places.path("second.log")
    write(log, "")
    server = Server("the second server", [f"{server_programs()}/postgres", "-D", data, "-p", str(port)], log=log,
                    env=dict(os.environ), orphan_signal="KILL", user=USER)
    server.port = port

    try:
        server.wait_until(lambda: said in tail(log))
        yield server
    finally:
        server.stop(signal.SIGQUIT)


@contextlib.contextmanager
def _held(port):
    """A session that stays until the end; yields once it is there."""
    command = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "trust_user", "-Atq", "postgres"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        session.stdin.write("SELECT 'there';\n")
        session.stdin.flush()
        assert session.stdout.readline() == "there\n"
        yield
        session.stdin.close()


@contextlib.contextmanager
def full():
    with _running("ready to accept connections") as server, _held(server.port), _held(server.port):
        yield server


@contextlib.contextmanager
def shutting_down():
    """It waits for the session that is left."""
    with _running("ready to accept connections") as server, _held(server.port):
        os.kill(server.pid, signal.SIGTERM)
        server.wait_until(lambda: "smart shutdown" in tail(places.path("second.log")))
        yield server


@contextlib.contextmanager
def starting_up():
    """It waits for an archive that takes its time."""
    data = _made()
    signal_file, more = f"{data}/recovery.signal", f"{data}/postgresql.auto.conf"
    write(signal_file, "")
    with open(more, encoding="utf-8") as file:
        before = file.read()
    write(more, before + "restore_command = 'sleep 60; false'\n")
    if USER:
        subprocess.run(["chown", f"{USER}:{USER}", signal_file, more], check=True)
    try:
        with _running("database system was ") as server:
            yield server
    finally:
        write(more, before)
        os.unlink(signal_file)
