// Parameters bound as SQL_REAL, SQL_FLOAT or SQL_DOUBLE: as what they meet columns, and what they
// are in expressions.
#include <string>
#include <utility>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class ApproximateParameters : public ::testing::TestWithParam<const char*> {
 protected:
  Client client_{(std::string("DSN=negodbc-trust;") + GetParam()).c_str()};
  Query q_{client_};
};

INSTANTIATE_TEST_SUITE_P(Ways, ApproximateParameters,
                         ::testing::Values("", "UseServerSidePrepare=0", "Protocol=7.4-0",
                                           "Protocol=7.4-1"));

// An approximate number in a column's place is of the column's type.
TEST_P(ApproximateParameters, OfDoublesForColumnsKeepTheirDigits) {
  q_.run("CREATE TEMP TABLE exact (n numeric, r real, i int8, t text)");
  SQLDOUBLE amount = 12345678901234.56, tenth = 0.1, key = 9007199254740992.0;
  SQLREAL single = 123456.79F;
  const auto give = [&](SQLUSMALLINT number, SQLDOUBLE& value) {
    SQLBindParameter(q_.get(), number, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &value, 0,
                     nullptr);
  };
  give(1, amount);
  give(2, tenth);
  give(3, key);
  give(4, amount);
  ASSERT_EQ(q_.exec("INSERT INTO exact VALUES (?, ?, ?, ?)"), SQL_SUCCESS) << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT concat_ws(' ', n, r, i, t) FROM exact"),
            "12345678901234.56 0.1 9007199254740992 12345678901234.56");
  q_.run("INSERT INTO exact (i) SELECT 9007199254740992 + g FROM generate_series(1, 3) g");
  give(1, key);
  EXPECT_EQ(q_.value("SELECT count(*) FROM exact WHERE i = ?"), "1");
  EXPECT_EQ(q_.value("SELECT count(*) FROM exact WHERE i IN (?)"), "1");
  give(1, tenth);
  EXPECT_EQ(q_.value("SELECT count(*) FROM exact WHERE r = ?"), "1");
  give(1, amount);
  EXPECT_EQ(q_.value("SELECT count(*) FROM exact WHERE n = ?"), "1");
  give(2, amount);
  EXPECT_EQ(q_.value("SELECT count(*) FROM exact WHERE n BETWEEN ? AND ?"), "1");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_FLOAT, SQL_REAL, 0, 0, &single, 0, nullptr);
  EXPECT_EQ(q_.value("UPDATE exact SET n = ? WHERE r = 0.1::real RETURNING n"), "123456.79");
  for (const int type : {SQL_REAL, SQL_FLOAT, SQL_DOUBLE}) {
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, static_cast<SQLSMALLINT>(type), 0, 0,
                     testing::chars("12345678901234567.25"), 0, nullptr);
    ASSERT_EQ(q_.prepare("UPDATE exact SET n = ? WHERE t IS NOT NULL RETURNING n"), SQL_SUCCESS);
    for (int execution = 0; execution < 3; ++execution) {
      ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(q_.text(1), "12345678901234567.25") << type;
      SQLFreeStmt(q_.get(), SQL_CLOSE);
    }
  }
}

TEST_P(ApproximateParameters, OfDoublesForIntegersUseTheIndex) {
  q_.run("CREATE TEMP TABLE keyed (i int8 PRIMARY KEY)");
  q_.run("INSERT INTO keyed SELECT generate_series(1, 20000)");
  q_.run("ANALYZE keyed");
  SQLDOUBLE key = 10000;  // not 1e+04
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &key, 0, nullptr);
  EXPECT_NE(q_.value("EXPLAIN SELECT 1 FROM keyed WHERE i = ?").find("Index"), std::string::npos);
  EXPECT_EQ(q_.value("SELECT i FROM keyed WHERE i = ?"), "10000");
}

// In an expression they are what they were bound as: none is text or an integer by its neighbours.
TEST_P(ApproximateParameters, OfDoublesInExpressionsStayDoubles) {
  q_.run("CREATE TEMP TABLE seven (i int)");
  q_.run("INSERT INTO seven VALUES (7)");
  SQLDOUBLE number = 2, larger = 10;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &number, 0,
                   nullptr);
  EXPECT_EQ(q_.value("SELECT i / ? FROM seven"), "3.5");
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &larger, 0,
                   nullptr);
  EXPECT_EQ(q_.value("SELECT greatest(?, ?)"), "10");
  EXPECT_EQ(q_.value("SELECT 1 WHERE ? < ?"), "1");
  EXPECT_EQ(q_.value("SELECT ? + ?"), "12");
}

// What an integer's column does not read is compared as a double, at once and by name.
TEST_P(ApproximateParameters, OfFractionsComparedWithIntegers) {
  q_.run("CREATE TEMP TABLE three (i int)");
  q_.run("INSERT INTO three VALUES (1), (2), (3)");
  SQLDOUBLE number = 2;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &number, 0,
                   nullptr);
  ASSERT_EQ(q_.prepare("SELECT count(*) FROM three WHERE i >= ?"), SQL_SUCCESS);
  for (const auto& [value, count] : {std::pair(2.0, "2"),
                                     {2.0, "2"},
                                     {2.0, "2"},
                                     {2.5, "1"},
                                     {1.5, "2"},
                                     {3.0, "1"},
                                     {1e300, "0"}}) {
    number = value;
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(q_.text(1), count) << value;
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

TEST_P(ApproximateParameters, OfArraysOfDoubles) {
  q_.run("CREATE TEMP TABLE doubles (n numeric, i int)");
  std::vector<SQLDOUBLE> numbers(40, 12345678901234.56), whole(40, 3);
  whole[20] = 1.5;
  q_.set(SQL_ATTR_PARAMSET_SIZE, numbers.size());
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, numbers.data(), 0,
                   nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, whole.data(), 0,
                   nullptr);
  ASSERT_EQ(q_.exec("INSERT INTO doubles VALUES (?, ?)"), SQL_SUCCESS) << q_.error();
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1});
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT concat_ws(' ', count(*), min(n), max(n), sum(i)) FROM doubles"),
            "40 12345678901234.56 12345678901234.56 119");
}

}  // namespace
}  // namespace negodbc::odbc
