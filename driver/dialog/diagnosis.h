// What the doctor finds (`negodbc doctor --json`), in words for whoever fills in the form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/dialog/trial.h"
#include "driver/dsn/settings.h"

namespace negodbc::dialog {

// The verdict first, with cause and remedy, then all steps. Nothing: it is no report of the
// doctor's, or not a whole one.
std::optional<Outcome> outcome_of_report(std::string_view json);

// What the doctor is asked about: all that was filled in, by no data source's name, since that may
// not be there yet. It has secrets in it.
std::string connection_to_examine(dsn::Settings settings);

}  // namespace negodbc::dialog
