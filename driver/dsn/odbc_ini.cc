#include <odbcinst.h>

#include <array>
#include <string>

#include "driver/base/error.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {
namespace {

// odbcinst cuts what does not fit, without saying so; no value of a DSN is longer.
constexpr std::size_t ini_buffer_size = 16384;

// psqlodbc allows braces in odbc.ini as in connection strings.
void remove_braces(std::string& value) {
  if (value.size() < 2 || value.front() != '{' || value.back() != '}') return;
  std::size_t end = 0;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    value[end++] = value[at];
    if (value[at] == '}' && value[at + 1] == '}' && at + 2 < value.size()) ++at;
  }
  wipe(value.data() + end, value.size() - end);
  value.resize(end);
}

}  // namespace

Profile read_odbc_ini(std::string_view section) {
  const std::string name(section);
  std::array<char, ini_buffer_size> names{};
  std::array<char, ini_buffer_size> value{};
  // Without a key: all keys of the section, each with its terminator, an empty one at the end.
  const int size = SQLGetPrivateProfileString(name.c_str(), nullptr, "", names.data(),
                                              static_cast<int>(names.size()), "odbc.ini");
  Profile profile;
  if (size <= 0) return profile;
  const std::string_view all(names.data(), std::min(static_cast<std::size_t>(size), names.size()));
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    const std::string key(all.substr(at, end - at));
    at = end + 1;
    if (key.empty()) continue;
    value[0] = '\0';
    SQLGetPrivateProfileString(name.c_str(), key.c_str(), "", value.data(),
                               static_cast<int>(value.size()), "odbc.ini");
    value.back() = '\0';
    profile.emplace_back(key, value.data());
  }
  wipe(value.data(), value.size());
  return profile;
}

std::vector<std::string> complete_from_dsn(Settings& settings, std::string_view dsn,
                                           const ProfileReader& read) {
  Profile profile = read(dsn);
  if (profile.empty()) {
    throw Error("IM002", "data source " + std::string(dsn) + " is not in " + data_sources_place +
                             ", or its section there is empty; " + data_sources_hint);
  }
  WordTaker words(settings, Place::odbc_ini);
  for (auto& [name, value] : profile) {
    remove_braces(value);
    words.take(name, value);
    wipe(value);
  }
  words.finish();
  return std::move(words.unknown());
}

}  // namespace negodbc::dsn
