// negodbc_oracle: scripts through the driver and through libpq, and what differs. To be run in
// tests/realm.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <random>
#include <string>

#include "tests/oracle/generator.h"
#include "tests/oracle/jobs.h"
#include "tests/oracle/runner.h"
#include "tests/oracle/shrink.h"
#include "tests/oracle/watch.h"

namespace negodbc::oracle {
namespace {

using Clock = std::chrono::steady_clock;

struct Wishes {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t scripts = 2000;
  double seconds = 0;  // 0: as many as there are scripts
  int jobs = 1;
  std::size_t most = 1;  // kinds of differences that are told
  bool shrinks = true;
  bool prints = false;
};

constexpr unsigned patience_s = 60;  // of a script

// Differences of one kind differ in where they are met, in numbers and in the server's words.
std::string kind_of(const std::string& difference) {
  std::string kind = difference.substr(0, difference.find('\n'));
  kind = kind.substr(kind.find(": ") + 2);
  kind = kind.substr(0, kind.find("the error"));
  if (const auto text = kind.find("[negodbc]"); text != std::string::npos)
    kind = kind.substr(0, text) + kind.substr(std::min(kind.find(" instead"), kind.size()));
  std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
  return kind;
}

class Search {
 public:
  Search(const Wishes& wishes, int job) : wishes_(wishes), job_(job), runner_(job) {}

  // Whether nothing differed.
  bool run() {
    const auto begin = Clock::now();
    std::uint64_t done = 0;
    for (std::uint64_t number = wishes_.first + static_cast<std::uint64_t>(job_);;) {
      const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
      if (wishes_.seconds > 0 ? passed >= wishes_.seconds
                              : number >= wishes_.first + wishes_.scripts)
        break;
      one(number);
      ++done;
      if (kinds_.size() >= wishes_.most) break;
      number += static_cast<std::uint64_t>(wishes_.jobs);
    }
    watch_no_more();
    report(done, std::chrono::duration<double>(Clock::now() - begin).count());
    return kinds_.empty();
  }

 private:
  Difference play(const Script& script, std::uint64_t number, bool fresh) {
    watch("negodbc_oracle --seed " + std::to_string(wishes_.seed) + " --script " +
              std::to_string(number),
          patience_s);
    return runner_.run(script, fresh);
  }

  void one(std::uint64_t number) {
    Script script = generate(wishes_.seed, number);
    if (wishes_.prints) std::printf("%s\n", to_text(script).c_str());
    Difference difference = play(script, number, wishes_.scripts == 1);
    if (!difference) return;
    const std::string kind = kind_of(*difference);
    if (++kinds_[kind] > 1) return;
    std::printf("negodbc_oracle --seed %llu --script %llu\n",
                static_cast<unsigned long long>(wishes_.seed),
                static_cast<unsigned long long>(number));
    if (!play(script, number, true)) {
      std::printf("only on a connection that has seen the scripts before it:\n%s",
                  to_text(script).c_str());
    } else {
      if (wishes_.shrinks) {
        script = shrink(std::move(script), [&](const Script& candidate) {
          const Difference other = play(candidate, number, true);
          return other && kind_of(*other) == kind;
        });
      }
      difference = play(script, number, true);
      std::printf("%s", to_text(script).c_str());
    }
    std::printf("=> %s\n\n", difference ? difference->c_str() : "not each time");
    std::fflush(stdout);
  }

  void report(std::uint64_t done, double seconds) const {
    std::size_t failures = 0;
    for (const auto& [kind, count] : kinds_) failures += count;
    std::printf("seed %llu: %llu scripts in %.1f s, %zu differ, of %zu kinds\n",
                static_cast<unsigned long long>(wishes_.seed),
                static_cast<unsigned long long>(done), seconds, failures, kinds_.size());
    for (const auto& [kind, count] : kinds_) std::printf("%6zu %s\n", count, kind.c_str());
    std::fflush(stdout);
  }

  const Wishes& wishes_;
  int job_;
  Runner runner_;
  std::map<std::string, std::size_t> kinds_;
};

int search(const Wishes& wishes, int job) {
  try {
    return Search(wishes, job).run() ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_oracle: %s\n", e.what());
    return 2;
  }
}

int run(int argc, char** argv) {
  CLI::App app("Scripts through the driver and through libpq; what differs is told, made small.");
  Wishes wishes;
  long script = -1;
  app.add_option("--seed", wishes.seed, "of the scripts")->capture_default_str();
  app.add_option("--scripts", wishes.scripts, "how many")->capture_default_str();
  app.add_option("--first", wishes.first, "the number of the first one")->capture_default_str();
  app.add_option("--script", script, "only the script of this number");
  app.add_option("--seconds", wishes.seconds, "as many as can be run in this time");
  app.add_option("--jobs", wishes.jobs, "processes")->check(CLI::Range(1, 64));
  app.add_option("--most", wishes.most, "goes on up to so many kinds of differences");
  bool lasts = false;
  app.add_flag("--long", lasts, "for NEGODBC_LONG_SECONDS (60); without --seed a seed of its own");
  app.add_flag("--shrink,!--no-shrink", wishes.shrinks, "make a failing script small (default)");
  app.add_flag("--print", wishes.prints, "print each script");
  CLI11_PARSE(app, argc, argv);
  if (lasts) {
    // The same ones in every check; another seed by hand.
    if (app.count("--seed") == 0) wishes.seed = std::random_device()();
    wishes.seconds = long_seconds();
  }
  if (script >= 0) {
    wishes.first = static_cast<std::uint64_t>(script);
    wishes.scripts = 1;
  }
  // Each job is a process with tables of its own.
  return in_jobs(wishes.jobs, [&](int job) { return search(wishes, job); });
}

}  // namespace
}  // namespace negodbc::oracle

int main(int argc, char** argv) {
  try {
    return negodbc::oracle::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_oracle: %s\n", e.what());
    return 2;
  }
}
