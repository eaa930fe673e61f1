// Many handshakes in one process leave no memory and no descriptor behind. NEGODBC_HANDSHAKES says
// how many (200 without it); run by hand with 100,000, it also prints how long one takes.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>

#include "tests/support/plugin.h"
#include "tests/support/repetition.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoul(line.substr(6));
  }
  return 0;
}

std::size_t descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

class Memory : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
};

TEST_P(Memory, DoesNotGrow) {
  const char* wanted = std::getenv("NEGODBC_HANDSHAKES");
  const int handshakes = wanted == nullptr ? repeated_by_one_thread(200) : std::atoi(wanted);
  const int warm_up = handshakes / 10;
  const auto [library, package] = GetParam();
  const TestCredential acceptor = acquire(library, package, SECPKG_CRED_INBOUND);
  const auto log_in = [&, library = library, package = package] {
    negodbc_auth_options options = options_for("localhost");
    options.library = library;
    options.package = package;
    options.flags_required |= NEGODBC_AUTH_FLAG_CONFIDENTIALITY;
    PluginSession session(options);
    ASSERT_EQ(session.log_in(acceptor), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
    Bytes sealed(200);
    std::size_t size = sealed.size();
    ASSERT_EQ(session.api->protect(session.session, "data", 4, sealed.data(), &size),
              NEGODBC_AUTH_OK);
    sealed.resize(size);
    Bytes plain;
    ASSERT_EQ(open(session.server, sealed, plain), SEC_E_OK);
  };
  for (int i = 0; i < warm_up; ++i) log_in();
  const std::size_t memory = resident_kib();
  const std::size_t open_descriptors = descriptors();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < handshakes; ++i) log_in();
  const auto took =
      std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin);
  const std::size_t grown = resident_kib() - std::min(memory, resident_kib());
  std::printf("%s %s: %d handshakes, %.0f us each, memory grew by %zu KiB\n", library, package,
              handshakes, took.count() / handshakes, grown);
  // Threads that fill caches may hold a file open at either reading; a leak is one a handshake.
  const std::size_t held_by_threads = 4;
  EXPECT_LE(descriptors(), open_descriptors + held_by_threads);
#ifndef __SANITIZE_ADDRESS__  // whose quarantine grows
#ifndef __SANITIZE_THREAD__
  EXPECT_LE(grown, 1024u) << "KiB over " << handshakes << " handshakes";
#endif
#endif
}

INSTANTIATE_TEST_SUITE_P(Libraries, Memory, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
