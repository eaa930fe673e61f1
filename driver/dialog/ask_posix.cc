// unixODBC has nobody asked by a driver: its own programs do that.
#include "driver/base/error.h"
#include "driver/dialog/ask.h"

namespace negodbc::dialog {

bool can_ask(void* /*window*/) {
  return false;
}

std::string why_nobody_is_asked(void* /*window*/) {
  return {};
}

bool ask(void* /*window*/, const Question& /*question*/) {
  throw Error("HY000", "there is no dialog on this system");
}

}  // namespace negodbc::dialog
