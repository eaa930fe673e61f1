// Does something in a process of its own: what others' code that is loaded there does, hanging and
// crashing included, does not happen to the doctor, and what it has loaded is gone afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "driver/base/deadline.h"

namespace negodbc::cli {

struct Apart {
  enum class End : std::uint8_t { returned, crashed, timed_out };
  End end = End::crashed;
  std::string said;    // what `action` has returned
  std::string reason;  // of a crash: "signal 11"; "" otherwise
};

// `action` runs in a child of this process, which is ended at the deadline; what it throws counts
// as a crash, with its words. Call it before other threads are started. On Windows it runs here.
Apart run_apart(const std::function<std::string()>& action, Deadline deadline);

}  // namespace negodbc::cli
