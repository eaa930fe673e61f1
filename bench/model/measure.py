#!/usr/bin/python3
"""Storms for the model to be held against: measure.py BUILD OUT [--parts "server sink"] [--at-once "8 64 256"] [--cycles N]

At a PostgreSQL of its own (with connections enough) by ticket: a closed storm, from which the costs of a login are taken,
and reconnect storms, each cut by pg_terminate_backend(). At the login sink with added service time: the same, cut by ending
the sink and beginning it anew. That is one cycle; each has its own costs, so that what disturbs the machine for minutes disturbs both alike.
What of a backend's work comes after its session's end is measured too: sessions that are held tell what their processes have
used, the closed storm tells all. Reports go to OUT; the model is asked for each cycle, and OUT/model.txt has the medians over them.
OUT/PART.model.json: the last cycle's parameters, by the processes' own times. To be run inside a realm; some five minutes:

    tests/realm/realm.py run --driver build/release/lib/libnegodbc.so -- bench/model/measure.py build/release OUT
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "sink"), str(HERE.parent.parent / "tests" / "realm")]
import postgres  # noqa: E402
from sink_process import BY_TICKET, Sink  # noqa: E402

SERVICE_MS = 20
HELD = 32  # sessions whose processes' times are read
PLAIN = "gssencmode=disable sslmode=disable"


def targets(port):
    conninfo = f"host=localhost port={port} dbname=negodbc user=alice"
    server = f"Servername=localhost;Port={port};Database=negodbc"
    return {"bare socket": f"gssfloor:{conninfo}", "libpq": f"libpq:{conninfo} {PLAIN}",
            "negodbc": f"odbc:Driver={{negodbc}};{server};Trusted_Connection=Yes;SSLmode=disable;GssEncMode=disable"}


class Measure:
    def __init__(self, options, name, port, server_pid, cut, held_cut=None):
        self.held_cut = held_cut  # as cut, and writes what the sessions' processes have used to the file it is given
        self.options, self.name, self.port, self.server_pid, self.cut = options, name, port, server_pid, cut
        self.end_parts = []
        self.compared = {}  # (target, at once, what) -> [(measured, predicted)]

    def path(self, mode, at_once, cycle):
        return f"{self.options.out}/{self.name}-{mode}-{at_once}-{cycle}.json"

    def storm(self, path, mode, at_once, *arguments):
        environment = {name: value for name, value in os.environ.items() if name not in ("NEGODBC_PG_LOG", "NEGODBC_PG_PID")}
        done = subprocess.run(
            [f"{self.options.build}/bin/negodbc-storm", f"--mode={mode}", f"--concurrency={at_once}", "--quiet", "--pause=0.3",
             f"--title={self.name}, {mode}, {at_once} at once", f"--json={path}",
             *(f"--target={target}={words}" for target, words in targets(self.port).items() if target in self.options.targets),
             *arguments], check=False, env=environment, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            sys.exit(f"the storm {self.name}, {mode}, {at_once} at once ended with {done.returncode}")

    def cycle(self, number):
        costs = self.path("closed", self.options.calibrate, number)
        self.storm(costs, "closed", self.options.calibrate, "--rounds=1", f"--logins={self.options.logins}", "--seconds=60",
                   f"--server-pid={self.server_pid()}")
        for at_once in self.options.at_once:
            self.storm(self.path("reconnect", at_once, number), "reconnect", at_once, f"--rounds={rounds_for(at_once)}",
                       f"--cut={self.cut}", "--back-off-ms=50", "--back-off-most-ms=200")
        held = self.held_cpu_s(number)
        for target in self.options.targets:
            more = ["--wait-ms", str(SERVICE_MS)]
            if held is not None:
                self.end_parts.append(end_part(costs, target, held))
                more = ["--end-part", f"{self.end_parts[-1]:.3f}"]
            model = [f"{self.options.build}/bin/negodbc-storm-model", "--calibrate", costs, "--target", target, *more]
            subprocess.run([*model, "--as-told", "--save", f"{self.options.out}/{self.name}-{target.replace(' ', '-')}.model.json"],
                           check=True)
            with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
                subprocess.run([*model, "--json", file.name, "--against",
                                *(self.path("reconnect", at_once, number) for at_once in self.options.at_once)], check=False)
                for each in json.load(file):
                    self.compared.setdefault((target, each["at_once"], each["what"]), []).append(
                        (each["measured"], each["predicted"]))

    def held_cpu_s(self, number):
        """Of a session's process, until the session is there and idle; None where sessions have no processes."""
        if self.held_cut is None:
            return None
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
            self.storm(self.path("held", HELD, number), "reconnect", HELD, "--rounds=1", f"--cut={self.held_cut(file.name)}",
                       "--back-off-ms=50", "--back-off-most-ms=200")
            return statistics.median(float(line) for line in file)

    def tell(self, table):
        print(f"{self.name}: medians over {self.options.cycles} cycles", file=table)
        if self.end_parts:
            print(f"  of a backend's work after its session's end: {', '.join(f'{part:.2f}' for part in self.end_parts)}", file=table)
        for (target, at_once, what), pairs in self.compared.items():
            measured, predicted = (statistics.median(values) for values in zip(*pairs))
            off = statistics.median(prediction / value for value, prediction in pairs) - 1
            print(f"  {target:12} {at_once:4} at once  {what:20} measured {measured:8.4f}  predicted {predicted:8.4f}  "
                  f"off by {off * 100:+6.1f} %", file=table, flush=True)


def end_part(costs, target, held_cpu_s):
    """Of a backend's work, what is done after its session's end."""
    with open(costs, encoding="utf-8") as file:
        rounds = next(each["rounds"] for each in json.load(file)["targets"] if each["name"] == target)
    backend = statistics.median((one["server"]["cpu_s"] - one["server"]["own_cpu_s"]) / one["result"]["logins"] for one in rounds)
    return min(max(1 - held_cpu_s / backend, 0), 1)


def write_held_cpu(postmaster_file, path):
    """The mean over the user's sessions, a line for each call."""
    with open(postmaster_file, encoding="utf-8") as file:
        postmaster = file.readline().strip()
    used = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if parent == postmaster and " alice " in (process / "cmdline").read_text():
                used.append(int((process / "schedstat").read_text().split()[0]) / 1e9)
        except OSError:
            pass  # it has ended
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{statistics.fmean(used)}\n")


def rounds_for(at_once):
    return 5 if at_once < 32 else 3 if at_once < 100 else 1


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
        measure = Measure(options, "server", server.port, lambda: f"{server.data}/postmaster.pid", cut,
                          lambda path: f"{sys.executable} {HERE}/measure.py --held {server.data}/postmaster.pid {path} && {cut}")
        for number in range(options.cycles):
            measure.cycle(number)
        measure.tell(table)
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
        measure = Measure(options, "sink", port, lambda: running[0].process.pid, f"kill -USR1 {os.getpid()}")
        for number in range(options.cycles):
            measure.cycle(number)
        measure.tell(table)
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        running[0].stop()


def main():
    if sys.argv[1:2] == ["--held"]:
        return write_held_cpu(*sys.argv[2:4])
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("out")
    parser.add_argument("--parts", default="server sink")
    parser.add_argument("--at-once", type=lambda text: [int(word) for word in text.split()], default=[8, 64, 256])
    parser.add_argument("--calibrate", type=int, default=8, help="at once, of the closed storm that gives the costs")
    parser.add_argument("--targets", type=lambda text: text.split(","), default=["bare socket", "libpq"])
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--logins", type=int, default=300, help="of the closed storm")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    with open(f"{options.out}/model.txt", "w", encoding="utf-8") as table:
        if "server" in options.parts:
            at_server(options, table)
        if "sink" in options.parts:
            at_sink(options, table)
    with open(f"{options.out}/model.txt", encoding="utf-8") as table:
        print(table.read())


if __name__ == "__main__":
    main()
