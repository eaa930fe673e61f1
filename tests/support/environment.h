// The environment of a test's process, changed for a while.
#pragma once

#include <string>

namespace negodbc::test {

// One variable has this value as long as the object lives. Not while other threads read the
// environment.
class ScopedEnvironment {
 public:
  ScopedEnvironment(std::string name, const std::string& value);
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;
  ~ScopedEnvironment();

 private:
  std::string name_;
  bool had_one_;
  std::string before_;
};

}  // namespace negodbc::test
