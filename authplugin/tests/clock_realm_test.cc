// The system's clock is set while the process goes on: what the plugin keeps was fetched by another
// one. The KDC and the acceptor have the right one.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "tests/support/identity_fixture.h"

namespace {
std::atomic<std::int64_t> clock_ahead{0};
}  // namespace

// The C library's, for this program and what it loads (-rdynamic). Files' times stay as they are.
extern "C" {
[[gnu::visibility("default")]] int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += clock_ahead;
  return result;
}
[[gnu::visibility("default")]] time_t time(time_t* told) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  if (told != nullptr) *told = now.tv_sec;
  return now.tv_sec;
}
[[gnu::visibility("default")]] int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec exact{};
  ::clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}
}

namespace negodbc::test {
namespace {

class ClockRealm : public IdentityFixture {
 protected:
  // The client's clock is so many seconds ahead.
  std::string log_in_by(std::int64_t seconds, const negodbc_auth_options& asked) const {
    PluginSession session(asked);
    clock_ahead = seconds;
    negodbc_auth_status status = session.step({});
    clock_ahead = 0;
    if (status != NEGODBC_AUTH_CONTINUE) return session.diagnosis().json;
    const SECURITY_STATUS accepted = session.server.accept(server_, session.token);
    if (accepted < 0) return "refused by the acceptor: " + std::to_string(accepted);
    clock_ahead = seconds;
    status = session.step(session.server.token);
    clock_ahead = 0;
    return status == NEGODBC_AUTH_ESTABLISHED ? peer_of(session.server) : session.diagnosis().json;
  }
};

TEST_P(ClockRealm, What_was_fetched_by_another_clock_is_fetched_anew) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  negodbc_auth_options asked = options();
  asked.client_keytab = keytab.c_str();
  asked.principal = "alice";
  for (const std::int64_t ahead : {std::int64_t{1200}, std::int64_t{0}, std::int64_t{-1200},
                                   std::int64_t{0}, std::int64_t{1200}}) {
    // Each twice: fetched, and kept.
    for (int i = 0; i < 2; ++i) {
      const std::string told = log_in_by(ahead, asked);
      if (ahead != 0 && std::string(library()) == "heimdal") {
        // It does not take the KDC's time from what it keeps in memory.
        EXPECT_NE(told.find("E_CLOCK_SKEW"), std::string::npos) << told;
        // The KDC's no is remembered for a second.
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
      } else {
        EXPECT_EQ(told, principal("alice")) << ahead;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Libraries, ClockRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
