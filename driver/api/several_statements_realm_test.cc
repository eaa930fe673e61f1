// Texts of several statements that have parameters: each statement with its own, one flight.
#include <string>

#include "driver/api/testing/odbc_client.h"
#include "tests/support/repetition.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class SeveralStatements : public ::testing::TestWithParam<const char*> {
 protected:
  SeveralStatements() {
    q_.run("CREATE TEMP TABLE told (id serial, a int, b text)");
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &a_, 0, nullptr);
    SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, b_, sizeof b_,
                     nullptr);
  }
  [[nodiscard]] SQLLEN count() const {
    SQLLEN rows = -7;
    EXPECT_EQ(SQLRowCount(q_.get(), &rows), SQL_SUCCESS);
    return rows;
  }
  [[nodiscard]] std::string told() const {
    const Query check(client_);
    return check.value("SELECT coalesce(string_agg(a || b, ',' ORDER BY id), 'none') FROM told");
  }

  Client client_{(std::string("DSN=negodbc-trust;") + GetParam()).c_str()};
  Query q_{client_};
  SQLINTEGER a_ = 5;
  char b_[8] = "five";
};

INSTANTIATE_TEST_SUITE_P(Ways, SeveralStatements,
                         ::testing::Values("", "UseServerSidePrepare=0", "Protocol=7.4-0"));

TEST_P(SeveralStatements, GiveAllTheirResults) {
  constexpr const char* sql = "insert into told(a, b) values(?, ?); select currval('told_id_seq')";
  for (const bool prepared : {false, true, true}) {
    if (prepared) {
      ASSERT_EQ(q_.prepare(sql), SQL_SUCCESS);
      ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    } else {
      ASSERT_EQ(q_.exec(sql), SQL_SUCCESS) << q_.error();
    }
    EXPECT_EQ(count(), 1);
    ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_FALSE(q_.rows().empty());
    EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
  EXPECT_EQ(told(), "5five,5five,5five");
}

TEST_P(SeveralStatements, HaveParametersOfTheirOwn) {
  ASSERT_EQ(q_.exec("select ? + 1; -- '?'\n select ? || 'x';"), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(q_.rows(), "6");
  ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.rows(), "fivex");
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
}

// Types that do not fit, in the first and in a later statement.
TEST_P(SeveralStatements, FindTheirTypes) {
  SQLINTEGER bit = 1;
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &bit, 0, nullptr);
  for (const bool manual : {false, true, true}) {
    client_.set(SQL_ATTR_AUTOCOMMIT, manual ? SQL_AUTOCOMMIT_OFF : SQL_AUTOCOMMIT_ON);
    ASSERT_EQ(q_.exec("insert into told(b) values(upper(?)); select true and ?"), SQL_SUCCESS)
        << q_.error();
    ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(q_.rows(), "1");
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT count(*) FROM told WHERE b = '5'"), "3");
}

// Nothing can be said of the second before the first was executed.
TEST_P(SeveralStatements, MayNeedTheOnesBefore) {
  SQLINTEGER yes = 1;
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &yes, 0, nullptr);
  ASSERT_EQ(q_.exec("create temp table made (b bool); insert into made values (?)"), SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(count(), 1);
}

// The whole text is one unit.
TEST_P(SeveralStatements, StandOrFallTogether) {
  a_ = 0;
  SQLRETURN result = q_.exec("insert into told(b) values('lost'); select 1/?; select ?");
  while (SQL_SUCCEEDED(result)) result = SQLMoreResults(q_.get());
  EXPECT_EQ(result, SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT count(*) FROM told"), "0");
}

TEST_P(SeveralStatements, AreDescribedBeforeTheyAreExecuted) {
  const Query other(client_);
  SQLSMALLINT number = -1;
  SQLSMALLINT type = 0;
  for (const char* sql : {"select 1, 2; select 3", "select a, b from told where a = ?; select ?"}) {
    ASSERT_EQ(other.prepare(sql), SQL_SUCCESS);
    EXPECT_EQ(SQLNumResultCols(other.get(), &number), SQL_SUCCESS) << sql << other.error();
    EXPECT_EQ(number, 2);
  }
  ASSERT_EQ(SQLDescribeCol(other.get(), 1, nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(type, SQL_INTEGER);
  ASSERT_EQ(other.prepare("insert into told(a, b) values (?, ?); select 1 where now() > ?"),
            SQL_SUCCESS);
  EXPECT_EQ(SQLNumResultCols(other.get(), &number), SQL_SUCCESS) << other.error();
  EXPECT_EQ(number, 0);
  EXPECT_EQ(SQLNumParams(other.get(), &number), SQL_SUCCESS);
  EXPECT_EQ(number, 3);
  ASSERT_EQ(SQLDescribeParam(other.get(), 1, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_INTEGER);
  ASSERT_EQ(SQLDescribeParam(other.get(), 3, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_TYPE_TIMESTAMP);
  EXPECT_EQ(SQLDescribeParam(other.get(), 4, &type, nullptr, nullptr, nullptr), SQL_ERROR);
}

// Whatever result was the last that was looked at.
TEST_P(SeveralStatements, AreDescribedByTheFirstOnceMoreWhenTheyAreClosed) {
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  ASSERT_EQ(q_.prepare("select 1 as one; select 2 as two, 'x' as three"), SQL_SUCCESS);
  const auto columns = [&] {
    SQLSMALLINT number = -1;
    EXPECT_EQ(SQLNumResultCols(q_.get(), &number), SQL_SUCCESS) << q_.error();
    return number;
  };
  for (const bool to_the_end : {true, false}) {
    EXPECT_EQ(columns(), 1);
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(columns(), 2);
    if (to_the_end) {
      EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
    } else {
      SQLFreeStmt(q_.get(), SQL_CLOSE);
    }
    EXPECT_EQ(columns(), 1);
  }
}

TEST_P(SeveralStatements, WithAnArrayOfParameters) {
  constexpr std::size_t sets = 3;
  SQLINTEGER a[sets] = {1, 2, 3};
  char b[sets][4] = {"x", "y", "z"};
  SQLUSMALLINT status[sets] = {};
  SQLULEN processed = 0;
  q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
  q_.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  q_.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, a, 0, nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, b, sizeof b[0],
                   nullptr);
  ASSERT_EQ(q_.exec("insert into told(a, b) values(?, ?); select currval('told_id_seq')"),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(processed, sets);
  for (std::size_t set = 0; set < sets; ++set) {
    EXPECT_EQ(status[set], SQL_PARAM_SUCCESS);
    EXPECT_EQ(count(), 1);
    ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(q_.rows(), std::to_string(set + 1));
    EXPECT_EQ(SQLMoreResults(q_.get()), set + 1 < sets ? SQL_SUCCESS : SQL_NO_DATA);
  }
  EXPECT_EQ(told(), "1x,2y,3z");
}

// A set whose last statement fails is told as failed, and leaves nothing.
TEST_P(SeveralStatements, OfASetThatFailsAreToldAsFailed) {
  constexpr std::size_t sets = 3;
  SQLINTEGER a[sets] = {1, 0, 3};
  SQLUSMALLINT status[sets] = {};
  q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
  q_.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, a, 0, nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, a, 0, nullptr);
  EXPECT_EQ(q_.exec("insert into told(a, b) values(?, 'x'); select i, i / (i - 1 + ?) from"
                    " generate_series(2, 1, -1) i"),
            SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "22012");
  EXPECT_EQ(status[0], SQL_PARAM_SUCCESS);
  EXPECT_EQ(status[1], SQL_PARAM_ERROR);
  EXPECT_EQ(status[2], SQL_PARAM_SUCCESS);
  int results = 1;
  while (SQLMoreResults(q_.get()) == SQL_SUCCESS) ++results;
  EXPECT_EQ(results, 4);
  EXPECT_EQ(told(), "1x,3x");
}

// VACUUM and the like run where no transaction is open, and leave none.
TEST(RunAlone, InManualCommitMode) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE cleaned (i int PRIMARY KEY)");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  for (const char* sql : {"VACUUM cleaned", "vacuum (analyze) cleaned", "CLUSTER",
                          "REINDEX TABLE CONCURRENTLY cleaned",
                          "CREATE INDEX CONCURRENTLY cleaned_too ON cleaned (i)",
                          "DROP INDEX CONCURRENTLY cleaned_too"}) {
    EXPECT_EQ(q.exec(sql), SQL_SUCCESS) << sql << q.error();
  }
  ASSERT_EQ(q.prepare("VACUUM cleaned"), SQL_SUCCESS);
  EXPECT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  // Within one they are refused, and undone as any statement is.
  q.run("INSERT INTO cleaned VALUES (1)");
  EXPECT_EQ(q.exec("VACUUM cleaned"), SQL_ERROR);
  q.run("INSERT INTO cleaned VALUES (2)");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT count(*) FROM cleaned"), "2");
}

// The set that data are asked for is told while they are asked for.
TEST(DataAtExecution, TellsWhichSetItIsFor) {
  const Client client;
  const Query q(client);
  constexpr std::size_t sets = 3;
  SQLINTEGER values[sets] = {1, 2, 3};
  SQLLEN lengths[sets] = {0, SQL_DATA_AT_EXEC, SQL_DATA_AT_EXEC};
  SQLULEN processed = 99;
  q.run("CREATE TEMP TABLE told (i int)");
  q.set(SQL_ATTR_PARAMSET_SIZE, sets);
  q.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed);
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, values, 0, lengths);
  ASSERT_EQ(q.exec("INSERT INTO told VALUES (?)"), SQL_NEED_DATA);
  EXPECT_EQ(processed, 2U);
  SQLPOINTER token = nullptr;
  for (SQLULEN set = 2; set <= sets; ++set) {
    ASSERT_EQ(SQLParamData(q.get(), &token), SQL_NEED_DATA);
    EXPECT_EQ(processed, set);
    SQLPutData(q.get(), token, 0);
  }
  EXPECT_EQ(SQLParamData(q.get(), &token), SQL_SUCCESS) << q.error();
  EXPECT_EQ(processed, sets);
}

// The server does not read a later statement's values while its rows of an earlier one are not
// read.
TEST(SeveralStatementsOverEveryStream, WithALargeResultBeforeALargeValue) {
  // More than sockets hold, so that both ends would wait. Under a sanitizer, which takes long for
  // each byte, not so much.
  constexpr SQLULEN size = test::is_sanitized ? 6000000 : 24000000;
  for (const char* way : {"DSN=negodbc-trust;SSLmode=disable", "DSN=negodbc-tls",
#ifndef _WIN32  // Wine has no Kerberos for the realm
                          "DSN=negodbc;GssEncMode=require"
#endif
       }) {
    SCOPED_TRACE(way);
    const Client client(way);
    const Query q(client);
    q.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{20});
    auto rows = static_cast<SQLINTEGER>(size / 1000000);
    std::string value(size, 'y');
    SQLLEN length = static_cast<SQLLEN>(value.size());
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &rows, 0,
                     nullptr);
    SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR, size, 0,
                     value.data(), length, &length);
    ASSERT_EQ(q.exec("SELECT repeat('x', 1000000) FROM generate_series(1, ?); SELECT length(?)"),
              SQL_SUCCESS)
        << q.error();
    int read = 0;
    while (SQLFetch(q.get()) == SQL_SUCCESS) ++read;
    EXPECT_EQ(read, rows);
    ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), std::to_string(size));
  }
}

}  // namespace
}  // namespace negodbc::odbc
