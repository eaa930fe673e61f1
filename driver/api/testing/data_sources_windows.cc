// Before the tests: the realm's data sources, which tests/realm writes into an odbc.ini, made by
// the driver's ConfigDSNW, as the ODBC installer does, and filled. After them: removed. The user's
// part of the registry is one of this program's own, so that several run beside each other.
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "driver/base/windows_text.h"

namespace negodbc::odbc::testing {
namespace {

struct Source {
  std::string name;
  std::vector<std::string> pairs;  // "key=value"
};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos
             ? std::string()
             : text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

std::vector<Source> read(const char* path) {
  std::vector<Source> sources;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    line = trimmed(line);
    const std::size_t equals = line.find('=');
    if (line.starts_with('[')) {
      sources.push_back({line.substr(1, line.find(']') - 1), {}});
    } else if (!sources.empty() && equals != std::string::npos) {
      sources.back().pairs.push_back(trimmed(line.substr(0, equals)) + "=" +
                                     trimmed(line.substr(equals + 1)));
    }
  }
  return sources;
}

// For this process HKEY_CURRENT_USER is a key of its own, gone at the end.
class OwnRegistry {
 public:
  OwnRegistry() = default;
  OwnRegistry(const OwnRegistry&) = delete;
  OwnRegistry& operator=(const OwnRegistry&) = delete;
  ~OwnRegistry() { end(); }
  bool begin() {
    HKEY key = nullptr;
    if (RegCreateKeyExW(HKEY_CURRENT_USER, path_.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr,
                        &key, nullptr) != ERROR_SUCCESS)
      return false;
    begun_ = RegOverridePredefKey(HKEY_CURRENT_USER, key) == ERROR_SUCCESS;
    RegCloseKey(key);
    return begun_;
  }
  void end() {
    if (!begun_) return;
    begun_ = false;
    RegOverridePredefKey(HKEY_CURRENT_USER, nullptr);
    RegDeleteTreeW(HKEY_CURRENT_USER, path_.c_str());
  }

 private:
  const std::wstring path_ = L"Software\\negodbc-test-" + std::to_wstring(GetCurrentProcessId());
  bool begun_ = false;
};

class DataSources : public ::testing::Environment {
 public:
  void SetUp() override {
    ASSERT_TRUE(registry_.begin());
    const char* const path = std::getenv("ODBCINI");
    ASSERT_NE(path, nullptr) << "ODBCINI: this runs inside a realm";
    sources_ = read(path);
    ASSERT_FALSE(sources_.empty());
    for (const Source& source : sources_) {
      EXPECT_TRUE(request(ODBC_ADD_DSN, source)) << source.name;
    }
  }
  void TearDown() override {
    for (const Source& source : sources_) request(ODBC_REMOVE_DSN, source);
    registry_.end();
  }

 private:
  static bool request(WORD what, const Source& source) {
    const std::wstring name = to_wide(source.name);
    const std::wstring list = L"DSN=" + name + std::wstring(2, L'\0');
    if (ConfigDSNW(nullptr, what, L"negodbc", list.c_str()) == 0) return false;
    return what != ODBC_ADD_DSN || write(name, source.pairs);
  }
  // As an editor of the registry does: some have words that ConfigDSN takes for slips.
  static bool write(const std::wstring& name, std::vector<std::string> pairs) {
    const bool has_user = std::any_of(pairs.begin(), pairs.end(), [](const std::string& pair) {
      return pair.starts_with("UID=");
    });
    // Wine does not tell whose ticket it is.
    if (!has_user) pairs.emplace_back("UID=alice");
    return std::all_of(pairs.begin(), pairs.end(), [&](const std::string& pair) {
      const std::size_t equals = pair.find('=');
      if (pair.starts_with("Driver=")) return true;  // the installer's
      return SQLWritePrivateProfileStringW(name.c_str(), to_wide(pair.substr(0, equals)).c_str(),
                                           to_wide(pair.substr(equals + 1)).c_str(),
                                           L"odbc.ini") != 0;
    });
  }

  OwnRegistry registry_;
  std::vector<Source> sources_;
};

const auto* const registered = ::testing::AddGlobalTestEnvironment(new DataSources);

}  // namespace
}  // namespace negodbc::odbc::testing
