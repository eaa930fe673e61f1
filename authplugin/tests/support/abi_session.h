// A plugin's session that is opened and asked, not stepped.
#ifndef NEGODBC_TESTS_SUPPORT_ABI_SESSION_H_
#define NEGODBC_TESTS_SUPPORT_ABI_SESSION_H_

#include <gtest/gtest.h>

#include <string>

#include "tests/support/plugin.h"

namespace negodbc::test {

inline negodbc_auth_options good_options() {
  return options_for("localhost");
}

struct AbiSession {
  explicit AbiSession(const negodbc_auth_options& options)
      : api(load_plugin()), status(api->open(&options, &handle)) {}
  ~AbiSession() { api->close(handle); }
  std::string text() const {
    negodbc_auth_diagnosis record{};
    record.size = sizeof(record);
    EXPECT_EQ(api->diagnosis(handle, &record), NEGODBC_AUTH_OK);
    return record.text;
  }
  const negodbc_auth_api* api;
  negodbc_auth_session* handle = nullptr;
  negodbc_auth_status status;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_ABI_SESSION_H_
