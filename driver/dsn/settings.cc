#include "driver/dsn/settings.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/secret.h"
#include "driver/base/utf.h"

namespace negodbc::dsn {
namespace {

[[noreturn]] void refuse(const Keyword& entry, std::string_view value, const std::string& wanted) {
  const std::string shown = entry.kind == Kind::secret ? "" : "=" + std::string(value);
  throw Error("08001",
              "connection string: " + std::string(entry.name) + shown + ": expected " + wanted);
}

// Constants: a login asks for some thirty of these, and lists made anew measure each word.
constexpr std::string_view yes_words[] = {"1", "yes", "true", "on", "y", "t"};
constexpr std::string_view no_words[] = {"0", "no", "false", "off", "n", "f"};

std::optional<bool> to_boolean(std::string_view value) {
  const auto is_value = [value](std::string_view word) { return iequals(value, word); };
  if (std::ranges::any_of(yes_words, is_value)) return true;
  if (std::ranges::any_of(no_words, is_value)) return false;
  return std::nullopt;
}

}  // namespace

bool Settings::set_if_absent(Key key, std::string_view value) {
  if (has(key)) return false;
  set(key, value);
  return has(key);
}

void Settings::set(Key key, std::string_view value) {
  values_[key] = Secret(value);
}

bool Settings::has(Key key) const {
  const auto found = values_.find(key);
  return found != values_.end() && !found->second.empty();
}

std::string_view Settings::get(Key key) const {
  const auto found = values_.find(key);
  return found == values_.end() || found->second.empty() ? keyword(key).default_value
                                                         : std::string_view(found->second.reveal());
}

bool Settings::boolean(Key key) const {
  const std::string_view value = trimmed(get(key));
  if (value.empty()) return false;
  if (key == Key::trusted_connection && iequals(value, "SSPI")) return true;
  const std::optional<bool> known = to_boolean(value);
  if (!known) refuse(keyword(key), value, "yes or no (1, 0, true, false, on, off)");
  return *known;
}

long Settings::number(Key key, long lowest, long highest) const {
  const std::string_view value = trimmed(get(key));
  long result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error != std::errc() || end != value.data() + value.size() || result < lowest ||
      result > highest) {
    refuse(keyword(key), value,
           "a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
  }
  return result;
}

std::size_t Settings::choice(Key key) const {
  const Keyword& entry = keyword(key);
  std::string_view value = trimmed(get(key));
  for (const ChoiceAlias& alias : entry.choice_aliases) {
    if (iequals(alias.spelling, value)) value = alias.choice;
  }
  for (std::size_t i = 0; i < entry.choices.size(); ++i) {
    if (iequals(entry.choices[i], value)) return i;
  }
  std::string wanted;
  for (const std::string_view one : entry.choices) {
    wanted += (wanted.empty() ? "one of " : ", ") + std::string(one);
  }
  refuse(entry, value, wanted);
}

void Settings::keep(std::string_view name, std::string_view value) {
  for (const auto& [known, unused] : kept_) {
    if (known == name) return;
  }
  kept_.emplace_back(name, value);
}

void wipe_values(Profile& words) noexcept {
  for (auto& word : words) wipe(word.second);
}

}  // namespace negodbc::dsn
