// The handshake on every system: the plugin beside the loop that drivers write, by GSSAPI or by
// Secur32, in the same run. The acceptor is in the same process, and only the initiator's part is
// timed. The contestants take turns, round by round; medians over the rounds are told, and the
// median of the rounds' ratios.
//
//   tests/realm/realm.py run -- build/release/bin/negodbc-handshake
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/base/statistics.h"
#include "bench/handshake/plain_side.h"
#include "bench/handshake/plugin.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;
using MakeSide = std::function<std::unique_ptr<Side>()>;

constexpr std::uint32_t all_flags = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY |
                                    NEGODBC_AUTH_FLAG_INTEGRITY | NEGODBC_AUTH_FLAG_REPLAY_DETECT |
                                    NEGODBC_AUTH_FLAG_SEQUENCE_DETECT;

class ThroughPlugin final : public Side {
 public:
  ThroughPlugin(const std::string& implementation, const std::string& package, Caches caches)
      : session_(implementation.c_str(), package.c_str(), all_flags, caches) {}
  std::string step(const std::string& input) override { return session_.step(input); }
  [[nodiscard]] bool complete() const override { return session_.established(); }

 private:
  PluginSession session_;
};

// One of those that are compared, and what its rounds took, microseconds a handshake.
struct Contestant {
  std::string name;
  MakeSide make;
  std::vector<double> first_leg, whole;
};

// One handshake's two times, added to.
void shake_hands(const MakeSide& make, const std::string& package, Clock::duration& first_leg,
                 Clock::duration& whole) {
  const std::unique_ptr<Side> server = acceptor(package);
  Clock::time_point begin = Clock::now();
  std::unique_ptr<Side> client = make();
  std::string token = client->step("");
  Clock::duration taken = Clock::now() - begin;
  first_leg += taken;
  while (!client->complete()) {
    token = server->step(token);
    begin = Clock::now();
    token = client->step(token);
    taken += Clock::now() - begin;
  }
  begin = Clock::now();
  client.reset();
  whole += taken + (Clock::now() - begin);
}

void run_round(Contestant& contestant, const std::string& package, int handshakes) {
  Clock::duration first_leg{};
  Clock::duration whole{};
  for (int i = 0; i < handshakes; ++i) shake_hands(contestant.make, package, first_leg, whole);
  const auto each = [handshakes](Clock::duration sum) {
    return std::chrono::duration<double, std::micro>(sum).count() / handshakes;
  };
  contestant.first_leg.push_back(each(first_leg));
  contestant.whole.push_back(each(whole));
}

void compare(const std::string& implementation, const std::string& package, int rounds,
             int handshakes) {
  std::vector<Contestant> all;
  const auto enter = [&all](const char* name, MakeSide make) {
    all.push_back({name, std::move(make), {}, {}});
  };
  enter("plain", [&] { return plain_initiator(implementation, package); });
  const auto plugin_with = [&](Caches caches) {
    return [&implementation, &package, caches] {
      return std::make_unique<ThroughPlugin>(implementation, package, caches);
    };
  };
  enter("plugin", plugin_with(Caches::all));
  enter("plugin, no warm contexts", plugin_with(Caches::no_warm));
  enter("plugin, no caches", plugin_with(Caches::none));
  for (Contestant& contestant : all) run_round(contestant, package, 1);  // loads and fetches
  for (Contestant& contestant : all) {
    contestant.first_leg.clear();
    contestant.whole.clear();
  }
  for (int round = 0; round < rounds; ++round) {
    for (Contestant& contestant : all) run_round(contestant, package, handshakes);
  }
  for (const Contestant& contestant : all) {
    std::printf("| %s | %s | %s | %.1f | %.2f | %.1f | %.2f |\n", implementation.c_str(),
                package.c_str(), contestant.name.c_str(), spread(contestant.first_leg).median,
                median_ratio(all.front().first_leg, contestant.first_leg),
                spread(contestant.whole).median, median_ratio(all.front().whole, contestant.whole));
  }
}

int run(int argc, char** argv) {
  CLI::App app("Handshakes a second: the plugin beside the system's own calls");
  int rounds = 5;
  int handshakes = 200;
  app.add_option("--rounds", rounds, "Rounds, whose medians are told")->check(CLI::PositiveNumber);
  app.add_option("--handshakes", handshakes, "Of each contestant in each round")
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  std::printf(
      "| library | package | by | first leg us | plain : this | both legs us | plain : this |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const std::string& implementation : implementations()) {
    for (const char* package : {"Negotiate", "Kerberos"})
      compare(implementation, package, rounds, handshakes);
  }
  return 0;
}

}  // namespace
}  // namespace negodbc::bench

int main(int argc, char** argv) try {
  return negodbc::bench::run(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "negodbc-handshake: %s\n", error.what());
  return 1;
}
