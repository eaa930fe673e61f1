// What an application that asked for ODBC 2 gets.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

class Odbc2 : public ::testing::Test {
 protected:
  std::string names() {
    std::string all;
    SQLSMALLINT count = 0;
    SQLNumResultCols(q_.get(), &count);
    for (SQLUSMALLINT i = 1; i <= static_cast<SQLUSMALLINT>(count); ++i) {
      SQLCHAR name[64] = {};
      SQLDescribeCol(q_.get(), i, name, sizeof name, nullptr, nullptr, nullptr, nullptr, nullptr);
      all += (i == 1 ? "" : " ") + std::string(reinterpret_cast<char*>(name));
    }
    return all;
  }
  void close() { SQLFreeStmt(q_.get(), SQL_CLOSE); }

  Client client_{"DSN=negodbc", true, SQL_OV_ODBC2};
  Query q_{client_};
};

TEST_F(Odbc2, States) {
  EXPECT_EQ(q_.exec("SELECT FROM WHERE"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "37000");
  EXPECT_EQ(q_.exec("SELECT * FROM nowhere_at_all"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "S0002");
  EXPECT_EQ(q_.exec("SELECT nothing"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "S0022");
  EXPECT_EQ(q_.set(SQL_ATTR_QUERY_TIMEOUT + 20000, SQLULEN{1}), SQL_ERROR);
  EXPECT_EQ(q_.state(), "S1092");
  // ODBC 3 says 07009 of parameters and of columns.
  ASSERT_EQ(q_.prepare("SELECT ?::int"), SQL_SUCCESS);
  EXPECT_EQ(SQLDescribeParam(q_.get(), 5, nullptr, nullptr, nullptr, nullptr), SQL_ERROR);
  EXPECT_EQ(q_.state(), "S1093");
  q_.run("SELECT 1");
  EXPECT_EQ(SQLDescribeCol(q_.get(), 5, nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr),
            SQL_ERROR);
  EXPECT_EQ(q_.state(), "S1002");
  close();
}

TEST_F(Odbc2, DatesAndTimes) {
  q_.run("SELECT current_date, localtime, localtimestamp, 1");
  constexpr SQLSMALLINT expected[] = {SQL_DATE, SQL_TIME, SQL_TIMESTAMP, SQL_INTEGER};
  for (SQLUSMALLINT i = 1; i <= 4; ++i) {
    SQLSMALLINT type = 0;
    ASSERT_EQ(SQLDescribeCol(q_.get(), i, nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(type, expected[i - 1]);
    SQLLEN attribute = 0;
    ASSERT_EQ(SQLColAttribute(q_.get(), i, SQL_COLUMN_TYPE, nullptr, 0, nullptr, &attribute),
              SQL_SUCCESS);
    EXPECT_EQ(attribute, expected[i - 1]);
  }
  close();
  ASSERT_EQ(q_.prepare("SELECT ?::timestamp"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLDescribeParam(q_.get(), 1, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_TIMESTAMP);
}

TEST_F(Odbc2, CatalogueColumns) {
  const auto succeeded = [&](SQLRETURN result) {
    EXPECT_EQ(result, SQL_SUCCESS) << q_.error();
    std::string all = names();
    close();
    return all;
  };
  EXPECT_EQ(succeeded(SQLTables(q_.get(), nullptr, 0, nullptr, 0, chars("x"), SQL_NTS, nullptr, 0)),
            "TABLE_QUALIFIER TABLE_OWNER TABLE_NAME TABLE_TYPE REMARKS");
  EXPECT_EQ(succeeded(SQLColumns(q_.get(), nullptr, 0, nullptr, 0, chars("x"), SQL_NTS, nullptr, 0))
                .substr(0, 108),
            "TABLE_QUALIFIER TABLE_OWNER TABLE_NAME COLUMN_NAME DATA_TYPE TYPE_NAME PRECISION "
            "LENGTH SCALE "
            "RADIX NULLABLE");
  EXPECT_EQ(succeeded(SQLStatistics(q_.get(), nullptr, 0, nullptr, 0, chars("x"), SQL_NTS,
                                    SQL_INDEX_ALL, SQL_QUICK)),
            "TABLE_QUALIFIER TABLE_OWNER TABLE_NAME NON_UNIQUE INDEX_QUALIFIER INDEX_NAME TYPE "
            "SEQ_IN_INDEX COLUMN_NAME COLLATION CARDINALITY PAGES FILTER_CONDITION");
  EXPECT_EQ(succeeded(SQLGetTypeInfo(q_.get(), SQL_INTEGER)).substr(0, 44),
            "TYPE_NAME DATA_TYPE PRECISION LITERAL_PREFIX");
}

TEST_F(Odbc2, TypesInTheirOrder) {
  ASSERT_EQ(SQLGetTypeInfo(q_.get(), SQL_ALL_TYPES), SQL_SUCCESS);
  int last = -1000;
  bool timestamp = false;
  while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
    const int type = std::stoi(q_.text(2));
    EXPECT_GE(type, last);
    last = type;
    timestamp = timestamp || type == SQL_TIMESTAMP;
    EXPECT_TRUE(type < SQL_TYPE_DATE || type > SQL_TYPE_TIMESTAMP) << type;
  }
  EXPECT_TRUE(timestamp);
  close();
  ASSERT_EQ(SQLGetTypeInfo(q_.get(), SQL_TIMESTAMP), SQL_SUCCESS);
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.text(1), "timestamp");
  EXPECT_EQ(q_.text(2), std::to_string(SQL_TIMESTAMP));
}

TEST_F(Odbc2, ScrollOptions) {
  ASSERT_EQ(SQLSetScrollOptions(q_.get(), SQL_CONCUR_READ_ONLY, SQL_SCROLL_STATIC, 3), SQL_SUCCESS)
      << q_.error();
  q_.run("SELECT i FROM generate_series(1, 5) i");
  SQLULEN rows = 0;
  SQLUSMALLINT status[3] = {};
  ASSERT_EQ(SQLExtendedFetch(q_.get(), SQL_FETCH_LAST, 0, &rows, status), SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(rows, 3U);
  EXPECT_EQ(q_.text(1), "3");
  close();
  EXPECT_EQ(SQLSetScrollOptions(q_.get(), SQL_CONCUR_READ_ONLY, SQL_SCROLL_STATIC, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "S1107");
}

TEST_F(Odbc2, BindParam) {
  SQLINTEGER value = 41;
  SQLLEN length = 0;
  ASSERT_EQ(SQLBindParam(q_.get(), 1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, &length), SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(q_.value("SELECT ? + 1"), "42");
}

}  // namespace
}  // namespace negodbc::odbc
