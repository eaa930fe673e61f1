// Arrays of parameters with outputs: each set's land in that set's own buffers.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"
#include "tests/support/repetition.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

// halves(a, OUT half, INOUT word) fails for a = 13.
class OutputArrays : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr std::size_t sets = 2500;
  struct Set {
    SQLINTEGER a;
    SQLLEN a_length;
    SQLINTEGER half;
    SQLLEN half_length;
    char word[12];
    SQLLEN word_length;
  };

  OutputArrays() : client_(GetParam()), q_(client_) {
    q_.run(
        "CREATE FUNCTION pg_temp.halves(a int, OUT half int, INOUT word text) LANGUAGE plpgsql AS"
        " $$ BEGIN IF a = 13 THEN RAISE EXCEPTION 'thirteen'; END IF;"
        " half := a / 2; word := word || ' ' || a; END $$");
    for (std::size_t i = 0; i < sets; ++i) {
      Set& set = rows_[i];
      set = {static_cast<SQLINTEGER>(2 * i), sizeof set.a, -1, -1, "w", SQL_NTS};
    }
    q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
    q_.set(SQL_ATTR_PARAM_STATUS_PTR, status_.data());
    q_.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed_);
    q_.set(SQL_ATTR_PARAM_BIND_TYPE, sizeof(Set));
    bind(rows_.data());
  }
  void bind(Set* first) const {
    const auto bound = [&](SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                           SQLSMALLINT sql_type, SQLPOINTER data, SQLLEN size, SQLLEN* length) {
      ASSERT_EQ(
          SQLBindParameter(q_.get(), number, direction, c_type, sql_type, 0, 0, data, size, length),
          SQL_SUCCESS)
          << q_.error();
    };
    bound(1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, &first->a, 0, &first->a_length);
    bound(2, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, &first->half, 0, &first->half_length);
    bound(3, SQL_PARAM_INPUT_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, first->word, sizeof first->word,
          &first->word_length);
  }
  void expect(const Set& set, SQLINTEGER a) const {
    EXPECT_EQ(set.half, a / 2);
    EXPECT_EQ(set.half_length, SQLLEN{sizeof set.half});
    EXPECT_EQ(set.word, "w " + std::to_string(a));
    EXPECT_EQ(set.word_length, static_cast<SQLLEN>(std::strlen(set.word)));
  }
  [[nodiscard]] std::ptrdiff_t of_status(SQLUSMALLINT value) const {
    return std::count(status_.begin(), status_.end(), value);
  }
  [[nodiscard]] SQLLEN told_row(SQLSMALLINT record) const {
    SQLLEN row = -9;
    SQLGetDiagField(SQL_HANDLE_STMT, q_.get(), record, SQL_DIAG_ROW_NUMBER, &row, 0, nullptr);
    return row;
  }
  [[nodiscard]] SQLINTEGER told_parameter(SQLSMALLINT record) const {
    SQLINTEGER number = -9;
    SQLGetDiagField(SQL_HANDLE_STMT, q_.get(), record, SQL_DIAG_COLUMN_NUMBER, &number, 0, nullptr);
    return number;
  }

  Client client_;
  Query q_;
  std::vector<Set> rows_ = std::vector<Set>(sets);
  std::vector<SQLUSMALLINT> status_ = std::vector<SQLUSMALLINT>(sets, 99);
  SQLULEN processed_ = 0;
};

constexpr char call[] = "{call pg_temp.halves(?, ?, ?)}";

TEST_P(OutputArrays, LandInTheirSets) {
  ASSERT_EQ(q_.exec(call), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(processed_, sets);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets});
  for (std::size_t i = 0; i < sets; ++i) expect(rows_[i], static_cast<SQLINTEGER>(2 * i));
  SQLSMALLINT columns = -1;
  EXPECT_EQ(SQLNumResultCols(q_.get(), &columns), SQL_SUCCESS);
  EXPECT_EQ(columns, 0);
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
}

// With a bind offset, sets that are ignored, one that fails, one whose output is cut and one whose
// output is NULL.
TEST_P(OutputArrays, EachSetIsToldOfByItself) {
  SQLLEN offset = sizeof(Set);
  std::vector<SQLUSMALLINT> operation(sets, SQL_PARAM_PROCEED);
  q_.set(SQL_ATTR_PARAMSET_SIZE, sets - 1);
  q_.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset);
  q_.set(SQL_ATTR_PARAM_OPERATION_PTR, operation.data());
  operation[0] = operation[1500] = SQL_PARAM_IGNORE;
  rows_[1 + 700].a = 13;
  std::snprintf(rows_[1 + 3].word, sizeof rows_[0].word, "word number");
  rows_[1 + 4].word_length = SQL_NULL_DATA;
  ASSERT_EQ(q_.exec(call), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets} - 1 - 4);
  EXPECT_EQ(status_[0], SQL_PARAM_UNUSED);
  EXPECT_EQ(status_[3], SQL_PARAM_SUCCESS_WITH_INFO);
  EXPECT_EQ(status_[700], SQL_PARAM_ERROR);
  EXPECT_EQ(status_[1500], SQL_PARAM_UNUSED);
  EXPECT_EQ(told_row(1), 4);
  EXPECT_EQ(told_parameter(1), 3);
  EXPECT_EQ(q_.state(), "01004");
  EXPECT_EQ(told_row(2), 701);
  EXPECT_EQ(testing::diagnostic(SQL_HANDLE_STMT, q_.get(), 3), "");
  EXPECT_EQ(rows_[0].half, -1);
  EXPECT_EQ(rows_[1].half, -1);
  EXPECT_EQ(rows_[1 + 1500].half, -1);
  EXPECT_STREQ(rows_[1 + 3].word, "word number");
  EXPECT_EQ(rows_[1 + 3].word_length, 13);
  EXPECT_EQ(rows_[1 + 4].word_length, SQL_NULL_DATA);
  EXPECT_EQ(rows_[1 + 4].half, 5);
  for (const std::size_t set :
       {std::size_t{1}, std::size_t{2}, std::size_t{699}, std::size_t{701}, sets - 2})
    expect(rows_[1 + set], static_cast<SQLINTEGER>(2 * (set + 1)));
}

// In a transaction what fails is undone alone, too.
TEST_P(OutputArrays, InATransaction) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  rows_[1200].a = 13;
  ASSERT_EQ(q_.exec(call), SQL_SUCCESS_WITH_INFO) << q_.error();
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets} - 1);
  expect(rows_[0], 0);
  expect(rows_[1199], 2398);
  expect(rows_[1201], 2402);
  expect(rows_[sets - 1], 2 * (sets - 1));
}

// A large value behind what is answered with large ones: neither side waits for the other to read.
TEST_P(OutputArrays, OfLargeValues) {
  constexpr SQLLEN grown = test::repeated_by_one_thread(8000000);
  q_.run(
      "CREATE FUNCTION pg_temp.grow(a text, OUT b text) LANGUAGE sql AS"
      " $$ SELECT CASE WHEN length(a) < 9 THEN repeat(a, " +
      std::to_string(grown / 5) + ") ELSE 'large' END $$");
  constexpr std::size_t large_sets = 4;
  constexpr std::size_t size = test::repeated_by_one_thread(std::size_t{12} << 20U);
  std::string in(large_sets * size, 'x');
  char out[large_sets][8];
  SQLLEN in_lengths[large_sets] = {5, 5, 5, SQLLEN{size}};
  SQLLEN out_lengths[large_sets];
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  q_.set(SQL_ATTR_PARAMSET_SIZE, large_sets);
  q_.set(SQL_ATTR_PARAM_BIND_TYPE, SQLULEN{SQL_PARAM_BIND_BY_COLUMN});
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, in.data(), size,
                   in_lengths);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, out, sizeof out[0],
                   out_lengths);
  ASSERT_EQ(q_.exec("{call pg_temp.grow(?, ?)}"), SQL_SUCCESS_WITH_INFO) << q_.error();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(status_[i], SQL_PARAM_SUCCESS_WITH_INFO) << i;
    EXPECT_EQ(out_lengths[i], grown) << i;
    EXPECT_STREQ(out[i], "xxxxxxx") << i;
  }
  EXPECT_EQ(status_[3], SQL_PARAM_SUCCESS);
  EXPECT_STREQ(out[3], "large");
}

INSTANTIATE_TEST_SUITE_P(Connections, OutputArrays,
                         ::testing::Values("DSN=negodbc-trust",
                                           "DSN=negodbc-trust;UseServerSidePrepare=0"),
                         [](const auto& of) { return of.index == 0 ? "Named" : "Unnamed"; });

TEST(OutputArray, TheResultOfAFunction) {
  const Client client;
  const Query q(client);
  SQLINTEGER results[3] = {};
  SQLLEN indicators[3] = {7, 7, 7};
  SQLINTEGER arguments[3] = {-5, 6, -7};
  SQLUSMALLINT status[3] = {};
  q.set(SQL_ATTR_PARAMSET_SIZE, 3);
  q.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  SQLBindParameter(q.get(), 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, results, 0,
                   indicators);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, arguments, 0,
                   nullptr);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(results[0], 5);
  EXPECT_EQ(results[1], 6);
  EXPECT_EQ(results[2], 7);
  EXPECT_EQ(indicators[2], SQLLEN{sizeof results[2]});
  // An output that its C type can't hold is that set's error, by its parameter.
  SQLSCHAR small[3] = {};
  arguments[1] = 1000;
  SQLBindParameter(q.get(), 1, SQL_PARAM_OUTPUT, SQL_C_STINYINT, SQL_INTEGER, 0, 0, small, 0,
                   indicators);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "22003");
  EXPECT_EQ(small[2], 7);
  EXPECT_EQ(status[0], SQL_PARAM_SUCCESS);
  EXPECT_EQ(status[1], SQL_PARAM_ERROR);
  // More outputs than it gives.
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, arguments, 0,
                   nullptr);
  SQLBindParameter(q.get(), 3, SQL_PARAM_INPUT_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, arguments, 0,
                   nullptr);
  EXPECT_EQ(q.exec("{? = call mod(?, ?)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "07002") << q.error();
}

// What a procedure has committed is not done twice when a later set fails.
TEST(OutputArray, ProceduresThatCommit) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE noted (i int)");
  q.run(
      "CREATE PROCEDURE pg_temp.note(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN"
      " INSERT INTO noted VALUES (a); COMMIT; IF a = 3 THEN RAISE 'three'; END IF; a := -a; END "
      "$$");
  SQLINTEGER values[5] = {1, 2, 3, 4, 5};
  SQLUSMALLINT status[5] = {};
  q.set(SQL_ATTR_PARAMSET_SIZE, 5);
  q.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  for (const SQLSMALLINT direction :
       {SQLSMALLINT{SQL_PARAM_INPUT_OUTPUT}, SQLSMALLINT{SQL_PARAM_INPUT}}) {
    SQLBindParameter(q.get(), 1, direction, SQL_C_SLONG, SQL_INTEGER, 0, 0, values, 0, nullptr);
    ASSERT_EQ(
        q.exec(direction == SQL_PARAM_INPUT ? "CALL pg_temp.note(?)" : "{call pg_temp.note(?)}"),
        SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(status[2], SQL_PARAM_ERROR);
    EXPECT_EQ(status[4], SQL_PARAM_SUCCESS);
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(values[1], -2);
    EXPECT_EQ(values[2], 3);
    EXPECT_EQ(values[4], -5);
    const Query check(client);
    EXPECT_EQ(check.value("SELECT count(*), sum(abs(i)) FROM noted"), "5|15");
    check.run("DELETE FROM noted");
  }
}

// The procedure without outputs: its sets go in one flight only where it can't commit.
TEST(OutputArray, ProceduresWithoutOutputs) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE noted (i int UNIQUE)");
  q.run(
      "CREATE PROCEDURE pg_temp.keep(a int) LANGUAGE plpgsql AS $$ BEGIN"
      " INSERT INTO noted VALUES (a); COMMIT; END $$");
  SQLINTEGER values[5] = {1, 2, 2, 4, 5};
  SQLUSMALLINT states[5] = {};
  q.set(SQL_ATTR_PARAMSET_SIZE, 5);
  q.set(SQL_ATTR_PARAM_STATUS_PTR, states);
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, values, 0, nullptr);
  ASSERT_EQ(q.exec("{call pg_temp.keep(?)}"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(states[2], SQL_PARAM_ERROR);
  EXPECT_EQ(q.state(), "23000");
  EXPECT_EQ(testing::diagnostic(SQL_HANDLE_STMT, q.get(), 2), "");
  const Query check(client);
  EXPECT_EQ(check.value("SELECT count(*) FROM noted"), "4");
}

}  // namespace
}  // namespace negodbc::odbc
