// SQL_ATTR_QUERY_TIMEOUT of a result: what its execution and all its fetches may wait for the
// server together.
#include <chrono>
#include <string>
#include <thread>
#include <tuple>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Rows as large as the server's buffer, which it sends as it makes them, one in a fifth of a
// second.
std::string slow_rows(int count) {
  return "SELECT repeat('x', 9000) || pg_sleep(0.2) FROM generate_series(1, " +
         std::to_string(count) + ")";
}

int fetch_all(const Query& q) {
  int rows = 0;
  while (SQLFetch(q.get()) == SQL_SUCCESS) ++rows;
  return rows;
}

class TimedRows : public ::testing::TestWithParam<std::tuple<const char*, SQLULEN>> {
 protected:
  TimedRows() { client_.set(SQL_ATTR_AUTOCOMMIT, std::get<1>(GetParam())); }

  Client client_{(std::string("DSN=negodbc-trust;") + std::get<0>(GetParam())).c_str()};
  Query q_{client_};
};

INSTANTIATE_TEST_SUITE_P(Ways, TimedRows,
                         ::testing::Combine(::testing::Values("", "Fetch=1", "UseDeclareFetch=0"),
                                            ::testing::Values(SQL_AUTOCOMMIT_ON,
                                                              SQL_AUTOCOMMIT_OFF)));

// No single call is late.
TEST_P(TimedRows, EndTogether) {
  const Query other(client_);
  for (const SQLULEN kind : {SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC}) {
    ASSERT_EQ(q_.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), SQL_SUCCESS);
    ASSERT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, kind), SQL_SUCCESS);
    const auto begin = Clock::now();
    ASSERT_EQ(q_.exec(slow_rows(40)), SQL_SUCCESS) << q_.error();
    const int rows = fetch_all(q_);
    EXPECT_EQ(q_.state(), "HYT00") << q_.error();
    EXPECT_LT(Clock::now() - begin, 4s);
    EXPECT_GE(rows, 1);
    EXPECT_LT(rows, 15);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    // The next execution has all of it again.
    EXPECT_EQ(q_.value("SELECT 1 FROM pg_sleep(0.6)"), "1");
  }
}

TEST_P(TimedRows, TheProgramsOwnTimeIsNotCounted) {
  ASSERT_EQ(q_.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), SQL_SUCCESS);
  ASSERT_EQ(q_.exec("SELECT repeat('x', 9000) FROM generate_series(1, 30)"), SQL_SUCCESS)
      << q_.error();
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
  std::this_thread::sleep_for(1300ms);
  EXPECT_EQ(fetch_all(q_), 29) << q_.error();
}

// However long the rows take together.
TEST(DeclaredFetches, HaveAllOfTheTimeEach) {
  const Client client("DSN=negodbc-trust;UseDeclareFetch=1;Fetch=1");
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), SQL_SUCCESS);
  ASSERT_EQ(q.exec(slow_rows(8)), SQL_SUCCESS) << q.error();
  EXPECT_EQ(fetch_all(q), 8) << q.error();
  SQLFreeStmt(q.get(), SQL_CLOSE);
  ASSERT_EQ(
      q.exec("SELECT pg_sleep(CASE g WHEN 3 THEN 30 ELSE 0 END) FROM generate_series(1, 4) g"),
      SQL_SUCCESS)
      << q.error();
  EXPECT_LT(fetch_all(q), 3);
  EXPECT_EQ(q.state(), "HYT00") << q.error();
}

}  // namespace
}  // namespace negodbc::odbc
