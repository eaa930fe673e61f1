// The environment of a test.
#ifndef NEGODBC_TESTS_SUPPORT_SCOPED_VARIABLE_H_
#define NEGODBC_TESTS_SUPPORT_SCOPED_VARIABLE_H_

#include <cstdlib>
#include <optional>
#include <string>

namespace negodbc::test {

// An environment variable for the time of a test; NULL: not set.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    const char* const before = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (before != nullptr) before_ = before;
    set(value);
  }
  ~ScopedVariable() { set(before_ ? before_->c_str() : nullptr); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  void set(const char* value) {
    if (value == nullptr) {
      ::unsetenv(name_);  // NOLINT(concurrency-mt-unsafe)
    } else {
      ::setenv(name_, value, 1);  // NOLINT(concurrency-mt-unsafe)
    }
  }

 private:
  const char* const name_;
  std::optional<std::string> before_;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_SCOPED_VARIABLE_H_
