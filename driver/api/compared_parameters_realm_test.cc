// Parameters that columns are compared with: what a column holds of a value is found by that value,
// and by the column's index.
#include <string>
#include <utility>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class ComparedParameters : public ::testing::TestWithParam<const char*> {
 protected:
  void give(SQLUSMALLINT number, const char* value, SQLSMALLINT type = SQL_NUMERIC) {
    SQLBindParameter(q_.get(), number, SQL_PARAM_INPUT, SQL_C_CHAR, type, 0, 0,
                     testing::chars(value), 0, nullptr);
  }
  std::string count(const std::string& condition) {
    return q_.value("SELECT count(*) FROM compared WHERE " + condition);
  }
  // Of a prepared text, executed with each of the values in turn.
  void expect_counts(const std::string& condition,
                     const std::vector<std::pair<std::string, std::string>>& counts) {
    char value[40] = "";
    give(1, value);
    ASSERT_EQ(q_.prepare("SELECT count(*) FROM compared WHERE " + condition), SQL_SUCCESS);
    for (const auto& [number, expected] : counts) {
      number.copy(value, sizeof value - 1);
      value[number.size()] = '\0';
      ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << condition << number << q_.error();
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(q_.text(1), expected) << condition << " " << number;
      SQLFreeStmt(q_.get(), SQL_CLOSE);
    }
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  }

  Client client_{(std::string("DSN=negodbc-trust;") + GetParam()).c_str()};
  Query q_{client_};
};

INSTANTIATE_TEST_SUITE_P(Ways, ComparedParameters,
                         ::testing::Values("", "UseServerSidePrepare=0", "Protocol=7.4-0",
                                           "Protocol=7.4-1"));

TEST_P(ComparedParameters, OfTimestampsFindTheDateThatWasMadeOfThem) {
  q_.run("CREATE TEMP TABLE compared (d date, t timestamp, z timestamptz, s text)");
  SQL_TIMESTAMP_STRUCT moment{2026, 11, 22, 10, 11, 12, 500000000};
  for (SQLUSMALLINT number = 1; number <= 3; ++number)
    SQLBindParameter(q_.get(), number, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 0,
                     0, &moment, 0, nullptr);
  ASSERT_EQ(q_.exec("INSERT INTO compared VALUES (?, ?, ?, 'one')"), SQL_SUCCESS) << q_.error();
  for (const char* found : {"d = ?", "? = d", "d IN (?)", "d >= ? OR d = ?", "t = ?", "z = ?",
                            "t BETWEEN ? AND ?", "t <= ? AND z >= ?"})
    EXPECT_EQ(count(found), "1") << found;
  EXPECT_EQ(count("d <> ?"), "0");
  // In order they are moments: the date's own is its midnight.
  EXPECT_EQ(count("d < ?"), "1");
  EXPECT_EQ(count("d > ?"), "0");
  EXPECT_EQ(q_.exec("UPDATE compared SET s = 'two' WHERE d = ?"), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(q_.exec("DELETE FROM compared WHERE s = 'two' AND d = ?"), SQL_SUCCESS) << q_.error();
}

TEST_P(ComparedParameters, OfExactNumbersFindTheFloatThatWasMadeOfThem) {
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    client_.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    q_.run("CREATE TEMP TABLE compared (r real, f float8, n numeric, m money, s text)");
    for (SQLUSMALLINT number = 1; number <= 5; ++number) give(number, "0.1");
    ASSERT_EQ(q_.exec("INSERT INTO compared VALUES (?, ?, ?, ?, ?)"), SQL_SUCCESS) << q_.error();
    for (const char* found : {"r = ?", "? = r", "r IN (?, ?)", "r BETWEEN ? AND ?", "r <= ?",
                              "f = ?", "n = ?", "m = ?", "s = ?", "n + 0.2 > ?"})
      EXPECT_EQ(count(found), "1") << found;
    EXPECT_EQ(count("r <> ?"), "0");
    EXPECT_EQ(q_.value("UPDATE compared SET n = ? WHERE r = ? RETURNING n"), "0.1");
    q_.run("DROP TABLE compared");
    SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
  }
}

// Within a transaction too, whatever an error would cost.
TEST_P(ComparedParameters, OfExactNumbersThatIntegersDoNotRead) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q_.run("CREATE TEMP TABLE compared (i int4, h int2)");
  q_.run("INSERT INTO compared VALUES (1, 1), (2, 2), (3, 3)");
  expect_counts("i = ?", {{"2", "1"}, {"2", "1"}, {"2", "1"}, {"2.5", "0"}, {"2.00", "1"}});
  expect_counts("i = ?", {{"2.50", "0"}, {"3", "1"}, {"99999999999999999999", "0"}});
  expect_counts("? >= h", {{"70000", "3"}, {"2", "2"}, {"1.5", "1"}, {"0.0", "0"}});
  expect_counts("h < ?", {{"99999999999999999999.5", "3"}, {"2", "1"}});
  give(1, "1.5");
  give(2, "1.5");
  EXPECT_EQ(q_.exec("UPDATE compared SET h = 5 WHERE i > ?; UPDATE compared SET h = 6 WHERE i < ?"),
            SQL_SUCCESS)
      << q_.error();
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(count("h = 5 OR i > ? AND i < ?"), "2");
  EXPECT_EQ(q_.exec("UPDATE compared SET i = ? WHERE h = 6"), SQL_SUCCESS)
      << "rounded by the server";
  EXPECT_EQ(count("h = 6 AND i = 2 AND i > ? AND i > ?"), "1");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
}

// What a column does not read changes nothing for the other parameters, nor for the next values.
TEST_P(ComparedParameters, ThatAColumnDoesNotReadAreAloneInIt) {
  q_.run("CREATE TEMP TABLE compared (i int4, r real, n numeric)");
  q_.run("INSERT INTO compared VALUES (1, 0.1, 0)");
  for (int round = 0; round < 3; ++round) {
    give(1, "5.5");
    give(2, "0.1");
    EXPECT_EQ(count("i < ? AND r = ?"), "1") << round;
  }
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  expect_counts("r = ?", {{"1e60", "0"}, {"0.1", "1"}, {"1e60", "0"}, {"0.1", "1"}});
  expect_counts("i < ?", {{"5", "1"}, {"5.5", "1"}, {"6", "1"}, {"5.5", "1"}});
  double numbers[2] = {17.5, 0.12345678901234567};
  for (SQLUSMALLINT number = 1; number <= 2; ++number)
    SQLBindParameter(q_.get(), number, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0,
                     &numbers[number - 1], 0, nullptr);
  for (const double first : {17.5, 18.0}) {
    numbers[0] = first;
    EXPECT_EQ(q_.value("INSERT INTO compared (i, n) VALUES (?, ?) RETURNING n"),
              "0.12345678901234566")
        << first << q_.error();
  }
}

// Whatever form the comparison has.
TEST_P(ComparedParameters, InEveryFormFindTheFloatThatWasMadeOfThem) {
  q_.run("CREATE TEMP TABLE compared (r real, i int4)");
  q_.run("INSERT INTO compared VALUES (0.1, 1)");
  for (const SQLSMALLINT type : {SQLSMALLINT{SQL_NUMERIC}, SQLSMALLINT{SQL_DOUBLE}}) {
    for (SQLUSMALLINT number = 1; number <= 2; ++number) give(number, "0.1", type);
    for (const char* found : {"(r) = ?",
                              "r = (?)",
                              "((?)) = (r)",
                              "(r, i) = (?, 1)",
                              "(?, 1) = (r, i)",
                              "(r, i) IN ((?, 1), (?, 2))",
                              "ROW(r, i) = ROW(?, 1)",
                              "r IS NOT DISTINCT FROM ?",
                              "CASE r WHEN ? THEN true END",
                              "nullif(r, ?) IS NULL",
                              "coalesce(NULL, ?, r) = r",
                              "greatest(?, r) = r",
                              "CASE WHEN r IS NULL THEN r ELSE ? END = r",
                              "? IN (r)",
                              "? IN (SELECT r FROM compared)",
                              "? = ANY (SELECT r FROM compared)",
                              "? = ANY (ARRAY[r])",
                              "(r) BETWEEN (?) AND (?)",
                              "? BETWEEN (r) AND r",
                              "r IN (5, (?))",
                              "(SELECT max(r) FROM compared) = ?"})
      EXPECT_EQ(count(found), "1") << found << " " << type << q_.error();
    for (const char* none : {"(r) <> (?)", "r IS DISTINCT FROM ?", "(r, 1) < (?, 1)"})
      EXPECT_EQ(count(none), "0") << none << " " << type << q_.error();
    EXPECT_EQ(q_.value("SELECT max(i) FROM compared HAVING max(r) = ?"), "1") << q_.error();
    // Of which the server can infer none: as what it was bound as.
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    give(1, "1", type);
    for (const char* found : {"? IN (r, i)", "? IN (r, 1)", "? IN (i, r)"})
      EXPECT_EQ(count(found), "1") << found << " " << type << q_.error();
  }
}

TEST_P(ComparedParameters, OfIntegersFindTheFloatThatWasMadeOfThem) {
  q_.run("CREATE TEMP TABLE compared (r real, h int2, i int4, n numeric)");
  q_.run("INSERT INTO compared VALUES (16777217, 5, 70000, 16777217)");
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    client_.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    SQLBIGINT number = 16777217, larger = 1099511627776;
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &number, 0,
                     nullptr);
    for (const char* found : {"r = ?", "(?) >= r", "r IN (?)", "n = ?"})
      EXPECT_EQ(count(found), "1") << found << q_.error();
    EXPECT_EQ(count("r <> ?"), "0") << q_.error();
    // What the column's type does not hold is none of its values, each time.
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &larger, 0,
                     nullptr);
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(count("h < ?"), "1") << round << q_.error();
      EXPECT_EQ(count("(i) = (?)"), "0") << round << q_.error();
    }
  }
}

// Also where its error would cost the transaction.
TEST_P(ComparedParameters, BeyondARealAreNoneOfItsValues) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q_.run("CREATE TEMP TABLE compared (r real, i int4)");
  q_.run("INSERT INTO compared VALUES (1.5, 1)");
  for (const SQLSMALLINT type : {SQLSMALLINT{SQL_NUMERIC}, SQLSMALLINT{SQL_DOUBLE}}) {
    for (const char* beyond : {"1e60", "1e-60"}) {
      give(1, beyond, type);
      for (int round = 0; round < 3; ++round)
        EXPECT_EQ(count("r = ?"), "0") << beyond << " " << type << q_.error();
    }
    give(1, "1.5", type);
    EXPECT_EQ(count("i < ?"), "1") << type << q_.error();
    EXPECT_EQ(q_.value("UPDATE compared SET i = ? WHERE i = 1 RETURNING i"), "2") << q_.error();
    q_.run("UPDATE compared SET i = 1");
  }
}

TEST_P(ComparedParameters, OfArraysBeyondARealAreNoneOfItsValues) {
  q_.run("CREATE TEMP TABLE compared (r real, h int2)");
  q_.run("INSERT INTO compared SELECT g + 0.1, g FROM generate_series(1, 4) g");
  double numbers[] = {2.1, 1e60, 1e-60, 3.1};
  SQLBIGINT integers[] = {70000, 4, 1099511627776, 5};
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{4});
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, numbers, 0,
                   nullptr);
  EXPECT_TRUE(SQL_SUCCEEDED(q_.exec("DELETE FROM compared WHERE r = ?"))) << q_.error();
  SQLLEN rows = -1;
  SQLRowCount(q_.get(), &rows);
  EXPECT_EQ(rows, 2);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, integers, 0,
                   nullptr);
  EXPECT_TRUE(SQL_SUCCEEDED(q_.exec("DELETE FROM compared WHERE (h) = ?"))) << q_.error();
  SQLRowCount(q_.get(), &rows);
  EXPECT_EQ(rows, 1);
}

TEST_P(ComparedParameters, OfExactNumbersUseTheIndex) {
  q_.run("CREATE TEMP TABLE compared (i int8 PRIMARY KEY)");
  q_.run("INSERT INTO compared SELECT generate_series(1, 20000)");
  q_.run("ANALYZE compared");
  give(1, "10000");
  EXPECT_NE(q_.value("EXPLAIN SELECT 1 FROM compared WHERE i = ?").find("Index"),
            std::string::npos);
  EXPECT_NE(q_.value("EXPLAIN SELECT 1 FROM compared WHERE (i) = (?)").find("Index"),
            std::string::npos);
  EXPECT_EQ(count("i = ?"), "1");
}

TEST_P(ComparedParameters, OfArrays) {
  q_.run("CREATE TEMP TABLE compared (r real, h int2, d date)");
  q_.run(
      "INSERT INTO compared SELECT g + 0.1, g, date '2026-11-21' + g FROM generate_series(1, 9) g");
  char numbers[][8] = {"1.1", "2.1", "9", "4.1", "1.50"};
  char integers[][8] = {"4", "5.00", "70000", "6.5", "7"};
  SQLLEN lengths[] = {SQL_NTS, SQL_NTS, SQL_NTS, SQL_NTS, SQL_NTS};
  SQL_TIMESTAMP_STRUCT moments[5] = {};
  for (SQLUSMALLINT i = 0; i < 5; ++i)
    moments[i] = {2026, 11, static_cast<SQLUSMALLINT>(22 + 2 * i), 10, i, 0, 0};
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{5});
  const auto deleted = [&](const char* condition) {
    const std::string sql = std::string("DELETE FROM compared WHERE ") + condition;
    EXPECT_TRUE(SQL_SUCCEEDED(q_.exec(sql))) << q_.error();
    SQLLEN rows = -1;
    SQLRowCount(q_.get(), &rows);
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    return rows;
  };
  const auto bind = [&](char(*values)[8]) {
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_DECIMAL, 9, 2, values, 8,
                     lengths);
  };
  bind(numbers);
  EXPECT_EQ(deleted("r = ?"), 3);
  bind(integers);
  EXPECT_EQ(deleted("h = ?"), 2);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 0, 0,
                   moments, 0, nullptr);
  EXPECT_EQ(deleted("d = ?"), 2);  // of five two are left: the others' days are gone
}

}  // namespace
}  // namespace negodbc::odbc
