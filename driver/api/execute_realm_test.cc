// Executing through the driver manager: direct, prepared, with parameters of every way.
#include <cstdint>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

TEST(Execute, DirectAndSeveralResults) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.exec("SELECT 1 AS a, 'x'::text AS b, NULL::int; SELECT 'second'; CREATE TEMP TABLE "
                   "several (i int);"
                   " INSERT INTO several VALUES (1), (2)"),
            SQL_SUCCESS)
      << q.error();
  EXPECT_EQ(q.rows(), "1|x|NULL");
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "second");
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  SQLSMALLINT columns = -1;
  ASSERT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS);
  EXPECT_EQ(columns, 0);
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  SQLLEN count = 0;
  ASSERT_EQ(SQLRowCount(q.get(), &count), SQL_SUCCESS);
  EXPECT_EQ(count, 2);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
}

TEST(Execute, NothingAffectedIsNoData) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE t (i int)");
  EXPECT_EQ(q.exec("DELETE FROM t"), SQL_NO_DATA);
  EXPECT_EQ(q.exec("INSERT INTO t VALUES (1), (2), (3)"), SQL_SUCCESS);
  SQLLEN count = 0;
  SQLRowCount(q.get(), &count);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(q.exec("UPDATE t SET i = i"), SQL_SUCCESS);
  EXPECT_EQ(q.exec("UPDATE t SET i = 9 WHERE i = 7"), SQL_NO_DATA);
}

TEST(Execute, PreparedAgainAndAgain) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.prepare("SELECT ? + 1, ?::text"), SQL_SUCCESS) << q.error();
  SQLSMALLINT parameters = 0;
  ASSERT_EQ(SQLNumParams(q.get(), &parameters), SQL_SUCCESS);
  EXPECT_EQ(parameters, 2);
  EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "07002");
  SQLINTEGER number = 0;
  char words[32] = {};
  SQLLEN length = SQL_NTS;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 31, 0, words, sizeof words,
                   &length);
  for (int i = 0; i < 5; ++i) {
    number = i;
    std::snprintf(words, sizeof words, "round %d ü", i);
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), std::to_string(i + 1) + "|round " + std::to_string(i) + " ü");
    ASSERT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS);
  }
  length = SQL_NULL_DATA;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "5|NULL");
}

TEST(Execute, StaysPreparedWhenTheTableChanges) {
  const Client client;
  const Query ddl(client);
  const Query q(client);
  ddl.run("CREATE TEMP TABLE changing (a int)");
  ddl.run("INSERT INTO changing VALUES (1)");
  ASSERT_EQ(q.prepare("SELECT * FROM changing"), SQL_SUCCESS);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "1");
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
  ddl.run("ALTER TABLE changing ADD b text DEFAULT 'new'");
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|new");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  ddl.run("DEALLOCATE ALL");
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|new");
}

std::string named_statements(const Query& q) {
  return q.value("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''");
}

TEST(Execute, HandlesShareWhatTheServerKnows) {
  const Client client;
  const Query watch(client);
  SQLINTEGER number = 5;
  for (int i = 0; i < 4; ++i) {
    const Query q(client);
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    ASSERT_EQ(q.exec("SELECT ? + 1"), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "6");
    EXPECT_EQ(named_statements(watch), i == 0 ? "0" : "1");
  }
}

TEST(Execute, NamesNoStatementWhenToldSo) {
  const Client client("DSN=negodbc-trust;UseServerSidePrepare=0");
  const Query q(client);
  const Query watch(client);
  ASSERT_EQ(q.prepare("SELECT ?::int + 1"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLDescribeParam(q.get(), 1, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_INTEGER);
  SQLINTEGER number = 1;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "2");
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(named_statements(watch), "0");
  }
}

TEST(Execute, StatesInWrongOrder) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY010");
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY010");
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  q.run("SELECT 1");
  EXPECT_EQ(q.exec("SELECT 2"), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  char buffer[8];
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_CHAR, buffer, sizeof buffer, nullptr), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS);
  q.run("CREATE TEMP TABLE none (i int)");
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
}

TEST(Execute, ServersErrorsGetOdbcStates) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE present (i int PRIMARY KEY)");
  q.run("INSERT INTO present VALUES (1)");
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT * FROM absent", "42S02"},
      {"SELECT absent FROM present", "42S22"},
      {"CREATE TABLE present (i int)", ""},
      {"CREATE TEMP TABLE present (i int)", "42S01"},
      {"SELEC 1", "42000"},
      {"INSERT INTO present VALUES (1)", "23000"},
      {"INSERT INTO present VALUES (NULL)", "23000"},
      {"SELECT 1/0", "22012"},
      {"SELECT 'x'::int", "22018"},
      {"ALTER TABLE present ADD i int", "42S21"},
      {"SELECT 99999::int2", "22003"},
      {"SELECT {fn nonsense", "42000"},
  };
  for (const auto& [sql, state] : cases) {
    if (*state == '\0') continue;
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), state) << q.error();
    EXPECT_EQ(q.value("SELECT 1"), "1") << "after " << sql;
  }
}

// Each of COPY's ways, in each protocol: an error, and the connection goes on.
TEST(Execute, CopyIsRefused) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE copied (i int)");
  q.run("INSERT INTO copied VALUES (1)");
  for (const char* sql : {"COPY copied FROM STDIN", "COPY copied TO STDOUT",
                          "COPY (SELECT i FROM copied) TO STDOUT (FORMAT binary)"}) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), "HYC00") << q.error();
    ASSERT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR) << sql;
      EXPECT_EQ(q.state(), "HYC00") << q.error();
    }
    EXPECT_EQ(q.value("SELECT i FROM copied"), "1") << "after " << sql;
  }
}

TEST(Execute, AttributesThatChangeWhatIsSentAndFetched) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_NOSCAN, SQL_NOSCAN_ON), SQL_SUCCESS);
  EXPECT_EQ(q.exec("SELECT {fn abs(-1)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "42000");
  EXPECT_EQ(q.error().find("escape"), std::string::npos);
  ASSERT_EQ(q.set(SQL_ATTR_NOSCAN, SQLULEN{SQL_NOSCAN_OFF}), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT {fn abs(-1)}"), "1");

  q.set(SQL_ATTR_RETRIEVE_DATA, SQLULEN{SQL_RD_OFF});
  SQLINTEGER value = 77;
  SQLLEN length = 77;
  SQLBindCol(q.get(), 1, SQL_C_SLONG, &value, 0, &length);
  ASSERT_EQ(q.exec("SELECT 1"), SQL_SUCCESS) << q.error();
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(value, 77);
  EXPECT_EQ(length, 77);
  EXPECT_EQ(q.text(1), "1");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.set(SQL_ATTR_RETRIEVE_DATA, SQL_RD_ON);
  ASSERT_EQ(q.exec("SELECT 1"), SQL_SUCCESS);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(value, 1);
}

TEST(Execute, NoticesAreWarnings) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(q.exec("DO $$ BEGIN RAISE NOTICE 'hear me'; END $$"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01000");
  EXPECT_NE(q.error().find("hear me"), std::string::npos);
}

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

TEST(Parameters, TheResultOfACall) {
  const Client client;
  const Query q(client);
  SQLINTEGER result = 0;
  SQLLEN indicator = 0;
  SQLINTEGER argument = -5;
  SQLBindParameter(q.get(), 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &result, 0,
                   &indicator);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &argument, 0,
                   nullptr);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result, 5);
  EXPECT_EQ(q.exec("SELECT ?::int + ?"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYC00");
}

struct Bound {
  SQLINTEGER value = 0;
  SQLLEN indicator = sizeof value;
};

void bind(const Query& q, SQLUSMALLINT number, SQLSMALLINT direction, Bound& bound) {
  ASSERT_EQ(SQLBindParameter(q.get(), number, direction, SQL_C_SLONG, SQL_INTEGER, 0, 0,
                             &bound.value, 0, &bound.indicator),
            SQL_SUCCESS)
      << q.error();
}

TEST(Calls, OutputsOfAFunction) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE FUNCTION pg_temp.halves(IN a int, OUT half int, INOUT b int, OUT word text)"
      " LANGUAGE sql AS $$ SELECT a / 2, b / 2, 'word ' || a $$");
  ASSERT_EQ(q.prepare("{call pg_temp.halves(?, ?, ?, ?)}"), SQL_SUCCESS);
  Bound a{10};
  Bound half;
  Bound b{7};
  char word[8] = {};
  SQLLEN length = 0;
  bind(q, 1, SQL_PARAM_INPUT, a);
  bind(q, 2, SQL_PARAM_OUTPUT, half);
  bind(q, 3, SQL_PARAM_INPUT_OUTPUT, b);
  SQLBindParameter(q.get(), 4, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 7, 0, word, sizeof word,
                   &length);
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(half.value, 5);
  EXPECT_EQ(b.value, 3);
  EXPECT_STREQ(word, "word 10");
  EXPECT_EQ(length, 7);
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
  a.value = 123456;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01004");
  EXPECT_EQ(half.value, 61728);
  EXPECT_EQ(b.value, 1);
  EXPECT_STREQ(word, "word 12");
  EXPECT_EQ(length, 11);
  a.indicator = SQL_NULL_DATA;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
  EXPECT_EQ(half.indicator, SQL_NULL_DATA);
  EXPECT_EQ(length, SQL_NULL_DATA);
}

TEST(Calls, AResultAndAnOutput) {
  const Client client;
  const Query q(client);
  q.run("CREATE FUNCTION pg_temp.twice(IN a int, OUT b int) LANGUAGE sql AS 'SELECT a * 2'");
  Bound result;
  Bound a{21};
  Bound b;
  bind(q, 1, SQL_PARAM_OUTPUT, result);
  bind(q, 2, SQL_PARAM_INPUT, a);
  bind(q, 3, SQL_PARAM_OUTPUT, b);
  ASSERT_EQ(q.exec("{? = call pg_temp.twice(?, ?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result.value, 42);
  EXPECT_EQ(b.value, 42);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result.value, 21);
  bind(q, 1, SQL_PARAM_INPUT, result);
  EXPECT_EQ(q.exec("{? = call abs(?)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYC00");
  q.set(SQL_ATTR_PARAMSET_SIZE, 2);
  bind(q, 1, SQL_PARAM_OUTPUT, result);
  EXPECT_EQ(q.exec("{? = call abs(?)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYC00");
}

TEST(Calls, ParametersAreQuestionMarks) {
  const Client client;
  const Query q(client);
  Bound a{1};
  bind(q, 1, SQL_PARAM_INPUT, a);
  for (const char* sql : {"{call abs($5)}", "{call power(?, $0)}", "{call power(?, $2)}"}) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), "42000") << q.error();
  }
  EXPECT_EQ(q.exec("{call power(?, $1)}"), SQL_SUCCESS) << q.error();
}

TEST(Calls, Procedures) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE noted (i int)");
  q.run("CREATE PROCEDURE pg_temp.note(a int) LANGUAGE sql AS 'INSERT INTO noted VALUES (a)'");
  q.run(
      "CREATE PROCEDURE pg_temp.add_up(a int, INOUT b int, OUT c int) LANGUAGE plpgsql AS"
      " $$ BEGIN b := a + b; c := b * 10; END $$");
  Bound a{5};
  bind(q, 1, SQL_PARAM_INPUT, a);
  ASSERT_EQ(q.exec("{call pg_temp.note(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(Query(client).value("SELECT i FROM noted"), "5");

  ASSERT_EQ(q.prepare("{call pg_temp.add_up(?, ?, ?)}"), SQL_SUCCESS);
  Bound b{1};
  Bound c;
  bind(q, 2, SQL_PARAM_INPUT_OUTPUT, b);
  bind(q, 3, SQL_PARAM_OUTPUT, c);
  for (int round = 1; round <= 3; ++round) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(b.value, 1 + 5 * round);
    EXPECT_EQ(c.value, 10 * b.value);
  }
  // Bound as inputs they are a result.
  SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  bind(q, 1, SQL_PARAM_INPUT, b);
  ASSERT_EQ(q.exec("{call pg_temp.add_up(1, ?, NULL)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "17|170");
}

TEST(Calls, AreDescribedByTheRoutine) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE PROCEDURE pg_temp.typed(a int8, INOUT b text, OUT c date) LANGUAGE plpgsql AS"
      " $$ BEGIN c := '2026-11-24'; END $$");
  q.run(
      "CREATE FUNCTION pg_temp.stamped(a int2, OUT b timestamp) LANGUAGE sql AS"
      " $$ SELECT '2026-11-24'::timestamp $$");
  const auto types = [&](const char* sql) {
    std::string all;
    EXPECT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
    SQLSMALLINT count = 0;
    SQLNumParams(q.get(), &count);
    for (SQLSMALLINT i = 1; i <= count; ++i) {
      SQLSMALLINT type = 0;
      EXPECT_EQ(
          SQLDescribeParam(q.get(), static_cast<SQLUSMALLINT>(i), &type, nullptr, nullptr, nullptr),
          SQL_SUCCESS)
          << q.error();
      all += std::to_string(type) + " ";
    }
    return all;
  };
  EXPECT_EQ(types("{call pg_temp.typed(?, ?, ?)}"), "-5 -10 91 ");
  EXPECT_EQ(types("{? = call pg_temp.stamped(?, ?)}"), "93 5 93 ");
  EXPECT_EQ(types("{? = call pg_temp.stamped(?)}"), "93 5 ");
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
