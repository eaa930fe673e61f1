// negodbc-login-sink: PostgreSQL's protocol up to ReadyForQuery, for storms without a server's
// cost.
#include <sys/resource.h>
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "bench/sink/sink_server.h"
#include "driver/auth/digest.h"

namespace {

using namespace negodbc::bench;  // NOLINT(google-build-using-namespace): the program is nothing
                                 // else

struct SinkWords {
  std::string keytab;
  std::string replay_cache = "own";
  bool gss_encryption = true;
  std::string certificate, key;
  std::string way = "gss";
  std::vector<std::string> users;
  std::string passwords;
  unsigned iterations = 4096;
  double service_us = 0;
  std::string service_report, service_target;
  double seconds = 600;
  double login_timeout_s = 60;
  std::string json;
};

// A folder for the replay cache that goes with the program.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "negodbc-sink-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no folder can be made in " +
                               std::filesystem::temp_directory_path().string());
    path_ = name;
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Way way_of(const std::string& word) {
  if (word == "trust") return Way::trust;
  if (word == "scram") return Way::scram;
  if (word == "gss") return Way::gss;
  throw std::runtime_error(word + " is no way of login: trust, scram or gss");
}

// Lines of user:password; PostgreSQL's own .pgpass has more columns.
void read_passwords(const SinkWords& words, SinkSettings& settings) {
  if (words.passwords.empty()) return;
  std::ifstream file(words.passwords);
  if (!file) throw std::runtime_error("can't read " + words.passwords);
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0)
      throw std::runtime_error(words.passwords + ": a line is not user:password");
    std::array<unsigned char, 16> salt{};
    negodbc::auth::random_bytes(salt);
    settings.verifiers[line.substr(0, colon)] =
        make_verifier(line.substr(colon + 1),
                      {reinterpret_cast<const char*>(salt.data()), salt.size()}, words.iterations);
  }
}

SinkSettings settings_of(const SinkWords& words, std::optional<OwnFolder>& folder) {
  SinkSettings settings;
  settings.way = way_of(words.way);
  settings.iterations = words.iterations;
  settings.gss_encryption = words.gss_encryption;
  for (const std::string& word : words.users) {
    const auto equals = word.rfind('=');
    if (equals == std::string::npos) throw std::runtime_error("--user " + word + ": USER=WAY");
    settings.ways[word.substr(0, equals)] = way_of(word.substr(equals + 1));
  }
  read_passwords(words, settings);
  if (words.certificate.empty() != words.key.empty())
    throw std::runtime_error("--tls-certificate and --tls-key go together");
  if (!words.certificate.empty()) settings.tls = make_tls_server(words.certificate, words.key);
  if (words.keytab.empty()) return settings;
  std::string replay_cache = words.replay_cache == "none" ? "none:" : "dfl:";
  if (words.replay_cache == "own") {
    folder.emplace();
    replay_cache = "file2:" + (folder->path() / "replay").string();
  }
  settings.acceptor = make_gss_acceptor(words.keytab, replay_cache);
  return settings;
}

ServiceTime service_time_of(const SinkWords& words) {
  if (!words.service_report.empty())
    return ServiceTime(logins_of_report(words.service_report, words.service_target));
  return ServiceTime(std::chrono::nanoseconds(static_cast<std::int64_t>(words.service_us * 1e3)));
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

FileDescriptor stop_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void tell(const Counters& counters, const std::string& json) {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const double user = in_seconds(use.ru_utime);
  const double system = in_seconds(use.ru_stime);
  std::cout << counters.to_text();
  if (counters.logins() != 0)
    std::cout << "CPU of the sink: "
              << std::lround((user + system) * 1e6 / static_cast<double>(counters.logins()))
              << " us a login\n";
  if (json.empty()) return;
  nlohmann::json document = counters.to_json();
  document["format"] = "negodbc-login-sink 1";
  document["user_cpu_s"] = user;
  document["system_cpu_s"] = system;
  std::ofstream file(json);
  file << document.dump(2) << "\n";
  if (!file.flush()) throw std::runtime_error("can't write " + json);
}

void add_options(CLI::App& app, SinkWords& words, SinkServerOptions& server) {
  app.add_option("--listen", server.port, "port of 127.0.0.1 to listen at; 0 takes a free one")
      ->capture_default_str();
  app.add_option("--threads", server.threads, "threads that serve")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  app.add_option("--way", words.way, "how users log in: trust, scram or gss")
      ->capture_default_str();
  app.add_option("--user", words.users, "USER=WAY: a way of this user's own; may be repeated");
  app.add_option("--passwords", words.passwords, "file of lines user:password, for scram");
  app.add_option("--iterations", words.iterations, "of SCRAM")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--keytab", words.keytab,
                 "the service's keys (FILE:/path), for logins by ticket and GSS encryption");
  app.add_option("--replay-cache", words.replay_cache,
                 "own: in a file of this process; machine: where MIT's library has it; none")
      ->capture_default_str()
      ->check(CLI::IsMember({"own", "machine", "none"}));
  app.add_flag("!--no-gss-encryption", words.gss_encryption, "decline GSS encryption");
  app.add_option("--tls-certificate", words.certificate, "PEM; TLS is declined without one");
  app.add_option("--tls-key", words.key, "PEM");
  app.add_option("--service-us", words.service_us,
                 "hold each login back for so long before the session begins")
      ->check(CLI::Range(0.0, 6e7));
  app.add_option("--service-report", words.service_report,
                 "hold logins back as long as those of a storm's report took, by chance");
  app.add_option("--service-target", words.service_target, "which target of it; else the first");
  app.add_option("--max-connections", server.max_connections, "at once")->capture_default_str();
  app.add_option("--login-timeout", words.login_timeout_s, "seconds a client has to log in")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--seconds", words.seconds, "time limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86'400.0));
  app.add_option("--json", words.json, "write what was counted to this file, as JSON");
}

int run(int argc, char** argv) {
  CLI::App app(
      "A login sink: it speaks PostgreSQL's protocol up to ReadyForQuery and Terminate and answers "
      "SELECT 1. It is no database: it has no tables, keeps nothing, and refuses every other "
      "statement but those that drivers ask by themselves. Storms against it show what clients "
      "cost, where a real server's own cost would hide it. Tokens and passwords are really "
      "checked. "
      "It prints its port, serves until SIGINT, SIGTERM or the time limit, and then prints what it "
      "accepted and what it refused, by cause.",
      "negodbc-login-sink");
  SinkWords words;
  SinkServerOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency() / 2);
  add_options(app, words, options);
  CLI11_PARSE(app, argc, argv);

  raise_descriptor_limit();
  const FileDescriptor stop = stop_descriptor();
  options.service_time = service_time_of(words);
  options.time_limit = std::chrono::nanoseconds(static_cast<std::int64_t>(words.seconds * 1e9));
  options.login_timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(words.login_timeout_s * 1e3));
  std::optional<OwnFolder> folder;
  const SinkSettings settings = settings_of(words, folder);
  Counters counters;
  SinkServer server(options, settings, counters);
  std::cout << "listening on 127.0.0.1:" << server.port() << std::endl;
  server.run(stop.get());
  tell(counters, words.json);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "negodbc-login-sink: " << error.what() << "\n";
    return 1;
  }
}
