#include "driver/dsn/masking.h"

#include <algorithm>
#include <optional>

#include "driver/base/characters.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/unknown.h"
#include "driver/dsn/words.h"
#include "driver/sql/masking.h"

namespace negodbc::dsn {
namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view not_shown = "(not shown)";

// As folded() has them.
constexpr std::string_view secrets_parts[] = {"password", "passwd", "passwort", "passphrase", "pwd",
                                              "secret",   "token",  "kennwort", "apikey"};
constexpr std::string_view secrets_names[] = {"pass", "pw", "psw", "pswd"};

bool is_known(std::string_view word) {
  return find_keyword(word) != nullptr || !find_accepted(word).empty();
}

bool is_part_of_a_word(char c) {
  return !is_blank(c) && std::string_view("=:;,&?{}'\"()<>").find(c) == std::string_view::npos;
}

// Of a text that may be anything: all behind a word for a password and '=' or ':'.
std::string without_assigned_passwords(std::string_view text) {
  for (std::size_t at = text.find_first_of("=:"); at != std::string_view::npos;
       at = text.find_first_of("=:", at + 1)) {
    std::size_t end = at;
    while (end > 0 && is_blank(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_part_of_a_word(text[begin - 1])) --begin;
    if (!is_secret_word(text.substr(begin, end - begin)) || at + 1 == text.size()) continue;
    return without_address_passwords(std::string(text.substr(0, at + 1))).append(mask);
  }
  return without_address_passwords(std::string(text));
}

// One "name = value" of a libpq connection string.
struct Pair {
  std::string_view name;
  std::size_t begin = 0, end = 0;  // of the value, its quotes included
  std::string value;
};

std::size_t behind_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// The one that begins here; nothing where it is malformed. As conninfo.cc reads it.
std::optional<Pair> pair_at(std::string_view text, std::size_t at) {
  Pair pair;
  const std::size_t begin = at;
  while (at < text.size() && text[at] != '=' && !is_blank(text[at])) ++at;
  pair.name = text.substr(begin, at - begin);
  at = behind_blanks(text, at);
  if (at == text.size() || text[at] != '=' || pair.name.empty()) return std::nullopt;
  pair.begin = at = behind_blanks(text, at + 1);
  const bool quoted = at < text.size() && text[at] == '\'';
  if (quoted) ++at;
  for (; at < text.size() && (quoted ? text[at] != '\'' : !is_blank(text[at])); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    pair.value.push_back(text[at]);
  }
  if (quoted && at == text.size()) return std::nullopt;
  pair.end = quoted ? at + 1 : at;
  return pair;
}

std::string shown_conninfo(std::string_view text) {
  std::string shown;
  std::size_t from = 0;
  for (std::size_t at = behind_blanks(text, 0); at < text.size();) {
    const std::optional<Pair> pair = pair_at(text, at);
    if (!pair) return std::string(hidden_value);
    const std::string value = is_secret_word(pair->name)
                                  ? std::string(pair->value.empty() ? "" : mask)
                                  : shown_value(pair->name, pair->value);
    shown.append(text.substr(from, pair->begin - from));
    if (value == pair->value)
      shown.append(text.substr(pair->begin, pair->end - pair->begin));
    else
      shown.append(1, '\'').append(value).append(1, '\'');
    from = pair->end;
    at = behind_blanks(text, pair->end);
  }
  return shown.append(text.substr(from));
}

// Only where it is certain where strings end: that depends on the server and, as psqlodbc writes
// them, on percent signs.
std::string shown_statements(std::string_view text) {
  const std::string sql = decoded_statements(text);
  std::string shown = sql::without_constants(sql, true);
  if (shown != sql::without_constants(sql, false) || shown.find('%') != std::string::npos)
    return std::string(hidden_value);
  return shown;
}

// psqlodbc allows braces around values.
std::string_view without_braces(std::string_view value) {
  const bool braced = value.size() >= 2 && value.front() == '{' && value.back() == '}';
  return braced ? value.substr(1, value.size() - 2) : value;
}

std::string shown_uri(std::string_view text) {
  std::string shown;
  while (true) {
    const std::size_t end = std::min(text.find_first_of("?&"), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && is_secret_word(part.substr(0, equals)))
      shown.append(part.substr(0, equals + 1)).append(mask);
    else
      shown.append(part);
    if (end == text.size()) return without_address_passwords(std::move(shown));
    shown.push_back(text[end]);
    text.remove_prefix(end + 1);
  }
}

// Where a value ends that begins here: at the mark, or behind its brace, which may be open.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  if (at == text.size() || text[at] != '{') return std::min(text.find(';', at), text.size());
  for (++at; at < text.size(); ++at) {
    if (text[at] != '}') continue;
    if (at + 1 == text.size() || text[at + 1] != '}')
      return std::min(text.find(';', at), text.size());
    ++at;
  }
  return at;
}

std::string shown_connection_string(std::string_view text) {
  std::string shown;
  bool behind_secret = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find_first_of("=;", at), text.size());
    const std::string_view word = trimmed(text.substr(at, mark - at));
    if (mark == text.size() || text[mark] == ';') {
      // Between two marks, or no pair: behind a password a piece of it.
      if (!word.empty()) shown.append(behind_secret ? std::string(mask) : shown_word(word));
    } else {
      const std::size_t begin = behind_blanks(text, mark + 1);
      const std::size_t end = end_of_value(text, begin);
      const std::string_view value = text.substr(begin, end - begin);
      const bool piece = behind_secret && !is_known(word);
      const bool secret = is_secret_word(word);
      if (!piece) shown.append(word).append(1, '=');
      shown.append(piece || (secret && !value.empty()) ? std::string(mask)
                                                       : shown_value(word, value));
      behind_secret = piece || (secret && !value.starts_with('{'));
      at = end + 1;
      if (end < text.size()) shown.push_back(';');
      continue;
    }
    if (mark < text.size()) shown.push_back(';');
    at = mark + 1;
  }
  return shown;
}

}  // namespace

bool is_secret_word(std::string_view word) {
  if (const Keyword* const found = find_keyword(word)) return found->kind == Kind::secret;
  if (!find_accepted(word).empty()) return false;
  const std::string name = folded(word);
  const auto is_it = [&](std::string_view other) { return name == other; };
  const auto holds_it = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (std::any_of(std::begin(secrets_names), std::end(secrets_names), is_it) ||
      std::any_of(std::begin(secrets_parts), std::end(secrets_parts), holds_it))
    return true;
  const auto all = keywords();
  return std::any_of(all.begin(), all.end(), [&](const Keyword& entry) {
    return entry.kind == Kind::secret && is_near(word, entry);
  });
}

std::string shown_value(std::string_view word, std::string_view value) {
  if (value.empty()) return {};
  if (is_secret_word(word)) return std::string(hidden_value);
  const Keyword* const found = find_keyword(word);
  if (found != nullptr && found->key == Key::pqopt) {
    const std::string_view inner = without_braces(value);
    std::string shown = shown_conninfo(inner);
    return inner.size() == value.size() || shown == hidden_value ? shown : "{" + shown + "}";
  }
  if (found != nullptr && found->key == Key::connect_settings)
    return shown_statements(without_braces(value));
  return without_assigned_passwords(value);
}

std::string shown_word(std::string_view word) {
  if (is_known(word) || !is_secret_word(word)) return std::string(word);
  const std::size_t end = word.find_first_of(" \t:=;,");
  if (end == std::string_view::npos) return std::string(word);
  return std::string(trimmed(word.substr(0, end + 1))).append(" ").append(mask);
}

bool holds_secret(std::string_view word, std::string_view value) {
  if (value.empty()) return false;
  const Keyword* const found = find_keyword(word);
  if (found == nullptr || found->key != Key::connect_settings)
    return shown_value(word, value) != value;
  const std::string sql = decoded_statements(value);
  return sql::without_passwords(sql, true) != sql;
}

std::string shown_connection(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos && text.find('=') > scheme) return shown_uri(text);
  return text.find('=') == std::string_view::npos ? std::string(text)
                                                  : shown_connection_string(text);
}

std::string without_address_passwords(std::string text) {
  for (std::size_t at = 0; (at = text.find("://", at)) != std::string::npos;) {
    at += 3;
    // A password with a slash in it is wrong there, and a password.
    const std::size_t end = std::min(text.find_first_of("? \t\n\"'<>", at), text.size());
    const std::size_t host = text.rfind('@', end == 0 ? 0 : end - 1);
    const std::size_t colon = text.find(':', at);
    if (host == std::string::npos || host < at || colon == std::string::npos || colon > host)
      continue;
    text.replace(colon + 1, host - colon - 1, not_shown);
  }
  return text;
}

}  // namespace negodbc::dsn
