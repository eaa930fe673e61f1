// Statements as a conversation is given them, and what becomes of them when they are refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"
#include "driver/wire/backend.h"
#include "driver/wire/frontend.h"

namespace negodbc::session {

// A statement known to the server, and what the server said of it.
struct Prepared {
  std::string name;                            // "": the server knows it by no name
  std::vector<std::uint32_t> declared_types;   // as sent in Parse
  std::vector<std::uint32_t> parameter_types;  // as the server understands them
  std::vector<wire::Field> fields;             // empty: returns no rows
  bool described = false;                      // the two above are known
};

// HYT00, HY008: the server was asked to stop and has not answered yet; whether the statement took
// effect is not known.
class Unanswered : public Error {
 public:
  using Error::Error;
};

// The server refused a text before it said ParseComplete, a named statement before BindComplete, or
// a value that is no text of its parameter's type (22P02, 22003): nothing of it was executed.
class Refused : public Error {
 public:
  explicit Refused(const Error& error, bool value = false) : Error(error), value_(value) {}
  // It may be a value: the text was accepted.
  [[nodiscard]] bool value() const { return value_; }

 private:
  bool value_;
};

// One of several statements that travel in one flight.
struct Part {
  std::string_view sql;
  std::span<const std::uint32_t> types;  // declared for its parameters
  std::span<const wire::BindValue> values;
};

}  // namespace negodbc::session
