"""The parts of bench/must-show: each runs programs inside the realm, which leave JSON files in a folder."""
import contextlib
import os
import subprocess
import sys

E = os.environ
PLAIN = "gssencmode=disable sslmode=disable"


class Run:
    """`scale`: of the logins and rows of a whole run."""

    def __init__(self, build, out, scale):
        self.build, self.out, self.scale = build, out, scale
        self.here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

    def path(self, name):
        return os.path.join(self.out, name)

    def program(self, name):
        return os.path.join(self.build, "bin", name)

    def many(self, count, least=1):
        return str(max(least, round(count * self.scale)))

    def run(self, *command, statuses=(0,)):
        done = subprocess.run([str(word) for word in command], check=False)
        if done.returncode not in statuses:
            raise RuntimeError(f"{os.path.basename(command[0])} ended with {done.returncode}")

    def script(self, name, *arguments):
        self.run(sys.executable, os.path.join(self.here, name), *arguments)

    def storm(self, name, title, targets, *arguments, rounds=3):
        self.run(self.program("negodbc-storm"), f"--rounds={rounds}", "--seconds=120", "--time-limit=3000", "--quiet",
                 f"--title={title}", f"--json={self.path(name)}.json", f"--html={self.path(name)}.html",
                 *(f"--target={target}={words}" for target, words in targets.items()), *arguments)


def server_targets(port, every=True):
    server, conninfo = f"Servername=localhost;Port={port};Database=negodbc", f"host=localhost port={port} dbname=negodbc"
    theirs, ours = f"odbc:Driver={{PostgreSQL Unicode}};{server};UID=alice", f"odbc:Driver={{negodbc}};{server};Trusted_Connection=Yes"
    if not every:
        return {"psqlodbc": theirs, "libpq": f"libpq:{conninfo} user=alice", "negodbc": ours}
    return {"psqlodbc": f"{theirs};pqopt={{{PLAIN}}}", "negodbc": f"{ours};SSLmode=disable;GssEncMode=disable",
            "libpq": f"libpq:{conninfo} user=alice {PLAIN}", "bare socket": f"gssfloor:{conninfo} user=alice",
            "psqlodbc, defaults": theirs, "negodbc, defaults": ours,
            "negodbc, TLS": f"{ours};SSLmode=require;GssEncMode=disable"}


def handshake(run):
    for name in ("first_leg", "handshake"):
        run.run(run.program(f"bench_{name}"), "--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=3",
                f"--benchmark_min_time={0.07 * run.scale:.4f}", "--benchmark_report_aggregates_only=true",
                f"--benchmark_out={run.path(name)}.json", "--benchmark_out_format=json")


def waits(run):
    run.script("storm/login_waits_realm_test.py", run.program("negodbc-storm"), run.program("negodbc-delay-proxy"), "--print",
               "--json", run.path("waits.json"))


@contextlib.contextmanager
def proxy(run):
    command = [run.program("negodbc-delay-proxy"), "--to", f"127.0.0.1:{E['NEGODBC_PGPORT']}", "--delay-ms", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield int(process.stdout.readline().rsplit(":", 1)[1])
        process.terminate()
        process.communicate(timeout=30)


def storms(run):
    for at_once in (1, 8, 64):
        run.storm(f"storm-{at_once}", f"Logins by ticket, {at_once} at once", server_targets(E["NEGODBC_PGPORT"]),
                  f"--concurrency={at_once}", f"--logins={run.many(200, at_once)}")
    with proxy(run) as port:
        run.storm("proxy", "Logins by ticket, 10 ms each way", server_targets(port), "--concurrency=1",
                  f"--logins={run.many(20, 2)}")


def sink(run):
    run.script("sink/storm.py", run.build, run.out, "--logins", run.many(700, 64), "--rounds", "3")


def as_admin(*statements):
    words = [word for statement in statements for word in ("-c", statement)]
    subprocess.run(["psql", "-q", f"host=127.0.0.1 port={E['NEGODBC_PGPORT']} dbname=negodbc user=admin", *words], check=True,
                   env=E | {"PGPASSWORD": E["NEGODBC_ADMIN_PASSWORD"]}, stdout=subprocess.DEVNULL)


def defaults(run):
    def measure(name):
        run.storm(f"defaults-{name}", "Logins with nothing said of encryption", server_targets(E["NEGODBC_PGPORT"], False),
                  "--concurrency=8", f"--logins={run.many(300, 8)}")

    measure("tls")
    as_admin("ALTER SYSTEM SET ssl = off", "SELECT pg_reload_conf()", "SELECT pg_sleep(1)")
    try:
        measure("gss")
    finally:
        as_admin("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()", "SELECT pg_sleep(1)")


def rows_by_gss(run):
    """Over GSS encryption. libpq has a program of its own, so that rounds of one each take turns."""
    as_admin("ALTER ROLE alice SET log_statement = none")
    server = f"Servername=localhost;Port={E['NEGODBC_PGPORT']};Database=negodbc"
    ours = f"Driver={{negodbc}};{server};Trusted_Connection=Yes;GssEncMode=require"
    count = run.many(1_000_000, 1000)
    for number in range(3):
        run.run(run.program("negodbc-rows-libpq"), "1", count,
                f"host=localhost port={E['NEGODBC_PGPORT']} dbname=negodbc user=alice gssencmode=require", run.path(f"gss-libpq-{number}.json"))
        run.run(run.program("negodbc-rows"), "--rounds=1", "--json", run.path(f"gss-odbc-{number}.json"), "--workload=bound",
                f"--rows={count}",
                f"--target=psqlodbc=Driver={{PostgreSQL Unicode}};{server};UID=alice;pqopt={{gssencmode=require}};BoolsAsChar=0",
                f"--target=negodbc, sealed by OpenSSL={ours}", f"--target=negodbc, sealed by Heimdal={ours};GssSealing=library")


def rows(run):
    rows_by_gss(run)
    as_admin("ALTER ROLE trust_user SET log_statement = none")  # the realm's server writes every statement into its log
    server = f"Servername=localhost;Port={E['NEGODBC_PGPORT']};Database=negodbc"
    trust = f"{server};UID=trust_user;SSLmode=disable"

    def measure(name, rounds, theirs, ours, *arguments):
        run.run(run.program("negodbc-rows"), "--rounds", rounds, "--json", f"{run.path(name)}.json", "--target", theirs, "--target",
                ours, *arguments)

    peers = (f"psqlodbc=Driver={{PostgreSQL Unicode}};{trust};BoolsAsChar=0", f"negodbc=Driver={{negodbc}};{trust};Trusted_Connection=No")
    measure("rows-bound", 3, *peers, "--workload=bound", f"--rows={run.many(500_000, 1000)}")
    measure("rows-getdata", 3, *peers, "--workload=getdata", f"--rows={run.many(500_000, 1000)}")
    measure("rows-insert", 5, *peers, "--workload=insert", f"--rows={run.many(100, 1) + '000'}")
    ticket = f"{server};UID=alice;SSLmode=disable"
    measure("rows-columns", 3, f"psqlodbc=Driver={{PostgreSQL Unicode}};{ticket};pqopt={{gssencmode=disable}}",
            f"negodbc=Driver={{negodbc}};{ticket};GssEncMode=disable;Trusted_Connection=Yes", "--workload=columns",
            f"--rows={run.many(10_000, 10)}")
    ours = f"Driver={{negodbc}};{trust};Trusted_Connection=No"
    for type_name in ("int4", "int8", "float4", "float8", "numeric", "bool", "text", "date", "timestamp", "uuid", "bytea"):
        measure(f"prepared-{type_name}", 3, f"text={ours};UseServerSidePrepare=0", f"known={ours}", "--workload=prepared",
                f"--type={type_name}", f"--rows={run.many(50_000, 1000)}")


def cold(run):
    run.script("cold/cold.py", run.build, "--rounds", run.many(50, 2), "--json", run.path("cold.json"))


def equal(run):
    """One target five times: how far apart equal things are. Many short rounds, so that what slows the machine for a second slows all five."""
    sys.path.insert(0, os.path.join(run.here, "sink"))
    from sink_process import BY_TICKET, Sink

    with Sink(run.program("negodbc-login-sink"), *BY_TICKET, "--seconds=3600", "--threads=1", "--replay-cache=none") as server:
        own = server_targets(server.port)["negodbc"]
        run.storm("equal", "Five equal targets", {name: own for name in "ABCDE"}, "--concurrency=8",
                  f"--logins={run.many(150, 8)}", rounds=71)


PARTS = {"storms": storms, "sink": sink, "defaults": defaults, "waits": waits, "cold": cold, "handshake": handshake, "rows": rows,
         "equal": equal}
