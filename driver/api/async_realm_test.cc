// Asynchronous execution by polling; cancelling from another thread; time-outs.
#include <chrono>
#include <string>
#include <thread>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using namespace std::chrono_literals;
using testing::chars;
using testing::Client;
using testing::Query;

// Until the function answers anything else; how often it did not.
template <class Call>
SQLRETURN poll(Call call, int* polls = nullptr) {
  SQLRETURN result = call();
  for (; result == SQL_STILL_EXECUTING; result = call()) {
    if (polls != nullptr) ++*polls;
    std::this_thread::sleep_for(1ms);
  }
  return result;
}

class Watch {
 public:
  explicit Watch(const std::string& pid)
      : sql_("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " +
             pid) {}
  [[nodiscard]] bool sleeps() const { return query_.value(sql_) == "1"; }
  void wait_until_it_sleeps() const {
    while (!sleeps()) std::this_thread::sleep_for(10ms);
  }

 private:
  std::string sql_;
  Client client_;
  Query query_{client_};
};

class Async : public ::testing::Test {
 protected:
  void SetUp() override {
    pid_ = q_.value("SELECT pg_backend_pid()");
    ASSERT_EQ(q_.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), SQL_SUCCESS);
  }
  SQLRETURN exec(const char* sql, int* polls = nullptr) {
    return poll([&] { return SQLExecDirect(q_.get(), chars(sql), SQL_NTS); }, polls);
  }

  Client client_;
  Query q_{client_};
  std::string pid_;
};

TEST_F(Async, ExecutesAndIsFetchedFrom) {
  int polls = 0;
  ASSERT_EQ(exec("SELECT i, pg_sleep(0.1) FROM generate_series(1, 2) i", &polls), SQL_SUCCESS)
      << q_.error();
  EXPECT_GT(polls, 0);
  SQLINTEGER value = 0;
  SQLBindCol(q_.get(), 1, SQL_C_SLONG, &value, 0, nullptr);
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(value, 1);
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(value, 2);
  EXPECT_EQ(SQLFetch(q_.get()), SQL_NO_DATA);
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA) << q_.error();
}

TEST_F(Async, ErrorsComeWithTheResult) {
  EXPECT_EQ(exec("SELECT 1/0"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
  ASSERT_EQ(q_.prepare("SELECT 1/?::int"), SQL_SUCCESS);
  SQLINTEGER divisor = 0;
  SQLLEN length = 0;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &divisor, 0,
                   &length);
  EXPECT_EQ(poll([&] { return SQLExecute(q_.get()); }), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
  length = SQL_DATA_AT_EXEC;
  ASSERT_EQ(poll([&] { return SQLExecute(q_.get()); }), SQL_NEED_DATA) << q_.error();
  SQLPOINTER token = nullptr;
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  ASSERT_EQ(SQLPutData(q_.get(), &divisor, 0), SQL_SUCCESS);
  EXPECT_EQ(SQLParamData(q_.get(), &token), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(exec("SELECT 1"), SQL_SUCCESS) << q_.error();
}

TEST_F(Async, PreparedWithParametersAndDataAtExecution) {
  ASSERT_EQ(q_.prepare("SELECT ?::text || '!'"), SQL_SUCCESS);
  char data[8] = "now";
  SQLLEN length = SQL_NTS;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, data, sizeof data,
                   &length);
  ASSERT_EQ(poll([&] { return SQLExecute(q_.get()); }), SQL_SUCCESS) << q_.error();
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.text(1), "now!");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  length = SQL_LEN_DATA_AT_EXEC(0);
  ASSERT_EQ(poll([&] { return SQLExecute(q_.get()); }), SQL_NEED_DATA) << q_.error();
  SQLPOINTER token = nullptr;
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  EXPECT_EQ(token, data);
  ASSERT_EQ(SQLPutData(q_.get(), chars("later"), SQL_NTS), SQL_SUCCESS);
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_SUCCESS) << q_.error();
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.text(1), "later!");
}

TEST_F(Async, OtherFunctionsMustWait) {
  const char* sql = "SELECT pg_sleep(30)";
  ASSERT_EQ(SQLExecDirect(q_.get(), chars(sql), SQL_NTS), SQL_STILL_EXECUTING);
  EXPECT_EQ(SQLFetch(q_.get()), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY010");
  SQLSMALLINT columns = 0;
  EXPECT_EQ(SQLNumResultCols(q_.get(), &columns), SQL_ERROR);
  EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_ERROR);
  Watch(pid_).wait_until_it_sleeps();
  EXPECT_EQ(SQLExecDirect(q_.get(), chars(sql), SQL_NTS), SQL_STILL_EXECUTING);
  EXPECT_EQ(SQLCancel(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(exec(sql), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY008") << q_.error();
  EXPECT_EQ(exec("SELECT 1"), SQL_SUCCESS);
}

TEST_F(Async, CancelledAtOnceItDoesNotGoOn) {
  const char* sql = "SELECT pg_sleep(30)";
  ASSERT_EQ(SQLExecDirect(q_.get(), chars(sql), SQL_NTS), SQL_STILL_EXECUTING);
  // Wherever the function has come to: before it is sent, or at the server.
  while (true) {
    EXPECT_EQ(SQLCancel(q_.get()), SQL_SUCCESS);
    const SQLRETURN result = SQLExecDirect(q_.get(), chars(sql), SQL_NTS);
    if (result != SQL_STILL_EXECUTING) break;
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(q_.state(), "HY008") << q_.error();
  EXPECT_EQ(exec("SELECT 1"), SQL_SUCCESS);
}

TEST_F(Async, TimesOut) {
  ASSERT_EQ(q_.set(SQL_ATTR_QUERY_TIMEOUT, 1), SQL_SUCCESS);
  EXPECT_EQ(exec("SELECT pg_sleep(30)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HYT00");
}

TEST_F(Async, TwoStatementsOfOneConnection) {
  const Query second(client_);
  ASSERT_EQ(second.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), SQL_SUCCESS);
  const auto first_call = [&] {
    return SQLExecDirect(q_.get(), chars("SELECT pg_sleep(0.1), 1"), SQL_NTS);
  };
  const auto second_call = [&] { return SQLExecDirect(second.get(), chars("SELECT 2"), SQL_NTS); };
  ASSERT_EQ(first_call(), SQL_STILL_EXECUTING);
  EXPECT_EQ(poll(second_call), SQL_SUCCESS) << second.error();
  EXPECT_EQ(poll(first_call), SQL_SUCCESS) << q_.error();
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.text(2), "1");
}

TEST_F(Async, TheConnectionsAttributeIsForAllItsStatements) {
  ASSERT_EQ(client_.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF), SQL_SUCCESS)
      << testing::diagnostic(SQL_HANDLE_DBC, client_.dbc());
  const auto enabled = [](const Query& query) {
    SQLULEN value = 99;
    SQLGetStmtAttr(query.get(), SQL_ATTR_ASYNC_ENABLE, &value, 0, nullptr);
    return value;
  };
  EXPECT_EQ(enabled(q_), SQL_ASYNC_ENABLE_OFF);
  EXPECT_EQ(enabled(Query(client_)), SQL_ASYNC_ENABLE_OFF);
  EXPECT_EQ(q_.set(SQL_ATTR_ASYNC_ENABLE, 7), SQL_ERROR);
}

TEST(CancelHandle, OfAStatementFromAnotherThread) {
  const Client client;
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  std::thread canceller([&] {
    Watch(pid).wait_until_it_sleeps();
    EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_STMT, q.get()), SQL_SUCCESS);
  });
  EXPECT_EQ(q.exec("SELECT pg_sleep(30)"), SQL_ERROR);
  canceller.join();
  EXPECT_EQ(q.state(), "HY008") << q.error();
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

// A transaction whose end takes half a minute, because a deferred trigger sleeps.
class SlowCommit : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run("DROP TABLE IF EXISTS slow_commit");
    q_.run("CREATE TABLE slow_commit (i int)");
    q_.run(
        "CREATE OR REPLACE FUNCTION sleep_long() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE "
        "WARNING ''it takes long''; PERFORM pg_sleep(30); RETURN NULL; END'");
    q_.run(
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow_commit DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION sleep_long()");
    pid_ = q_.value("SELECT pg_backend_pid()");
    client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    q_.run("INSERT INTO slow_commit VALUES (1)");
  }
  void TearDown() override {
    const Client other;
    const Query q(other);
    EXPECT_EQ(q.value("SELECT count(*) FROM slow_commit"), "0");
    q.run("DROP TABLE slow_commit");
    q.run("DROP FUNCTION sleep_long()");
  }
  // Meanwhile `work` is done, once the server sleeps.
  template <class F>
  SQLRETURN commit_while(F&& work) {
    std::thread meanwhile([&] {
      Watch(pid_).wait_until_it_sleeps();
      work();
    });
    const SQLRETURN result = SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
    meanwhile.join();
    return result;
  }
  [[nodiscard]] std::string said(SQLSMALLINT number) const {
    return testing::diagnostic(SQL_HANDLE_DBC, client_.dbc(), number);
  }

  Client client_;
  Query q_{client_};
  std::string pid_;
};

TEST_F(SlowCommit, IsCancelledThroughItsConnection) {
  EXPECT_EQ(
      commit_while([&] { EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_DBC, client_.dbc()), SQL_SUCCESS); }),
      SQL_ERROR);
  EXPECT_EQ(client_.state(), "HY008") << said(1);
  EXPECT_NE(said(2).find("it takes long"), std::string::npos) << said(2);
  EXPECT_EQ(q_.value("SELECT count(*) FROM slow_commit"), "0");
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
}

TEST_F(SlowCommit, WhoseConnectionIsLostHasAnUnknownOutcome) {
  const Client other;
  EXPECT_EQ(commit_while([&] {
              EXPECT_EQ(Query(other).value("SELECT pg_terminate_backend(" + pid_ + ", 10000)"),
                        "1");
            }),
            SQL_ERROR);
  EXPECT_EQ(client_.state(), "08007") << said(1);
  EXPECT_NE(said(1).find("57P01"), std::string::npos) << said(1);
  EXPECT_NE(said(1).find("not known"), std::string::npos) << said(1);
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_ERROR);
  EXPECT_EQ(client_.state(), "08S01") << "nothing was sent now";
}

// What was meant for a call that is over.
TEST(Cancel, HasNoEffectOnATransactionsEnd) {
  const Client client;
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  for (const bool resets : {false, true}) {
    EXPECT_EQ(q.value("SELECT 1"), "1");
    std::thread canceller([&] {
      Watch(pid).wait_until_it_sleeps();
      EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
    });
    EXPECT_EQ(q.exec("SELECT pg_sleep(30)"), SQL_ERROR);
    canceller.join();
    std::this_thread::sleep_for(3500ms);  // longer than a cancelled call waits for its end
    if (resets) {
      EXPECT_EQ(client.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS)
          << client.state();
    } else {
      EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS)
          << client.state();
    }
  }
}

TEST(Cancel, WhileRowsAreFetched) {
  const Client client;
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  // The first rows come at once: the server sends what fills its buffer, and sleeps.
  ASSERT_EQ(q.exec("SELECT repeat('x', 10000), CASE WHEN i = 200 THEN pg_sleep(30) END "
                   "FROM generate_series(1, 400) i"),
            SQL_SUCCESS)
      << q.error();
  std::thread canceller([&] {
    const Watch watch(pid);
    watch.wait_until_it_sleeps();
    // Between two calls of SQLFetch there is nothing to be cancelled.
    for (; watch.sleeps(); std::this_thread::sleep_for(10ms))
      EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
  });
  SQLRETURN result = SQL_SUCCESS;
  int rows = 0;
  while ((result = SQLFetch(q.get())) == SQL_SUCCESS) ++rows;
  canceller.join();
  EXPECT_LT(rows, 200);
  EXPECT_EQ(result, SQL_ERROR);
  EXPECT_EQ(q.state(), "HY008") << q.error();
  SQLFreeStmt(q.get(), SQL_CLOSE);
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

// What a time-out needs is kept here: the server's session is as before.
TEST(QueryTimeout, LeavesNoSettingAtTheServer) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_QUERY_TIMEOUT, 1), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"), "0");
  EXPECT_EQ(q.exec("SELECT pg_sleep(30)"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYT00");
  EXPECT_EQ(q.value("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"), "0");
  EXPECT_EQ(q.set(SQL_ATTR_QUERY_TIMEOUT, ~SQLULEN{0}), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

// In a transaction only the statement is lost.
TEST(QueryTimeout, WithinATransaction) {
  const Client client;
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("CREATE TEMP TABLE kept (i int) ON COMMIT DROP");
  q.run("INSERT INTO kept VALUES (1)");
  q.set(SQL_ATTR_QUERY_TIMEOUT, 1);
  EXPECT_EQ(q.exec("INSERT INTO kept SELECT 2 FROM pg_sleep(30)"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYT00");
  EXPECT_EQ(q.value("SELECT i FROM kept"), "1");
}

}  // namespace
}  // namespace negodbc::odbc
