#include "driver/catalog/odbc2.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "driver/catalog/testing/fixed_server.h"

namespace negodbc::catalog {
namespace {

using ::testing::ElementsAre;

TEST(Odbc2, TypesGoThereAndBack) {
  EXPECT_EQ(odbc2_type(SQL_TYPE_TIMESTAMP), SQL_TIMESTAMP);
  EXPECT_EQ(odbc3_type(SQL_DATE), SQL_TYPE_DATE);
  for (const int code : {SQL_TYPE_DATE, SQL_TYPE_TIME, SQL_TYPE_TIMESTAMP, SQL_INTEGER})
    EXPECT_EQ(odbc3_type(odbc2_type(static_cast<SQLSMALLINT>(code))), code);
}

TEST(Odbc2, NamesOfStatistics) {
  testing::FixedServer server;
  LocalRows rows = statistics(server.context(), {{}, {}, "t"}, SQL_INDEX_ALL, SQL_QUICK);
  speak_odbc2(rows);
  EXPECT_THAT(testing::names_of(rows),
              ElementsAre("TABLE_QUALIFIER", "TABLE_OWNER", "TABLE_NAME", "NON_UNIQUE",
                          "INDEX_QUALIFIER", "INDEX_NAME", "TYPE", "SEQ_IN_INDEX", "COLUMN_NAME",
                          "COLLATION", "CARDINALITY", "PAGES", "FILTER_CONDITION"));
}

TEST(Odbc2, NamesOfColumnsKeepTheOneThatOdbc2HasNot) {
  LocalRows rows = make_rows({{"TABLE_CAT", ColumnType::name},
                              {"DATA_TYPE", ColumnType::small},
                              {"COLUMN_SIZE", ColumnType::integer},
                              {"BUFFER_LENGTH", ColumnType::integer},
                              {"DECIMAL_DIGITS", ColumnType::small},
                              {"NUM_PREC_RADIX", ColumnType::small},
                              {"ORDINAL_POSITION", ColumnType::integer}});
  rows.rows = {{text("db"), number(SQL_TYPE_TIME), {}, {}, {}, {}, {}},
               {{}, {}, {}, {}, {}, {}, {}}};
  speak_odbc2(rows);
  EXPECT_THAT(testing::names_of(rows), ElementsAre("TABLE_QUALIFIER", "DATA_TYPE", "PRECISION",
                                                   "LENGTH", "SCALE", "RADIX", "ORDINAL_POSITION"));
  EXPECT_EQ(rows.rows[0][1], std::to_string(SQL_TIME));
  EXPECT_EQ(rows.rows[1][1], std::nullopt) << "a NULL stays one";
}

TEST(Odbc2, TypeInfoStaysOrderedByItsTypes) {
  LocalRows rows = type_info(types::TypeOptions(), SQL_ALL_TYPES);
  speak_odbc2(rows);
  const auto types = testing::names_of(rows);
  ASSERT_EQ(types[1], "DATA_TYPE");
  EXPECT_THAT(types, ::testing::Contains("MONEY"));
  EXPECT_THAT(types, ::testing::Contains("AUTO_INCREMENT"));
  EXPECT_THAT(types, ::testing::Contains("NUM_PREC_RADIX"));
  bool dates = false;
  int before = std::numeric_limits<int>::min();
  for (const Row& row : rows.rows) {
    const int type = std::stoi(*row[1]);
    dates = dates || type == SQL_DATE;
    EXPECT_NE(type, SQL_TYPE_DATE);
    EXPECT_LE(before, type);
    before = type;
  }
  EXPECT_TRUE(dates);
}

TEST(TypeInfo, OfOneTypeIsThatTypesRows) {
  const LocalRows rows = type_info(types::TypeOptions(), SQL_TYPE_TIMESTAMP);
  ASSERT_FALSE(rows.rows.empty());
  for (const Row& row : rows.rows) EXPECT_EQ(row[1], std::to_string(SQL_TYPE_TIMESTAMP));
  const LocalRows old = type_info(types::TypeOptions(), SQL_TIMESTAMP);
  EXPECT_EQ(old.rows.size(), rows.rows.size()) << "ODBC 2's number means the same";
  EXPECT_TRUE(type_info(types::TypeOptions(), 12345).rows.empty());
}

}  // namespace
}  // namespace negodbc::catalog
