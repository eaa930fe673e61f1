#include <cerrno>

#include "driver/base/process.h"

namespace negodbc {

std::string program_name() {
  return program_invocation_short_name;
}

}  // namespace negodbc
