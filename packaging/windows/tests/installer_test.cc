// The registry that register.cmd has written, through the ODBC installer (Wine's odbccp32 here, so
// what is shown is that Setup and Driver are found and ConfigDSN does its work from there).
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <cwchar>
#include <string>
#include <vector>

namespace {

constexpr wchar_t source[] = L"negodbc-installer-test";

std::wstring text_of(HKEY root, const std::wstring& key, const wchar_t* value) {
  wchar_t text[1024] = L"";
  DWORD size = sizeof text;
  const LSTATUS status = RegGetValueW(root, (L"SOFTWARE\\ODBC\\" + key).c_str(), value,
                                      RRF_RT_REG_SZ, nullptr, static_cast<void*>(text), &size);
  return status == ERROR_SUCCESS ? text : L"";
}

std::wstring registered(const std::wstring& key, const wchar_t* value) {
  return text_of(HKEY_LOCAL_MACHINE, L"ODBCINST.INI\\" + key, value);
}

// The user's; Wine 8.0 writes names and drivers of data sources for the whole machine.
std::wstring in_odbc_ini(const std::wstring& key, const wchar_t* value) {
  const std::wstring found = text_of(HKEY_CURRENT_USER, L"ODBC.INI\\" + key, value);
  return found.empty() ? text_of(HKEY_LOCAL_MACHINE, L"ODBC.INI\\" + key, value) : found;
}

// ... and removes only those.
bool installer_leaves_users_values() {
  return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

std::wstring installer_error() {
  DWORD code = 0;
  wchar_t text[512] = L"";
  WORD size = 0;
  SQLInstallerErrorW(1, &code, text, static_cast<WORD>(std::size(text)), &size);
  return std::to_wstring(code) + L" " + text;
}

TEST(Registered, NamesTheDriverAndItsSetup) {
  EXPECT_EQ(registered(L"ODBC Drivers", L"negodbc"), L"Installed");
  EXPECT_EQ(registered(L"negodbc", L"DriverODBCVer"), L"03.80");
  for (const wchar_t* value : {L"Driver", L"Setup"}) {
    const std::wstring path = registered(L"negodbc", value);
    const HMODULE module = LoadLibraryW(path.c_str());
    ASSERT_NE(module, nullptr) << testing::PrintToString(path);
    for (const char* name : {"SQLDriverConnectW", "SQLAllocHandle", "ConfigDSNW", "ConfigDSN"})
      EXPECT_NE(GetProcAddress(module, name), nullptr) << name;
    FreeLibrary(module);
  }
}

TEST(Registered, IsListedByTheInstaller) {
  std::vector<wchar_t> list(65536);
  WORD size = 0;
  ASSERT_TRUE(SQLGetInstalledDriversW(list.data(), static_cast<WORD>(list.size() - 1), &size))
      << testing::PrintToString(installer_error());
  bool found = false;
  for (const wchar_t* name = list.data(); *name != L'\0'; name += std::wcslen(name) + 1)
    found = found || std::wstring(name) == L"negodbc";
  EXPECT_TRUE(found);
}

TEST(Registered, MakesChangesAndRemovesADataSource) {
  const std::wstring name = source;
  const auto request = [&](WORD what, const std::wstring& pairs) {
    const std::wstring list = L"DSN=" + name + L'\0' + pairs + L'\0';
    return SQLConfigDataSourceW(nullptr, what, L"negodbc", list.c_str());
  };
  ASSERT_TRUE(request(ODBC_ADD_DSN, std::wstring(L"Server=db.example.com") + L'\0' +
                                        L"Trusted_Connection=Yes" + L'\0'))
      << testing::PrintToString(installer_error());
  EXPECT_EQ(in_odbc_ini(source, L"Server"), L"db.example.com");
  EXPECT_EQ(in_odbc_ini(source, L"Trusted_Connection"), L"Yes");
  EXPECT_EQ(in_odbc_ini(L"ODBC Data Sources", source), L"negodbc");
  EXPECT_EQ(in_odbc_ini(source, L"Driver"), registered(L"negodbc", L"Driver"));
  ASSERT_TRUE(request(ODBC_CONFIG_DSN, std::wstring(L"Server=db2.example.com") + L'\0'))
      << testing::PrintToString(installer_error());
  EXPECT_EQ(in_odbc_ini(source, L"Server"), L"db2.example.com");
  ASSERT_TRUE(request(ODBC_REMOVE_DSN, L"")) << testing::PrintToString(installer_error());
  EXPECT_EQ(in_odbc_ini(L"ODBC Data Sources", source), L"");
  EXPECT_EQ(in_odbc_ini(source, L"Driver"), L"");
  EXPECT_EQ(in_odbc_ini(source, L"Server"),
            installer_leaves_users_values() ? L"db2.example.com" : L"");
  RegDeleteTreeW(HKEY_CURRENT_USER, (std::wstring(L"SOFTWARE\\ODBC\\ODBC.INI\\") + source).c_str());
}

}  // namespace
