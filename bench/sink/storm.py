#!/usr/bin/python3
"""Storms against the sink, and their table: storm.py BUILD OUT [--logins N] [--rounds N] [--at-once "1 8 64"]

Logins by ticket without encryption: this driver beside psqlodbc, libpq and the bare socket. Then by password (SCRAM), eight
at once, with the derived keys kept and without; then with nothing said of encryption, at a server with TLS and GSS encryption,
and at one with GSS encryption only, with TLS only, with neither. --parts "ticket password defaults" are all of them. Reports
(sink-N.json, .html, sink-scram.*, sink-defaults-*) go to OUT, and sink.txt has the tables. To be run inside a realm:

    tests/realm/realm.py run --driver build/release/lib/libnegodbc.so -- bench/sink/storm.py build/release OUT
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

from sink_process import BY_TICKET, BY_TLS, Sink

PLAIN = "gssencmode=disable sslmode=disable"


def targets(port):
    server = f"Servername=localhost;Port={port};Database=negodbc"
    conninfo = f"host=localhost port={port} dbname=negodbc user=alice"
    return {"psqlodbc": f"odbc:Driver={{PostgreSQL Unicode}};{server};UID=alice;pqopt={{{PLAIN}}}",
            "libpq": f"libpq:{conninfo} {PLAIN}",
            "negodbc": f"odbc:Driver={{negodbc}};{server};Trusted_Connection=Yes;SSLmode=disable;GssEncMode=disable",
            "bare socket": f"gssfloor:{conninfo}"}


def password_targets(port):
    password = os.environ["NEGODBC_SCRAM_PASSWORD"]
    server = f"Servername=localhost;Port={port};Database=negodbc;UID=scram_user;PWD={{{password}}}"
    quoted = password.replace("\\", "\\\\").replace("'", "\\'")
    own = f"odbc:Driver={{negodbc}};{server};Trusted_Connection=No;SSLmode=disable;GssEncMode=disable"
    return {"psqlodbc": f"odbc:Driver={{PostgreSQL Unicode}};{server};pqopt={{{PLAIN}}}",
            "libpq": f"libpq:host=localhost port={port} dbname=negodbc user=scram_user password='{quoted}' {PLAIN}",
            "negodbc": own, "keys not kept": f"{own};KeepScramKeys=0"}


def default_targets(port):
    server = f"Servername=localhost;Port={port};Database=negodbc"
    return {"psqlodbc": f"odbc:Driver={{PostgreSQL Unicode}};{server};UID=alice",
            "libpq": f"libpq:host=localhost port={port} dbname=negodbc user=alice",
            "negodbc": f"odbc:Driver={{negodbc}};{server};Trusted_Connection=Yes"}


# What the server has -> the sink's options.
SERVERS = {"tls-gss": BY_TLS, "gss": [], "tls": [*BY_TLS, "--no-gss-encryption"], "plain": ["--no-gss-encryption"]}


def storm(build, out, at_once, options, of=targets, name=None, server=()):
    """name -> summary, and what the sink spent on a login."""
    name = name or at_once
    path = f"{out}/sink-{name}.json"
    passwords = tempfile.NamedTemporaryFile("w", encoding="utf-8")
    print(f"scram_user:{os.environ['NEGODBC_SCRAM_PASSWORD']}", file=passwords, flush=True)
    with passwords, Sink(f"{build}/bin/negodbc-login-sink", *BY_TICKET, "--seconds", "3600", "--threads", options.threads,
              "--replay-cache", options.replay_cache, "--user=scram_user=scram", "--passwords", passwords.name, *server) as sink:
        done = subprocess.run(
            [f"{build}/bin/negodbc-storm", f"--rounds={options.rounds}", f"--logins={options.logins}", "--seconds=120",
             "--time-limit=3000", f"--concurrency={at_once}", "--quiet", "--json", path, "--html", f"{out}/sink-{name}.html",
             "--title", f"Logins at the login sink, {at_once} at once",
             *(f"--target={target}={words}" for target, words in of(sink.port).items())], check=False)
    if done.returncode != 0:
        sys.exit(f"the storm of {at_once} at once ended with {done.returncode}")
    with open(path, encoding="utf-8") as file:
        summaries = {target["name"]: target["summary"] for target in json.load(file)["targets"]}
    counted = sink.counted
    return summaries, (counted["user_cpu_s"] + counted["system_cpu_s"]) * 1e6 / counted["logins"]


def lines(title, summaries, sink_us):
    rate = {name: summary["logins_per_second"]["median"] for name, summary in summaries.items()}
    cpu = {name: summary["client_cpu_per_login_us"]["median"] for name, summary in summaries.items()}
    yield f"{title} (the sink: {sink_us:.0f} us of CPU a login)"
    yield f"  {'target':<13} {'logins/s':>9} {'of psqlodbc':>12} {'client CPU':>11} {'of psqlodbc':>12}"
    for name in summaries:
        yield (f"  {name:<13} {rate[name]:9.0f} {rate[name] / rate['psqlodbc']:12.2f} {cpu[name]:8.0f} us "
               f"{cpu[name] / cpu['psqlodbc']:12.2f}")
    if "bare socket" not in summaries:
        return
    yield (f"  negodbc: {rate['negodbc'] / rate['psqlodbc']:.2f} of psqlodbc's logins (1.8 wanted), "
           f"{rate['negodbc'] / rate['libpq']:.2f} of libpq's (1.2), {cpu['negodbc'] / cpu['psqlodbc']:.2f} of psqlodbc's "
           f"CPU (0.5); the bare socket {rate['bare socket'] / rate['negodbc']:.2f} of its (1.25)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("out")
    parser.add_argument("--logins", type=int, default=2000, help="of each target in a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--at-once", default="1 8 64")
    parser.add_argument("--parts", default="ticket password defaults")
    parser.add_argument("--threads", default="1", help="of the sink")
    parser.add_argument("--replay-cache", default="none", help="of the sink; none as the realm's server")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    with open(f"{options.out}/sink.txt", "w", encoding="utf-8") as table:
        def show(title, measured):
            for line in lines(title, *measured):
                print(line, flush=True)
                print(line, file=table)
        for at_once in options.at_once.split() if "ticket" in options.parts else ():
            show(f"By ticket, {at_once} at once", storm(options.build, options.out, at_once, options))
        if "password" in options.parts:
            show("By password, 8 at once", storm(options.build, options.out, "8", options, password_targets, "scram"))
        for name, server in SERVERS.items() if "defaults" in options.parts else ():
            show(f"Defaults, 8 at once, a server with {name}",
                 storm(options.build, options.out, "8", options, default_targets, f"defaults-{name}", server))


if __name__ == "__main__":
    main()
