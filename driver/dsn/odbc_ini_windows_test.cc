// Data sources as Windows' odbccp32 gives them: from the registry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include "driver/base/windows_text.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

class DataSource : public testing::Test {
 protected:
  ~DataSource() override { RegDeleteTreeW(HKEY_CURRENT_USER, key_.c_str()); }

  void set(const char* name, const char* value) const {
    const std::wstring text = to_wide(value);
    ASSERT_EQ(
        RegSetKeyValueW(HKEY_CURRENT_USER, key_.c_str(), to_wide(name).c_str(), REG_SZ,
                        text.c_str(), static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t))),
        ERROR_SUCCESS);
  }

  std::string name_ = "negodbc_test_" + std::to_string(GetCurrentProcessId());
  std::wstring key_ = to_wide("Software\\ODBC\\ODBC.INI\\" + name_);
};

TEST_F(DataSource, IsReadThroughOdbcinst) {
  set("Driver", "negodbc");
  set("Server", "db.example.com");
  set("PORT", "5433");
  set("Password", "with spaces ; and = signs");
  set("Trusted_Connection", "Yes");
  set("pqopt", "{krbsrvname='pg'}");
  const Profile profile = read_odbc_ini(name_);
  EXPECT_THAT(profile, testing::Contains(testing::Pair("Server", "db.example.com")));
  Settings settings;
  complete_from_dsn(settings, name_);
  EXPECT_EQ(settings.get(Key::server), "db.example.com");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_EQ(settings.get(Key::password), "with spaces ; and = signs");
  EXPECT_TRUE(settings.boolean(Key::trusted_connection));
  EXPECT_EQ(settings.get(Key::kerberos_service), "pg");
  EXPECT_TRUE(read_odbc_ini("absent").empty());
}

}  // namespace
}  // namespace negodbc::dsn
