// Windows: the driver manager is the system's own, and its ini files are the registry.
#include "cli/installation.h"

#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/data_sources.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "driver/base/windows_text.h"

namespace negodbc::cli {
namespace {

std::wstring ask_registry(const wchar_t* section, const wchar_t* key) {
  constexpr std::size_t size = 16384;
  std::wstring value(size, L'\0');
  const int length = SQLGetPrivateProfileStringW(section, key, L"", value.data(),
                                                 static_cast<int>(value.size()), L"odbcinst.ini");
  value.resize(length <= 0 ? 0 : std::min(static_cast<std::size_t>(length), size));
  return value;
}

}  // namespace

AbsentIniFiles::AbsentIniFiles() = default;
AbsentIniFiles::~AbsentIniFiles() = default;

std::vector<IniFile> ini_files() {
  return {};
}

void require_readable_ini_files() {}

std::string command_for_ini_file(const IniFile& /*file*/) {
  return {};
}

std::string driver_manager_file(std::string& /*why*/) {
  return "odbc32.dll";
}

std::vector<std::string> data_source_names() {
  std::vector<std::string> names;
  for (DataSource& source : data_sources()) names.push_back(std::move(source.name));
  return names;
}

std::vector<std::string> registered_drivers() {
  std::vector<std::string> found;
  const std::wstring all = ask_registry(L"ODBC Drivers", nullptr);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(L'\0', at), all.size());
    if (end != at) found.push_back(from_wide(all.substr(at, end - at)));
    at = end + 1;
  }
  return found;
}

std::string registered_file(const std::string& driver) {
  return from_wide(ask_registry(to_wide(driver).c_str(), L"Driver").c_str());
}

// LoadLibrary tells of what is damaged.
std::string fault_of_module(const std::string& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path_of(file), ignored) ? "" : "is not there";
}

std::vector<Dependency> dependencies_of(const std::string& /*file*/) {
  return {};
}

std::string architecture_of(const std::string& /*file*/) {
  return {};
}

// By its name: the driver's functions are those of the driver manager's that this would call.
DriverFacts ask_driver(const std::string& file) {
  return {file, file.substr(file.find_last_of("\\/") + 1), {}, {}};
}

// The system's driver manager is not loaded by a program that has the driver's code in it.
ManagerLogin log_in_by_manager(const std::string& /*connection_string*/) {
  return {};
}

// The zip has a script; an .msi repairs what it has installed.
std::string command_to_register(const std::string& /*name*/, const std::string& driver) {
  const std::string script = driver.substr(0, driver.find_last_of("\\/") + 1) + "register.cmd";
  if (!driver.empty() && fault_of_module(script).empty())
    return shell_word(script) + "    # as administrator";
  return "install the driver again (negodbc-...-windows-....msi), or repair it: Settings, Apps";
}

std::string command_to_place(const std::string& file, const std::string& folder) {
  return "copy " + shell_word(file) + " " + shell_word(folder) + "    # as administrator";
}

std::string place_of_users_sources() {
  return {};
}

}  // namespace negodbc::cli
