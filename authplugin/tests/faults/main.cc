// negodbc_auth_faults: logins in which one thing fails, each in turn; whatever it is, the plugin
// says so or logs in, and a login behind it works at once. To be run in tests/realm.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/faults.h"
#include "tests/support/plugin.h"

namespace negodbc::faults {
namespace {

using test::Bytes;
using test::environment;

// What is being tried, for whoever looks at a crash.
char g_now[512] = "the beginning";

void tell_point(int number) {
  static_cast<void>(!::write(STDERR_FILENO, g_now, std::strlen(g_now)));
  ::signal(number, SIG_DFL);
  ::raise(number);
}

struct Scenario {
  const char* name;
  std::function<void(negodbc_auth_options&)> ask;
  bool warm = false;       // a login before it has made everything ready
  bool principal = false;  // principal() is asked first
  bool pool = true;
  bool started = false;  // its steps go on by themselves
};

const negodbc_auth_api& plugin() {
  return *negodbc_auth_plugin(NEGODBC_AUTH_ABI_VERSION);
}

struct Result {
  negodbc_auth_status status = 0;
  std::string client;  // whom the acceptor saw
  std::string text;
};

// A login whose calls may fail; the acceptor's never do.
class Login {
 public:
  Login(const negodbc_auth_options& options, const test::TestCredential& acceptor)
      : acceptor_(acceptor) {
    const PluginCall call;
    status_ = api_.open(&options, &session_);
  }
  ~Login() {
    const PluginCall call;
    api_.close(session_);
  }
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;

  void principal() {
    const PluginCall call;
    const char* name = nullptr;
    if (status_ >= 0) status_ = api_.principal(session_, test::kTimeoutMs, &name);
  }
  Result run(std::uint32_t timeout_ms, bool started) {
    Result result;
    Bytes input;
    while (status_ >= 0) {
      const void* token = nullptr;
      std::size_t size = 0;
      {
        const PluginCall call;
        status_ = started
                      ? step_by_itself(input, timeout_ms, &token, &size)
                      : api_.step(session_, input.data(), input.size(), timeout_ms, &token, &size);
      }
      if (status_ < 0) break;
      const auto* const begin = static_cast<const std::byte*>(token);
      if (size != 0 && server_.accept(acceptor_, Bytes(begin, begin + size)) < 0) {
        result.text = "the acceptor refuses";
        break;
      }
      if (status_ == NEGODBC_AUTH_ESTABLISHED) break;
      input = server_.token;
    }
    result.status = status_;
    if (status_ == NEGODBC_AUTH_ESTABLISHED) result.client = test::peer_of(server_);
    negodbc_auth_diagnosis record{};
    record.size = sizeof(record);
    if (session_ != nullptr && api_.diagnosis(session_, &record) == NEGODBC_AUTH_OK) {
      if (result.text.empty()) result.text = record.text;
      // The record tells of the failure.
      if (status_ < 0 && record.status != status_) result.text = "";
    }
    if (session_ == nullptr && status_ == NEGODBC_AUTH_E_MEMORY) result.text = "no session";
    return result;
  }

 private:
  negodbc_auth_status step_by_itself(const Bytes& input, std::uint32_t timeout_ms,
                                     const void** token, std::size_t* size) {
    negodbc_auth_status status = api_.start_step(session_, input.data(), input.size(), timeout_ms,
                                                 nullptr, nullptr, token, size);
    while (status == NEGODBC_AUTH_PENDING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      status = api_.finish_step(session_, token, size);
    }
    return status;
  }

  const negodbc_auth_api& api_ = plugin();
  const test::TestCredential& acceptor_;
  negodbc_auth_session* session_ = nullptr;
  negodbc_auth_status status_ = 0;
  test::End server_;
};

class Trials {
 public:
  // `every`, `every_ms`: one of so many points, and of so many deadlines.
  Trials(const char* library, const char* package, std::size_t every, std::uint32_t every_ms)
      : library_(library),
        package_(package),
        every_(every),
        every_ms_(every_ms),
        acceptor_(test::acquire(library, package, SECPKG_CRED_INBOUND)),
        alice_("alice@" + environment("NEGODBC_REALM")) {}

  // Each point of one kind in one scenario.
  void run(const Scenario& scenario, Kind kind) {
    for (const bool lasts : {false, true}) {
      for (long at = 0;; at += static_cast<long>(every_)) {
        if (!point(scenario, kind, at, lasts)) break;
      }
    }
  }

  // Each in a child, which has no thread of the plugin's yet.
  void run_threads(const Scenario& scenario) {
    for (const bool lasts : {false, true}) {
      for (long at = 0; at < 3; ++at) {
        const pid_t child = ::fork();
        if (child == 0) {
          point(scenario, Kind::kThread, at, lasts);
          std::fflush(stdout);
          ::_exit(wrong_ == 0 ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ++points_;
        if (status != 0) wrong("a child ended with " + std::to_string(status));
      }
    }
  }

  void run_deadlines(const Scenario& scenario, bool kdc_hangs) {
    const pid_t kdc = std::stoi(environment("NEGODBC_KDC_PID"));
    for (std::uint32_t ms = 0; ms <= 50; ms += every_ms_) {
      say(scenario, "a deadline of ", static_cast<long>(ms), kdc_hangs);
      prepare(scenario);
      if (kdc_hangs) ::kill(-kdc, SIGSTOP);
      const Result result = log_in(scenario, ms);
      if (kdc_hangs) ::kill(-kdc, SIGCONT);
      ++points_;
      if (result.status < 0 && result.status != NEGODBC_AUTH_E_TIMED_OUT) {
        wrong("status " + std::to_string(result.status) + ": " + result.text);
      }
      judge(result);
      expect_healthy(scenario);
    }
  }

  std::size_t points() const { return points_; }
  std::size_t wrong() const { return wrong_; }

 private:
  void say(const Scenario& scenario, const char* what, long at, bool more) {
    std::snprintf(g_now, sizeof(g_now), "%s %s, %s: %s%ld%s\n", library_, package_, scenario.name,
                  what, at, more ? " and on" : "");
  }
  void wrong(const std::string& why) {
    ++wrong_;
    std::printf("%s  %s %s\n", g_now, why.c_str(), failed_call().c_str());
    std::fflush(stdout);
  }

  negodbc_auth_options options(const Scenario& scenario) const {
    negodbc_auth_options options = test::options_for("localhost");
    options.library = library_;
    options.package = package_;
    scenario.ask(options);
    return options;
  }
  Result log_in(const Scenario& scenario, std::uint32_t timeout_ms) {
    Login login(options(scenario), acceptor_);
    if (scenario.principal) login.principal();
    return login.run(timeout_ms, scenario.started);
  }
  void prepare(const Scenario& scenario) {
    negodbc_auth_limits limits{};
    limits.size = sizeof(limits);
    limits.pooled_buffers = scenario.pool ? 1 : NEGODBC_AUTH_OFF;
    plugin().set_limits(&limits);
    plugin().forget(nullptr);
    for (int i = 0; i < (scenario.warm ? 2 : 0); ++i) expect_healthy(scenario);
  }

  // False: there are not so many.
  bool point(const Scenario& scenario, Kind kind, long at, bool lasts) {
    static const char* const kNames[] = {"allocation ", "call ", "thread "};
    say(scenario, kNames[static_cast<int>(kind)], at, lasts);
    prepare(scenario);
    arm(kind, at, lasts);
    const Result result = log_in(scenario, test::kTimeoutMs);
    const long count = disarm();
    judge(result);
    expect_healthy(scenario);
    if (count <= at) return false;
    ++points_;
    return true;
  }

  void judge(const Result& result) {
    if (result.status == NEGODBC_AUTH_ESTABLISHED) {
      if (result.client != alice_) wrong("the acceptor saw '" + result.client + "'");
    } else if (result.status >= 0) {
      wrong("it did not end: " + result.text);
    } else if (result.text.empty()) {
      wrong("nothing tells of status " + std::to_string(result.status));
    }
  }
  void expect_healthy(const Scenario& scenario) {
    const Result result = log_in(scenario, test::kTimeoutMs);
    if (result.status != NEGODBC_AUTH_ESTABLISHED || result.client != alice_) {
      wrong("then a login without a fault: " + std::to_string(result.status) + " " + result.text);
    }
  }

  const char* const library_;
  const char* const package_;
  const std::size_t every_;
  const std::uint32_t every_ms_;
  const test::TestCredential acceptor_;
  const std::string alice_;
  std::size_t points_ = 0;
  std::size_t wrong_ = 0;
};

// Tickets in places of this program's own.
class Places {
 public:
  Places() : folder_(environment("NEGODBC_REALM_DIR") + "/faults-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_ + "/caches");
    copy("NEGODBC_CCACHE_TGT", "tgt");
    copy("NEGODBC_CCACHE_VALID", "own");
    copy("NEGODBC_CCACHE_TGT", "caches/tkt");
  }
  ~Places() { std::filesystem::remove_all(folder_); }
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  const std::string folder_;
  const std::string file = "FILE:" + folder_ + "/tgt";
  const std::string own = "FILE:" + folder_ + "/own";
  const std::string caches = "DIR:" + folder_ + "/caches";
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  const std::string password = environment("NEGODBC_ALICE_PASSWORD");

 private:
  void copy(const char* variable, const char* name) const {
    std::filesystem::copy_file(environment(variable).substr(std::strlen("FILE:")),
                               folder_ + "/" + name);
  }
};

std::vector<Scenario> scenarios_of(const Places& places) {
  const auto file = [&](negodbc_auth_options& o) { o.credential_cache = places.file.c_str(); };
  return {
      {.name = "nothing kept yet", .ask = file},
      {.name = "all ready", .ask = file, .warm = true},
      {.name = "no pool", .ask = file, .warm = true, .pool = false},
      {.name = "principal() first", .ask = file, .principal = true},
      {.name = "started steps", .ask = file, .started = true},
      {.name = "started steps, all ready", .ask = file, .warm = true, .started = true},
      {.name = "no cache",
       .ask =
           [&](negodbc_auth_options& o) {
             o.credential_cache = places.own.c_str();
             o.credential_copies = NEGODBC_AUTH_OFF;
             o.target_life_s = NEGODBC_AUTH_OFF;
           },
       .pool = false},
      {.name = "first legs ahead",
       .ask =
           [&](negodbc_auth_options& o) {
             o.credential_cache = places.file.c_str();
             o.warm_contexts = 2;
           },
       .warm = true},
      {.name = "a folder",
       .ask = [&](negodbc_auth_options& o) { o.credential_cache = places.caches.c_str(); }},
      {.name = "a folder, by principal",
       .ask =
           [&](negodbc_auth_options& o) {
             o.credential_cache = places.caches.c_str();
             o.principal = "alice";
           }},
      {.name = "a keytab",
       .ask = [&](negodbc_auth_options& o) { o.client_keytab = places.keytab.c_str(); }},
      {.name = "a password",
       .ask =
           [&](negodbc_auth_options& o) {
             o.principal = "alice";
             o.password = places.password.c_str();
           }},
  };
}

int run(int argc, char** argv) {
  CLI::App app("Logins in which one thing fails, each in turn.");
  std::size_t every = 1;
  std::uint32_t every_ms = 1;
  bool only_threads = false;
  std::string only;
  app.add_option("--every", every, "one of so many points")->check(CLI::Range(1, 1000));
  app.add_option("--every-ms", every_ms, "one of so many deadlines")->check(CLI::Range(1, 51));
  app.add_flag("--threads", only_threads, "only what fails when a thread is made");
  app.add_option("--scenario", only, "only this one");
  CLI11_PARSE(app, argc, argv);
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS}) ::signal(number, tell_point);
  test::prepare_acceptors();
  const Places places;
  std::vector<Scenario> scenarios = scenarios_of(places);
  std::erase_if(scenarios, [&](const Scenario& s) { return !only.empty() && s.name != only; });
  std::size_t points = 0;
  std::size_t wrong = 0;
  // Threads first, while there are none.
  for (const bool threads : {true, false}) {
    if (only_threads && !threads) break;
    for (const char* library : {"heimdal", "mit"}) {
      if (!threads) watch_library(library);
      for (const char* package : {"Negotiate", "Kerberos"}) {
        Trials trials(library, package, every, every_ms);
        for (const Scenario& scenario : scenarios) {
          if (threads) {
            trials.run_threads(scenario);
            continue;
          }
          trials.run(scenario, Kind::kAllocation);
          trials.run(scenario, Kind::kCall);
          for (const bool hangs : {false, true}) trials.run_deadlines(scenario, hangs);
        }
        std::printf("%s %s, %s: %zu points, %zu wrong\n", library, package,
                    threads ? "threads" : "allocations, calls and deadlines", trials.points(),
                    trials.wrong());
        std::fflush(stdout);
        points += trials.points();
        wrong += trials.wrong();
      }
    }
  }
  std::printf("%zu points, %zu wrong\n", points, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace negodbc::faults

int main(int argc, char** argv) {
  try {
    return negodbc::faults::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_auth_faults: %s\n", e.what());
    return 2;
  }
}
