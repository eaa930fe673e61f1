// Output parameters read in parts: SQL_PARAM_DATA_AVAILABLE, SQLParamData, SQLGetData.
#include <algorithm>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

class OutputStreams : public ::testing::Test {
 protected:
  OutputStreams() : q_(client_) {
    q_.run(
        "CREATE FUNCTION pg_temp.large(IN n int, OUT words text, OUT half int, OUT bytes bytea)"
        " LANGUAGE sql AS $$ SELECT repeat('word ', n), n / 2, decode(repeat('00ff', n), 'hex') "
        "$$");
    bind(1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, &n_, nullptr);
    bind(2, SQL_PARAM_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, token(2), &unused_);
    bind(3, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, &half_, nullptr);
    bind(4, SQL_PARAM_OUTPUT_STREAM, SQL_C_BINARY, SQL_LONGVARBINARY, token(4), &unused_);
  }
  static SQLPOINTER token(SQLLEN number) { return reinterpret_cast<SQLPOINTER>(number); }
  void bind(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type, SQLSMALLINT sql_type,
            SQLPOINTER data, SQLLEN* length) const {
    ASSERT_EQ(
        SQLBindParameter(q_.get(), number, direction, c_type, sql_type, 0, 0, data, 0, length),
        SQL_SUCCESS)
        << q_.error();
  }
  // The token of the parameter that may be read now; 0 when there is no more.
  [[nodiscard]] SQLLEN next() const {
    SQLPOINTER value = nullptr;
    const SQLRETURN result = SQLParamData(q_.get(), &value);
    if (result == SQL_PARAM_DATA_AVAILABLE) return reinterpret_cast<SQLLEN>(value);
    EXPECT_EQ(result, SQL_SUCCESS) << q_.error();
    return 0;
  }
  // Of a text in parts; "NULL" for NULL.
  [[nodiscard]] std::string read(SQLUSMALLINT number) const {
    std::string all;
    char part[1000];
    SQLLEN left = 0;
    SQLRETURN result = SQL_SUCCESS;
    do {
      result = SQLGetData(q_.get(), number, SQL_C_CHAR, part, sizeof part, &left);
      EXPECT_TRUE(SQL_SUCCEEDED(result)) << q_.error();
      if (!SQL_SUCCEEDED(result) || left == SQL_NULL_DATA) return "NULL";
      all += part;
    } while (result == SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(SQLGetData(q_.get(), number, SQL_C_CHAR, part, sizeof part, &left), SQL_NO_DATA);
    return all;
  }

  Client client_;
  Query q_;
  SQLINTEGER n_ = 0;
  SQLINTEGER half_ = -1;
  SQLLEN unused_ = 0;
};

constexpr char stream_call[] = "{call pg_temp.large(?, ?, ?, ?)}";

TEST_F(OutputStreams, AreReadInParts) {
  ASSERT_EQ(q_.prepare(stream_call), SQL_SUCCESS) << q_.error();
  for (const SQLINTEGER n : {20000, 1, 20000}) {
    n_ = n;
    ASSERT_EQ(SQLExecute(q_.get()), SQL_PARAM_DATA_AVAILABLE) << q_.error();
    ASSERT_EQ(next(), 2);
    std::string words;
    for (SQLINTEGER i = 0; i < n; ++i) words += "word ";
    EXPECT_EQ(read(2), words);
    ASSERT_EQ(next(), 4);
    std::string bytes;
    char part[777];
    SQLLEN left = 0;
    SQLRETURN result = SQL_SUCCESS_WITH_INFO;
    while (result == SQL_SUCCESS_WITH_INFO) {
      result = SQLGetData(q_.get(), 4, SQL_C_BINARY, part, sizeof part, &left);
      ASSERT_TRUE(SQL_SUCCEEDED(result)) << q_.error();
      bytes.append(part, std::min<std::size_t>(sizeof part, static_cast<std::size_t>(left)));
    }
    EXPECT_EQ(bytes.size(), 2U * static_cast<unsigned>(n));
    EXPECT_EQ(bytes.substr(bytes.size() - 2), std::string("\0\xff", 2));
    EXPECT_EQ(next(), 0);
    EXPECT_EQ(half_, n / 2);
    EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
  }
}

// Another statement meanwhile: the row is kept.
TEST_F(OutputStreams, OutliveOtherStatements) {
  n_ = 500;
  ASSERT_EQ(q_.exec(stream_call), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  ASSERT_EQ(next(), 2);
  char part[101];
  EXPECT_EQ(SQLGetData(q_.get(), 2, SQL_C_CHAR, part, sizeof part, nullptr), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(Query(client_).value("SELECT repeat('x', 3)"), "xxx");
  EXPECT_EQ(read(2).size(), 2400U);
  // What is not read to its end is dropped.
  ASSERT_EQ(next(), 4);
  EXPECT_EQ(SQLGetData(q_.get(), 4, SQL_C_CHAR, part, sizeof part, nullptr), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(std::string(part).substr(0, 8), "00ff00ff");
  EXPECT_EQ(next(), 0);
}

TEST_F(OutputStreams, OnlyTheOneThatIsThere) {
  n_ = 5;
  ASSERT_EQ(q_.exec(stream_call), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  SQLSMALLINT columns = 0;
  EXPECT_EQ(SQLNumResultCols(q_.get(), &columns), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY010");
  EXPECT_EQ(SQLFetch(q_.get()), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY010");
  EXPECT_EQ(q_.exec("SELECT 1"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY010");
  ASSERT_EQ(next(), 2);
  char part[16];
  EXPECT_EQ(SQLGetData(q_.get(), 4, SQL_C_CHAR, part, sizeof part, nullptr), SQL_ERROR);
  EXPECT_EQ(q_.state(), "07009");
  EXPECT_EQ(SQLGetData(q_.get(), 2, SQL_C_SLONG, part, sizeof part, nullptr), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22018");
  EXPECT_EQ(read(2).size(), 25U);
}

// By what unixODBC lets through; for the rest see wide_realm_test.cc.
TEST_F(OutputStreams, EndWhenTheyAreLeft) {
  n_ = 5;
  const auto begin = [&] {
    ASSERT_EQ(q_.exec(stream_call), SQL_PARAM_DATA_AVAILABLE) << q_.error();
    EXPECT_EQ(next(), 2);
    EXPECT_EQ(read(2).size(), 25U);
  };
  begin();
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA) << q_.error();
  begin();
  EXPECT_EQ(SQLCancel(q_.get()), SQL_SUCCESS);
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT 1"), "1");
}

TEST_F(OutputStreams, OfOtherTypesAndNull) {
  q_.run(
      "CREATE FUNCTION pg_temp.some(OUT a numeric, OUT b text, OUT c timestamp) LANGUAGE sql AS"
      " $$ SELECT 12.5, NULL::text, '2026-11-24 12:13:14.5'::timestamp $$");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  bind(1, SQL_PARAM_OUTPUT_STREAM, SQL_C_DOUBLE, SQL_NUMERIC, token(1), &unused_);
  bind(2, SQL_PARAM_OUTPUT_STREAM, SQL_C_CHAR, SQL_VARCHAR, token(2), &unused_);
  bind(3, SQL_PARAM_OUTPUT_STREAM, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, token(3), &unused_);
  ASSERT_EQ(q_.exec("{call pg_temp.some(?, ?, ?)}"), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  ASSERT_EQ(next(), 1);
  SQLDOUBLE number = 0;
  SQLLEN length = 0;
  ASSERT_EQ(SQLGetData(q_.get(), 1, SQL_C_DOUBLE, &number, sizeof number, &length), SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(number, 12.5);
  ASSERT_EQ(next(), 2);
  EXPECT_EQ(read(2), "NULL");
  ASSERT_EQ(next(), 3);
  SQL_TIMESTAMP_STRUCT stamp = {};
  ASSERT_EQ(SQLGetData(q_.get(), 3, SQL_C_DEFAULT, &stamp, sizeof stamp, &length), SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(stamp.minute, 13);
  EXPECT_EQ(stamp.fraction, 500000000U);
  EXPECT_EQ(next(), 0);
}

TEST_F(OutputStreams, OfAFunctionsResult) {
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  bind(1, SQL_PARAM_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, token(1), &unused_);
  char text[] = "ab";
  SQLLEN length = SQL_NTS;
  n_ = 3000;
  bind(2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, text, &length);
  bind(3, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, &n_, nullptr);
  ASSERT_EQ(q_.exec("{? = call repeat(?, ?)}"), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  ASSERT_EQ(next(), 1);
  EXPECT_EQ(read(1).size(), 6000U);
  EXPECT_EQ(next(), 0);
}

// The input comes at execution; then the output is read. (By the reference the application calls
// SQLParamData once more before it reads, which unixODBC 2.3.11 refuses: wide_realm_test.cc.)
TEST_F(OutputStreams, GoBothWays) {
  q_.run("CREATE FUNCTION pg_temp.twice(INOUT a text) LANGUAGE sql AS $$ SELECT a || '|' || a $$");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  SQLLEN length = SQL_DATA_AT_EXEC;
  bind(1, SQL_PARAM_INPUT_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, token(7), &length);
  ASSERT_EQ(q_.exec("{call pg_temp.twice(?)}"), SQL_NEED_DATA) << q_.error();
  SQLPOINTER value = nullptr;
  ASSERT_EQ(SQLParamData(q_.get(), &value), SQL_NEED_DATA);
  EXPECT_EQ(value, token(7));
  EXPECT_EQ(SQLPutData(q_.get(), chars("one,"), SQL_NTS), SQL_SUCCESS);
  EXPECT_EQ(SQLPutData(q_.get(), chars("two"), SQL_NTS), SQL_SUCCESS);
  ASSERT_EQ(SQLParamData(q_.get(), &value), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  EXPECT_EQ(value, token(7));
  EXPECT_EQ(read(1), "one,two|one,two");
  EXPECT_EQ(next(), 0);
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);

  length = 4;  // what is bound is a token, no buffer
  EXPECT_EQ(q_.exec("{call pg_temp.twice(?)}"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY090");
  length = SQL_NULL_DATA;
  ASSERT_EQ(q_.exec("{call pg_temp.twice(?)}"), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  ASSERT_EQ(next(), 7);
  EXPECT_EQ(read(1), "NULL");
}

TEST_F(OutputStreams, WarningsComeFirst) {
  q_.run(
      "CREATE FUNCTION pg_temp.warns(OUT a text) LANGUAGE plpgsql AS"
      " $$ BEGIN RAISE NOTICE 'hear me'; a := 'value'; END $$");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  bind(1, SQL_PARAM_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, token(1), &unused_);
  ASSERT_EQ(q_.exec("{call pg_temp.warns(?)}"), SQL_SUCCESS_WITH_INFO) << q_.error();
  EXPECT_NE(q_.error().find("hear me"), std::string::npos);
  ASSERT_EQ(SQLMoreResults(q_.get()), SQL_PARAM_DATA_AVAILABLE) << q_.error();
  ASSERT_EQ(next(), 1);
  EXPECT_EQ(read(1), "value");
  EXPECT_EQ(next(), 0);
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
}

// Set after set, by SQLMoreResults; the bound outputs of each are in its own buffers.
TEST_F(OutputStreams, OfArrays) {
  SQLINTEGER numbers[4] = {10, 20, 30, 40};
  SQLINTEGER halves[4] = {-1, -1, -1, -1};
  SQLUSMALLINT operation[4] = {SQL_PARAM_PROCEED, SQL_PARAM_IGNORE, SQL_PARAM_PROCEED,
                               SQL_PARAM_PROCEED};
  SQLUSMALLINT status[4] = {};
  q_.set(SQL_ATTR_PARAMSET_SIZE, 4);
  q_.set(SQL_ATTR_PARAM_OPERATION_PTR, operation);
  q_.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  bind(1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, numbers, nullptr);
  bind(3, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, halves, nullptr);
  SQLLEN lengths[4] = {};
  bind(2, SQL_PARAM_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, token(2), lengths);
  bind(4, SQL_PARAM_OUTPUT_STREAM, SQL_C_BINARY, SQL_LONGVARBINARY, token(4), lengths);
  SQLRETURN result = q_.exec(stream_call);
  for (const std::size_t set : {0U, 2U, 3U}) {
    ASSERT_EQ(result, SQL_PARAM_DATA_AVAILABLE) << q_.error();
    EXPECT_EQ(status[set], SQL_PARAM_SUCCESS);
    EXPECT_EQ(next(), 2);
    EXPECT_EQ(read(2).size(), 5U * static_cast<unsigned>(numbers[set]));
    if (set != 2) {  // SQLMoreResults drops what is left
      EXPECT_EQ(next(), 4);
      EXPECT_EQ(read(4).size(), 4U * static_cast<unsigned>(numbers[set]));
      EXPECT_EQ(next(), 0);
    }
    EXPECT_EQ(halves[set], numbers[set] / 2);
    result = SQLMoreResults(q_.get());
  }
  EXPECT_EQ(result, SQL_NO_DATA);
  EXPECT_EQ(halves[1], -1);
  EXPECT_EQ(status[1], SQL_PARAM_UNUSED);
}

}  // namespace
}  // namespace negodbc::odbc
