#include "driver/dsn/masking.h"

#include <algorithm>
#include <optional>

#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/unknown.h"
#include "driver/dsn/words.h"
#include "driver/sql/masking.h"

namespace negodbc::dsn {
namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view not_shown = "(not shown)";

// As folded() has them.
constexpr std::string_view secrets_parts[] = {
    "password",    "passwd",   "passphrase", "passcode",   "pwd",        "secret",
    "token",       "apikey",   "accesskey",  "credential", "passwort",   "kennwort",
    "motdepasse",  "contrase", "parol",      "senha",      "wachtwoord", "losenord",
    "adgangskode", "salasana", "heslo",      "haslo",      "jelszo",     "sifre"};
constexpr std::string_view secrets_names[] = {"pass",  "pw",  "psw",       "pswd",    "pin",
                                              "clave", "mdp", "pin-value", "pinvalue"};

// What a word of another driver's may say and be shown: a yes, a no, a digit.
constexpr std::string_view harmless_values[] = {"yes",  "no",    "y",  "n",
                                                "true", "false", "on", "off"};

// Of libpq's, which are no keywords here and name files and sections.
constexpr std::string_view names_of_files[] = {"service", "servicefile", "passfile"};

bool is_known(std::string_view word) {
  return find_keyword(word) != nullptr || !find_accepted(word).empty() || is_refused(word) ||
         std::any_of(std::begin(names_of_files), std::end(names_of_files),
                     [&](std::string_view name) { return iequals(word, name); });
}

bool is_harmless(std::string_view value) {
  return (value.size() == 1 && is_digit(value.front())) ||
         std::any_of(std::begin(harmless_values), std::end(harmless_values),
                     [&](std::string_view other) { return iequals(value, other); });
}

bool is_part_of_a_word(char c) {
  return !is_blank(c) && std::string_view("=:;,&?{}'\"()<>").find(c) == std::string_view::npos;
}

// "user:password@host", as it stands in a URI. Of several ("h1,user:password@h2") from the first
// colon to the last '@'.
std::string without_login(std::string text) {
  const std::size_t host = text.rfind('@');
  if (host == std::string::npos || text.find("://") != std::string::npos) return text;
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon >= host || is_blank(text[colon + 1])) return text;
  return text.replace(colon + 1, host - colon - 1, not_shown);
}

// Where a name with a port may stand before a realm's '@'.
bool is_principal(const Keyword* keyword) {
  return keyword != nullptr && (keyword->key == Key::server_spn || keyword->key == Key::principal);
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
    std::string value = shown_value(pair->name, pair->value);
    if (value == hidden_value) value = mask;
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

// An address from `at` on, up to `end`: what stands between the first colon and the '@' before the
// host. A password with a slash or a question mark in it is wrong there, and a password.
void hide_login(std::string& text, std::size_t at, std::size_t end) {
  const std::size_t parameters = std::min(text.find('?', at), end);
  const auto last_mark = [&](std::size_t before) {
    const std::size_t mark = before == 0 ? std::string::npos : text.rfind('@', before - 1);
    return mark == std::string::npos || mark < at ? std::string::npos : mark;
  };
  const std::size_t colon = text.find(':', at);
  std::size_t host = last_mark(parameters);
  if (host == std::string::npos && colon != std::string::npos) {
    const std::size_t behind_port = text.find_first_not_of("0123456789", colon + 1);
    if (behind_port < end && text[behind_port] != '/' && behind_port != parameters)
      host = last_mark(end);
  }
  if (host == std::string::npos || colon == std::string::npos || colon > host) return;
  text.replace(colon + 1, host - colon - 1, not_shown);
}

// Of a parameter of an unknown name too: libpq gets new ones, and other drivers have theirs.
bool may_be_secret(std::string_view word, std::string_view value) {
  return is_secret_word(word) || (!is_known(word) && !is_harmless(value));
}

std::string shown_uri(std::string_view given) {
  std::string whole(given);
  hide_login(whole, whole.find("://") + 3, whole.size());
  std::string_view text = whole;
  std::string shown;
  while (true) {
    const std::size_t end = std::min(text.find_first_of("?&"), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t equals = shown.empty() ? std::string_view::npos : part.find('=');
    if (equals != std::string_view::npos &&
        may_be_secret(part.substr(0, equals), part.substr(equals + 1)))
      shown.append(part.substr(0, equals + 1)).append(mask);
    else
      shown.append(part);
    if (end == text.size()) return shown;
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
      const std::string as_shown = piece ? std::string(mask) : shown_value(word, value);
      shown.append(as_shown == hidden_value ? mask : as_shown);
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
  if (may_be_secret(word, value)) return std::string(hidden_value);
  const Keyword* const found = find_keyword(word);
  if (found != nullptr && found->key == Key::pqopt) {
    const std::string_view inner = without_braces(value);
    std::string shown = shown_conninfo(inner);
    return inner.size() == value.size() || shown == hidden_value ? shown : "{" + shown + "}";
  }
  if (found != nullptr && found->key == Key::connect_settings)
    return shown_statements(without_braces(value));
  std::string shown = without_assigned_passwords(value);
  return is_principal(found) ? shown : without_login(std::move(shown));
}

std::string shown_word(std::string_view word) {
  if (is_known(word)) return std::string(word);
  const bool secret = is_secret_word(word);
  if (!secret && word.find("://") != std::string_view::npos) return shown_connection(word);
  const std::size_t end = word.find_first_of(secret ? " \t:=;," : ":");
  if (end == std::string_view::npos) return std::string(word);
  return std::string(trimmed(word.substr(0, end + 1))).append(" ").append(mask);
}

bool holds_secret(std::string_view word, std::string_view value) {
  if (value.empty()) return false;
  const Keyword* const found = find_keyword(word);
  if (!is_known(word)) return is_secret_word(word) || without_assigned_passwords(value) != value;
  if (found == nullptr || found->key != Key::connect_settings)
    return shown_value(word, value) != value;
  const std::string sql = decoded_statements(value);
  return sql::without_passwords(sql, true) != sql;
}

std::string shown_connection(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos && text.find('=') > scheme) return shown_uri(text);
  return text.find('=') == std::string_view::npos ? without_login(std::string(text))
                                                  : shown_connection_string(text);
}

std::string without_address_passwords(std::string text) {
  for (std::size_t at = 0; (at = text.find("://", at)) != std::string::npos;) {
    at += 3;
    hide_login(text, at, std::min(text.find_first_of(" \t\n\"'<>", at), text.size()));
  }
  return text;
}

}  // namespace negodbc::dsn
