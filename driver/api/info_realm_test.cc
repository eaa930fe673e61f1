// SQLGetInfo through the driver manager: the form of every answer, and what it claims of the server
// tried there.
#include <array>
#include <set>
#include <sstream>
#include <string>

#include "driver/api/testing/odbc_client.h"
#include "driver/catalog/testing/info_types.h"

namespace negodbc::odbc {
namespace {

using catalog::testing::info_types;
using catalog::testing::InfoType;
using catalog::testing::InfoWidth;
using testing::Client;
using testing::Query;

std::string text_of(const Client& client, SQLUSMALLINT type) {
  char text[2048] = {};
  EXPECT_EQ(SQLGetInfo(client.dbc(), type, text, sizeof text, nullptr), SQL_SUCCESS);
  return text;
}

SQLUINTEGER number_of(const Client& client, SQLUSMALLINT type) {
  SQLUINTEGER value = 0;
  EXPECT_EQ(SQLGetInfo(client.dbc(), type, &value, sizeof value, nullptr), SQL_SUCCESS);
  return value;
}

void check_text(const Client& client, const InfoType& wanted) {
  SQLSMALLINT length = -1;
  EXPECT_EQ(SQLGetInfo(client.dbc(), wanted.type, nullptr, 0, &length), SQL_SUCCESS)
      << wanted.name << client.state();
  const std::string whole = text_of(client, wanted.type);
  EXPECT_EQ(whole.size(), static_cast<std::size_t>(length)) << wanted.name;
  if (whole.empty()) return;
  // One byte too few: cut, terminated, and the whole length told.
  std::string cut(whole.size() + 1, '#');
  SQLSMALLINT told = -1;
  EXPECT_EQ(SQLGetInfo(client.dbc(), wanted.type, cut.data(), length, &told), SQL_SUCCESS_WITH_INFO)
      << wanted.name;
  // unixODBC answers these two itself, and leaves no diagnostics.
  if (wanted.type != SQL_DATA_SOURCE_NAME && wanted.type != SQL_XOPEN_CLI_YEAR) {
    EXPECT_EQ(client.state(), "01004") << wanted.name;
  }
  EXPECT_EQ(told, length) << wanted.name;
  EXPECT_EQ(cut.substr(0, cut.find(char{})), whole.substr(0, whole.size() - 1)) << wanted.name;
  EXPECT_EQ(cut.back(), '#') << wanted.name << " wrote beyond the buffer";
}

void check_number(const Client& client, const InfoType& wanted) {
  constexpr unsigned char untouched = 0xEE;
  std::array<unsigned char, 8> buffer{};
  buffer.fill(untouched);
  SQLSMALLINT length = -1;
  EXPECT_EQ(SQLGetInfo(client.dbc(), wanted.type, buffer.data(), 0, &length), SQL_SUCCESS)
      << wanted.name << client.state();
  const std::size_t size = wanted.width == InfoWidth::small ? 2 : 4;
  EXPECT_EQ(static_cast<std::size_t>(length), size) << wanted.name;
  for (std::size_t i = size; i < buffer.size(); ++i)
    EXPECT_EQ(buffer.at(i), untouched) << wanted.name << " wrote beyond its width";
}

TEST(Info, EveryTypeInItsForm) {
  const Client client;
  for (const InfoType& wanted : info_types) {
    if (wanted.width == InfoWidth::text) {
      check_text(client, wanted);
    } else {
      check_number(client, wanted);
    }
  }
}

// What BI tools decide by.
TEST(Info, WhatToolsDependOn) {
  const Client client;
  EXPECT_EQ(text_of(client, SQL_DBMS_NAME), "PostgreSQL");
  EXPECT_EQ(text_of(client, SQL_DRIVER_ODBC_VER), "03.80");
  EXPECT_EQ(number_of(client, SQL_SQL_CONFORMANCE), SQLUINTEGER{SQL_SC_SQL92_FULL});
  EXPECT_EQ(number_of(client, SQL_GROUP_BY), SQLUINTEGER{SQL_GB_GROUP_BY_CONTAINS_SELECT});
  EXPECT_EQ(number_of(client, SQL_CONVERT_FUNCTIONS),
            SQLUINTEGER{SQL_FN_CVT_CAST | SQL_FN_CVT_CONVERT});
  EXPECT_EQ(number_of(client, SQL_CONCAT_NULL_BEHAVIOR), SQLUINTEGER{SQL_CB_NULL});
  EXPECT_EQ(number_of(client, SQL_NULL_COLLATION), SQLUINTEGER{SQL_NC_HIGH});
  EXPECT_EQ(text_of(client, SQL_IDENTIFIER_QUOTE_CHAR), "\"");
  EXPECT_EQ(text_of(client, SQL_SEARCH_PATTERN_ESCAPE), "\\");
  EXPECT_EQ(text_of(client, SQL_DESCRIBE_PARAMETER), "Y");
  EXPECT_EQ(number_of(client, SQL_TXN_CAPABLE), SQLUINTEGER{SQL_TC_ALL});
  EXPECT_EQ(number_of(client, SQL_TIMEDATE_DIFF_INTERVALS), 0x1FFU);
  EXPECT_NE(number_of(client, SQL_GETDATA_EXTENSIONS) & SQL_GD_ANY_ORDER, 0U);
}

TEST(Info, AsTheServerHasIt) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(q.value("SHOW max_identifier_length"),
            std::to_string(number_of(client, SQL_MAX_IDENTIFIER_LEN)));
  EXPECT_EQ(q.value("SHOW max_index_keys"),
            std::to_string(number_of(client, SQL_MAX_COLUMNS_IN_INDEX)));
  EXPECT_EQ(q.value("SELECT (NULL || 'x') IS NULL"), "1");
  EXPECT_EQ(q.value("SELECT x FROM (VALUES (1), (NULL)) v (x) ORDER BY 1 DESC LIMIT 1"), "NULL");
}

// A word that the server reserves is one of ODBC's keywords or of SQL_KEYWORDS.
TEST(Info, KeywordsAreTheServers) {
  const Client client;
  const Query q(client);
  std::set<std::string> known;
  std::istringstream list(SQL_ODBC_KEYWORDS "," + text_of(client, SQL_KEYWORDS));
  for (std::string word; std::getline(list, word, ',');) {
    EXPECT_TRUE(known.insert(word).second || word == "ADA") << word << " twice";
  }
  q.run("SELECT upper(word) FROM pg_get_keywords() WHERE catcode IN ('R', 'T')");
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) {
    const std::string word = q.text(1);
    EXPECT_TRUE(known.contains(word)) << word;
  }
}

TEST(Info, ViewsOfTheInformationSchema) {
  const Client client;
  const Query q(client);
  struct View {
    SQLUINTEGER bit;
    const char* name;
  };
  constexpr View views[] = {{SQL_ISV_ASSERTIONS, "assertions"},
                            {SQL_ISV_CHARACTER_SETS, "character_sets"},
                            {SQL_ISV_CHECK_CONSTRAINTS, "check_constraints"},
                            {SQL_ISV_COLLATIONS, "collations"},
                            {SQL_ISV_COLUMN_DOMAIN_USAGE, "column_domain_usage"},
                            {SQL_ISV_COLUMN_PRIVILEGES, "column_privileges"},
                            {SQL_ISV_COLUMNS, "columns"},
                            {SQL_ISV_CONSTRAINT_COLUMN_USAGE, "constraint_column_usage"},
                            {SQL_ISV_CONSTRAINT_TABLE_USAGE, "constraint_table_usage"},
                            {SQL_ISV_DOMAIN_CONSTRAINTS, "domain_constraints"},
                            {SQL_ISV_DOMAINS, "domains"},
                            {SQL_ISV_KEY_COLUMN_USAGE, "key_column_usage"},
                            {SQL_ISV_REFERENTIAL_CONSTRAINTS, "referential_constraints"},
                            {SQL_ISV_SCHEMATA, "schemata"},
                            {SQL_ISV_SQL_LANGUAGES, "sql_languages"},
                            {SQL_ISV_TABLE_CONSTRAINTS, "table_constraints"},
                            {SQL_ISV_TABLE_PRIVILEGES, "table_privileges"},
                            {SQL_ISV_TABLES, "tables"},
                            {SQL_ISV_TRANSLATIONS, "translations"},
                            {SQL_ISV_USAGE_PRIVILEGES, "usage_privileges"},
                            {SQL_ISV_VIEW_COLUMN_USAGE, "view_column_usage"},
                            {SQL_ISV_VIEW_TABLE_USAGE, "view_table_usage"},
                            {SQL_ISV_VIEWS, "views"}};
  const SQLUINTEGER claimed = number_of(client, SQL_INFO_SCHEMA_VIEWS);
  for (const View& view : views) {
    const bool there = q.value(std::string("SELECT to_regclass('information_schema.") + view.name +
                               "') IS NOT NULL") == "1";
    EXPECT_EQ((claimed & view.bit) != 0, there) << view.name;
  }
}

// What SQL_CONVERT_* promises is what the server converts, no more and no less.
TEST(Info, ConversionsThatAreClaimed) {
  struct Type {
    const char* name;  // as {fn CONVERT} has it
    SQLUSMALLINT info;
    SQLUINTEGER bit;
  };
  constexpr Type types[] = {
      {"SQL_CHAR", SQL_CONVERT_CHAR, SQL_CVT_CHAR},
      {"SQL_VARCHAR", SQL_CONVERT_VARCHAR, SQL_CVT_VARCHAR},
      {"SQL_LONGVARCHAR", SQL_CONVERT_LONGVARCHAR, SQL_CVT_LONGVARCHAR},
      {"SQL_WCHAR", SQL_CONVERT_WCHAR, SQL_CVT_WCHAR},
      {"SQL_WVARCHAR", SQL_CONVERT_WVARCHAR, SQL_CVT_WVARCHAR},
      {"SQL_WLONGVARCHAR", SQL_CONVERT_WLONGVARCHAR, SQL_CVT_WLONGVARCHAR},
      {"SQL_BIGINT", SQL_CONVERT_BIGINT, SQL_CVT_BIGINT},
      {"SQL_INTEGER", SQL_CONVERT_INTEGER, SQL_CVT_INTEGER},
      {"SQL_SMALLINT", SQL_CONVERT_SMALLINT, SQL_CVT_SMALLINT},
      {"SQL_TINYINT", SQL_CONVERT_TINYINT, SQL_CVT_TINYINT},
      {"SQL_DECIMAL", SQL_CONVERT_DECIMAL, SQL_CVT_DECIMAL},
      {"SQL_NUMERIC", SQL_CONVERT_NUMERIC, SQL_CVT_NUMERIC},
      {"SQL_FLOAT", SQL_CONVERT_FLOAT, SQL_CVT_FLOAT},
      {"SQL_REAL", SQL_CONVERT_REAL, SQL_CVT_REAL},
      {"SQL_DOUBLE", SQL_CONVERT_DOUBLE, SQL_CVT_DOUBLE},
      {"SQL_BIT", SQL_CONVERT_BIT, SQL_CVT_BIT},
      {"SQL_BINARY", SQL_CONVERT_BINARY, SQL_CVT_BINARY},
      {"SQL_VARBINARY", SQL_CONVERT_VARBINARY, SQL_CVT_VARBINARY},
      {"SQL_LONGVARBINARY", SQL_CONVERT_LONGVARBINARY, SQL_CVT_LONGVARBINARY},
      {"SQL_DATE", SQL_CONVERT_DATE, SQL_CVT_DATE},
      {"SQL_TIME", SQL_CONVERT_TIME, SQL_CVT_TIME},
      {"SQL_TIMESTAMP", SQL_CONVERT_TIMESTAMP, SQL_CVT_TIMESTAMP},
      {"SQL_INTERVAL_YEAR_TO_MONTH", SQL_CONVERT_INTERVAL_YEAR_MONTH, SQL_CVT_INTERVAL_YEAR_MONTH},
      {"SQL_INTERVAL_DAY_TO_SECOND", SQL_CONVERT_INTERVAL_DAY_TIME, SQL_CVT_INTERVAL_DAY_TIME},
      {"SQL_GUID", SQL_CONVERT_GUID, SQL_CVT_GUID},
  };
  const Client client;
  const Query q(client);
  for (const Type& from : types) {
    const SQLUINTEGER claimed = number_of(client, from.info);
    for (const Type& to : types) {
      // NULL of the type: whether there is a cast is asked, not whether a value passes it.
      const std::string sql = std::string("SELECT {fn CONVERT({fn CONVERT(NULL, ") + from.name +
                              ")}, " + to.name + ")}";
      const bool works = SQL_SUCCEEDED(q.exec(sql));
      SQLFreeStmt(q.get(), SQL_CLOSE);
      // PostgreSQL casts between these two as well, and nothing of the value is left.
      if ((from.info == SQL_CONVERT_TIME && to.info == SQL_CONVERT_INTERVAL_YEAR_MONTH) ||
          (from.info == SQL_CONVERT_INTERVAL_YEAR_MONTH && to.info == SQL_CONVERT_TIME))
        continue;
      EXPECT_EQ((claimed & to.bit) != 0, works) << from.name << " to " << to.name;
    }
  }
}

}  // namespace
}  // namespace negodbc::odbc
