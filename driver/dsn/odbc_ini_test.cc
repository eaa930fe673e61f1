#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdlib>

#include <filesystem>
#include <fstream>

#include "driver/base/error.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Profile sales(std::string_view section) {
  if (section != "sales") return {};
  return {{"Driver", "negodbc"},
          {"Description", "Sales"},
          {"Servername", "db"},
          {"Username", "alice"},
          {"Frobnicate", "1"},
          {"Fetch", "100"},
          {"pqopt", "krbsrvname=pg host=other"}};
}

TEST(OdbcIni, FillsWhatTheConnectionStringLeftOpen) {
  Settings settings = parse_connection_string("DSN=sales;UID=bob").settings;
  EXPECT_THAT(complete_from_dsn(settings, "sales", sales), ElementsAre("Frobnicate"));
  EXPECT_EQ(settings.get(Key::user), "bob");
  EXPECT_EQ(settings.get(Key::server), "db");
  EXPECT_EQ(settings.get(Key::kerberos_service), "pg");
  EXPECT_FALSE(settings.has(Key::driver));
  EXPECT_EQ(to_connection_string(settings),
            "DSN=sales;Description=Sales;Server=db;UID=bob;KrbSrvName=pg;Fetch=100;");
}

TEST(OdbcIni, BracesAroundAValueAreNotPartOfIt) {
  Settings settings;
  complete_from_dsn(settings, "x", [](std::string_view) {
    return Profile{{"PWD", "{a}}b}"}, {"UID", "{}"}, {"Database", "{open"}, {"Server", "h"}};
  });
  EXPECT_EQ(settings.get(Key::password), "a}b");
  EXPECT_FALSE(settings.has(Key::user));
  EXPECT_EQ(settings.get(Key::database), "{open");
}

TEST(OdbcIni, ConnSettingsAsPsqlodbcsSetUpWritesThem) {
  const auto read = [](const std::string& written) {
    Settings settings;
    complete_from_dsn(settings, "x", [&](std::string_view) {
      return Profile{{"ConnSettings", written}};
    });
    return std::string(settings.get(Key::connect_settings));
  };
  EXPECT_EQ(read("SET+search_path%3dsales%3B"), "SET search_path=sales;");
  EXPECT_EQ(read("select 1+1 where 'a' like '%25'"), "select 1+1 where 'a' like '%25'");
  EXPECT_EQ(read("SET+x%3"), "SET x%3");
}

TEST(OdbcIni, AMissingSectionIsIM002) {
  Settings settings;
  try {
    complete_from_dsn(settings, "nowhere", sales);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "IM002");
    EXPECT_THAT(error.what(), HasSubstr("nowhere"));
  }
}

class IniFile : public testing::Test {
 protected:
  IniFile() {
    std::filesystem::create_directories(folder_);
    setenv("ODBCINI", (folder_ / "odbc.ini").c_str(), 1);
    setenv("ODBCSYSINI", folder_.c_str(), 1);
  }
  ~IniFile() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) { std::ofstream(folder_ / "odbc.ini") << text; }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("negodbc_dsn_" + std::to_string(getpid()));
};

// One test for all of it: odbcinst keeps what it has read for a while.
TEST_F(IniFile, IsReadThroughOdbcinst) {
  write(
      "[other]\nServer=wrong\n\n[here]\nDriver = negodbc\nServer = db.example.com\n"
      "PORT = 5433\nPassword = with spaces ; and = signs\nTrusted_Connection=Yes\nEmpty=\n"
      "pqopt = {krbsrvname='pg'}\n");
  const Profile profile = read_odbc_ini("here");
  EXPECT_THAT(profile, testing::Contains(testing::Pair("Server", "db.example.com")));
  Settings settings;
  complete_from_dsn(settings, "here");
  EXPECT_EQ(settings.get(Key::server), "db.example.com");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_TRUE(settings.boolean(Key::trusted_connection));
  EXPECT_EQ(settings.get(Key::kerberos_service), "pg");
  EXPECT_TRUE(read_odbc_ini("absent").empty());
}

}  // namespace
}  // namespace negodbc::dsn
