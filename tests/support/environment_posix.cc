#include <cstdlib>
#include <utility>

#include "tests/support/environment.h"

namespace negodbc::test {

ScopedEnvironment::ScopedEnvironment(std::string name, const std::string& value)
    : name_(std::move(name)) {
  const char* const before = std::getenv(name_.c_str());  // NOLINT(concurrency-mt-unsafe)
  had_one_ = before != nullptr;
  if (had_one_) before_ = before;
  setenv(name_.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

ScopedEnvironment::~ScopedEnvironment() {
  if (had_one_) {
    setenv(name_.c_str(), before_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  } else {
    unsetenv(name_.c_str());  // NOLINT(concurrency-mt-unsafe)
  }
}

}  // namespace negodbc::test
