// Data sources as unixODBC's odbcinst gives them: from ini files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "driver/dsn/settings.h"
#include "tests/support/environment.h"

namespace negodbc::dsn {
namespace {

class DataSource : public testing::Test {
 protected:
  DataSource() { std::filesystem::create_directories(folder_); }
  ~DataSource() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text, const char* file = "odbc.ini") {
    std::ofstream(folder_ / file) << text;
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("negodbc_dsn_" + std::to_string(getpid()));
  const test::ScopedEnvironment ini_{"ODBCINI", (folder_ / "odbc.ini").string()};
  const test::ScopedEnvironment system_ini_{"ODBCSYSINI", folder_.string()};
  const test::ScopedEnvironment drivers_{"ODBCINSTINI", "odbcinst.ini"};
};

// One test for all of it: odbcinst keeps what it has read for a while.
TEST_F(DataSource, IsReadThroughOdbcinst) {
  write(
      "[other]\nServer=wrong\n\n[here]\nDriver = negodbc\nServer = db.example.com\n"
      "PORT = 5433\nPassword = with spaces ; and = signs\nTrusted_Connection=Yes\nEmpty=\n"
      "pqopt = {krbsrvname='pg' krbsrv=x}\nSrever = elsewhere\nThreading = 1\n");
  write("[negodbc]\nDescription = d\nDriver = /lib.so\nThreading = 0\nReadOnly = 1\n",
        "odbcinst.ini");
  const Profile profile = read_odbc_ini("here");
  EXPECT_THAT(profile, testing::Contains(testing::Pair("Server", "db.example.com")));
  Settings settings;
  const std::vector<Unknown> unknown = complete_from_dsn(settings, "here");
  ASSERT_EQ(unknown.size(), 2U);
  const std::string file = (folder_ / "odbc.ini").string();
  EXPECT_THAT(text_of(unknown[0]),
              testing::HasSubstr("\"Srever\" (in the data source here in " + file + "): "));
  EXPECT_THAT(text_of(unknown[0]), testing::EndsWith("is Server meant?"));
  EXPECT_THAT(text_of(unknown[1]), testing::HasSubstr("(in pqopt of the data source here in "));
  EXPECT_EQ(settings.get(Key::server), "db.example.com");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_TRUE(settings.boolean(Key::trusted_connection));
  EXPECT_EQ(settings.get(Key::kerberos_service), "pg");
  EXPECT_TRUE(read_odbc_ini("absent").empty());
  EXPECT_EQ(read_odbcinst_ini("negodbc"), (Profile{{"ReadOnly", "1"}}));
  EXPECT_TRUE(settings.boolean(Key::read_only));
}

}  // namespace
}  // namespace negodbc::dsn
