// Logins on a scripted Secur32: what every test of them begins with.
#ifndef NEGODBC_TESTS_FAKE_LOGON_FIXTURE_H_
#define NEGODBC_TESTS_FAKE_LOGON_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "negotiate/caches.h"
#include "negotiate/session.h"
#include "tests/fake/scripted_secur32.h"

namespace negodbc::test {

// A Windows anew, without sessions; options for a login to postgres/db that takes no warm context.
class LogonFixture : public testing::Test {
 protected:
  LogonFixture() {
    windows = ScriptedWindows{};
    options_.size = sizeof(options_);
    options_.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
    options_.service = "postgres";
    options_.host = "db";
    options_.warm_contexts = NEGODBC_AUTH_OFF;
  }

  // With a ticket-granting ticket for ten hours.
  static LogonSession session_of(const std::string& who) {
    const std::int64_t now = auth::unix_now_s();
    return {who, {{who, "krbtgt/CORP.EXAMPLE", now, now + 36000}}, {}};
  }

  ScriptedWindows& windows = scripted_windows();
  ScriptedPlatform platform;
  std::unique_ptr<auth::Caches> caches = std::make_unique<auth::Caches>(platform);
  negodbc_auth_options options_{};
  negodbc_auth_status status = NEGODBC_AUTH_OK;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_LOGON_FIXTURE_H_
