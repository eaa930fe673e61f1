#include "bench/storm/client.h"

#include <stdexcept>

namespace negodbc::bench {

std::unique_ptr<HeldSession> Client::open(const std::string&, Attempt& attempt) {
  attempt.failure = Failure{"", "this kind of target can't hold a session open"};
  return nullptr;
}

std::vector<std::string> target_kinds() {
  return {"odbc", "libpq", "floor", "gssfloor"};
}

std::unique_ptr<Target> make_target(const TargetSettings& settings) {
  if (settings.kind == "odbc") return make_odbc_target(settings);
  if (settings.kind == "libpq") return make_libpq_target(settings);
  if (settings.kind == "floor") return make_floor_target(settings, false);
  if (settings.kind == "gssfloor") return make_floor_target(settings, true);
  throw std::runtime_error("there is no kind of target called " + settings.kind);
}

}  // namespace negodbc::bench
