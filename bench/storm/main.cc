// negodbc-storm: many logins, driver against driver.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "bench/storm/html_page.h"
#include "bench/storm/storm.h"
#include "bench/storm/worker.h"

namespace {

using namespace negodbc::bench;  // NOLINT(google-build-using-namespace): the program is nothing
                                 // else

constexpr const char* description =
    "Logs in many times, with several targets in turn, and tells how fast each is.\n"
    "A target is NAME=KIND:CONNECTION; the kinds are\n"
    "  odbc      an ODBC connection string, through the driver manager\n"
    "  libpq     a conninfo string\n"
    "  floor     host=, port=, user=, dbname= of a role with trust: a bare socket, the least a "
    "login costs\n"
    "  gssfloor  the same with a ticket: the first token goes with the StartupMessage, the answer "
    "is not verified\n"
    "The first target is what the others are compared with. Exit status: 0 if every login worked, "
    "1 if one failed,\n"
    "2 if the command line is wrong.";

std::string from_environment(const char* name, const std::string& suffix = "") {
  const char* value = std::getenv(name);
  if (value == nullptr) return "";
  const std::string path = value + suffix;
  return std::filesystem::exists(path) ? path : "";
}

// The number of this process under a launcher (Open MPI, MPICH and other PMI, Slurm); "" without
// one.
std::string rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* value = std::getenv(name)) return value;
  }
  return "";
}

// report.json -> report.3.json for the process number 3, so that processes don't overwrite each
// other.
std::filesystem::path of_this_rank(const std::filesystem::path& path) {
  if (rank().empty()) return path;
  return path.parent_path() / (path.stem().string() + "." + rank() + path.extension().string());
}

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("can't write " + path.string());
}

Report merged(const std::vector<std::string>& files) {
  Report whole;
  for (const auto& name : files) {
    std::ifstream file(name);
    if (!file) throw std::runtime_error("can't read " + name);
    Report part;
    try {
      part = from_document(nlohmann::json::parse(file));
    } catch (const std::exception& error) {
      throw std::runtime_error(name + ": " + error.what());
    }
    if (name == files.front()) {
      whole = std::move(part);
    } else {
      merge(whole, part);
    }
  }
  return whole;
}

struct Arguments {
  StormOptions storm;
  std::vector<std::string> targets;
  std::vector<std::string> caches;
  std::vector<std::string> merge;
  std::string mode = "closed";
  double think_ms = 0;
  bool unload = false;
  std::string json;
  std::string html;
};

void declare(CLI::App& app, Arguments& a) {
  RoundPlan& round = a.storm.round;
  app.set_config("--config", "",
                 "read options from this file (name=value), such as targets with passwords");
  app.add_option("--target", a.targets,
                 "NAME=KIND:CONNECTION, see above; repeat it for more targets, or with the same "
                 "NAME for more connection strings of one target")
      ->take_all();
  app.add_option("--cache", a.caches,
                 "NAME=CACHE: a credential cache for that target, in processes of its own; repeat "
                 "it for more principals at once")
      ->take_all();
  app.add_option("--rounds", a.storm.rounds, "turns of each target")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--logins", round.logins, "at most, per round of a target")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--seconds", round.seconds, "at most, per round of a target")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 86'400.0));
  app.add_option("--time-limit", a.storm.time_limit_s, "of the whole storm, in seconds")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 864'000.0));
  app.add_option(
         "--mode", a.mode,
         "closed: --concurrency clients, one login after another; open: logins arrive at --rate")
      ->capture_default_str()
      ->check(CLI::IsMember({"closed", "open"}));
  app.add_option("--concurrency", round.threads, "closed: clients; open: logins in flight at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--rate", round.rate, "open: logins per second")->check(CLI::Range(0.001, 1e6));
  app.add_option("--ramp", round.ramp_s, "seconds in which the clients start, or the rate grows")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86'400.0));
  app.add_option("--think-ms", a.think_ms, "closed: pause of a client between two logins")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--query", round.query, "to run after each login");
  app.add_option("--warm-up", a.storm.warm_up, "logins of each process beforehand, not counted")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000));
  app.add_option("--pause", a.storm.pause_s, "seconds between rounds")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600.0));
  app.add_option("--login-timeout", a.storm.login_timeout_s, "seconds")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'600));
  app.add_flag("--unload", a.unload,
               "odbc: hold no session between logins, so that the driver manager may unload the "
               "driver each time");
  app.add_option("--server-log", a.storm.server_log,
                 "PostgreSQL's log, to count backends and statements [NEGODBC_PG_LOG]");
  app.add_option("--kdc-log", a.storm.kdc_log,
                 "the KDC's log, to count requests [NEGODBC_REALM_DIR/kdc/kdc.log]");
  app.add_option("--slice", round.slice_s, "seconds of a slice of the latency over time")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 3'600.0));
  app.add_option("--start-at", a.storm.start_at,
                 "many machines: begin at this time (seconds since 1970)");
  app.add_option("--slot", a.storm.slot_s,
                 "many machines: seconds from the begin of a round to that of the next");
  app.add_option("--merge", a.merge, "JSON reports to merge instead of a storm");
  app.add_option("--title", a.storm.title, "of the report")->capture_default_str();
  app.add_option("--json", a.json,
                 "write the report to this file; under a launcher each process writes one with its "
                 "rank in the name");
  app.add_option("--html", a.html, "write the report as a page with plots");
  app.add_flag("--quiet", a.storm.quiet, "no progress on stderr");
}

nlohmann::json options_document(const Arguments& a) {
  const StormOptions& storm = a.storm;
  const RoundPlan& round = storm.round;
  nlohmann::json document{{"mode", a.mode},
                          {"rounds", storm.rounds},
                          {"logins per round", round.logins},
                          {"seconds per round", round.seconds},
                          {"concurrency", round.threads},
                          {"query", round.query.empty() ? "none" : round.query},
                          {"warm-up", storm.warm_up},
                          {"driver kept loaded", storm.keep_loaded}};
  if (round.open) document["rate"] = round.rate;
  if (round.ramp_s > 0) document["ramp s"] = round.ramp_s;
  if (round.think_s > 0) document["think ms"] = round.think_s * 1000;
  return document;
}

int run(int argc, char** argv) {
  CLI::App app(description, "negodbc-storm");
  Arguments arguments;
  StormOptions& storm = arguments.storm;
  storm.round.logins = 200;
  storm.round.seconds = 10;
  storm.round.slice_s = 0.1;
  storm.server_log = from_environment("NEGODBC_PG_LOG");
  storm.kdc_log = from_environment("NEGODBC_REALM_DIR", "/kdc/kdc.log");
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  storm.round.open = arguments.mode == "open";
  storm.round.think_s = arguments.think_ms / 1000;
  storm.keep_loaded = !arguments.unload;
  // The server and the KDC log the logins of all processes: one of them counts.
  if (!rank().empty() && rank() != "0") {
    storm.server_log.clear();
    storm.kdc_log.clear();
  }

  Report report;
  if (!arguments.merge.empty()) {
    report = merged(arguments.merge);
  } else {
    storm.targets = parse_targets(arguments.targets, arguments.caches);
    report = run_storm(storm);
    report.options = options_document(arguments);
  }
  std::cout << to_table(report);
  if (!arguments.json.empty())
    write_file(of_this_rank(arguments.json), to_document(report).dump(1) + "\n");
  if (!arguments.html.empty()) write_file(of_this_rank(arguments.html), to_html(report));
  return report.all_well() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // How a target's process is started: see worker.h.
    if (argc == 3 && std::string(argv[1]) == "--worker") return run_worker(std::stoi(argv[2]));
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "negodbc-storm: " << error.what() << "\n";
    return 2;
  }
}
