// A login and its logout, one after another or by several threads: this driver beside psqlodbc,
// libpq and the bare sockets, in the same run.
//
//   tests/realm/realm.py run --driver build/release/lib/libnegodbc.so --
//   build/release/bin/bench_connect
//
// "plain": no encryption. The CPU time is the whole process's, helper threads included, and so the
// client's part of a login; the rest of the real time is the server's and the kernel's.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bench/storm/client.h"

namespace negodbc::bench {
namespace {

struct Way {
  const char* name;
  const char* kind;
  std::string connection;
};

std::vector<Way> ways(const std::string& port) {
  const std::string odbc = "Servername=localhost;Port=" + port + ";Database=negodbc;";
  const std::string ours = "Driver={negodbc};" + odbc + "Trusted_Connection=Yes;";
  const std::string theirs = "Driver={PostgreSQL Unicode};" + odbc + "UID=alice;";
  const std::string words = "host=localhost port=" + port + " dbname=negodbc ";
  const std::string plain_words = "gssencmode=disable sslmode=disable";
  return {
      {"negodbc/plain", "odbc", ours + "SSLmode=disable"},
      {"negodbc/tls", "odbc", ours + "SSLmode=require"},
      {"negodbc/trust", "odbc", "Driver={negodbc};" + odbc + "UID=trust_user;SSLmode=disable"},
      {"negodbc/gssenc", "odbc", ours + "GssEncMode=require"},
      {"psqlodbc/plain", "odbc", theirs + "pqopt={" + plain_words + "}"},
      {"psqlodbc/tls", "odbc", theirs + "SSLmode=require;pqopt={gssencmode=disable}"},
      {"psqlodbc/gssenc", "odbc", theirs + "pqopt={gssencmode=require}"},
      {"psqlodbc/trust", "odbc",
       "Driver={PostgreSQL Unicode};" + odbc + "UID=trust_user;pqopt={" + plain_words + "}"},
      {"libpq/plain", "libpq", words + "user=alice " + plain_words},
      {"libpq/tls", "libpq", words + "user=alice gssencmode=disable sslmode=require"},
      {"libpq/gssenc", "libpq", words + "user=alice gssencmode=require"},
      {"floor/ticket", "gssfloor", words + "user=alice"},
      {"floor/trust", "floor", words + "user=trust_user"},
  };
}

// The libraries of a way are loaded, and its first login made, when its turn comes.
class LazyTarget {
 public:
  explicit LazyTarget(const Way& way) : way_(way) {}
  Target& get() {
    std::call_once(made_, [this] {
      target_ = make_target({way_.kind, way_.connection, 30, true});
    });
    return *target_;
  }

 private:
  const Way way_;
  std::once_flag made_;
  std::unique_ptr<Target> target_;
};

void log_in(benchmark::State& state, LazyTarget& target) {
  try {
    const auto client = target.get().client();
    while (state.KeepRunning()) {
      const Attempt attempt = client->attempt("");
      if (attempt.failure) {
        state.SkipWithError(attempt.failure->text.c_str());
        break;
      }
    }
  } catch (const std::exception& error) {  // without this peer then
    state.SkipWithError(error.what());
  }
}

void log_in(benchmark::State& state, const char* name) {
  static const auto targets = [] {
    std::map<std::string, std::unique_ptr<LazyTarget>> all;
    const char* const port = std::getenv("NEGODBC_PGPORT");  // NOLINT(concurrency-mt-unsafe)
    if (port == nullptr) return all;
    for (const Way& way : ways(port)) all.emplace(way.name, std::make_unique<LazyTarget>(way));
    return all;
  }();
  const auto found = targets.find(name);
  if (found == targets.end()) {
    state.SkipWithError("run this in tests/realm/realm.py");
    return;
  }
  log_in(state, *found->second);
}

void ways_to_run(benchmark::internal::Benchmark* benchmark) {
  benchmark->Threads(1)->Threads(8)->UseRealTime()->MeasureProcessCPUTime()->Unit(
      benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(log_in, negodbc_plain, "negodbc/plain")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, negodbc_tls, "negodbc/tls")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, negodbc_trust, "negodbc/trust")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, negodbc_gssenc, "negodbc/gssenc")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, psqlodbc_plain, "psqlodbc/plain")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, psqlodbc_tls, "psqlodbc/tls")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, psqlodbc_gssenc, "psqlodbc/gssenc")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, psqlodbc_trust, "psqlodbc/trust")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, libpq_plain, "libpq/plain")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, libpq_tls, "libpq/tls")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, libpq_gssenc, "libpq/gssenc")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, floor_ticket, "floor/ticket")->Apply(ways_to_run);
BENCHMARK_CAPTURE(log_in, floor_trust, "floor/trust")->Apply(ways_to_run);

}  // namespace
}  // namespace negodbc::bench

BENCHMARK_MAIN();
