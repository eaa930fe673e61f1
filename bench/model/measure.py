#!/usr/bin/python3
"""Storms for the model to be held against: measure.py BUILD OUT [--parts "server sink"] [--at-once "8 64 256"]

At a PostgreSQL of its own (with connections enough) by ticket: a closed storm, from which the costs of a login are taken,
and reconnect storms, each cut by pg_terminate_backend(). At the login sink with added service time: the same, cut by ending
the sink and beginning it anew. Reports go to OUT; then the model is asked, and its tables go to OUT/model.txt, its parameters
to OUT/PART.json. To be run inside a realm, with nothing else running; some four minutes:

    tests/realm/realm.py run --driver build/release/lib/libnegodbc.so -- bench/model/measure.py build/release OUT
"""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "sink"), str(HERE.parent.parent / "tests" / "realm")]
import postgres  # noqa: E402
from sink_process import BY_TICKET, Sink  # noqa: E402

SERVICE_MS = 20
PLAIN = "gssencmode=disable sslmode=disable"


def targets(port):
    conninfo = f"host=localhost port={port} dbname=negodbc user=alice"
    server = f"Servername=localhost;Port={port};Database=negodbc"
    return {"bare socket": f"gssfloor:{conninfo}", "libpq": f"libpq:{conninfo} {PLAIN}",
            "negodbc": f"odbc:Driver={{negodbc}};{server};Trusted_Connection=Yes;SSLmode=disable;GssEncMode=disable"}


class Measure:
    def __init__(self, options, name, port, server_pid):
        self.options, self.name, self.port, self.server_pid = options, name, port, server_pid

    def path(self, mode, at_once):
        return f"{self.options.out}/{self.name}-{mode}-{at_once}.json"

    def storm(self, mode, at_once, *arguments):
        environment = {name: value for name, value in os.environ.items() if name not in ("NEGODBC_PG_LOG", "NEGODBC_PG_PID")}
        done = subprocess.run(
            [f"{self.options.build}/bin/negodbc-storm", f"--mode={mode}", f"--concurrency={at_once}", "--quiet", "--pause=0.5",
             f"--title={self.name}, {mode}, {at_once} at once", f"--json={self.path(mode, at_once)}",
             *(f"--target={target}={words}" for target, words in targets(self.port).items() if target in self.options.targets),
             *arguments], check=False, env=environment)
        if done.returncode != 0:
            sys.exit(f"the storm {self.name}, {mode}, {at_once} at once ended with {done.returncode}")

    def closed(self, at_once, rounds, logins):
        pid = [f"--server-pid={self.server_pid}"] if self.server_pid else []
        self.storm("closed", at_once, f"--rounds={rounds}", f"--logins={logins}", "--seconds=60", *pid)

    def reconnect(self, at_once, rounds, cut):
        self.storm("reconnect", at_once, f"--rounds={rounds}", f"--cut={cut}", "--back-off-ms=50", "--back-off-most-ms=200")

    def ask_model(self, reconnects, others, table):
        wait = ["--wait-ms", str(SERVICE_MS)] if self.name == "sink" else []
        for target in self.options.targets:
            said = subprocess.run(
                [f"{self.options.build}/bin/negodbc-storm-model", "--calibrate", self.path("closed", self.options.calibrate),
                 "--target", target, *wait, "--save", f"{self.options.out}/{self.name}-{target.replace(' ', '-')}.model.json",
                 "--against", *(self.path("closed", at_once) for at_once in others),
                 *(self.path("reconnect", at_once) for at_once in reconnects)], stdout=subprocess.PIPE, text=True, check=False)
            for file in (sys.stdout, table):
                print(f"{self.name}: {said.stdout}", file=file, flush=True)


def rounds_for(at_once):
    return {True: 9, False: 5}[at_once < 100]


def at_server(options, table):
    """A PostgreSQL with the realm's keys and as many connections as are wanted."""
    directory = tempfile.mkdtemp(prefix="negodbc-model-")
    os.chmod(directory, 0o755)
    kerberos = {name: os.environ[name] for name in ("KRB5_CONFIG", "KRB5RCACHENAME") if name in os.environ}
    server = postgres.Postgres(directory, env=kerberos, settings={"max_connections": "600", "log_statement": "none"})
    try:
        server.begin_make()
        server.finish_make()
        tls = f"{os.environ['NEGODBC_REALM_DIR']}/tls"
        server.prepare(os.environ["NEGODBC_KEYTAB"], types.SimpleNamespace(
            server=f"{tls}/server.crt", server_key=f"{tls}/server.key", root=os.environ["NEGODBC_ROOT_CERT"]))
        server.start()
        os.environ["PGPASSWORD"] = os.environ["NEGODBC_ADMIN_PASSWORD"]
        cut = (f"psql -q -h 127.0.0.1 -p {server.port} -U admin -d negodbc -c \"SELECT count(pg_terminate_backend(pid)) "
               "FROM pg_stat_activity WHERE usename = 'alice'\"")
        measure = Measure(options, "server", server.port, f"{server.data}/postmaster.pid")
        for at_once in options.at_once:
            measure.closed(at_once, options.rounds, options.logins)
        for at_once in options.at_once:
            measure.reconnect(at_once, rounds_for(at_once), cut)
        measure.ask_model(options.at_once, options.at_once, table)
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def at_sink(options, table):
    """The sink ends, and begins anew at its port, when a storm's --cut sends this process SIGUSR1."""
    words = [*BY_TICKET, "--seconds", "3600", "--threads", "1", "--replay-cache", "none", f"--service-us={SERVICE_MS * 1000}"]
    running = [Sink(f"{options.build}/bin/negodbc-login-sink", *words)]
    port = running[0].port

    def begin_anew(*_):
        running[0].stop()
        running[0] = Sink(f"{options.build}/bin/negodbc-login-sink", *words, "--listen", str(port))

    signal.signal(signal.SIGUSR1, begin_anew)
    try:
        measure = Measure(options, "sink", port, running[0].process.pid)
        for at_once in options.at_once:
            measure.closed(at_once, options.rounds, options.logins * 3)
        for at_once in options.at_once:
            measure.reconnect(at_once, rounds_for(at_once), f"kill -USR1 {os.getpid()}")
        measure.ask_model(options.at_once, options.at_once, table)
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        running[0].stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("out")
    parser.add_argument("--parts", default="server sink")
    parser.add_argument("--at-once", type=lambda text: [int(word) for word in text.split()], default=[8, 64, 256])
    parser.add_argument("--calibrate", type=int, default=8, help="at once, of the closed storm that gives the costs")
    parser.add_argument("--targets", type=lambda text: text.split(","), default=["bare socket", "libpq"])
    parser.add_argument("--rounds", type=int, default=3, help="of the closed storms")
    parser.add_argument("--logins", type=int, default=600, help="of a closed round")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    with open(f"{options.out}/model.txt", "w", encoding="utf-8") as table:
        if "server" in options.parts:
            at_server(options, table)
        if "sink" in options.parts:
            at_sink(options, table)


if __name__ == "__main__":
    main()
