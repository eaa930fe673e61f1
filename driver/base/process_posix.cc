#include <unistd.h>

#include <cerrno>

#include "driver/base/process.h"

namespace negodbc {

std::string program_name() {
  return program_invocation_short_name;
}

unsigned long process_number() {
  return static_cast<unsigned long>(getpid());
}

std::tm local_time(std::time_t time) {
  std::tm local = {};
  localtime_r(&time, &local);
  return local;
}

}  // namespace negodbc
