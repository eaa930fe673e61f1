#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/storm/identity.h"
#include "bench/storm/mpi_library.h"
#include "bench/storm/ranks.h"
#include "bench/storm/report_document.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr auto longest_silence = std::chrono::seconds(20);  // of a rank that lives
constexpr auto poll_every = std::chrono::milliseconds(2);
constexpr auto sign_every = std::chrono::seconds(1);
constexpr int pings = 6;

// What is said, each a document (CBOR). "first": from rank 0, "other": from another one.
enum Tag : int {
  ready = 1,   // other: {"slot", "host", "pid"}
  ping = 2,    // first: {}
  pong = 3,    // other: {"clock"}: seconds since 1970
  go = 4,      // first: {"slot", "start" by its clock, "ahead_s", "uncertain_s", "host", "pid"}
  alive = 5,   // other: a LiveSample; first: {}
  result = 6,  // other: its report
  over = 7  // first: its storm has ended, no more rounds; with {"merged": true}: it has the report
};

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string this_host() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

// NOLINTNEXTLINE(bugprone-exception-escape): the move of its document, which asserts only
struct Fellow {
  std::string host;
  int pid = 0;  // 0: not known
  std::size_t slot = 0;
  bool is_ready = false;  // for `slot`
  bool dead = false;
  Clock::time_point heard = Clock::now();
  LiveSample live;
  ClockDifference clock;
  std::optional<double> their_clock;  // of a pong
  json report;

  bool counts() const { return !dead && report.is_null(); }
};

class MpiRanks : public Ranks {
 public:
  MpiRanks() : others_(static_cast<std::size_t>(mpi_.size())) {}

  bool is_alone() const { return others_.size() < 2; }
  bool is_first() const override { return mpi_.rank() == 0; }
  ClockDifference clock() const override { return clock_; }

  std::optional<Clock::time_point> meet(std::size_t slot, StopSignals& signals) override {
    return is_first() ? call_together(slot, signals) : wait_for_go(slot, signals);
  }

  LiveSample tick(const LiveSample& own) override {
    handle_all();
    if (!is_first()) {
      if (is_time()) say(0, alive, own);
      return own;
    }
    if (is_time()) say_to_all(alive, json::object());
    LiveSample all = own;
    for (const Fellow& each : others_) {
      if (each.counts()) all.merge(each.live);
    }
    return all;
  }

  std::optional<Report> gather(Report own, StopSignals& signals) override {
    return is_first() ? collect(std::move(own), signals) : deliver(std::move(own), signals);
  }

  void leave(int status) override {
    static int exit_with = 0;
    exit_with = status;
    // The library waits for all ranks here, and a dead one never comes.
    signal(SIGALRM, [](int) { _exit(exit_with); });
    alarm(10);
    const auto end = Clock::now() + std::chrono::seconds(2);
    while (!mpi_.is_sent() && Clock::now() < end) std::this_thread::sleep_for(poll_every);
    mpi_.finalize();
    alarm(0);
  }

 private:
  void say(int to, Tag tag, const json& document) { mpi_.send(to, tag, json::to_cbor(document)); }

  bool is_time() {
    if (Clock::now() - signed_ < sign_every) return false;
    signed_ = Clock::now();
    return true;
  }

  void handle_all() {
    while (auto message = mpi_.receive()) {
      Fellow& from = others_[static_cast<std::size_t>(message->from)];
      from.heard = Clock::now();
      try {
        handle(from, message->tag, json::from_cbor(message->content));
      } catch (const json::exception&) {
        from.dead = true;  // it speaks another language: another version of the program
      }
    }
  }

  void handle(Fellow& from, int tag, const json& said) {
    switch (tag) {
      case ready:
        said.at("slot").get_to(from.slot);
        said.at("host").get_to(from.host);
        said.at("pid").get_to(from.pid);
        from.is_ready = true;
        if (over_) say(static_cast<int>(&from - others_.data()), over, json::object());
        break;
      case ping:
        say(0, pong, {{"clock", unix_now()}});
        quick_until_ = Clock::now() + std::chrono::milliseconds(20);
        break;
      case pong:
        from.their_clock = said.at("clock").get<double>();
        break;
      case go:
        go_ = said;
        break;
      case alive:
        if (said.contains("logins")) said.get_to(from.live);
        break;
      case result:
        from.report = said;
        break;
      case over:
        over_ = true;
        merged_ = merged_ || said.contains("merged");
        break;
      default:
        break;
    }
  }

  // On this machine its process says so, elsewhere its silence.
  bool has_died(Fellow& fellow) {
    if (fellow.dead) return true;
    const bool here = fellow.pid != 0 && fellow.host == host_;
    const bool gone = here && kill(fellow.pid, 0) != 0 && errno == ESRCH;
    fellow.dead = gone || Clock::now() - fellow.heard > longest_silence;
    return fellow.dead;
  }

  void rest() {
    std::this_thread::sleep_for(Clock::now() < quick_until_
                                    ? std::chrono::microseconds(50)
                                    : std::chrono::microseconds(poll_every));
  }

  // --- rank 0

  std::optional<Clock::time_point> call_together(std::size_t slot, StopSignals& signals) {
    const auto is_awaited = [&](std::size_t i) {
      Fellow& each = others_[i];
      return i != 0 && each.report.is_null() && !(each.is_ready && each.slot == slot) &&
             !has_died(each);
    };
    for (std::size_t i = 1; i < others_.size();) {
      handle_all();
      if (signals.count() != 0) return std::nullopt;
      if (is_awaited(i)) {
        if (is_time()) say_to_all(alive, json::object());
        rest();
      } else {
        ++i;
      }
    }
    if (!compared_) compare_clocks();
    compared_ = true;
    // As much ahead as the message takes to all of them, on a machine that has more to do.
    const double lead = std::min(1.0, 0.03 + 0.005 * static_cast<double>(others_.size()));
    const double start = unix_now() + lead;
    for (std::size_t i = 1; i < others_.size(); ++i) {
      const Fellow& each = others_[i];
      if (!each.counts()) continue;
      say(static_cast<int>(i), go,
          {{"slot", slot},
           {"start", start},
           {"ahead_s", each.clock.ahead_s},
           {"uncertain_s", each.clock.uncertain_s},
           {"host", host_},
           {"pid", getpid()}});
    }
    return Clock::now() +
           std::chrono::nanoseconds(static_cast<std::int64_t>((start - unix_now()) * 1e9));
  }

  // By the quickest of a few answers, as the Network Time Protocol does it.
  void compare_clocks() {
    for (std::size_t i = 1; i < others_.size(); ++i) {
      Fellow& each = others_[i];
      double quickest = INFINITY;
      for (int n = 0; n < pings && each.counts(); ++n) {
        each.their_clock.reset();
        const double asked = unix_now();
        say(static_cast<int>(i), ping, json::object());
        const auto end = Clock::now() + std::chrono::milliseconds(300);
        while (!each.their_clock && Clock::now() < end) {
          quick_until_ = end;
          handle_all();
          if (!each.their_clock) rest();
        }
        const double answered = unix_now();
        if (!each.their_clock || answered - asked >= quickest) continue;
        quickest = answered - asked;
        each.clock = {*each.their_clock - (asked + answered) / 2, quickest / 2};
      }
    }
  }

  std::optional<Report> collect(Report own, StopSignals& signals) {
    over_ = true;
    say_to_all(over, json::object());  // who waits for a round waits no more
    for (std::size_t i = 1; i < others_.size();) {
      handle_all();
      Fellow& each = others_[i];
      // Its report may be the last that came of it.
      if (each.counts() && has_died(each)) handle_all();
      if (each.counts() && signals.count() < 2) {
        if (is_time()) say_to_all(alive, json::object());
        rest();
      } else {
        ++i;
      }
    }
    own.expected_ranks = static_cast<unsigned>(others_.size());
    own.merged = true;
    for (std::size_t i = 1; i < others_.size(); ++i) add(own, i);
    say_to_all(over, {{"merged", true}});
    return own;
  }

  void add(Report& own, std::size_t number) {
    const Fellow& each = others_[number];
    const std::string who = "rank " + std::to_string(number);
    if (each.report.is_null()) {
      own.notes.push_back(who + (each.host.empty() ? "" : " on " + each.host) +
                          " has died or does not answer; what it had done in its last round (" +
                          std::to_string(each.live.logins) + " logins, " +
                          std::to_string(each.live.failures) +
                          " failures told of) and before is in no figure here");
      return;
    }
    try {
      merge(own, from_document(each.report));
    } catch (const std::exception& error) {
      own.notes.push_back(who + ": its report can't be merged: " + error.what());
    }
  }

  void say_to_all(Tag tag, const json& document) {
    for (std::size_t i = 1; i < others_.size(); ++i) {
      if (!others_[i].dead) say(static_cast<int>(i), tag, document);
    }
  }

  // --- the others

  bool first_is_gone() { return has_died(others_[0]); }

  std::optional<Clock::time_point> wait_for_go(std::size_t slot, StopSignals& signals) {
    say(0, ready, {{"slot", slot}, {"host", host_}, {"pid", getpid()}});
    while (!over_ && signals.count() == 0) {
      handle_all();
      if (!go_.is_null() && go_.at("slot").get<std::size_t>() == slot) {
        clock_ = {go_.at("ahead_s").get<double>(), go_.at("uncertain_s").get<double>()};
        go_.at("host").get_to(others_[0].host);
        go_.at("pid").get_to(others_[0].pid);
        const double in_s = go_.at("start").get<double>() + clock_.ahead_s - unix_now();
        return Clock::now() + std::chrono::nanoseconds(static_cast<std::int64_t>(in_s * 1e9));
      }
      if (first_is_gone()) return std::nullopt;
      if (is_time()) say(0, alive, json::object());
      rest();
    }
    return std::nullopt;
  }

  std::optional<Report> deliver(Report own, StopSignals& signals) {
    say(0, result, to_document(own));
    others_[0].heard = Clock::now();
    while (!merged_ && signals.count() < 2) {
      handle_all();
      if (first_is_gone()) return own;
      if (!merged_) rest();
    }
    if (merged_) return std::nullopt;
    return own;
  }

  Mpi mpi_;
  const std::string host_ = this_host();
  std::vector<Fellow> others_;  // by rank; this one's own is not used
  ClockDifference clock_;
  json go_;
  bool compared_ = false;
  bool over_ = false;
  bool merged_ = false;
  Clock::time_point signed_;
  Clock::time_point quick_until_;
};

}  // namespace

std::unique_ptr<Ranks> join_ranks() {
  const std::string size = environment_variable("OMPI_COMM_WORLD_SIZE").value_or("");
  if (size.empty() || size == "1" || !environment_variable("OMPI_COMM_WORLD_RANK")) return nullptr;
  auto ranks = std::make_unique<MpiRanks>();
  if (!ranks->is_alone()) return ranks;
  ranks->leave(could_not_run);  // variables without a launcher
  return nullptr;
}

}  // namespace negodbc::bench
