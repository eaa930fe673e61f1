#include "cli/dsn_commands.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "cli/installation.h"
#include "cli/printable.h"
#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/dressing.h"
#include "driver/dsn/ini_text.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/unknown.h"

namespace negodbc::cli {
namespace {

using dsn::Key;
using Word = std::pair<std::string, std::string>;

// Whether two names are one keyword.
bool same_keyword(const std::string& a, const std::string& b) {
  const dsn::Keyword* const one = dsn::find_keyword(a);
  return one != nullptr ? one == dsn::find_keyword(b) : iequals(a, b);
}

std::string value_of(const DataSource& source, const std::string& key) {
  for (const auto& [name, value] : source.values)
    if (same_keyword(name, key)) return value;
  return {};
}

// Why data sources of this scope, or of both, can't be read; "": they can.
std::string faults(std::optional<Scope> scope = std::nullopt) {
  std::string all;
  for (const Scope each : {Scope::user, Scope::system}) {
    if (scope && *scope != each) continue;
    if (const std::string fault = fault_of(each); !fault.empty())
      all.append(all.empty() ? "" : "; ").append(fault);
  }
  return all;
}

DataSource existing(const std::string& name, std::optional<Scope> scope = std::nullopt) {
  std::optional<DataSource> found = find_data_source(name, scope);
  if (!found) {
    // What was given may be a whole connection string.
    const std::string shown = dsn::shown_connection(name);
    if (const std::string fault = faults(scope); !fault.empty())
      throw Error("HY000", "there is no data source " + shown + " that can be read: " + fault);
    throw Error("IM002", "there is no data source " + shown +
                             (scope ? " in " + place_of(*scope) : std::string()) +
                             "; negodbc dsn list shows those that are there");
  }
  return std::move(*found);
}

// What is changed is what programs get, so nothing may hide another one of this name.
DataSource existing_to_change(const std::string& name, std::optional<Scope> scope) {
  if (!scope) {
    if (const std::string fault = fault_of(Scope::user); !fault.empty())
      throw Error("HY000", fault + "; --system means those of all users");
  }
  return existing(name, scope);
}

// Blanks at a value's ends are read back within braces only, which are the driver's.
std::string storable(const dsn::Keyword* keyword, const std::string& value) {
  const std::string_view inner = trimmed(value);
  const bool is_text = keyword != nullptr && keyword->key != Key::driver &&
                       (keyword->kind == dsn::Kind::text || keyword->kind == dsn::Kind::secret);
  if (inner.size() == value.size() || inner.empty() || !is_text) return std::string(inner);
  return dsn::braced(value);
}

// "Keyword=value", by the keyword's own name.
Word parse_word(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error("HY000", "\"" + dsn::shown_word(word) + "\" is not of the form Keyword=value");
  const std::string name = word.substr(0, equals);
  const std::string value = word.substr(equals + 1);
  if (dsn::is_refused(name))
    throw Error("HYC00", name + " asks for what this driver does not have");
  if (value.find_first_of("\r\n") != std::string::npos)
    throw Error("HY000", "the value of " + dsn::shown_word(name) + " has a line end in it");
  if (const dsn::Keyword* const found = dsn::find_keyword(name); found != nullptr) {
    if (found->key == Key::dsn || found->key == Key::file_dsn)
      throw Error("HY000", name + " names a data source and can't stand in one");
    return {found->key == Key::driver ? "Driver" : std::string(found->name),
            storable(found, value)};
  }
  if (const std::string_view accepted = dsn::find_accepted(name); !accepted.empty())
    return {std::string(accepted), storable(nullptr, value)};
  const std::string_view nearest = dsn::nearest_keyword(name);
  throw Error("HY000", "there is no keyword " + dsn::shown_word(name) +
                           (nearest.empty() ? "; negodbc keywords lists them"
                                            : "; is " + std::string(nearest) + " meant?"));
}

std::vector<Word> parse_words(const std::vector<std::string>& words) {
  std::vector<Word> parsed;
  for (const std::string& word : words) {
    Word one = parse_word(word);
    for (const Word& other : parsed)
      if (same_keyword(one.first, other.first)) throw Error("HY000", one.first + " is given twice");
    parsed.push_back(std::move(one));
  }
  return parsed;
}

// What a person gives another value; an empty answer leaves the one that stands there.
std::vector<std::string> changes_asked_for(const DataSource& source, const Ask& ask) {
  std::vector<std::string> words;
  for (const auto& [key, value] : source.values) {
    const dsn::Keyword* const known = dsn::find_keyword(key);
    if (known == nullptr || known->key == Key::driver || dsn::shown_value(key, value) != value)
      continue;
    if (const std::string answer = ask(key, value); answer != value)
      words.push_back(std::string(key).append("=").append(answer));
  }
  return words;
}

// That a login could be made of it, as far as that can be known without one.
void require_understood(const dsn::Profile& values) {
  dsn::Settings settings;
  (void)dsn::complete_from_dsn(
      settings, "new", [&](std::string_view) { return values; },
      [](std::string_view) { return dsn::Profile(); });
  (void)dsn::login_settings(settings);
}

std::string registered_driver() {
  for (const std::string& name : registered_drivers()) {
    const std::string file = registered_file(name);
    if (file.substr(file.find_last_of("/\\") + 1) == own_driver_name) return name;
  }
  return "negodbc";
}

bool is_yes(const std::string& answer) {
  return iequals(answer, "yes") || iequals(answer, "y") || answer == "1";
}

std::vector<Word> asked_for(const Ask& ask) {
  std::vector<Word> words;
  words.emplace_back("Server", ask("Server", "localhost"));
  if (const std::string port = ask("Port", "5432"); port != "5432")
    words.emplace_back("Port", port);
  words.emplace_back("Database", ask("Database", ""));
  if (is_yes(ask("Log in by Kerberos ticket", "yes"))) {
    words.emplace_back("Trusted_Connection", "Yes");
  } else {
    // No password: it would be readable in the file. Programs ask for it.
    words.emplace_back("Trusted_Connection", "No");
    words.emplace_back("UID", ask("User", ""));
  }
  std::erase_if(words, [](const Word& word) { return word.second.empty(); });
  return words;
}

std::string padded(std::string text, std::size_t width) {
  // By characters, of UTF-8.
  const auto characters =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
      }));
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

nlohmann::json to_json(const DataSource& source) {
  nlohmann::json values = nlohmann::json::object();
  for (const auto& [key, value] : source.values)
    values[dsn::shown_word(key)] = dsn::shown_value(key, value);
  return {{"name", source.name},
          {"scope", name_of(source.scope)},
          {"place", place_of(source.scope)},
          {"values", values}};
}

// A list that lacks what can't be read is not all of it.
void require_all_read() {
  if (const std::string fault = faults(); !fault.empty()) throw Error("HY000", fault);
}

void warn_of_secrets(const dsn::Profile& values, Scope scope, std::ostream& out) {
  for (const auto& [key, value] : values)
    if (dsn::holds_secret(key, value))
      out << "note: " << key << " can be read by whoever may read " << place_of(scope) << '\n';
}

}  // namespace

std::string_view name_of(Scope scope) {
  return scope == Scope::user ? "user" : "system";
}

int list_data_sources(bool json, std::ostream& out) {
  const std::vector<DataSource> all = data_sources();
  if (json) {
    nlohmann::json list = nlohmann::json::array();
    for (const DataSource& source : all) list.push_back(to_json(source));
    out << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    require_all_read();
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"NAME", "SCOPE", "DRIVER", "SERVER", "DATABASE"}};
  for (const DataSource& source : all) {
    rows.push_back({printable(source.name), std::string(name_of(source.scope))});
    for (const char* key : {"Driver", "Server", "Database"})
      rows.back().push_back(printable(dsn::shown_value(key, value_of(source, key))));
  }
  if (all.empty()) {
    require_all_read();
    out << "no data sources, neither in " << place_of(Scope::user) << " nor in "
        << place_of(Scope::system) << "; negodbc dsn add NAME makes one\n";
    return 0;
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i] + 2);
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
  require_all_read();
  return 0;
}

int show_data_source(const std::string& name, bool json, std::ostream& out) {
  const DataSource source = existing(name);
  if (json) {
    out << to_json(source).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    return 0;
  }
  out << '[' << source.name << "]  (" << name_of(source.scope) << ", " << place_of(source.scope)
      << ")\n";
  for (const auto& [key, value] : source.values)
    out << padded(printable(dsn::shown_word(key)), 20) << " = "
        << printable(dsn::shown_value(key, value)) << '\n';
  if (const std::string fault = faults(); !fault.empty()) out << "note: " << fault << '\n';
  return 0;
}

int add_data_source(const std::string& named, Scope scope, const std::vector<std::string>& words,
                    const Ask& ask, std::ostream& out) {
  const std::string name = named.empty() && ask ? ask("Name of the data source", "") : named;
  if (name.empty())
    throw Error("HY000", "how shall it be called? For example: negodbc dsn add sales");
  if (const std::string fault = dsn::fault_of_name(name); !fault.empty())
    throw Error("HY000", fault);
  if (find_data_source(name, scope)) {
    throw Error("HY000", "there is a data source " + name + " in " + place_of(scope) +
                             " already; negodbc dsn edit changes it");
  }
  if (words.empty() && !ask)
    throw Error("HY000", "what shall be in it? For example: negodbc dsn add " + name +
                             " Server=db.example.com Database=sales Trusted_Connection=Yes");
  std::vector<Word> values = words.empty() ? asked_for(ask) : parse_words(words);
  const bool names_driver = std::any_of(values.begin(), values.end(),
                                        [](const Word& word) { return word.first == "Driver"; });
  if (!names_driver) values.insert(values.begin(), {"Driver", registered_driver()});
  require_understood(values);
  add_data_source({name, scope, values});
  out << "added " << name << " to " << place_of(scope) << "; negodbc dsn test " << name
      << " tries it\n";
  warn_of_secrets(values, scope, out);
  return 0;
}

int edit_data_source(const std::string& name, std::optional<Scope> scope,
                     const std::vector<std::string>& words, const Ask& ask, std::ostream& out) {
  const DataSource before = existing_to_change(name, scope);
  if (words.empty() && !ask)
    throw Error("HY000", "what shall change? For example: negodbc dsn edit " + name + " Port=5433");
  const std::vector<Word> changes =
      parse_words(words.empty() ? changes_asked_for(before, ask) : words);
  if (changes.empty()) {
    out << "nothing changed in " << name << '\n';
    return 0;
  }
  // A keyword keeps the name that it has in the file.
  DataSource after = before;
  std::vector<Word> written;
  for (const Word& change : changes) {
    const auto known =
        std::find_if(after.values.begin(), after.values.end(),
                     [&](const Word& word) { return same_keyword(word.first, change.first); });
    if (change.second.empty()) {
      // By whatever name it stands there.
      for (const Word& word : after.values)
        if (same_keyword(word.first, change.first)) written.emplace_back(word.first, "");
      std::erase_if(after.values,
                    [&](const Word& word) { return same_keyword(word.first, change.first); });
    } else if (known != after.values.end()) {
      written.emplace_back(known->first, change.second);
      known->second = change.second;
    } else {
      written.push_back(change);
      after.values.push_back(change);
    }
  }
  require_understood(after.values);
  set_values(before, written);
  out << "changed " << name << " in " << place_of(before.scope) << '\n';
  warn_of_secrets(written, before.scope, out);
  return 0;
}

int remove_data_source(const std::string& name, std::optional<Scope> scope, std::ostream& out) {
  const DataSource source = existing_to_change(name, scope);
  remove_data_source(source);
  out << "removed " << name << " from " << place_of(source.scope) << '\n';
  return 0;
}

}  // namespace negodbc::cli
