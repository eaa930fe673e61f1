#include <odbcinst.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>

#include "driver/base/error.h"
#include "driver/base/lru_map.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/ini_file.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

// odbcinst cuts what does not fit, without saying so; no value of a DSN is longer.
constexpr std::size_t ini_buffer_size = 16384;

}  // namespace

const char data_sources_place[] = "odbc.ini";
const char* const data_sources_hint =
    "`odbcinst -q -s` lists data sources, `odbcinst -j` the files";

namespace {

Profile read_section(std::string_view section, const char* file,
                     bool (*wanted)(const std::string& key)) {
  const std::string name(section);
  std::array<char, ini_buffer_size> names;
  // Without a key: all keys of the section, each with its terminator, an empty one at the end.
  const int size = SQLGetPrivateProfileString(name.c_str(), nullptr, "", names.data(),
                                              static_cast<int>(names.size()), file);
  Profile profile;
  if (size <= 0) return profile;
  std::array<char, ini_buffer_size> value;
  std::size_t written = 0;
  const std::string_view all(names.data(), std::min(static_cast<std::size_t>(size), names.size()));
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    const std::string key(all.substr(at, end - at));
    at = end + 1;
    if (key.empty() || !wanted(key)) continue;
    value[0] = '\0';
    SQLGetPrivateProfileString(name.c_str(), key.c_str(), "", value.data(),
                               static_cast<int>(value.size()), file);
    value.back() = '\0';
    profile.emplace_back(key, value.data());
    written = std::max(written, profile.back().second.size());
  }
  wipe(value.data(), written);
  return profile;
}

// Which drivers' sections had no defaults, and when: odbcinst reads the file anew for each login of
// a storm, to find what is nearly always there, nothing. Values are not kept: there may be a
// password.
constexpr std::chrono::seconds known_to_be_empty{1};
using Clock = std::chrono::steady_clock;

LruMap<Clock::time_point>& sections_without_defaults() {
  static auto* sections = new LruMap<Clock::time_point>(16);  // never destroyed
  return *sections;
}

// The section, in the files that the environment names now.
std::string place_of(std::string_view section) {
  std::string place(section);
  for (const char* variable : {"ODBCSYSINI", "ODBCINSTINI", "HOME"}) {
    const char* const value = std::getenv(variable);
    place.append(1, '\0').append(value == nullptr ? "" : value);
  }
  return place;
}

bool has_section(const std::string& file, std::string_view section) {
  try {
    return read_ini_file(file).values(section).has_value();
  } catch (const Error&) {  // then unixODBC does not read it either
    return false;
  }
}

}  // namespace

// As unixODBC looks: the user's file first.
std::string file_of_data_source(std::string_view name) {
  std::string users = user_ini_file();
  return has_section(users, name) ? users : system_ini_file();
}

Profile read_odbc_ini(std::string_view section) {
  return read_section(section, "odbc.ini", [](const std::string&) { return true; });
}

Profile read_odbcinst_ini(std::string_view section) {
  auto& without_defaults = sections_without_defaults();
  const std::string place = place_of(section);
  const auto now = Clock::now();
  if (const auto seen = without_defaults.get(place); seen && now - *seen < known_to_be_empty)
    return {};
  Profile profile = read_section(section, "odbcinst.ini", is_driver_default);
  if (profile.empty()) without_defaults.put(place, now);
  return profile;
}

}  // namespace negodbc::dsn
