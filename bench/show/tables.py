"""What a run of bench/must-show has found, as tables: for the page and for bench/README.md.

A run is a folder of JSON files, each written by the program that measured. What a run did not measure has no table.
"""
import dataclasses
import json
import os
import re
import statistics


@dataclasses.dataclass
class Table:
    name: str  # in the marks of bench/README.md
    title: str
    says: str  # what is compared, in a sentence
    head: list
    rows: list  # of texts
    bars: list = dataclasses.field(default_factory=list)  # (what, [(name, number)]): drawn on the page


def read(folder, name):
    """A report, or nothing."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def number(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def short(value):
    """Three digits or so."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def targets_of(report):
    """name -> summary, in the report's order; and the first one's name."""
    targets = {target["name"]: target["summary"] for target in report["targets"]}
    return targets, next(iter(targets))


def ratio(summary, first, what):
    return summary[f"ratio_to_{first}"][what]


def rate_cell(summary, first, is_first):
    if is_first:
        return f"1 ({short(summary['logins_per_second']['median'])}/s)"
    return number(ratio(summary, first, "logins_per_second"))


def of_storms(folder, files, name, title, says):
    """One column of logins a second for each storm (label -> file), one of client CPU for all."""
    reports = {label: report for label, file in files.items() if (report := read(folder, file)) is not None}
    if not reports:
        return None
    parts = {label: targets_of(report) for label, report in reports.items()}
    names = list(dict.fromkeys(target for targets, _ in parts.values() for target in targets))
    rows, bars = [], []
    for target in names:
        cells, cpu = [], []
        for targets, first in parts.values():
            if target not in targets:
                cells.append("–")
                continue
            summary = targets[target]
            cells.append(rate_cell(summary, first, target == first))
            cpu.append(short(summary["client_cpu_per_login_us"]["median"]) + " us" if target == first
                       else number(ratio(summary, first, "client_cpu_per_login")))
        failed = sum(targets[target]["failures"] for targets, _ in parts.values() if target in targets)
        rows.append([target, *cells, ", ".join(cpu) + (f" ({failed} failed)" if failed else "")])
    for label, (targets, _) in parts.items():
        bars.append((f"logins/s, {label}",
                     [(target, summary["logins_per_second"]["median"] or 0) for target, summary in targets.items()]))
    return Table(name, title, says, ["target", *parts, "client CPU a login"], rows, bars)


def storms(folder):
    return of_storms(folder, {"one at a time": "storm-1.json", "eight at once": "storm-8.json", "64 at once": "storm-64.json",
                              "through the proxy": "proxy.json"},
                     "storms", "Logins at a PostgreSQL server",
                     "Logins per second, ratios to psqlodbc in the same run; no encryption unless said. Through the proxy: 10 ms "
                     "each way, one at a time.")


def sink(folder):
    return of_storms(folder, {"one at a time": "sink-1.json", "eight at once": "sink-8.json", "64 at once": "sink-64.json"},
                     "sink", "Logins at the login sink, by ticket", "A server that costs next to nothing shows the clients; no encryption.")


def passwords(folder):
    return of_storms(folder, {"eight at once": "sink-scram.json"}, "passwords", "Logins at the login sink, by password (SCRAM)",
                     "With the derived keys kept (`KeepScramKeys`) and not.")


def defaults(folder):
    return of_storms(folder, {"server, TLS and GSS": "defaults-tls.json", "server, GSS": "defaults-gss.json",
                              "sink, TLS and GSS": "sink-defaults-tls-gss.json", "sink, GSS": "sink-defaults-gss.json",
                              "sink, TLS": "sink-defaults-tls.json", "sink, neither": "sink-defaults-plain.json"},
                     "defaults", "With nothing said of encryption",
                     "Logins per second, eight at once, by ticket, at servers that have this to encrypt with.")


def waits(folder):
    report = read(folder, "waits.json")
    if report is None:
        return None
    rows = [[way["login"], ", ".join(f"{waits}: {count}" for waits, count in way["waits"]), f"{short(way['median_ms'])} ms"]
            for way in report["ways"]]
    return Table("waits", "Waits of a login", f"After the TCP connect, by the delay proxy at {report['delay_ms']} ms each way. "
                 "\"2: 1, 1: 9\": one login waited twice, nine once. The medians have the connect's round trip in them.",
                 ["login", "waits: logins", "median"], rows,
                 [("median of a login, ms", [(way["login"], way["median_ms"]) for way in report["ways"]])])


def rows_table(folder):
    found = []
    for workload, title in (("bound", "bound"), ("getdata", "getdata"), ("insert", "insert"), ("columns", "columns")):
        report = read(folder, f"rows-{workload}.json")
        if report is not None:
            found.append((title, report))
    if not found:
        return None
    rows, bars = [], []
    for title, report in found:
        peer, own = report["targets"]
        rows.append([f"{title}, {report['rows']:,}", f"{short(peer['seconds'])} s", f"{short(own['seconds'])} s",
                     number(peer["seconds"] / own["seconds"], 1), f"{short(peer['cpu_s'])} / {short(own['cpu_s'])}",
                     number(peer["cpu_s"] / own["cpu_s"], 1), f"{short(peer['peak_mb'])} / {short(own['peak_mb'])}"])
        bars.append((f"{title}: seconds", [(target["name"], target["seconds"]) for target in report["targets"]]))
    return Table("rows", "Rows", "This driver beside psqlodbc: medians; ratios say how much quicker.",
                 ["workload", "psqlodbc", "negodbc", "ratio", "CPU s", "CPU ratio", "peak MB"], rows, bars)


def rows_by_gss(folder):
    found = {}
    for file in sorted(os.listdir(folder)):
        if re.fullmatch(r"gss-(odbc|libpq)-\d+\.json", file):
            report = read(folder, file)
            for target in report["targets"]:
                found.setdefault(target["name"], []).append((report["rows"], target["seconds"], target["cpu_s"], target["peak_mb"]))
    if "libpq" not in found:
        return None
    medians = {name: [statistics.median(column) for column in zip(*values)] for name, values in found.items()}
    peer_s, peer_cpu_s = medians["libpq"][1:3]
    return Table("rows_by_gss", "Rows over GSS encryption", f"{medians['libpq'][0]:,.0f} rows, everything encrypted by the ticket's key.",
                 ["client", "seconds", "of libpq's", "client CPU", "of libpq's", "peak MB"],
                 [[name, short(wall), number(wall / peer_s), f"{short(cpu)} s", number(cpu / peer_cpu_s), short(peak)]
                  for name, (_, wall, cpu, peak) in medians.items()],
                 [("client CPU, s", [(name, values[2]) for name, values in medians.items()])])


def prepared(folder):
    found = []
    for file in sorted(os.listdir(folder)):
        if match := re.fullmatch(r"prepared-(\w+)\.json", file):
            text, known = read(folder, file)["targets"]
            found.append((match.group(1), text["seconds"] / known["seconds"], text["cpu_s"] / known["cpu_s"]))
    if not found:
        return None
    found.sort(key=lambda each: -each[1])
    return Table("prepared", "Binary or text", "How much faster a statement is that the server knows, by the type of its five columns.",
                 ["type", "wall", "client CPU"], [[name, number(wall), number(cpu)] for name, wall, cpu in found],
                 [("times as fast", [(name, wall) for name, wall, _ in found])])


LIBRARIES = {"heimdal": "Heimdal", "mit": "MIT"}


def benchmark_medians(folder, file):
    """Of Google Benchmark's aggregates: name -> microseconds of real time."""
    report = read(folder, file)
    if report is None:
        return None
    units = {"ns": 1e-3, "us": 1, "ms": 1e3, "s": 1e6}
    return {each["run_name"]: each["real_time"] * units[each["time_unit"]] for each in report["benchmarks"]
            if each.get("aggregate_name") == "median"}


def legs(folder, file, name, title, says, suffix):
    medians = benchmark_medians(folder, file)
    if medians is None:
        return None
    rows, bars = [], []
    for library, called in LIBRARIES.items():
        for mechanism, spelled in (("spnego", "SPNEGO"), ("krb5", "krb5")):
            key = f"{library}_{mechanism}"
            plain, plugin, none = (medians.get(f"{which}{suffix}") for which in (
                f"plain/{key}", f"through_plugin/{key}_no_warm", f"through_plugin/{key}_none"))
            if plain is None or plugin is None:
                continue
            rows.append([f"{called}, {spelled}", short(plain), short(plugin), short(none), number(plain / plugin, 1)])
            bars.append((f"{called}, {spelled}: us", [("plain", plain), ("plugin", plugin)]))
    if not rows:
        return None
    return Table(name, title, says, [title.lower() + ", us", "plain", "plugin", "no caches", "plain : plugin"], rows, bars)


def first_leg(folder):
    return legs(folder, "first_leg.json", "first_leg", "First leg, one thread",
                "\"plain\" is the GSSAPI loop as libpq has it; the plugin as it is by default, and without any cache. FILE: cache "
                "that holds the service ticket.", "/process_time/real_time/threads:1")


def both_legs(folder):
    return legs(folder, "handshake.json", "both_legs", "Both legs, the initiator's part", "The same, with an acceptor in the process.",
                "/manual_time")


def messages(folder):
    medians = benchmark_medians(folder, "handshake.json")
    if medians is None:
        return None
    rows, bars = [], []
    for library, called in LIBRARIES.items():
        for what in ("seal", "open"):
            # Whatever stands behind the names, one thread's comes first.
            us = [next((value for key, value in medians.items() if key.startswith(name)), None)
                  for name in (f"plain_{what}/{library}", f"plugin_{what}/{library}_by_library", f"plugin_{what}/{library}_by_openssl")]
            if None in us:
                continue
            rows.append([f"{called}, {what}ed", *map(short, us), number(us[0] / us[2], 1)])
            bars.append((f"{called}, {what}: us", list(zip(("plain", "plugin, by the library", "plugin, by OpenSSL"), us))))
    return Table("messages", "A message of 16 kB", "Sealed and opened: the plain calls, the plugin with `GssSealing=library`, and as it is "
                 "by default.", ["us", "plain", "by the library", "by OpenSSL", "plain : by OpenSSL"], rows, bars) if rows else None


def cold(folder):
    report = read(folder, "cold.json")
    if report is None:
        return None
    rows, bars = [], []
    for target in report["targets"]:
        of_peer = target["cpu_of_psqlodbc"]
        rows.append([target["group"], target["process"], f"{number(target['cpu_ms'])} ms",
                     "–" if of_peer is None else number(of_peer), f"{number(target['elapsed_ms'])} ms"])
    for group in dict.fromkeys(target["group"] for target in report["targets"]):
        bars.append((f"{group}: CPU, ms", [(target["process"], target["cpu_ms"]) for target in report["targets"]
                                           if target["group"] == group]))
    return Table("cold", "The first login of a fresh process", "CPU and time of the whole process, medians.",
                 ["login", "process", "CPU", "of psqlodbc", "time"], rows, bars)


def equal(folder):
    """Five targets that are the same: what a difference is worth."""
    report = read(folder, "equal.json")
    if report is None:
        return None
    rates = {target["name"]: target["summary"]["logins_per_second"]["median"] for target in report["targets"]}
    middle = statistics.median(rates.values())
    apart = (max(rates.values()) / min(rates.values()) - 1) * 100
    rows = [[name, f"{short(rate)}/s", f"{(rate / middle - 1) * 100:+.1f} %"] for name, rate in rates.items()]
    return Table("equal", "Five equal targets", f"The same driver at the sink five times, eight at once: {apart:.1f} % between the "
                 "quickest and the slowest. Differences below that are none.", ["target", "logins/s", "from the median"], rows,
                 [("logins/s", list(rates.items()))])


def conditions(folder):
    run = read(folder, "run.json")
    if run is None:
        return None
    rows = [["machine", f"{run['processors']} processors, {run['cpu']}"], ["system", f"{run['system']}, {run['kernel']}"],
            ["program", f"negodbc {run['negodbc']}, commit {run['commit']}"],
            ["took", f"{sum(part['seconds'] for part in run['parts'].values()) / 60:.1f} minutes"]]
    for name, part in run["parts"].items():
        said = f"load average {part['load_before']:.1f} before, {part['load_after']:.1f} after, {part['seconds']:.0f} s"
        if part["scale"] != 1:
            said += f", {part['scale']} of the logins and rows of a whole run"
        rows.append([f"part {name}", said + (", FAILED" if part["failed"] else "")])
    return Table("conditions", "Conditions", "", ["", ""], rows)


ALL = [conditions, storms, sink, passwords, defaults, waits, cold, first_leg, both_legs, messages, rows_table, rows_by_gss, prepared, equal]
NAMES = ["conditions", "storms", "sink", "passwords", "defaults", "waits", "cold", "first_leg", "both_legs", "messages", "rows",
         "rows_by_gss", "prepared", "equal"]


def all_tables(folder):
    return [table for make in ALL if (table := make(folder)) is not None]
