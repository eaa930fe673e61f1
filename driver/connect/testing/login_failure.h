// For tests of logins that fail: what came of it, and how long it took.
#pragma once

#include <chrono>
#include <string>

#include "driver/connect/session.h"

namespace negodbc::connect::testing {

struct Failure {
  std::string state, text;
  std::chrono::milliseconds took{0};
};

// State "" and no text when the login succeeded.
inline Failure failure_of(const LoginSettings& settings) {
  const auto begin = std::chrono::steady_clock::now();
  Failure failure;
  try {
    login(settings, nullptr);
  } catch (const ConnectionError& error) {
    failure.state = error.state().view();
    failure.text = error.what();
  }
  failure.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  return failure;
}

}  // namespace negodbc::connect::testing
