#include <string>
#include <utility>

#include "driver/base/error.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/dressing.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {
namespace {

// psqlodbc allows braces in odbc.ini as in connection strings. False: there are none.
bool remove_braces(std::string& value) {
  if (value.size() < 2 || value.front() != '{' || value.back() != '}') return false;
  std::size_t end = 0;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    value[end++] = value[at];
    if (value[at] == '}' && value[at + 1] == '}' && at + 2 < value.size()) ++at;
  }
  wipe(value.data() + end, value.size() - end);
  value.resize(end);
  return true;
}

// Files written by hand have quotes around values, and remarks behind those that are one word.
void remove_dressing(const Keyword& entry, std::string& value) {
  if (entry.kind == Kind::secret) return;
  if (entry.kind != Kind::text) {
    const std::size_t remark = value.find_first_of(";#");
    if (remark != std::string::npos && remark > 0 &&
        (value[remark - 1] == ' ' || value[remark - 1] == '\t'))
      value.resize(value.find_last_not_of(" \t", remark - 1) + 1);
  }
  if (value.size() < 2 || value.front() != value.back()) return;
  const char quote = value.front();
  if ((quote != '"' && quote != '\'') || value.find(quote, 1) != value.size() - 1) return;
  value = value.substr(1, value.size() - 2);
}

}  // namespace

std::string braced(std::string_view value) {
  std::string out = "{";
  out.reserve(2 * value.size() + 2);  // no copies of a secret are left behind
  for (const char c : value) out.append(c == '}' ? 2 : 1, c);
  out += '}';
  return out;
}

// What is in braces is meant as it stands there.
void undress(const Keyword* entry, std::string& value) {
  if (!remove_braces(value) && entry != nullptr) remove_dressing(*entry, value);
}

std::string dressed(const Keyword& entry, std::string value) {
  std::string read = value;
  undress(&entry, read);
  if (read != value) {
    std::string in_braces = braced(value);
    wipe(value);
    value = std::move(in_braces);
  }
  wipe(read);
  return value;
}

bool is_driver_default(const std::string& key) {
  const Keyword* found = find_keyword(key);
  return found != nullptr && found->key != Key::driver && found->key != Key::dsn &&
         found->key != Key::file_dsn && found->key != Key::description;
}

void complete_from_driver(Settings& settings, std::string_view driver, const ProfileReader& read) {
  if (driver.empty() || driver.find_first_of("/\\") != std::string_view::npos) return;
  Profile profile = read(driver);
  WordTaker words(settings, Place::odbcinst_ini, "odbcinst.ini");
  for (auto& [name, value] : profile) {
    (void)remove_braces(value);
    words.take(name, value);
    wipe(value);
  }
  words.finish();
}

std::vector<Unknown> complete_from_dsn(Settings& settings, std::string_view dsn,
                                       const ProfileReader& read,
                                       const ProfileReader& read_driver) {
  Profile profile = read(dsn);
  if (profile.empty()) {
    throw Error("IM002", "data source " + std::string(dsn) + " is not in " + data_sources_place +
                             ", or its section there is empty; " + data_sources_hint);
  }
  std::string driver;
  WordTaker words(settings, Place::odbc_ini, "the data source " + std::string(dsn));
  for (auto& [name, value] : profile) {
    const Keyword* found = find_keyword(name);
    undress(found, value);
    if (found != nullptr && found->key == Key::driver) driver = value;
    words.take(name, value);
    wipe(value);
  }
  words.finish();
  complete_from_driver(settings, driver, read_driver);
  for (Unknown& unknown : words.unknown()) unknown.source += " in " + file_of_data_source(dsn);
  return std::move(words.unknown());
}

}  // namespace negodbc::dsn
