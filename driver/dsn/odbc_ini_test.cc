#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_THAT(complete_from_dsn(settings, "sales", sales),
              ElementsAre(testing::Field(&Unknown::word, "Frobnicate")));
  EXPECT_EQ(settings.get(Key::user), "bob");
  EXPECT_EQ(settings.get(Key::server), "db");
  EXPECT_EQ(settings.get(Key::kerberos_service), "pg");
  EXPECT_FALSE(settings.has(Key::driver));
  EXPECT_EQ(to_connection_string(settings),
            "DSN=sales;Description=Sales;Server=db;UID=bob;KrbSrvName=pg;Fetch=100;");
}

TEST(OdbcinstIni, HoldsDefaultsOfADriversDataSources) {
  const auto drivers = [](std::string_view section) {
    return section == "negodbc" ? Profile{{"Driver", "/usr/lib/libnegodbc.so"},
                                          {"Description", "the driver"},
                                          {"UsageCount", "1"},
                                          {"Threading", "0"},
                                          {"Servername", "elsewhere"},
                                          {"B0", "100"},
                                          {"CX", "1c8000"}}
                                : Profile{};
  };
  Settings settings = parse_connection_string("DSN=sales").settings;
  EXPECT_THAT(complete_from_dsn(settings, "sales", sales, drivers),
              ElementsAre(testing::Field(&Unknown::word, "Frobnicate")));
  EXPECT_EQ(settings.get(Key::server), "db");  // the data source's own wins
  EXPECT_EQ(settings.get(Key::description), "Sales");
  EXPECT_EQ(settings.number(Key::max_varchar_size, 0, 1000), 100);

  Settings without_dsn = parse_connection_string("DRIVER={negodbc};Server=here").settings;
  complete_from_driver(without_dsn, "negodbc", drivers);
  EXPECT_EQ(to_connection_string(without_dsn), "DRIVER=negodbc;Server=here;MaxVarcharSize=100;");
  // Named by its file, it has no section.
  complete_from_driver(without_dsn, "/usr/lib/negodbc",
                       [](std::string_view) -> Profile { throw Error("HY000", "asked for"); });
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

TEST(OdbcIni, QuotesAndRemarksAreNotPartOfAValue) {
  Settings settings;
  complete_from_dsn(settings, "x", [](std::string_view) {
    return Profile{{"Server", "\"db.example.com\""},
                   {"Database", "'my db'"},
                   {"UID", "\"a\"b\""},
                   {"PWD", "\"kept\""},
                   {"SSLmode", "verify-full ; for the auditors"},
                   {"ReadOnly", "\"1\"\t# not yet"},
                   {"Port", "5433;"},
                   {"ConnSettings", "set a = 'x ; y'"}};
  });
  EXPECT_EQ(settings.get(Key::server), "db.example.com");
  EXPECT_EQ(settings.get(Key::database), "my db");
  EXPECT_EQ(settings.get(Key::user), "\"a\"b\"");
  EXPECT_EQ(settings.get(Key::password), "\"kept\"");
  EXPECT_EQ(settings.get(Key::ssl_mode), "verify-full");
  EXPECT_TRUE(settings.boolean(Key::read_only));
  EXPECT_EQ(settings.get(Key::port), "5433;") << "no blank: refused, and told";
  EXPECT_EQ(settings.get(Key::connect_settings), "set a = 'x ; y'");
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

}  // namespace
}  // namespace negodbc::dsn
