#include "bench/storm/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>

#include "bench/storm/plan_check.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

constexpr const char* description =
    "Logs in many times, with several targets in turn, and tells how fast each is.\n"
    "A target is NAME=KIND:CONNECTION; the kinds are\n"
    "  odbc      an ODBC connection string, through the driver manager\n"
    "  libpq     a conninfo string\n"
    "  floor     host=, port=, user=, dbname= of a role with trust: a bare socket\n"
    "  gssfloor  the same with a ticket: the first token goes with the StartupMessage, the answer "
    "is not verified\n"
    "The first target is what the others are compared with. Exit status:\n"
    "  0  every login that was due was made and worked\n"
    "  1  a login failed, or a target could not be begun or broke down\n"
    "  2  the command line, the plan or a file is wrong\n"
    "  3  none failed, but logins that were due were not begun (--mode open)\n"
    "  4  none failed, but the report is not whole: ended by a signal or the time limit, or a rank "
    "is missing";

struct Words {
  std::vector<std::string> targets;
  std::vector<std::string> caches;
  std::string mode = "closed";
  std::string arrivals = "poisson";
  double p99_under_ms = 0;
  double within_percent = 10;
  double think_ms = 0;
  double probe_ms = 100;
  double spread_ms = 0;
  double back_off_ms = 100;
  double back_off_most_ms = 2000;
  bool unload = false;
  int rank = -1;
};

std::string existing(const char* name, const std::string& suffix = "") {
  const std::string path = environment_variable(name).value_or("");
  std::error_code error;
  return !path.empty() && std::filesystem::exists(path + suffix, error) ? path + suffix : "";
}

void declare_round(CLI::App& app, RoundPlan& round, Words& words) {
  app.add_option("--logins", round.logins,
                 "at most, per round of a target; 0: as many as --seconds allow")
      ->capture_default_str()
      ->check(CLI::Range(0, 10'000'000));
  app.add_option("--seconds", round.seconds, "at most, per round of a target")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 86'400.0));
  app.add_option(
         "--mode", words.mode,
         "closed: --concurrency clients, one login after another; open: logins arrive at "
         "--rate, whatever the server does; reconnect: --concurrency sessions are held, --cut ends "
         "them, and a round ends when all are back")
      ->capture_default_str()
      ->check(CLI::IsMember({"closed", "open", "reconnect"}));
  app.add_option("--concurrency", round.threads,
                 "closed: clients [8]; open: logins in flight at most [as many as arrive in a "
                 "second, 16 to 1000]")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--rate", round.rate, "open: logins per second")->check(CLI::Range(0.001, 1e6));
  app.add_option("--arrivals", words.arrivals, "open: at random (poisson) or evenly spaced (even)")
      ->capture_default_str()
      ->check(CLI::IsMember({"poisson", "even"}));
  app.add_option("--seed", round.seed, "of what is drawn: arrivals, pauses after failures")
      ->capture_default_str();
  app.add_option("--ramp", round.ramp_s, "seconds in which the clients start, or the rate grows")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86'400.0));
  app.add_option("--think-ms", words.think_ms, "closed: pause of a client between two logins")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--back-off-ms", words.back_off_ms,
                 "closed: pause of a client after a failure (half of it to all of it, by chance), "
                 "doubled with each further one; 0: none")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--back-off-most-ms", words.back_off_most_ms, "at most that")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--spread-ms", words.spread_ms,
                 "reconnect: before its first try each client waits up to that, by chance")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--probe-ms", words.probe_ms,
                 "reconnect: how often a client that can't see the end of its session (odbc) asks "
                 "the server")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 60'000.0));
  app.add_option("--query", round.query,
                 "statements to run after each login, to the end of what they return");
  app.add_option("--warm-up", round.warm_up,
                 "logins before each round, not counted; closed: of each client, open: in all")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000));
  app.add_option("--slice", round.slice_s, "seconds of a slice of what is shown over time")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 3'600.0));
}

void declare_storm(CLI::App& app, StormOptions& storm, Words& words) {
  app.set_config("--config", "",
                 "read options from this file (name=value), such as targets with passwords");
  app.add_option("--target", words.targets,
                 "NAME=KIND:CONNECTION, see above; repeat it for more targets, or with the same "
                 "NAME for more connection strings of one target")
      ->take_all();
  app.add_option("--cache", words.caches,
                 "NAME=CACHE: a credential cache for that target, in processes of its own; repeat "
                 "it for more principals at once")
      ->take_all();
  app.add_option("--p99-under-ms", words.p99_under_ms,
                 "search the highest rate with a p99 under this, by steps of --seconds from --rate "
                 "on, instead of rounds; --mode open")
      ->check(CLI::Range(0.001, 3'600'000.0));
  app.add_option("--rate-most", storm.search.most, "the highest rate to try [64 times --rate]")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--rate-within", words.within_percent,
                 "percent between the rate that held and the one that did not, at most")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 100.0));
  app.add_option("--rounds", storm.rounds, "turns of each target")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--time-limit", storm.time_limit_s,
                 "of the whole storm, in seconds; 0: what the rounds take")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 864'000.0));
  app.add_option("--pause", storm.pause_s, "seconds between rounds")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600.0));
  app.add_option("--login-timeout", storm.login_timeout_s, "seconds")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'600));
  app.add_flag("--unload", words.unload,
               "odbc: hold no session between logins, so that the driver manager may unload the "
               "driver each time");
  app.add_option("--server-log", storm.server_log,
                 "PostgreSQL's log, to count backends and statements [NEGODBC_PG_LOG]");
  app.add_option("--kdc-log", storm.kdc_log,
                 "the KDC's log, to count requests [NEGODBC_REALM_DIR/kdc/kdc.log]");
  app.add_option("--server-pid", storm.server_pid,
                 "the postmaster's process, or its file postmaster.pid: the server's CPU time is "
                 "told [NEGODBC_PG_PID]");
  app.add_option("--cut", storm.cut,
                 "reconnect: the command (sh -c) that ends all sessions of a round: a restart of "
                 "the server, or pg_terminate_backend()");
  app.add_option("--start-at", storm.start_at,
                 "many machines: begin at this time (seconds since 1970)");
  app.add_option("--slot", storm.slot_s,
                 "many machines: seconds from the begin of a round to that of the next");
  app.add_option("--rank", words.rank, "many machines: the number of this one, from 0 [launcher's]")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--ranks", storm.identity.ranks, "many machines: how many [launcher's]")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--run-id", storm.identity.run,
                 "a name for the run, the same on all machines [of --start-at or the launcher]");
  app.add_option("--title", storm.title, "of the report")->capture_default_str();
  app.add_flag("--live", storm.live,
               "a line on stderr every second: rate, p50, p99, in flight, failed [on a terminal]");
  app.add_flag("--quiet", storm.quiet, "no progress on stderr");
}

void declare_files(CLI::App& app, CommandLine& line) {
  app.add_option("--merge", line.merge, "JSON reports to merge instead of a storm");
  app.add_option("--json", line.json,
                 "write the report to this file; under a launcher each process writes one with its "
                 "rank in the name");
  app.add_option("--html", line.html, "write the report as a page with plots");
  app.add_option("--csv", line.csv, "write a line for each round of a target");
  app.add_option(
      "--hgrm", line.hgrm,
      "write latencies as HdrHistogram does, a file for each target with its name in it");
  app.add_option(
         "--compare", line.compare,
         "two JSON reports: what is better or worse in the second, by more than rounds differ "
         "anyway; exit status 1 if something is worse")
      ->expected(2);
}

nlohmann::json in_words(const StormOptions& storm, const Words& words) {
  const RoundPlan& round = storm.round;
  nlohmann::json document{{"mode", words.mode},
                          {"rounds", storm.rounds},
                          {"seconds per round", round.seconds},
                          {"concurrency", round.threads},
                          {"query", round.query.empty() ? "none" : round.query},
                          {"warm-up", round.warm_up},
                          {"login timeout s", storm.login_timeout_s},
                          {"driver kept loaded", storm.keep_loaded}};
  if (round.logins != 0) document["logins per round"] = round.logins;
  if (!storm.cut.empty()) document["cut"] = storm.cut;
  if (round.reconnect) {
    document["spread ms"] = words.spread_ms;
    document["probe ms"] = words.probe_ms;
  }
  if (round.open) {
    document["rate"] = round.rate;
    document["arrivals"] = words.arrivals;
    document["seed"] = round.seed;
  } else {
    document["back-off ms"] = words.back_off_ms;
    document["back-off most ms"] = words.back_off_most_ms;
  }
  if (storm.search.wanted()) {
    document.erase("rounds");
    document["p99 under ms"] = words.p99_under_ms;
    document["highest rate tried"] = storm.search.most;
    document["rate within percent"] = words.within_percent;
  }
  if (round.ramp_s > 0) document["ramp s"] = round.ramp_s;
  if (round.think_s > 0) document["think ms"] = words.think_ms;
  if (storm.start_at > 0) document["slot s"] = storm.slot_s;
  return document;
}

void set_search(StormOptions& storm, const Words& words, bool mode_is_given) {
  storm.round.open = storm.round.open || !mode_is_given;
  SearchPlan& search = storm.search;
  search.p99_under_s = words.p99_under_ms / 1000;
  search.from = storm.round.rate;
  search.least = std::max(search.from / 64, 150 / storm.round.seconds);
  if (search.most == 0) search.most = search.from * 64;
  search.precision = words.within_percent / 100;
}

}  // namespace

std::optional<CommandLine> parse_command_line(int argc, char** argv, int& status) {
  CLI::App app(description, "negodbc-storm");
  CommandLine line;
  Words words;
  StormOptions& storm = line.storm;
  storm.round.threads = 0;
  storm.round.seconds = 10;
  storm.round.slice_s = 0.1;
  storm.round.warm_up = 1;
  storm.server_log = existing("NEGODBC_PG_LOG");
  storm.kdc_log = existing("NEGODBC_REALM_DIR", "/kdc/kdc.log");
  storm.server_pid = environment_variable("NEGODBC_PG_PID").value_or("");
  declare_storm(app, storm, words);
  declare_round(app, storm.round, words);
  declare_files(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error) == 0 ? all_logins_worked : could_not_run;
    return std::nullopt;
  }
  storm.round.open = words.mode == "open";
  storm.round.reconnect = words.mode == "reconnect";
  if (storm.round.reconnect && app.count("--seconds") == 0) storm.round.seconds = 60;
  storm.round.probe_s = words.probe_ms / 1000;
  storm.round.spread_s = words.spread_ms / 1000;
  storm.round.poisson = words.arrivals == "poisson";
  storm.round.think_s = words.think_ms / 1000;
  storm.round.back_off_s = words.back_off_ms / 1000;
  const bool most_given = app.count("--back-off-most-ms") != 0;
  if (!most_given) words.back_off_most_ms = std::max(words.back_off_most_ms, words.back_off_ms);
  storm.round.back_off_most_s = words.back_off_most_ms / 1000;
  if (words.p99_under_ms > 0) {
    set_search(storm, words, app.count("--mode") != 0);
    words.mode = storm.round.open ? "open" : "closed";
  }
  storm.live = !storm.quiet && (storm.live || isatty(STDERR_FILENO) == 1);
  storm.round.live = storm.live;
  storm.keep_loaded = !words.unload;
  storm.title = valid_utf8(storm.title);
  if (words.rank >= 0) storm.identity.rank = static_cast<unsigned>(words.rank);
  storm.identity = completed(storm.identity, storm.start_at, environment_variable);
  // The server and the KDC log the logins of all processes: one of them counts.
  if (storm.identity.rank.value_or(0) != 0) {
    storm.server_log.clear();
    storm.kdc_log.clear();
    storm.cut.clear();
  }
  if (line.merge.empty() && line.compare.empty()) {
    storm.targets = parse_targets(words.targets, words.caches);
    fill_defaults(storm);
    line.asked = in_words(storm, words);
  }
  return line;
}

}  // namespace negodbc::bench
