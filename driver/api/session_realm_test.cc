// What concerns a connection: transactions, cancelling, time-outs, losing the server, attributes.
#include <chrono>
#include <string>
#include <thread>

#include "driver/api/testing/odbc_client.h"
#include "driver/include/negodbc/odbc_extensions.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;
using namespace std::chrono_literals;

SQLUINTEGER connection_attribute(const Client& client, SQLINTEGER attribute) {
  SQLUINTEGER value = 0;
  EXPECT_EQ(SQLGetConnectAttr(client.dbc(), attribute, &value, sizeof value, nullptr), SQL_SUCCESS);
  return value;
}

TEST(Transactions, CommitAndRollback) {
  const Client client;
  const Query q(client);
  q.run("DROP TABLE IF EXISTS txn_test");
  q.run("CREATE TABLE txn_test (i int)");
  ASSERT_EQ(client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), SQL_SUCCESS);
  q.run("INSERT INTO txn_test VALUES (1)");
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT count(*) FROM txn_test"), "0");
  q.run("INSERT INTO txn_test VALUES (2)");
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_ENV, client.env(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);  // nothing is open
  q.run("INSERT INTO txn_test VALUES (3)");
  ASSERT_EQ(client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON), SQL_SUCCESS);  // commits
  const Client other;
  EXPECT_EQ(Query(other).value("SELECT string_agg(i::text, ',' ORDER BY i) FROM txn_test"), "2,3");
  q.run("DROP TABLE txn_test");
}

TEST(Transactions, ACommitThatRolledBackIsAnError) {
  const Client client("DSN=negodbc-trust;Protocol=7.4-0");
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("CREATE TEMP TABLE lost (i int)");
  EXPECT_EQ(q.exec("SELECT 1/0"), SQL_ERROR);
  EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
  EXPECT_EQ(q.state(), "25P02");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_ERROR);
  EXPECT_EQ(client.state(), "25S03");
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

// What an error does to the statements before it, by Protocol. A statement of each way, so that
// each one's flight has its savepoint.
struct Reaction {
  const char* protocol;
  const char* kept;  // rows that are committed
  SQLRETURN commit;
};

class TransactionErrors : public ::testing::TestWithParam<Reaction> {};

TEST_P(TransactionErrors, LeaveWhatTheProtocolSays) {
  const Reaction& reaction = GetParam();
  const Client client(("DSN=negodbc-trust;Protocol=" + std::string(reaction.protocol)).c_str());
  const Query q(client);
  q.run("CREATE TEMP TABLE kept (i int PRIMARY KEY)");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query failing(client);
  SQLINTEGER number = 1;
  SQLBindParameter(failing.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  failing.prepare("INSERT INTO kept VALUES (?)");
  for (int execution = 0; execution < 4; ++execution) {  // unnamed, named, known by name
    q.run("INSERT INTO kept VALUES (" + std::to_string(10 + execution) + ")");
    number = 10 + execution;
    EXPECT_EQ(SQLExecute(failing.get()), SQL_ERROR);
    EXPECT_EQ(failing.state(), execution > 0 && reaction.commit == SQL_ERROR ? "25P02" : "23000");
    if (reaction.commit == SQL_ERROR) break;
    EXPECT_EQ(q.exec("SELECT 1/0"), SQL_ERROR);  // simple query
    EXPECT_EQ(q.exec("SELECT 1; SELECT 1/0"), SQL_SUCCESS);
    EXPECT_EQ(SQLMoreResults(q.get()), SQL_ERROR);
    EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
    EXPECT_EQ(q.exec("COPY kept FROM STDIN"), SQL_ERROR);
    EXPECT_EQ(q.state(), "HYC00");
  }
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), reaction.commit);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
  EXPECT_EQ(q.value("SELECT coalesce(string_agg(i::text, ',' ORDER BY i), 'none') FROM kept"),
            reaction.kept);
}

INSTANTIATE_TEST_SUITE_P(Protocols, TransactionErrors,
                         ::testing::Values(Reaction{"7.4-0", "none", SQL_ERROR},
                                           Reaction{"7.4-1", "none", SQL_SUCCESS},
                                           Reaction{"7.4-2", "10,11,12,13", SQL_SUCCESS},
                                           Reaction{"7.4", "10,11,12,13", SQL_SUCCESS}));

TEST(Transactions, TheFirstStatementsErrorCostsNoSavepoint) {
  const Client client;
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(q.exec("SELECT 1/0"), SQL_ERROR);
  EXPECT_EQ(q.value("SELECT 1"), "1");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
}

TEST(Transactions, SavepointsOfTheApplicationStayItsOwn) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE points (i int)");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("INSERT INTO points VALUES (1)");
  q.run("SAVEPOINT mine");
  q.run("INSERT INTO points VALUES (2)");
  EXPECT_EQ(q.exec("SELECT 1/0"), SQL_ERROR);
  q.run("ROLLBACK TO mine");
  EXPECT_EQ(q.value("SELECT count(*) FROM points"), "1");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
}

TEST(Transactions, AnErrorBehindRowsIsUndoneToo) {
  const Client client;
  const Query q(client);
  const Query other(client);
  q.run("CREATE TEMP TABLE undone (i int)");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("INSERT INTO undone VALUES (1)");
  q.run("SELECT 1/(5000 - i) FROM generate_series(1, 5000) i");
  other.run("INSERT INTO undone VALUES (2)");  // reads the failing statement's rest away first
  SQLRETURN last = SQL_SUCCESS;
  while (SQL_SUCCEEDED(last = SQLFetch(q.get()))) {
  }
  EXPECT_EQ(last, SQL_ERROR);
  EXPECT_EQ(q.state(), "22012");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_EQ(other.value("SELECT count(*) FROM undone"), "2");
}

TEST(Transactions, MustEndBeforeDisconnecting) {
  const Client client;
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(q.value("SELECT 1"), "1");
  EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_ERROR);
  EXPECT_EQ(client.state(), "25000");
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
}

TEST(Transactions, IsolationAndAccessMode) {
  Client client("", false);
  client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE);
  client.connect("DSN=negodbc-trust");
  const Query q(client);
  EXPECT_EQ(q.value("SHOW transaction_isolation"), "serializable");
  EXPECT_EQ(client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_REPEATABLE_READ), SQL_SUCCESS);
  EXPECT_EQ(q.value("SHOW transaction_isolation"), "repeatable read");
  EXPECT_EQ(client.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY), SQL_SUCCESS);
  EXPECT_EQ(q.exec("CREATE TABLE never (i int)"), SQL_ERROR);
  EXPECT_EQ(q.state(), "25006");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(q.value("SHOW transaction_isolation"), "repeatable read");
  EXPECT_EQ(client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE), SQL_ERROR);
  EXPECT_EQ(client.state(), "HY011");
}

TEST(Transactions, AResultOutlivesThem) {
  const Client client;
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("SELECT i FROM generate_series(1, 20000) i");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
  int rows = 1;
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) ++rows;
  EXPECT_EQ(rows, 20000);
}

TEST(Cancel, FromAnotherThread) {
  const Client client;
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  std::thread canceller([&] {
    const Client other;
    const Query watch(other);
    const std::string sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = ";
    while (watch.value(sleeping + pid) != "1") std::this_thread::sleep_for(10ms);
    EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
  });
  EXPECT_EQ(q.exec("SELECT pg_sleep(3000)"), SQL_ERROR);
  canceller.join();
  EXPECT_EQ(q.state(), "HY008") << q.error();
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

TEST(Cancel, OfNothingIsNothing) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

TEST(QueryTimeout, EndsTheStatementOnly) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_QUERY_TIMEOUT, 1), SQL_SUCCESS);
  EXPECT_EQ(q.exec("SELECT pg_sleep(30)"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYT00") << q.error();
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

TEST(QueryTimeout, IsIgnoredWhereTheDataSourceSaysSo) {
  const Client client("DSN=negodbc-trust;IgnoreTimeout=1");
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_QUERY_TIMEOUT, 1), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT 7 FROM pg_sleep(1.5)"), "7");
}

// Encrypted by TLS, whose end is seen behind the server's last words also where Wine's WSAPoll does
// not tell of it.
TEST(Session, TheServerGoesAway) {
  const Client client("DSN=negodbc-trust;GssEncMode=disable");
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  EXPECT_EQ(connection_attribute(client, SQL_ATTR_CONNECTION_DEAD),
            static_cast<SQLUINTEGER>(SQL_CD_FALSE));
  {
    const Client other;
    EXPECT_EQ(Query(other).value("SELECT pg_terminate_backend(" + pid + ")"), "1");
  }
  for (int i = 0; i < 50 && connection_attribute(client, SQL_ATTR_CONNECTION_DEAD) == SQL_CD_FALSE;
       ++i)
    std::this_thread::sleep_for(20ms);
  EXPECT_EQ(connection_attribute(client, SQL_ATTR_CONNECTION_DEAD),
            static_cast<SQLUINTEGER>(SQL_CD_TRUE));
  EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
  EXPECT_EQ(q.state(), "08S01");
  EXPECT_EQ(q.exec("SELECT 1"), SQL_ERROR);
  EXPECT_EQ(q.state(), "08S01");
}

TEST(Session, TheServerGoesAwayWhileAStatementRuns) {
  const Client client;
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  std::thread killer([&] {
    std::this_thread::sleep_for(300ms);
    const Client other;
    EXPECT_EQ(Query(other).value("SELECT pg_terminate_backend(" + pid + ")"), "1");
  });
  EXPECT_EQ(q.exec("SELECT pg_sleep(30)"), SQL_ERROR);
  killer.join();
  EXPECT_EQ(q.state(), "08S01") << q.error();
  EXPECT_EQ(connection_attribute(client, SQL_ATTR_CONNECTION_DEAD),
            static_cast<SQLUINTEGER>(SQL_CD_TRUE));
}

TEST(Session, ConnectionStrings) {
  const Client client("", false);
  SQLCHAR completed[1024] = {};
  SQLSMALLINT length = 0;
  const std::string driver = std::getenv("NEGODBC_DRIVER");
  const std::string in = "Driver=" + driver + ";Server=" + std::getenv("NEGODBC_PGHOST") +
                         ";Port=" + std::getenv("NEGODBC_PGPORT") +
                         ";Database=negodbc;UID=trust_user;" + "Trusted_Connection=No";
  ASSERT_TRUE(
      SQL_SUCCEEDED(SQLDriverConnect(client.dbc(), nullptr, chars(in.c_str()), SQL_NTS, completed,
                                     sizeof completed, &length, SQL_DRIVER_COMPLETE)))
      << testing::diagnostic(SQL_HANDLE_DBC, client.dbc());
  const std::string out(reinterpret_cast<char*>(completed));
  EXPECT_EQ(out.size(), static_cast<std::size_t>(length));
  EXPECT_NE(out.find("trust_user"), std::string::npos) << out;

  const Client again("", false);
  SQLCHAR tiny[10] = {};
  EXPECT_EQ(SQLDriverConnect(again.dbc(), nullptr, chars(out.c_str()), SQL_NTS, tiny, sizeof tiny,
                             &length, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS_WITH_INFO)
      << testing::diagnostic(SQL_HANDLE_DBC, again.dbc());
  EXPECT_EQ(again.state(), "01004");
  EXPECT_EQ(static_cast<std::size_t>(length), out.size());
}

TEST(Session, ByTicketAndSettingsAfterLogin) {
  const Client client("DSN=negodbc;ConnSettings={SET work_mem TO '7MB'}");
  const Query q(client);
  EXPECT_EQ(q.value("SELECT current_user"), "alice");
  EXPECT_EQ(q.value("SHOW work_mem"), "7MB");
}

TEST(Session, TellsWhatTheLoginsTimeWentTo) {
  const Client client("DSN=negodbc;SSLmode=require");
  const auto part = [&](SQLINTEGER attribute) { return connection_attribute(client, attribute); };
  SQLUINTEGER sum = 0;
  for (const SQLINTEGER attribute :
       {SQL_ATTR_NEGODBC_LOGIN_RESOLVE_US, SQL_ATTR_NEGODBC_LOGIN_CONNECT_US,
        SQL_ATTR_NEGODBC_LOGIN_ENCRYPTION_US, SQL_ATTR_NEGODBC_LOGIN_TOKEN_US,
        SQL_ATTR_NEGODBC_LOGIN_SERVER_US}) {
    sum += part(attribute);
  }
  EXPECT_GT(part(SQL_ATTR_NEGODBC_LOGIN_ENCRYPTION_US), 0U);
  EXPECT_GT(part(SQL_ATTR_NEGODBC_LOGIN_SERVER_US), 0U);
  EXPECT_NEAR(sum, part(SQL_ATTR_NEGODBC_LOGIN_TOTAL_US), 5);  // each was cut to microseconds
}

TEST(Session, AttributesThatDoNotExist) {
  const Client client;
  EXPECT_EQ(client.set(SQL_ATTR_TXN_ISOLATION, 77), SQL_ERROR);
  EXPECT_EQ(client.state(), "HY024");
  const Query q(client);
  EXPECT_EQ(q.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_DYNAMIC), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01S02");
  SQLULEN kind = 99;
  SQLGetStmtAttr(q.get(), SQL_ATTR_CURSOR_TYPE, &kind, sizeof kind, nullptr);
  EXPECT_EQ(kind, static_cast<SQLULEN>(SQL_CURSOR_KEYSET_DRIVEN));
}

TEST(Session, IsResetForItsNextUser) {
  const Client client("DSN=negodbc-trust;ConnSettings=SET extra_float_digits TO 0");
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  q.run("CREATE TEMP TABLE mine (i int)");
  q.run("SET search_path TO pg_catalog");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE);
  q.run("SELECT generate_series(1, 100000)");  // open, in a transaction
  EXPECT_EQ(client.set(SQL_ATTR_RESET_CONNECTION, 7), SQL_ERROR);
  ASSERT_EQ(client.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS);
  SQLFreeStmt(q.get(), SQL_CLOSE);
  EXPECT_EQ(connection_attribute(client, SQL_ATTR_AUTOCOMMIT),
            static_cast<SQLUINTEGER>(SQL_AUTOCOMMIT_ON));
  EXPECT_EQ(q.value("SELECT pg_backend_pid()"), pid);
  EXPECT_EQ(q.value("SHOW transaction_isolation"), "read committed");
  EXPECT_EQ(q.value("SELECT to_regclass('pg_temp.mine')"), "NULL");
  EXPECT_EQ(q.value("SHOW extra_float_digits"), "0");
  EXPECT_NE(q.value("SHOW search_path"), "pg_catalog");
  EXPECT_EQ(q.value("SHOW client_encoding"), "UTF8");
  SQLINTEGER number = 1;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(q.value("SELECT ?::int"), "1");
  client.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES);
  EXPECT_EQ(q.value("SELECT ?::int"), "1");
}

TEST(Session, ManyThreadsOnOneConnection) {
  const Client client;
  std::thread threads[4];
  for (auto& thread : threads) {
    thread = std::thread([&client] {
      const Query q(client);
      for (int i = 0; i < 50; ++i)
        EXPECT_EQ(q.value("SELECT " + std::to_string(i)), std::to_string(i));
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace negodbc::odbc
