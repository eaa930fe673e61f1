// The types that a text's parameters are declared with, one attempt after the other, until the
// server takes them.
//
// What the application has bound comes first: it lets the server understand what it could not guess
// ("date + ?", "select ? + ?"). Where the declared types do not fit ("boolcol = ?" with an integer)
// all are left open, and the server infers them from their places, as it does for psqlodbc. What it
// cannot infer ("? is null") is what was bound, or text. A bool is left open at once: wherever one
// is wanted the server infers it, and as text or as a number it would be another value ("true" for
// 1).
//
// Only what the server says of a text before it says ParseComplete counts (session::Refused): then
// nothing was executed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::types {

class TypeChoice {
 public:
  using Types = std::vector<std::uint32_t>;

  // `declared`: as bound, 0 for what the server is to infer. `known`: what it took for these the
  // last time, which comes first.
  explicit TypeChoice(Types declared, const std::optional<Types>& known = std::nullopt);

  [[nodiscard]] const Types& types() const { return types_; }
  // The server has refused types() with `error`: goes on to the next ones. False: there are none,
  // or the types are not what is wrong.
  bool next(const Error& error);
  // Whether other types are to be tried after this.
  static bool is_about_types(const Error& error);
  // Those tried first of what is declared.
  static Types first(Types declared);
  // All left open.
  static Types open(const Types& declared) { return Types(declared.size()); }

 private:
  bool determine(const Error& error);

  Types declared_;
  Types types_;
  bool remembered_;
  bool opened_ = false;
};

}  // namespace negodbc::types
