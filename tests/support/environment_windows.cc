#include <stdlib.h>

#include <utility>

#include "tests/support/environment.h"

namespace negodbc::test {

ScopedEnvironment::ScopedEnvironment(std::string name, const std::string& value)
    : name_(std::move(name)) {
  const char* const before = std::getenv(name_.c_str());
  had_one_ = before != nullptr;
  if (had_one_) before_ = before;
  _putenv_s(name_.c_str(), value.c_str());
}

// An empty value removes the variable.
ScopedEnvironment::~ScopedEnvironment() {
  _putenv_s(name_.c_str(), before_.c_str());
}

}  // namespace negodbc::test
