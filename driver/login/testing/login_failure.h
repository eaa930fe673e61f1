// For tests of logins that fail: what came of it.
#pragma once

#include <string>

#include "driver/login/login.h"

namespace negodbc::login::testing {

struct Failure {
  std::string state, text;
};

// State "" and no text when the login succeeded.
inline Failure failure_of(const LoginSettings& settings) {
  Failure failure;
  try {
    login(settings, nullptr);
  } catch (const ConnectionError& error) {
    failure.state = error.state().view();
    failure.text = error.what();
  }
  return failure;
}

}  // namespace negodbc::login::testing
