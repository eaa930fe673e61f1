// negodbc_peer: sequences of calls on psqlodbc and on the driver, and what differs that
// DIFFERENCES.md does not say. To be run in tests/realm.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/jobs.h"
#include "tests/oracle/leave_out.h"
#include "tests/oracle/peer/comparison.h"
#include "tests/oracle/peer/grammar.h"
#include "tests/oracle/peer/ledger.h"
#include "tests/oracle/peer/matrix.h"
#include "tests/oracle/peer/process.h"
#include "tests/oracle/peer/tables.h"

namespace negodbc::peer {
namespace {

using Clock = std::chrono::steady_clock;

struct Wishes {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t sequences = 1000;
  double seconds = 0;  // 0: as many as there are sequences
  int jobs = 1;
  std::size_t most = 40;  // kinds of differences that are told
  bool matrix = false;
  bool lines = false;  // each line of the ledger is tried
  bool prints = false;
  bool shrinks = true;
  std::string ledger, play;
};

// A sequence on both drivers, each on tables as they were made.
class Pair {
 public:
  explicit Pair(int place)
      : tables_(place),
        theirs_("PostgreSQL Unicode", tables_.search_path()),
        ours_("negodbc", tables_.search_path()) {}

  Compared run(const Sequence& sequence) {
    theirs = on(theirs_, sequence);
    const std::string their_tables = tables_.contents();
    ours = on(ours_, sequence);
    Compared result = compare(sequence, theirs, ours);
    if (result.whole && tables_.contents() != their_tables)
      result.differences.push_back(
          {sequence.calls.size(), "tables: contents", their_tables, tables_.contents()});
    return result;
  }

  Played theirs, ours;

 private:
  Played on(const Side& side, const Sequence& sequence) {
    tables_.reset();
    return side.play(sequence);
  }

  Tables tables_;
  Side theirs_, ours_;
};

class Search {
 public:
  Search(const Wishes& wishes, std::vector<Line> lines, int job)
      : wishes_(wishes), lines_(std::move(lines)), job_(job), pair_(job) {}

  // Whether all is as the ledger says.
  bool run() {
    const auto begin = Clock::now();
    if (!wishes_.play.empty()) {
      const Sequence sequence = parse(wishes_.play);
      const Compared compared = pair_.run(sequence);
      totals_ += compared.totals;
      for (const Difference& difference : unnamed(compared)) {
        ++kinds_[kind_of(difference)];
        std::printf("=> %s\n", to_text(difference).c_str());
      }
      show(sequence);
    } else if (wishes_.matrix) {
      const std::vector<Sequence> all = result_matrix();
      for (std::size_t i = static_cast<std::size_t>(job_); i < all.size();
           i += static_cast<std::size_t>(wishes_.jobs))
        take(all[i], "--matrix");
    } else {
      sequences(begin);
    }
    if (wishes_.lines) try_lines();
    report(std::chrono::duration<double>(Clock::now() - begin).count());
    return kinds_.empty() && untrue_ == 0;
  }

 private:
  void sequences(Clock::time_point begin) {
    for (std::uint64_t number = wishes_.first + static_cast<std::uint64_t>(job_);;
         number += static_cast<std::uint64_t>(wishes_.jobs)) {
      const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
      if (wishes_.seconds > 0 ? passed >= wishes_.seconds
                              : number >= wishes_.first + wishes_.sequences)
        return;
      take(generate(wishes_.seed, number),
           "--seed " + std::to_string(wishes_.seed) + " --sequence " + std::to_string(number));
      if (kinds_.size() >= wishes_.most) return;
    }
  }

  // What DIFFERENCES.md does not say.
  std::vector<Difference> unnamed(const Compared& compared) const {
    std::vector<Difference> all;
    std::copy_if(
        compared.differences.begin(), compared.differences.end(), std::back_inserter(all),
        [&](const Difference& difference) { return line_about(lines_, difference) == nullptr; });
    return all;
  }

  // Differences of one kind differ in values and types.
  static std::string kind_of(const Difference& difference) {
    if (difference.where.ends_with(": outcome"))
      return difference.where + " " + difference.theirs + " / " + difference.ours;
    return difference.where;
  }

  void take(const Sequence& sequence, const std::string& name) {
    if (wishes_.prints) std::printf("%s\n", to_text(sequence).c_str());
    const Compared compared = pair_.run(sequence);
    totals_ += compared.totals;
    ++done_;
    for (const Difference& difference : compared.differences)
      if (const Line* line = line_about(lines_, difference); line != nullptr)
        ++by_line_[line->what];
    for (const Difference& difference : unnamed(compared)) {
      const std::string kind = kind_of(difference);
      if (++kinds_[kind] > 1 || kinds_.size() > wishes_.most) continue;
      std::printf("negodbc_peer %s\n", name.c_str());
      if (!wishes_.shrinks) shown_ = difference;
      const Sequence small = wishes_.shrinks ? shrunk(sequence, kind) : sequence;
      std::printf("%s\n=> %s\n\n", to_text(small).c_str(), to_text(shown_).c_str());
      std::fflush(stdout);
    }
  }

  bool shows(const Sequence& sequence, const std::string& kind) {
    for (const Difference& difference : unnamed(pair_.run(sequence))) {
      if (kind_of(difference) != kind) continue;
      shown_ = difference;
      return true;
    }
    return false;
  }

  Sequence shrunk(Sequence sequence, const std::string& kind) {
    if (!shows(sequence, kind)) {
      std::printf("not each time: ");
      return sequence;
    }
    while (oracle::leave_out(
        sequence, [&](const Sequence& candidate) { return shows(candidate, kind); }, 1,
        [](Sequence& s) -> std::vector<Call>& { return s.calls; })) {
    }
    shows(sequence, kind);
    return sequence;
  }

  void show(const Sequence& sequence) const {
    for (std::size_t i = 0; i < sequence.calls.size(); ++i) {
      std::printf("%s\n", to_text(sequence.calls[i]).c_str());
      for (const Played* played : {&pair_.theirs, &pair_.ours}) {
        std::printf("  %s", played == &pair_.theirs ? "psqlodbc:" : "here:    ");
        if (i >= played->seen.size()) {
          std::printf(" %s\n", played->end.c_str());
          continue;
        }
        for (const auto& [field, value] : played->seen[i].fields)
          std::printf(" %s=%s", field.c_str(), value.c_str());
        std::printf("\n");
      }
    }
  }

  // A line that is no longer true is a fault as well.
  void try_lines() {
    for (std::size_t i = static_cast<std::size_t>(job_); i < lines_.size();
         i += static_cast<std::size_t>(wishes_.jobs)) {
      const Line& line = lines_[i];
      const Compared compared = pair_.run(parse(line.shown_by));
      const bool shown = std::any_of(
          compared.differences.begin(), compared.differences.end(),
          [&](const Difference& difference) { return line_about({line}, difference) != nullptr; });
      if (shown) continue;
      ++untrue_;
      std::printf("no longer so: %s (%s)\n  %s\n", line.what.c_str(), line.where.c_str(),
                  line.shown_by.c_str());
      for (const Difference& difference : compared.differences)
        std::printf("  %s\n", to_text(difference).c_str());
    }
  }

  void report(double seconds) const {
    std::printf("%llu sequences in %.1f s: %s\n", static_cast<unsigned long long>(done_), seconds,
                to_text(totals_).c_str());
    for (const auto& [what, count] : by_line_) std::printf("%7zu named: %s\n", count, what.c_str());
    for (const auto& [kind, count] : kinds_) std::printf("%7zu %s\n", count, kind.c_str());
    std::fflush(stdout);
  }

  const Wishes& wishes_;
  std::vector<Line> lines_;
  int job_;
  Pair pair_;
  Difference shown_;
  Totals totals_;
  std::uint64_t done_ = 0;
  std::size_t untrue_ = 0;
  std::map<std::string, std::size_t> by_line_, kinds_;
};

int search(const Wishes& wishes, const std::vector<Line>& lines, int job) {
  try {
    return Search(wishes, lines, job).run() ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_peer: %s\n", e.what());
    return 2;
  }
}

std::vector<Line> lines_in(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return lines_of(text, "calls");
}

int run(int argc, char** argv) {
  CLI::App app(
      "Calls on psqlodbc and on the driver; what differs and is not named is told, made small.");
  Wishes wishes;
  long sequence = -1;
  bool lasts = false;
  app.add_option("--ledger", wishes.ledger, "DIFFERENCES.md; without it every difference is told");
  app.add_option("--seed", wishes.seed, "of the sequences")->capture_default_str();
  app.add_option("--sequences", wishes.sequences, "how many")->capture_default_str();
  app.add_option("--first", wishes.first, "the number of the first one")->capture_default_str();
  app.add_option("--sequence", sequence, "only the one of this number");
  app.add_option("--play", wishes.play, "this sequence, and what each call gave");
  app.add_flag("--matrix", wishes.matrix, "every column type to every C type");
  app.add_flag("--lines", wishes.lines, "each line of the ledger is tried too");
  app.add_option("--seconds", wishes.seconds, "as many as can be run in this time");
  app.add_option("--jobs", wishes.jobs, "processes")->check(CLI::Range(1, 64));
  app.add_option("--most", wishes.most, "goes on up to so many kinds of differences");
  app.add_flag("--long", lasts, "for NEGODBC_LONG_SECONDS (60); without --seed a seed of its own");
  app.add_flag("--shrink,!--no-shrink", wishes.shrinks, "make a failing sequence small (default)");
  app.add_flag("--print", wishes.prints, "print each sequence");
  CLI11_PARSE(app, argc, argv);
  if (lasts) {
    if (app.count("--seed") == 0) wishes.seed = std::random_device()();
    wishes.seconds = oracle::long_seconds();
  }
  if (sequence >= 0) {
    wishes.first = static_cast<std::uint64_t>(sequence);
    wishes.sequences = 1;
  }
  const std::vector<Line> lines = lines_in(wishes.ledger);
  return oracle::in_jobs(wishes.jobs, [&](int job) { return search(wishes, lines, job); });
}

}  // namespace
}  // namespace negodbc::peer

int main(int argc, char** argv) {
  try {
    return negodbc::peer::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_peer: %s\n", e.what());
    return 2;
  }
}
