// The Test button: a login that is made and given up again.
#pragma once

#include <string>

#include "driver/dsn/settings.h"

namespace negodbc::dialog {

struct Outcome {
  bool good = false;
  std::string text;  // in words, for whoever fills in the form; no secrets
};

// Logs in as a program would, but for ConnSettings, which are not run. Takes as long as a login
// may (connect_timeout). Throws nothing of the login's: what went wrong is the outcome.
Outcome try_login(const dsn::Settings& settings);

}  // namespace negodbc::dialog
