// Whether a server with a certain keytab could open a ticket: that two keys have the same version
// and type does not make them the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/base/deadline.h"

namespace negodbc::cli {

struct KeytabTrial {
  std::optional<bool> opens;  // nothing: it could not be tried
  std::string words;          // why not; the library's where it does not open
};

// Lets the library that is called `library` (as GssLib names it) accept `token`, an initiator's
// first one, with the keytab's keys, in a process of its own. The token is sent nowhere and kept in
// no replay cache. Waits until the deadline at most.
KeytabTrial try_keytab(const std::string& library, const std::string& keytab,
                       std::string_view token, Deadline deadline);

}  // namespace negodbc::cli
