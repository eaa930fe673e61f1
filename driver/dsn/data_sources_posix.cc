#include <odbcinst.h>

#include <algorithm>
#include <array>
#include <string>

#include "driver/dsn/data_sources.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

// odbcinst cuts what does not fit, without saying so; no value of a DSN is longer.
constexpr std::size_t ini_buffer_size = 16384;

}  // namespace

const char data_sources_place[] = "odbc.ini";
const char data_sources_hint[] = "`odbcinst -q -s` lists data sources, `odbcinst -j` the files";

namespace {

Profile read_section(std::string_view section, const char* file,
                     bool (*wanted)(const std::string& key)) {
  const std::string name(section);
  std::array<char, ini_buffer_size> names{};
  std::array<char, ini_buffer_size> value{};
  // Without a key: all keys of the section, each with its terminator, an empty one at the end.
  const int size = SQLGetPrivateProfileString(name.c_str(), nullptr, "", names.data(),
                                              static_cast<int>(names.size()), file);
  Profile profile;
  if (size <= 0) return profile;
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
  }
  wipe(value.data(), value.size());
  return profile;
}

}  // namespace

Profile read_odbc_ini(std::string_view section) {
  return read_section(section, "odbc.ini", [](const std::string&) { return true; });
}

Profile read_odbcinst_ini(std::string_view section) {
  return read_section(section, "odbcinst.ini", is_driver_default);
}

}  // namespace negodbc::dsn
