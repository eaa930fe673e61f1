// Parameters through the driver manager: bound in every way, at execution, in arrays.
#include <cstdint>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

TEST(Parameters, OfEveryCType) {
  const Client client;
  const Query q(client);
  SQLINTEGER i = -7;
  SQLBIGINT big = INT64_C(9007199254740993);
  SQLDOUBLE d = 2.5;
  unsigned char bit = 1;
  SQL_DATE_STRUCT date{2026, 11, 22};
  SQL_TIMESTAMP_STRUCT stamp{2026, 11, 22, 20, 5, 6, 123456000};
  SQL_TIME_STRUCT time{23, 59, 58};
  unsigned char bytes[] = {0, 1, 0xff};
  SQLLEN bytes_length = sizeof bytes;
  SQLWCHAR wide[] = {'z', 0xf6, 0xd83d, 0xde00, 0};
  SQLLEN nts = SQL_NTS;
  SQL_NUMERIC_STRUCT numeric{};
  numeric.precision = 5;
  numeric.scale = 2;
  numeric.sign = 1;
  numeric.val[0] = 0x39;  // 12345
  numeric.val[1] = 0x30;
  const auto bind = [&](SQLUSMALLINT n, SQLSMALLINT c, SQLSMALLINT sql, SQLULEN size,
                        SQLSMALLINT digits, SQLPOINTER data, SQLLEN* length) {
    ASSERT_EQ(SQLBindParameter(q.get(), n, SQL_PARAM_INPUT, c, sql, size, digits, data, 0, length),
              SQL_SUCCESS)
        << q.error();
  };
  bind(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &i, nullptr);
  bind(2, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &big, nullptr);
  bind(3, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &d, nullptr);
  bind(4, SQL_C_BIT, SQL_BIT, 0, 0, &bit, nullptr);
  bind(5, SQL_C_TYPE_DATE, SQL_TYPE_DATE, 10, 0, &date, nullptr);
  bind(6, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 26, 6, &stamp, nullptr);
  bind(7, SQL_C_TYPE_TIME, SQL_TYPE_TIME, 8, 0, &time, nullptr);
  bind(8, SQL_C_BINARY, SQL_VARBINARY, 3, 0, bytes, &bytes_length);
  bind(9, SQL_C_WCHAR, SQL_WVARCHAR, 10, 0, wide, &nts);
  bind(10, SQL_C_NUMERIC, SQL_NUMERIC, 5, 2, &numeric, nullptr);
  ASSERT_EQ(q.exec("SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(
      q.rows(),
      "-7|9007199254740993|2.5|1|2026-11-22|2026-11-22 20:05:06.123456|23:59:58|0001ff|zö😀|123.45");
}

TEST(Parameters, IntervalsAndBack) {
  const Client client;
  const Query q(client);
  SQL_INTERVAL_STRUCT sent{};
  sent.interval_type = SQL_IS_DAY_TO_SECOND;
  sent.interval_sign = SQL_TRUE;
  sent.intval.day_second = {3, 4, 5, 6, 700000};
  SQLINTEGER years = 2;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_INTERVAL_DAY_TO_SECOND,
                   SQL_INTERVAL_DAY_TO_SECOND, 0, 6, &sent, 0, nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTERVAL_YEAR, 0, 0, &years, 0,
                   nullptr);
  ASSERT_EQ(q.exec("SELECT ?::interval day to second(3), ?::interval year to month, interval '100 "
                   "days'"),
            SQL_SUCCESS)
      << q.error();
  SQLSMALLINT type = 0;
  SQLSMALLINT digits = 0;
  ASSERT_EQ(SQLDescribeCol(q.get(), 1, nullptr, 0, nullptr, &type, nullptr, &digits, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(type, SQL_INTERVAL_DAY_TO_SECOND);
  EXPECT_EQ(digits, 3);
  SQL_INTERVAL_STRUCT bound{};
  SQLLEN length = 0;
  SQLBindCol(q.get(), 1, SQL_C_DEFAULT, &bound, sizeof bound, &length);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(length, static_cast<SQLLEN>(sizeof bound));
  EXPECT_EQ(bound.interval_type, SQL_IS_DAY_TO_SECOND);
  EXPECT_EQ(bound.interval_sign, SQL_TRUE);
  EXPECT_EQ(bound.intval.day_second.day, 3U);
  EXPECT_EQ(bound.intval.day_second.hour, 4U);
  EXPECT_EQ(bound.intval.day_second.fraction, 700000U);
  SQL_INTERVAL_STRUCT got{};
  ASSERT_EQ(SQLGetData(q.get(), 2, SQL_C_INTERVAL_YEAR_TO_MONTH, &got, 0, nullptr), SQL_SUCCESS)
      << q.error();
  EXPECT_EQ(got.intval.year_month.year, 2U);
  EXPECT_EQ(q.text(1), "-3 days -04:05:06.7");
  // The first field has two digits unless the descriptor says otherwise.
  EXPECT_EQ(SQLGetData(q.get(), 3, SQL_C_INTERVAL_DAY, &got, 0, nullptr), SQL_ERROR);
  EXPECT_EQ(q.state(), "22015");
  SQLHDESC ard = nullptr;
  SQLGetStmtAttr(q.get(), SQL_ATTR_APP_ROW_DESC, &ard, 0, nullptr);
  SQLSetDescField(ard, 3, SQL_DESC_CONCISE_TYPE,
                  reinterpret_cast<SQLPOINTER>(SQLLEN{SQL_C_INTERVAL_DAY}), 0);
  SQLSetDescField(ard, 3, SQL_DESC_DATETIME_INTERVAL_PRECISION,
                  reinterpret_cast<SQLPOINTER>(SQLLEN{3}), 0);
  ASSERT_EQ(SQLGetData(q.get(), 3, SQL_ARD_TYPE, &got, 0, nullptr), SQL_SUCCESS) << q.error();
  EXPECT_EQ(got.intval.day_second.day, 100U);
}

TEST(Parameters, DataAtExecution) {
  const Client client;
  const Query q(client);
  SQLLEN at_execution = SQL_LEN_DATA_AT_EXEC(0);
  SQLINTEGER number = 42;
  char token[] = "token";
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR, 0, 0, token, 0,
                   &at_execution);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  ASSERT_EQ(q.exec("SELECT ?::text || '!', ?"), SQL_NEED_DATA);
  SQLSMALLINT columns = 0;
  EXPECT_EQ(SQLNumResultCols(q.get(), &columns), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY010");
  SQLPOINTER which = nullptr;
  ASSERT_EQ(SQLParamData(q.get(), &which), SQL_NEED_DATA);
  EXPECT_EQ(which, token);
  EXPECT_EQ(SQLPutData(q.get(), chars("part one, "), SQL_NTS), SQL_SUCCESS);
  EXPECT_EQ(SQLPutData(q.get(), chars("part two and"), 8), SQL_SUCCESS);
  ASSERT_EQ(SQLParamData(q.get(), &which), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "part one, part two!|42");
  SQLFreeStmt(q.get(), SQL_CLOSE);

  ASSERT_EQ(q.exec("SELECT ?::text || '!', ?"), SQL_NEED_DATA);
  EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
  SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

TEST(Parameters, ArraysColumnWise) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE filled (id int PRIMARY KEY, words text)");
  constexpr std::size_t sets = 4;
  SQLINTEGER ids[sets] = {1, 2, 2, 4};
  char words[sets][8] = {"one", "two", "three", "four"};
  SQLLEN lengths[sets] = {SQL_NTS, SQL_NULL_DATA, SQL_NTS, 2};
  SQLUSMALLINT status[sets] = {};
  SQLULEN processed = 0;
  ASSERT_EQ(q.set(SQL_ATTR_PARAMSET_SIZE, sets), SQL_SUCCESS);
  q.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  q.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed);
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids, 0, nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8, 0, words,
                   sizeof words[0], lengths);
  EXPECT_EQ(q.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "23000");
  SQLLEN row = 0;
  SQLGetDiagField(SQL_HANDLE_STMT, q.get(), 1, SQL_DIAG_ROW_NUMBER, &row, 0, nullptr);
  EXPECT_EQ(row, 3);
  EXPECT_EQ(processed, sets);
  EXPECT_EQ(status[0], SQL_PARAM_SUCCESS);
  EXPECT_EQ(status[2], SQL_PARAM_ERROR);
  EXPECT_EQ(status[3], SQL_PARAM_SUCCESS);
  SQLLEN count = 0;
  SQLRowCount(q.get(), &count);
  EXPECT_EQ(count, 3);
  const Query check(client);
  EXPECT_EQ(check.value("SELECT * FROM filled ORDER BY id"), "1|one;2|NULL;4|fo");
}

TEST(Parameters, ArraysRowWiseWithOffsetAndIgnoredSets) {
  const Client client;
  const Query q(client);
  struct Set {
    SQLINTEGER id;
    char words[8];
    SQLLEN length;
  };
  std::vector<Set> sets = {
      {0, "skipped", SQL_NTS}, {1, "one", SQL_NTS}, {2, "two", SQL_NTS}, {3, "x", SQL_NTS}};
  SQLLEN offset = sizeof(Set);
  SQLUSMALLINT operation[] = {SQL_PARAM_PROCEED, SQL_PARAM_IGNORE, SQL_PARAM_PROCEED};
  q.set(SQL_ATTR_PARAMSET_SIZE, 3);
  q.set(SQL_ATTR_PARAM_BIND_TYPE, sizeof(Set));
  q.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset);
  q.set(SQL_ATTR_PARAM_OPERATION_PTR, operation);
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &sets[0].id, 0,
                   nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8, 0, sets[0].words, 8,
                   &sets[0].length);
  ASSERT_EQ(q.exec("SELECT ?, ?::text"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|one");
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "3|x");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
}

TEST(Parameters, AreDescribedByTheServer) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.prepare("SELECT 1 WHERE 1::int8 = ? AND 'x'::text = ?"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  ASSERT_EQ(SQLDescribeParam(q.get(), 1, &type, &size, nullptr, nullptr), SQL_SUCCESS) << q.error();
  EXPECT_EQ(type, SQL_BIGINT);
  EXPECT_EQ(SQLDescribeParam(q.get(), 3, &type, &size, nullptr, nullptr), SQL_ERROR);
  EXPECT_EQ(q.state(), "07009");
}

}  // namespace
}  // namespace negodbc::odbc
