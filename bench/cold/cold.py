#!/usr/bin/python3
"""The first login of a fresh process, as a whole process: cold.py BUILD [--rounds N] [--json FILE] [--only TEXT]

This driver and psqlodbc through unixODBC by a C program that only logs in and out, psql with one empty statement. Targets take
turns; CPU (user and system, the children's getrusage) and time from start to end of the process, medians over the rounds.
To be run inside a realm:

    tests/realm/realm.py run --driver build/release/lib/libnegodbc.so -- bench/cold/cold.py build/release
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import time

E = os.environ
# Not what Debian puts before it, a program in Perl.
PSQL = max(glob.glob("/usr/lib/postgresql/*/bin/psql"), default="psql")
PLAIN = "gssencmode=disable sslmode=disable"
THEIRS_PLAIN = "SSLmode=disable;pqopt={gssencmode=disable}"


def targets(program):
    """Group of equal work -> who does it -> command and environment."""
    server = f"Servername=localhost;Port={E['NEGODBC_PGPORT']};Database={E['NEGODBC_PGDATABASE']}"
    ours, theirs = f"Driver={{negodbc}};{server}", f"Driver={{PostgreSQL Unicode}};{server}"
    conninfo = f"host=localhost port={E['NEGODBC_PGPORT']} dbname={E['NEGODBC_PGDATABASE']}"
    secret = E["NEGODBC_SCRAM_PASSWORD"]
    no_ticket = {"KRB5CCNAME": E["NEGODBC_CCACHE_NONE"]}

    def three(own, peer, psql, environment=None):
        return {"negodbc": ([program, f"{ours};{own}"], environment or {}),
                "psqlodbc": ([program, f"{theirs};{peer}"], environment or {}),
                "psql": ([PSQL, "-X", "-q", "-c", "", f"{conninfo} {psql}"], environment or {})}

    return {
        "ticket, defaults": three("Trusted_Connection=Yes", "UID=alice", "user=alice"),
        "ticket, MIT's library": three("Trusted_Connection=Yes;GssLib=mit", "UID=alice", "user=alice"),
        "ticket, no encryption": three("Trusted_Connection=Yes;SSLmode=disable;GssEncMode=disable",
                                       f"UID=alice;{THEIRS_PLAIN}", f"user=alice {PLAIN}"),
        "ticket, TLS": three("Trusted_Connection=Yes;SSLmode=require", "UID=alice;SSLmode=require;pqopt={gssencmode=disable}",
                             "user=alice gssencmode=disable sslmode=require"),
        "password, no encryption, no ticket": three(
            f"UID=scram_user;PWD={{{secret}}};SSLmode=disable", f"UID=scram_user;PWD={{{secret}}};{THEIRS_PLAIN}",
            f"user=scram_user {PLAIN}", no_ticket | {"PGPASSWORD": secret}),
        "password, defaults, no ticket": three(f"UID=scram_user;PWD={{{secret}}}", f"UID=scram_user;PWD={{{secret}}}",
                                               "user=scram_user", no_ticket | {"PGPASSWORD": secret}),
        "trust, no encryption, no ticket": three("UID=trust_user;SSLmode=disable", f"UID=trust_user;{THEIRS_PLAIN}",
                                                 f"user=trust_user {PLAIN}", no_ticket),
        "no login": {"program": ([program, "-"], {})},
    }


def once(command, environment):
    """CPU and elapsed time of a process, in ms."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=E | environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return (use.ru_utime + use.ru_stime) * 1e3, took * 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json")
    parser.add_argument("--only", default="", help="groups whose name has this text")
    options = parser.parse_args()
    program = os.path.join(options.build, "bin", "negodbc-cold-login")
    groups = {name: group for name, group in targets(program).items() if options.only in name}
    measured = {(group, name): [] for group, each in groups.items() for name in each}
    for number in range(options.rounds + 1):
        for group, each in groups.items():
            for name, (command, environment) in each.items():
                values = once(command, environment)
                if number > 0:  # the first reads files into the system's cache
                    measured[group, name].append(values)
    report = []
    for group, each in groups.items():
        print(f"{group}\n  {'process':<10} {'CPU':>9} {'of psqlodbc':>12} {'time':>9}")
        peer = statistics.median(values[0] for values in measured.get((group, "psqlodbc"), [(float("nan"),)]))
        for name in each:
            cpu, took = (statistics.median(values) for values in zip(*measured[group, name]))
            quartiles = statistics.quantiles([values[0] for values in measured[group, name]]) if options.rounds > 1 else None
            print(f"  {name:<10} {cpu:6.2f} ms {cpu / peer:12.2f} {took:6.2f} ms")
            report.append({"group": group, "process": name, "rounds": options.rounds, "cpu_ms": cpu, "cpu_quartiles_ms": quartiles,
                           "elapsed_ms": took, "cpu_of_psqlodbc": None if name == "program" else cpu / peer})
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"kind": "negodbc cold logins", "targets": report}, file, indent=1)


if __name__ == "__main__":
    main()
