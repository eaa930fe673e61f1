// Numbers written in decimal, taken exactly: what lies between PostgreSQL's text and C's integers
// and SQL_NUMERIC_STRUCT. Nothing here allocates.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/uint128.h"

namespace negodbc::types {

// A view of "[+-]digits[.digits][e[+-]digits]"; the text must outlive it.
class Decimal {
 public:
  // Blanks around it are ignored. Nothing: it is no number (NaN and Infinity are none here).
  static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] bool negative() const { return negative_; }
  [[nodiscard]] bool is_zero() const;
  // |value| * 10^scale without its fraction; nothing when it is 2^128 or more.
  [[nodiscard]] std::optional<Uint128> scaled(long scale) const;
  // Whether scaled(scale) loses digits that are not zero.
  [[nodiscard]] bool has_digits_below(long scale) const;
  // Digits behind the decimal point as they are written; never negative.
  [[nodiscard]] long fraction_digits() const;
  // Digits before the decimal point, leading zeros not counted.
  [[nodiscard]] std::size_t whole_digits() const;

 private:
  [[nodiscard]] int digit(std::size_t index) const {
    return (index < whole_.size() ? whole_[index] : fraction_[index - whole_.size()]) - '0';
  }
  [[nodiscard]] std::size_t size() const { return whole_.size() + fraction_.size(); }
  [[nodiscard]] std::size_t leading_zeros() const;

  std::string_view whole_;
  std::string_view fraction_;
  long exponent_ = 0;
  bool negative_ = false;
};

// The magnitude is 10^precision or more.
bool exceeds_precision(Uint128 magnitude, unsigned precision);

SQL_NUMERIC_STRUCT to_numeric_struct(Uint128 magnitude, bool negative, SQLCHAR precision,
                                     SQLSCHAR scale);
std::string numeric_text(const SQL_NUMERIC_STRUCT& value);

}  // namespace negodbc::types
