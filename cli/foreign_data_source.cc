#include "cli/foreign_data_source.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "cli/installation.h"
#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/words.h"

namespace negodbc::cli {
namespace {

using dsn::Key;

// Those of its names that negodbc knows others of, which psqlodbc passes over in a data source.
constexpr std::string_view own_names[] = {
    "Servername", "Database",      "Username",          "Password", "Port",    "Description",
    "SSLmode",    "KeepaliveTime", "KeepaliveInterval", "BI",       "D6",      "ConnSettings",
    "pqopt",      "ReadOnly",      "Protocol",          "Debug",    "CommLog", "Fetch"};

bool is_own_name(std::string_view word) {
  return std::any_of(std::begin(own_names), std::end(own_names),
                     [&](std::string_view name) { return iequals(word, name); });
}

std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  bool behind_blank = true;
  for (const char c : text) {
    if (!is_blank(c) && behind_blank) ++words;
    behind_blank = is_blank(c);
  }
  return words;
}

std::string as_read(std::string_view word, const std::string& value) {
  const dsn::Keyword* const keyword = dsn::find_keyword(word);
  if (keyword == nullptr) return value;
  if (iequals(word, "Password")) return dsn::psqlodbc_decoded(value);
  // Of a single word negodbc does the same.
  if (keyword->key == Key::connect_settings && words_in(value) == 2)
    return dsn::psqlodbc_decoded(value);
  return value;
}

}  // namespace

bool is_of_psqlodbc(const dsn::Profile& values) {
  const auto named = std::find_if(values.begin(), values.end(),
                                  [](const auto& word) { return iequals(word.first, "Driver"); });
  if (named == values.end()) return false;
  const std::string file = registered_file(named->second);
  if (file.substr(file.find_last_of("/\\") + 1) == own_driver_name) return false;
  const std::string name = ascii_lower(named->second);
  return name.starts_with("postgresql") || name.find("psqlodbc") != std::string::npos ||
         ascii_lower(file).find("psqlodbc") != std::string::npos;
}

dsn::Profile as_psqlodbc_reads(const dsn::Profile& values) {
  const auto has_own_name = [&](std::string_view word) {
    const dsn::Keyword* const keyword = dsn::find_keyword(word);
    return keyword != nullptr && std::any_of(values.begin(), values.end(), [&](const auto& other) {
             return is_own_name(other.first) && dsn::find_keyword(other.first) == keyword;
           });
  };
  dsn::Profile read;
  read.reserve(values.size());
  for (const bool passed_over : {false, true})
    for (const auto& [word, value] : values)
      if ((!is_own_name(word) && has_own_name(word)) == passed_over)
        read.emplace_back(word, as_read(word, value));
  return read;
}

}  // namespace negodbc::cli
