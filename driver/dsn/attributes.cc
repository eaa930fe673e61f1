#include "driver/dsn/attributes.h"

#include <cstring>

#include "driver/dsn/unknown.h"

namespace negodbc::dsn {

Profile parse_attributes(const char* list) {
  Profile attributes;
  // A list that grows leaves short texts behind, and a password may be short.
  std::size_t pairs = 0;
  for (const char* at = list; at != nullptr && *at != '\0'; at += std::strlen(at) + 1) ++pairs;
  attributes.reserve(pairs);
  while (list != nullptr && *list != '\0') {
    const std::string_view pair(list);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos)
      attributes.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    list += pair.size() + 1;
  }
  return attributes;
}

std::string refusal_of(const std::string& word) {
  if (is_refused(word)) return word + " asks for what this driver does not have";
  if (find_keyword(word) != nullptr || !find_accepted(word).empty()) return {};
  const std::string_view nearest = nearest_keyword(word);
  return "there is no keyword " + word +
         (nearest.empty() ? "" : "; is " + std::string(nearest) + " meant?");
}

std::string help_of(const Keyword& keyword) {
  std::string help(keyword.description);
  if (!keyword.default_value.empty())
    help.append(" (without it: ").append(keyword.default_value).append(")");
  return help;
}

std::span<const std::string_view> offers_of(const Keyword& keyword) {
  // "" says nothing, so that the driver's default counts, of this version or a later one.
  static constexpr std::string_view yes_or_no[] = {"", "Yes", "No"};
  return keyword.kind == Kind::boolean ? std::span<const std::string_view>(yes_or_no)
                                       : keyword.choices;
}

}  // namespace negodbc::dsn
