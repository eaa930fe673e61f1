// negodbc_auth_model: random steps of a world, after each of which the plugin must log in as the
// plain library does in a fresh process. To be run in tests/realm.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include "tests/model/acceptor.h"
#include "tests/model/kcm.h"
#include "tests/model/plugin_login.h"
#include "tests/model/reference.h"
#include "tests/model/walk.h"
#include "tests/model/world.h"

namespace negodbc::model {
namespace {

using Clock = std::chrono::steady_clock;

struct Wishes {
  std::string library;
  std::string kcm;  // the daemon; "": without
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t steps = 3000;
  double seconds = 0;  // 0: as many as there are steps
  bool prints = false;
};

void print(const Walk& walk, std::uint64_t done, double seconds) {
  std::printf("%llu steps in %.1f s:", static_cast<unsigned long long>(done), seconds);
  for (const auto& [what, count] : walk.counts()) std::printf(" %zu %s,", count, what.c_str());
  std::printf(" no more\n");
  std::fflush(stdout);
}

int walk_with(const Wishes& wishes) {
  // A session of its own in the kernel, whose keyring ends with it.
  constexpr long kJoinSession = 1;
  ::syscall(SYS_keyctl, kJoinSession, nullptr);
  const Kcm kcm(wishes.kcm);
  const Acceptor acceptor;
  Reference reference(acceptor.address());
  World world(wishes.library, reference, kcm.serves());
  const std::string copy = world.path("copy.so");
  std::filesystem::copy_file(NEGODBC_AUTH_PLUGIN_FILE, copy);
  Walk walk({.library = wishes.library,
             .seed = wishes.seed,
             .copies = {&plugin_of(NEGODBC_AUTH_PLUGIN_FILE), &plugin_of(copy)},
             .acceptor = acceptor.address(),
             .prints = wishes.prints},
            world, reference);
  std::printf("%s, seed %llu, keyring %s, kcm %s\n", wishes.library.c_str(),
              static_cast<unsigned long long>(wishes.seed), world.has_keyring() ? "yes" : "no",
              kcm.serves() ? "yes" : "no");
  std::fflush(stdout);
  const auto begin = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  std::uint64_t done = 0;
  std::string difference;
  // An episode cannot begin in its midst.
  const std::uint64_t first = wishes.first / Walk::kEpisode * Walk::kEpisode;
  while (done < wishes.steps && (wishes.seconds == 0 || passed() < wishes.seconds)) {
    difference = walk.step(first + done);
    ++done;
    if (!difference.empty()) break;
    constexpr std::uint64_t kReport = 10000;
    if (done % kReport == 0) print(walk, done, passed());
  }
  print(walk, done, passed());
  if (difference.empty()) return 0;
  const std::uint64_t last = first + done - 1;
  std::printf("step %llu differs:\n", static_cast<unsigned long long>(last));
  for (const std::string& line : walk.history()) std::printf("  %s\n", line.c_str());
  std::printf(
      "%s\nagain: negodbc_auth_model --library %s --seed %llu --first %llu --steps %llu, "
      "or with --first 0 --steps %llu, where it is of what was before\n",
      difference.c_str(), wishes.library.c_str(), static_cast<unsigned long long>(wishes.seed),
      static_cast<unsigned long long>(last) / Walk::kEpisode * Walk::kEpisode,
      static_cast<unsigned long long>(Walk::kEpisode), static_cast<unsigned long long>(last) + 1);
  return 1;
}

int run(int argc, char** argv) {
  CLI::App app("Random steps; after each the plugin must log in as the plain library does.");
  Wishes wishes;
  bool lasts = false;
  app.add_option("--library", wishes.library,
                 "heimdal or mit; without it both, one after the other")
      ->check(CLI::IsMember({"heimdal", "mit"}));
  app.add_option("--seed", wishes.seed, "of the steps")->capture_default_str();
  app.add_option("--steps", wishes.steps, "how many")->capture_default_str();
  app.add_option("--first", wishes.first, "the number of the first one: an episode's beginning");
  app.add_option("--kcm", wishes.kcm,
                 "Heimdal's kcm, which keeps caches, too; as root, where it is there");
  app.add_flag("--long", lasts, "no longer than NEGODBC_LONG_SECONDS (60)");
  app.add_flag("--print", wishes.prints, "print each step");
  CLI11_PARSE(app, argc, argv);
  if (lasts) {
    const char* const seconds =
        std::getenv("NEGODBC_LONG_SECONDS");  // NOLINT(concurrency-mt-unsafe)
    wishes.seconds = seconds == nullptr ? 60 : std::stod(seconds);
  }
  if (!wishes.library.empty()) return walk_with(wishes);
  int worst = 0;
  for (const char* library : {"heimdal", "mit"}) {
    wishes.library = library;
    // Each in a process of its own: a library that is loaded stays.
    const pid_t child = ::fork();
    if (child == 0) {
      int status = 2;
      try {
        status = walk_with(wishes);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "negodbc_auth_model: %s\n", e.what());
      }
      std::fflush(stdout);
      ::_exit(status);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) worst = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
  }
  return worst;
}

}  // namespace
}  // namespace negodbc::model

int main(int argc, char** argv) {
  try {
    return negodbc::model::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "negodbc_auth_model: %s\n", e.what());
    return 2;
  }
}
