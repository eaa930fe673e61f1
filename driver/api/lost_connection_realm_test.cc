// What the next call says of a connection that the server has ended: the server's own words, over
// every kind of stream and by every call that would have needed the server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const auto terminated = ::testing::AllOf(
    StartsWith("08S01"), HasSubstr("terminating connection due to administrator command (57P01)"));

struct Way {
  const char* name;
  const char* connection_string;
};

class LostConnection : public ::testing::TestWithParam<Way> {
 protected:
  static const char* way() { return GetParam().connection_string; }
  // When it returns, the backend is gone.
  static void kill(const std::string& pid) {
    const Client other(way());
    EXPECT_EQ(Query(other).value("SELECT pg_terminate_backend(" + pid + ", 10000)"), "1");
  }
  static std::string pid_of(const Client& client) {
    return Query(client).value("SELECT pg_backend_pid()");
  }
  [[nodiscard]] static SQLUINTEGER dead(const Client& client) {
    SQLUINTEGER value = 99;
    SQLGetConnectAttr(client.dbc(), SQL_ATTR_CONNECTION_DEAD, &value, sizeof value, nullptr);
    return value;
  }
  [[nodiscard]] static std::string error(const Client& client) {
    return diagnostic(SQL_HANDLE_DBC, client.dbc());
  }
  // Until the server has ended it by itself.
  static void wait_for_end(const Client& client) {
    for (int i = 0; i < 500 && dead(client) == SQL_CD_FALSE; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(dead(client), static_cast<SQLUINTEGER>(SQL_CD_TRUE));
  }
};

constexpr Way ways[] = {{"Plain", "DSN=negodbc-trust;SSLmode=disable"},
#ifndef _WIN32  // Wine has no Kerberos for the realm
                        {"Gss", "DSN=negodbc;GssEncMode=require"},
#endif
                        {"Tls", "DSN=negodbc-tls"}};

INSTANTIATE_TEST_SUITE_P(Streams, LostConnection, ::testing::ValuesIn(ways),
                         [](const auto& way) { return std::string(way.param.name); });

TEST_P(LostConnection, EveryStatementSaysWhy) {
  const Client client(way());
  {
    const Query q(client);
    const Query prepared(client);
    ASSERT_EQ(prepared.prepare("SELECT 1"), SQL_SUCCESS);
    kill(pid_of(client));
    EXPECT_EQ(dead(client), static_cast<SQLUINTEGER>(SQL_CD_TRUE));
    EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
    EXPECT_THAT(q.error(), terminated);
    EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
    EXPECT_THAT(q.error(), terminated) << "and says it again";
    EXPECT_EQ(SQLExecute(prepared.get()), SQL_ERROR);
    EXPECT_THAT(prepared.error(), terminated);
    EXPECT_EQ(SQLTables(q.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
    EXPECT_THAT(q.error(), terminated);
  }
  EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_SUCCESS) << error(client);
}

TEST_P(LostConnection, ATransactionsEndSaysWhy) {
  const Client client(way());
  const std::string pid = pid_of(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(Query(client).value("SELECT 1"), "1");
  kill(pid);
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_ERROR);
  EXPECT_THAT(error(client), terminated);
  EXPECT_EQ(client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON), SQL_ERROR)
      << "it would have committed";
  EXPECT_THAT(error(client), terminated);
}

TEST_P(LostConnection, DisconnectingTellsOfATransactionThatIsLost) {
  const Client client(way());
  const std::string pid = pid_of(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(Query(client).value("SELECT 1"), "1");
  kill(pid);
  EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_SUCCESS_WITH_INFO);
  EXPECT_THAT(error(client),
              ::testing::AllOf(StartsWith("01002"), HasSubstr("administrator command (57P01)")));
}

TEST_P(LostConnection, AnIdleTransactionThatTookTooLong) {
  const Client client(way());
  const Query q(client);
  q.run("SET idle_in_transaction_session_timeout = '100ms'");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(q.value("SELECT 1"), "1");
  wait_for_end(client);
  EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
  EXPECT_THAT(q.error(), ::testing::AllOf(StartsWith("08S01"),
                                          HasSubstr("due to idle-in-transaction timeout (25P03)")));
}

TEST_P(LostConnection, AFetchSaysWhy) {
  const Client client(way());
  const std::string pid = pid_of(client);
  const Query q(client);
  // Large rows leave the server at once, and it is at work when it is ended.
  q.run(
      "SELECT i, repeat('x', 20000), CASE WHEN i = 4 THEN pg_sleep(60) END"
      " FROM generate_series(1, 4) i");
  EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  kill(pid);
  SQLRETURN result = SQL_SUCCESS;
  int rows = 1;
  for (; rows < 10 && (result = SQLFetch(q.get())) == SQL_SUCCESS; ++rows) {
  }
  EXPECT_EQ(result, SQL_ERROR);
  EXPECT_LT(rows, 4);
  EXPECT_THAT(q.error(), terminated);
  EXPECT_NE(SQLFetch(q.get()), SQL_SUCCESS) << "and nothing comes behind it";
}

TEST_P(LostConnection, AResultThatCameWholeIsReadAllTheSame) {
  const Client client(way());
  const std::string pid = pid_of(client);
  const Query first(client);
  const Query second(client);
  first.run("SELECT i FROM generate_series(1, 50) i");
  EXPECT_EQ(SQLFetch(first.get()), SQL_SUCCESS);
  kill(pid);
  EXPECT_EQ(second.exec("SELECT 1"), SQL_ERROR);
  EXPECT_THAT(second.error(), terminated);
  EXPECT_EQ(first.text(1), "1") << "the current row stays";
  int rows = 1;
  while (SQLFetch(first.get()) == SQL_SUCCESS) ++rows;
  EXPECT_EQ(rows, 50) << first.error();
}

TEST_P(LostConnection, AResultThatIsCutOffIsNotReadAsWhole) {
  const Client client(way());
  const std::string pid = pid_of(client);
  const Query first(client);
  const Query second(client);
  first.run(
      "SELECT i, repeat('x', 20000), CASE WHEN i = 4 THEN pg_sleep(60) END"
      " FROM generate_series(1, 4) i");
  EXPECT_EQ(SQLFetch(first.get()), SQL_SUCCESS);
  kill(pid);
  EXPECT_EQ(second.exec("SELECT 1"), SQL_ERROR);
  EXPECT_THAT(second.error(), terminated);
  EXPECT_EQ(first.text(1), "1");
  SQLRETURN result = SQL_SUCCESS;
  for (int i = 0; i < 10 && result == SQL_SUCCESS; ++i) result = SQLFetch(first.get());
  EXPECT_EQ(result, SQL_ERROR);
  EXPECT_THAT(first.error(), terminated);
}

}  // namespace
}  // namespace negodbc::odbc::testing
