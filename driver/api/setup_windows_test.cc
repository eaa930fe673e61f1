// ConfigDSN and ConfigDSNW without a window. Called in the module itself; what they post is
// data_source_windows_test's, since Wine's installer keeps no errors.
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <string>

#include "driver/base/windows_text.h"

namespace negodbc::odbc {
namespace {

constexpr wchar_t source[] = L"negodbc-set-up-test";

std::string stored(const wchar_t* key) {
  std::wstring value(1024, L'\0');
  const int size = SQLGetPrivateProfileStringW(source, key, L"", value.data(),
                                               static_cast<int>(value.size()), L"odbc.ini");
  return from_wide(std::wstring_view(value).substr(0, static_cast<std::size_t>(size)));
}

// The list that the installer hands over.
std::wstring list(std::initializer_list<const wchar_t*> pairs) {
  std::wstring all;
  for (const wchar_t* pair : pairs) all += std::wstring(pair) + L'\0';
  return all + L'\0';
}

class ConfigDsnTest : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    SQLRemoveDSNFromIniW(source);
    RegDeleteTreeW(HKEY_CURRENT_USER,
                   (std::wstring(L"SOFTWARE\\ODBC\\ODBC.INI\\") + source).c_str());
  }
  static BOOL configure(WORD request, std::initializer_list<const wchar_t*> pairs,
                        HWND parent = nullptr, const wchar_t* driver = L"negodbc") {
    return ConfigDSNW(parent, request, driver, list(pairs).c_str());
  }
};

constexpr wchar_t name[] = L"DSN=negodbc-set-up-test";

TEST_F(ConfigDsnTest, MakesChangesAndRemoves) {
  ASSERT_TRUE(configure(ODBC_ADD_DSN, {name, L"Server=db", L"Description=K\u00e4se", L"UID="}));
  EXPECT_EQ(stored(L"Server"), "db");
  EXPECT_EQ(stored(L"Description"),
            "K\xc3\xa4"
            "se");
  ASSERT_TRUE(configure(ODBC_CONFIG_DSN, {name, L"Server=db2", L"Description="}));
  EXPECT_EQ(stored(L"Server"), "db2");
  EXPECT_EQ(stored(L"Description"), "");
  EXPECT_TRUE(configure(ODBC_REMOVE_DSN, {name}));
}

TEST_F(ConfigDsnTest, TheAnsiFormDoesTheSame) {
  const std::string pairs =
      std::string("DSN=negodbc-set-up-test") + '\0' + "Server=db" + '\0' + "Port=5433" + '\0';
  ASSERT_TRUE(ConfigDSN(nullptr, ODBC_ADD_DSN, "negodbc", pairs.c_str()));
  EXPECT_EQ(stored(L"Server"), "db");
  EXPECT_EQ(stored(L"Port"), "5433");
  EXPECT_FALSE(ConfigDSN(nullptr, ODBC_ADD_DSN, "negodbc", nullptr));
}

TEST_F(ConfigDsnTest, RefusesWithoutAWindowToo) {
  EXPECT_FALSE(configure(9, {name}));
  EXPECT_FALSE(configure(ODBC_ADD_DSN, {name}, nullptr, nullptr));
  EXPECT_FALSE(configure(ODBC_ADD_DSN, {name, L"Servr=db"}));
  EXPECT_EQ(stored(L"Servr"), "");
  EXPECT_FALSE(configure(ODBC_CONFIG_DSN, {name, L"Server=db"}));
  EXPECT_EQ(stored(L"Server"), "");
}

}  // namespace
}  // namespace negodbc::odbc
