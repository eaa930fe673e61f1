// SQLDriverConnect with a window: what is missing or wrong is asked for until the login succeeds.
#pragma once

#include <cstdint>
#include <functional>

#include "driver/dialog/ask.h"
#include "driver/dsn/settings.h"

namespace negodbc::dialog {

enum class Completion : std::uint8_t {
  prompt,             // asked in any case
  complete,           // where something is missing, or is refused
  complete_required,  // likewise; only what is missing or refused can be changed
};

// Logs in by `log_in`, with what is answered; false: cancelled. `settings` are then those that the
// login was made with. Asks nothing where all is given and the login succeeds. Throws what
// `log_in` throws when no answer could mend it, and what `ask` throws.
bool complete(dsn::Settings& settings, Completion how,
              const std::function<bool(const Question&)>& ask,
              const std::function<void(const dsn::Settings&)>& log_in);

}  // namespace negodbc::dialog
