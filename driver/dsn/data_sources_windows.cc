#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <algorithm>
#include <string>
#include <vector>

#include "driver/base/windows_text.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

// The installer cuts what does not fit, or gives nothing, without saying so.
constexpr std::size_t buffer_size = 16384;
constexpr std::size_t second_size = 8 * buffer_size;
constexpr std::size_t largest_buffer = 1 << 22;

// What the installer gives for a key, or without one for all keys, each with its terminator.
std::wstring_view ask(const std::wstring& section, const wchar_t* key, const wchar_t* file,
                      std::vector<wchar_t>& memory) {
  for (std::size_t room = buffer_size;;) {
    wipe(memory.data(), memory.size() * sizeof(wchar_t));
    memory.assign(room, L'\0');
    const int answer = SQLGetPrivateProfileStringW(section.c_str(), key, L"", memory.data(),
                                                   static_cast<int>(room), file);
    const std::size_t size = answer <= 0 ? 0 : std::min(static_cast<std::size_t>(answer), room);
    const bool doubtful = size + 2 >= room || (size == 0 && key != nullptr && room < second_size);
    if (!doubtful || room >= largest_buffer) return {memory.data(), size};
    room = size == 0 ? second_size : 2 * room;
  }
}

}  // namespace

const char data_sources_place[] = "the registry (Software\\ODBC\\ODBC.INI)";
const char* const data_sources_hint =
    sizeof(void*) == 8
        ? "ODBC Data Sources (64-bit), odbcad32.exe, lists data sources"
        : "ODBC Data Sources (32-bit), %SystemRoot%\\SysWOW64\\odbcad32.exe, lists data sources";

namespace {

Profile read_section(std::string_view section, const wchar_t* file,
                     bool (*wanted)(const std::string& key)) {
  const std::wstring name = to_wide(section);
  std::vector<wchar_t> names;
  std::vector<wchar_t> value;
  Profile profile;
  const std::wstring_view all = ask(name, nullptr, file, names);
  // A list that grows leaves short texts behind, and a password may be short.
  profile.reserve(static_cast<std::size_t>(std::count(all.begin(), all.end(), L'\0')) + 1);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(L'\0', at), all.size());
    const std::wstring key(all.substr(at, end - at));
    at = end + 1;
    std::string keyword = from_wide(key);
    if (key.empty() || !wanted(keyword)) continue;
    profile.emplace_back(std::move(keyword), from_wide(ask(name, key.c_str(), file, value).data()));
  }
  wipe(value.data(), value.size() * sizeof(wchar_t));
  return profile;
}

}  // namespace

std::string file_of_data_source(std::string_view /*name*/) {
  return data_sources_place;
}

Profile read_odbc_ini(std::string_view section) {
  return read_section(section, L"odbc.ini", [](const std::string&) { return true; });
}

Profile read_odbcinst_ini(std::string_view section) {
  return read_section(section, L"odbcinst.ini", is_driver_default);
}

}  // namespace negodbc::dsn
