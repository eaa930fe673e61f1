#include "driver/types/convert_money.h"

#include <algorithm>

#include "driver/base/error.h"

namespace negodbc::types {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::size_t group = 3;  // the last digits before the point, in every country

// How many digits stand behind the last separator; -1: there is none.
int last_part(std::string_view text) {
  const auto last = std::find_if(text.rbegin(), text.rend(), is_digit);
  const auto before = std::find_if_not(last, text.rend(), is_digit);
  const bool separated = std::any_of(before, text.rend(), is_digit);
  return separated ? static_cast<int>(before - last) : -1;
}

}  // namespace

std::string money_number(std::string_view text, int scale) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
  const int behind = last_part(text);
  const bool fits =
      scale == 0 ? behind == -1 || behind == static_cast<int>(group) : behind == scale;
  if (digits.empty() || !fits)
    throw Error("22018",
                "the amount of money is not written as lc_monetary was when the result was "
                "described; fetch it as text");
  if (scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
  const bool negative = text.find_first_of("-(") != std::string_view::npos;
  return negative ? "-" + digits : digits;
}

}  // namespace negodbc::types
