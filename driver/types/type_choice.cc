#include "driver/types/type_choice.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "driver/types/type_info.h"

namespace negodbc::types {
namespace {

constexpr std::string_view indeterminate_type = "42P18";

// "could not determine data type of parameter $3", in whatever language; 0: none is named.
std::size_t named_parameter(std::string_view text) {
  const std::size_t dollar = text.find('$');
  if (dollar == std::string_view::npos) return 0;
  std::size_t number = 0;
  const auto read = std::from_chars(text.data() + dollar + 1, text.data() + text.size(), number);
  return read.ec == std::errc() ? number : 0;
}

}  // namespace

// What a server says of a text whose parameters have types that do not fit their places; class 22
// is of a constant that was to be of a parameter's type ("coalesce(?, 'none')").
bool TypeChoice::is_about_types(const Error& error) {
  constexpr std::string_view states[] = {
      "42804",  // datatype_mismatch
      "42883",  // undefined_function: neither function nor operator for them
      "42846",  // cannot_coerce
      "42725",  // ambiguous_function
      "42P08",  // ambiguous_parameter
      "42809",  // wrong_object_type: op ANY needs an array
  };
  const SqlState state = error.state();
  return state.view().starts_with("22") ||
         std::find(std::begin(states), std::end(states), state.view()) != std::end(states);
}

TypeChoice::TypeChoice(Types declared, const std::optional<Types>& known)
    : declared_(std::move(declared)),
      types_(known ? *known : first(declared_)),
      remembered_(known.has_value()) {}

TypeChoice::Types TypeChoice::first(Types declared) {
  std::replace(declared.begin(), declared.end(), std::uint32_t{oid_bool}, std::uint32_t{0});
  return declared;
}

bool TypeChoice::next(const Error& error) {
  if (remembered_) {
    remembered_ = false;
    if (Types anew = first(declared_); types_ != anew) {
      types_ = std::move(anew);
      return true;
    }
  }
  if (error.state() == indeterminate_type) return determine(error);
  if (opened_ || !is_about_types(error)) return false;
  opened_ = true;
  const Types before = std::exchange(types_, open(declared_));
  return types_ != before;
}

bool TypeChoice::determine(const Error& error) {
  const auto settle = [&](std::size_t i) {
    if (types_[i] != 0) return false;
    types_[i] = declared_[i] != 0 ? declared_[i] : std::uint32_t{oid_text};
    return true;
  };
  const std::size_t number = named_parameter(error.what());
  if (number != 0) return number <= types_.size() && settle(number - 1);
  bool any = false;
  for (std::size_t i = 0; i < types_.size(); ++i) any = settle(i) || any;
  return any;
}

}  // namespace negodbc::types
