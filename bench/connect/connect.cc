// A login and its logout, one after another or by several threads: this driver beside psqlodbc,
// libpq and the bare sockets, in the same run.
//
//   tests/realm/realm.py run --driver build/release/lib/libnegodbc.so --
//   build/release/bin/bench_connect
//
// "plain": no encryption. The CPU time is the whole process's, helper threads included, and so the
// client's part of a login; the rest of the real time is the server's and the kernel's.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
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

void add(const Way& way) {
  const auto target = std::make_shared<LazyTarget>(way);
  benchmark::RegisterBenchmark((std::string("connect/") + way.name).c_str(),
                               [target](benchmark::State& state) { log_in(state, *target); })
      ->Threads(1)
      ->Threads(8)
      ->UseRealTime()
      ->MeasureProcessCPUTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace
}  // namespace negodbc::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const char* const port = std::getenv("NEGODBC_PGPORT");
  if (port == nullptr) {
    std::fputs("bench_connect: run this in tests/realm/realm.py\n", stderr);
    return 1;
  }
  for (const auto& way : negodbc::bench::ways(port)) negodbc::bench::add(way);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
