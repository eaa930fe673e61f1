// Names that are the same in upper and lower case: of packages, services, hosts, realms. ASCII's
// letters only, whatever the locale.
#ifndef NEGODBC_NEGOTIATE_LETTER_CASE_H_
#define NEGODBC_NEGOTIATE_LETTER_CASE_H_

#include <algorithm>
#include <string_view>

namespace negodbc::auth {

template <typename Unit>
constexpr Unit lower(Unit unit) {
  return unit >= Unit{'A'} && unit <= Unit{'Z'} ? static_cast<Unit>(unit + (Unit{'a'} - Unit{'A'}))
                                                : unit;
}

template <typename Unit>
bool same_without_case(std::basic_string_view<Unit> a, std::basic_string_view<Unit> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](Unit x, Unit y) { return lower(x) == lower(y); });
}
inline bool same_without_case(std::string_view a, std::string_view b) {
  return same_without_case<char>(a, b);
}

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_LETTER_CASE_H_
