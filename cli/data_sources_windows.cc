// By Windows' installer, in the registry.
#include "cli/data_sources.h"

#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <algorithm>
#include <array>

#include "driver/base/error.h"
#include "driver/base/windows_text.h"

namespace negodbc::cli {
namespace {

constexpr wchar_t ini[] = L"odbc.ini";
constexpr std::size_t longest = 65536;
constexpr wchar_t list_of_all[] = L"ODBC Data Sources";

class Mode {
 public:
  explicit Mode(Scope scope) {
    SQLSetConfigMode(scope == Scope::user ? ODBC_USER_DSN : ODBC_SYSTEM_DSN);
  }
  ~Mode() { SQLSetConfigMode(ODBC_BOTH_DSN); }
  Mode(const Mode&) = delete;
  Mode& operator=(const Mode&) = delete;
};

std::wstring ask(const std::wstring& section, const wchar_t* key) {
  std::wstring all(longest, L'\0');
  const int size = SQLGetPrivateProfileStringW(section.c_str(), key, L"", all.data(),
                                               static_cast<int>(longest), ini);
  all.resize(size < 0 ? 0 : std::min(static_cast<std::size_t>(size), longest));
  return all;
}

std::vector<std::wstring> names(const std::wstring& section) {
  const std::wstring all = ask(section, nullptr);
  std::vector<std::wstring> found;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(L'\0', at), all.size());
    if (end != at) found.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

dsn::Profile values_of(const std::wstring& name) {
  dsn::Profile values;
  for (const std::wstring& key : names(name))
    values.emplace_back(from_wide(key), from_wide(ask(name, key.c_str()).c_str()));
  return values;
}

[[noreturn]] void refuse(const std::string& what, Scope scope) {
  DWORD code = 0;
  std::array<wchar_t, 512> said{};
  const bool told = SQL_SUCCEEDED(
      SQLInstallerErrorW(1, &code, said.data(), static_cast<WORD>(said.size() - 1), nullptr));
  throw Error("HY000",
              what + " in " + place_of(scope) + (told ? ": " + from_wide(said.data()) : ""));
}

void write(const DataSource& source, const std::string& key, const std::string& value) {
  const Mode mode(source.scope);
  const std::wstring wide = to_wide(value);
  if (SQLWritePrivateProfileStringW(to_wide(source.name).c_str(), to_wide(key).c_str(),
                                    value.empty() ? nullptr : wide.c_str(), ini) == FALSE)
    refuse("can't write " + source.name, source.scope);
}

}  // namespace

std::vector<DataSource> data_sources() {
  std::vector<DataSource> found;
  for (const Scope scope : {Scope::user, Scope::system}) {
    const Mode mode(scope);
    for (const std::wstring& name : names(list_of_all))
      found.push_back({from_wide(name), scope, values_of(name)});
  }
  return found;
}

std::optional<dsn::Profile> values_in(Scope scope, const std::string& name) {
  const Mode mode(scope);
  dsn::Profile values = values_of(to_wide(name));
  if (values.empty()) return std::nullopt;
  return values;
}

std::string fault_of(Scope /*scope*/) {
  return {};
}

void add_data_source(const DataSource& source) {
  std::string driver = "negodbc";
  for (const auto& [key, value] : source.values)
    if (key == "Driver") driver = value;
  {
    const Mode mode(source.scope);
    if (SQLWriteDSNToIniW(to_wide(source.name).c_str(), to_wide(driver).c_str()) == FALSE)
      refuse("can't add " + source.name, source.scope);
  }
  for (const auto& [key, value] : source.values)
    if (key != "Driver") write(source, key, value);
}

void set_values(const DataSource& source, const dsn::Profile& changes) {
  for (const auto& [key, value] : changes) write(source, key, value);
}

void remove_data_source(const DataSource& source) {
  const Mode mode(source.scope);
  if (SQLRemoveDSNFromIniW(to_wide(source.name).c_str()) == FALSE)
    refuse("can't remove " + source.name, source.scope);
}

std::string place_of(Scope scope) {
  return scope == Scope::user ? "HKEY_CURRENT_USER\\Software\\ODBC\\ODBC.INI"
                              : "HKEY_LOCAL_MACHINE\\Software\\ODBC\\ODBC.INI";
}

}  // namespace negodbc::cli
