// Nothing is told that has not happened: errors at commit, of texts of several statements, of what
// nobody reads; results that have lost something.
#ifdef __linux__
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <string>

#include "driver/api/testing/odbc_client.h"
#include "tests/support/environment.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

SQLLEN count_of(const Query& q) {
  SQLLEN rows = -99;
  EXPECT_EQ(SQLRowCount(q.get(), &rows), SQL_SUCCESS);
  return rows;
}

// What is checked at commit: a unique key, a trigger that refuses 13.
class AtCommit : public ::testing::Test {
 protected:
  AtCommit() {
    q_.run("DROP TABLE IF EXISTS outcome_du");
    q_.run("CREATE TABLE outcome_du (k int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    q_.run(
        "CREATE OR REPLACE FUNCTION outcome_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN IF NEW.k = 13 THEN RAISE EXCEPTION 'no thirteen' USING ERRCODE = '23514'; END IF; "
        "RETURN NULL; END$$");
    q_.run(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON outcome_du DEFERRABLE "
        "INITIALLY "
        "DEFERRED FOR EACH ROW EXECUTE FUNCTION outcome_refuse()");
    q_.run(
        "CREATE OR REPLACE FUNCTION outcome_insert(i int) RETURNS int LANGUAGE sql AS "
        "'INSERT INTO outcome_du VALUES (i) RETURNING k'");
    q_.run("INSERT INTO outcome_du VALUES (7)");
  }
  ~AtCommit() override {
    q_.run("DROP TABLE outcome_du");
    q_.run("DROP FUNCTION outcome_insert");
    q_.run("DROP FUNCTION outcome_refuse");
  }
  void bind(SQLINTEGER* value) {
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, value, 0,
                     nullptr);
  }
  std::string stored() {
    return Query(client_).value("SELECT string_agg(k::text, ',' ORDER BY k) FROM outcome_du");
  }

  Client client_;
  static constexpr char returning_much[] =
      "INSERT INTO outcome_du VALUES (?) RETURNING k, repeat('x', 8000000)";
  Query q_{client_};
};

TEST_F(AtCommit, AnErrorIsThePreparedStatements) {
  SQLINTEGER number = 7;
  bind(&number);
  ASSERT_EQ(q_.prepare("INSERT INTO outcome_du VALUES (?)"), SQL_SUCCESS);
  for (int execution = 0; execution < 4; ++execution) {  // unnamed, named, known by name
    EXPECT_EQ(SQLExecute(q_.get()), SQL_ERROR) << execution;
    EXPECT_EQ(q_.state(), "23000") << q_.error();
  }
  EXPECT_EQ(stored(), "7");
}

TEST_F(AtCommit, AnErrorIsTheDirectStatements) {
  SQLINTEGER number = 13;
  bind(&number);
  EXPECT_EQ(q_.exec("INSERT INTO outcome_du VALUES (?)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "23000") << q_.error();
  EXPECT_EQ(q_.exec("UPDATE outcome_du SET k = ?"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "23000") << q_.error();
  EXPECT_EQ(q_.exec("INSERT INTO outcome_du VALUES (7)"), SQL_ERROR);
  EXPECT_EQ(stored(), "7");
}

// So that who fetches one row of it and closes knows.
TEST_F(AtCommit, AnErrorIsTheStatementsThatReturnsRows) {
  SQLINTEGER number = 7;
  bind(&number);
  for (int execution = 0; execution < 3; ++execution) {
    EXPECT_EQ(q_.exec("INSERT INTO outcome_du VALUES (?) RETURNING k"), SQL_ERROR);
    EXPECT_EQ(q_.state(), "23000") << q_.error();
  }
  EXPECT_EQ(stored(), "7");
  number = 8;
  ASSERT_EQ(q_.exec("INSERT INTO outcome_du VALUES (?), (9) RETURNING k"), SQL_SUCCESS);
  SQLLEN count = -2;
  EXPECT_EQ(SQLRowCount(q_.get(), &count), SQL_SUCCESS);
  EXPECT_EQ(count, 2);
  EXPECT_EQ(q_.rows(), "8;9");
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
}

TEST_F(AtCommit, AWarningIsTheStatementsThatReturnsRows) {
  q_.run("CREATE TEMP TABLE warned (k int)");
  q_.run(
      "CREATE FUNCTION pg_temp.warn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE WARNING "
      "''late words''; RETURN NULL; END'");
  q_.run(
      "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON warned DEFERRABLE INITIALLY DEFERRED FOR "
      "EACH ROW EXECUTE FUNCTION pg_temp.warn()");
  EXPECT_EQ(q_.exec("INSERT INTO warned VALUES (1) RETURNING k"), SQL_SUCCESS_WITH_INFO);
  EXPECT_NE(q_.error().find("late words"), std::string::npos) << q_.error();
  EXPECT_EQ(q_.rows(), "1");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
}

// More rows than are waited for.
TEST_F(AtCommit, TheEndOfRowsIsToldWhenTheyStand) {
  SQLINTEGER number = 7;
  bind(&number);
  for (int execution = 0; execution < 3; ++execution) {
    q_.run(returning_much);
    EXPECT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
    EXPECT_EQ(SQLFetch(q_.get()), SQL_ERROR);
    EXPECT_EQ(q_.state(), "23000") << q_.error();
    EXPECT_EQ(SQLFetch(q_.get()), SQL_ERROR);                  // not an end either
    EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_SUCCESS);  // told already
  }
  EXPECT_EQ(stored(), "7");
}

TEST_F(AtCommit, WhoClosesIsToldWhatWasNotRead) {
  SQLINTEGER number = 7;
  bind(&number);
  q_.run(returning_much);
  EXPECT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLCloseCursor(q_.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01000");
  EXPECT_NE(q_.error().find("[23505] ERROR: duplicate key"), std::string::npos) << q_.error();
  EXPECT_EQ(stored(), "7");
}

TEST_F(AtCommit, WhoClosesIsToldWhatWasPutAsideToo) {
  SQLINTEGER number = 7;
  bind(&number);
  q_.run(returning_much);
  EXPECT_EQ(stored(), "7");  // by another statement: the rest is in the spool
  EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_SUCCESS_WITH_INFO);
  EXPECT_NE(q_.error().find("[23505]"), std::string::npos) << q_.error();
}

TEST_F(AtCommit, OutputsOfACallThatFailedAreNotTold) {
  SQLINTEGER number = 7;
  SQLINTEGER result = -1;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &result, 0,
                   nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  for (int execution = 0; execution < 3; ++execution) {
    EXPECT_EQ(q_.exec("{? = call outcome_insert(?)}"), SQL_ERROR);
    EXPECT_EQ(q_.state(), "23000") << q_.error();
    EXPECT_EQ(result, -1);
  }
  number = 8;
  EXPECT_EQ(q_.exec("{? = call outcome_insert(?)}"), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(result, 8);
  EXPECT_EQ(stored(), "7,8");
}

TEST(SeveralStatements, AnErrorIsTheCallsThatSentThem) {
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    const Client client;
    const Query q(client);
    q.run("CREATE TEMP TABLE es (i int)");
    client.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    EXPECT_EQ(q.exec("INSERT INTO es VALUES (1); INSERT INTO es VALUES ('x')"), SQL_ERROR);
    EXPECT_EQ(q.state(), "22018") << q.error();
    EXPECT_EQ(q.exec("INSERT INTO es VALUES (1); INSERT INTO es SELECT 1/0; SELECT 1"), SQL_ERROR);
    EXPECT_EQ(q.exec("INSERT INTO es VALUES (1); SELECT 1/0"), SQL_ERROR);
    SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT);
    EXPECT_EQ(q.value("SELECT count(*) FROM es"), "0");
  }
}

TEST(SeveralStatements, TheirResultsAreHandedOutInTurn) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE TEMP TABLE es (i int); INSERT INTO es VALUES (1), (2); SELECT i FROM es ORDER BY 1; "
      "DELETE FROM es; SELECT count(*) FROM es");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(count_of(q), 2);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "1;2");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(count_of(q), 2);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "0");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
}

TEST(SeveralStatements, EachOfThoseThatReturnRowsHasItsOwnCount) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE es (i int)");
  q.run("UPDATE es SET i = 1 RETURNING i; INSERT INTO es VALUES (1), (2) RETURNING i");
  EXPECT_EQ(count_of(q), 0);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "1;2");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
}

TEST(SeveralStatements, AnErrorBehindRowsIsToldAtTheirEndOrByWhoCloses) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE es (i int)");
  EXPECT_EQ(q.exec("INSERT INTO es VALUES (1); SELECT 5; INSERT INTO es VALUES ('x')"), SQL_ERROR)
      << "so few rows are waited for";
  EXPECT_EQ(q.state(), "22018") << q.error();
  const char* const text =
      "INSERT INTO es VALUES (1); SELECT repeat('x', 400000); INSERT INTO es VALUES ('x')";
  q.run(text);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "22018") << q.error();
  EXPECT_EQ(SQLFreeStmt(q.get(), SQL_CLOSE), SQL_SUCCESS);
  q.run(text);
  EXPECT_EQ(SQLFreeStmt(q.get(), SQL_CLOSE), SQL_SUCCESS_WITH_INFO);
  EXPECT_NE(q.error().find("[22P02]"), std::string::npos) << q.error();
  q.run(text);  // the next execution closes
  EXPECT_EQ(q.prepare("SELECT 1"), SQL_SUCCESS_WITH_INFO);
  EXPECT_NE(q.error().find("[22P02]"), std::string::npos) << q.error();
  q.run(text);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "22018") << q.error();
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
  EXPECT_EQ(q.value("SELECT count(*) FROM es"), "0");
}

// The first statement of a connection's first transaction goes with a question for savepoints.
TEST(FirstStatement, SetsTheTransactionItBegins) {
  for (const char* set : {"SET TRANSACTION READ ONLY", "SET LOCAL transaction_read_only = on",
                          "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY"}) {
    const Client client;
    client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    const Query q(client);
    EXPECT_EQ(q.exec(set), SQL_SUCCESS) << set << q.error();
    EXPECT_EQ(q.value("SHOW transaction_read_only"), "on") << set;
    EXPECT_EQ(q.exec("CREATE TABLE must_not_be (i int)"), SQL_ERROR) << set;
    EXPECT_EQ(q.state(), "25006") << q.error();
  }
  const Client client;
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query q(client);
  EXPECT_EQ(q.exec("SELECT pg_export_snapshot()"), SQL_SUCCESS) << q.error();
}

TEST(SetTransaction, IsNotUndoneByASavepoint) {
  const Client client;
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query q(client);
  q.run("CREATE TEMP TABLE before_it (i int)");
  EXPECT_EQ(q.exec("SET TRANSACTION READ ONLY"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.value("SHOW transaction_read_only"), "on");
}

TEST(Commit, TellsWhatTheServerWarnsOf) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE warned (i int)");
  q.run(
      "CREATE FUNCTION pg_temp.look() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE WARNING 'look here'; RETURN NULL; END $$");
  q.run(
      "CREATE CONSTRAINT TRIGGER look AFTER INSERT ON warned DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION pg_temp.look()");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q.run("INSERT INTO warned VALUES (1)");
  // unixODBC asks for information before it looks at the diagnostics, and with that they are gone.
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS_WITH_INFO);
}

#ifdef __linux__
// A child that was forked reads and ends nothing of its parent's.
TEST(Fork, TheConnectionStaysTheParents) {
  for (const char* dsn : {"DSN=negodbc-trust;SSLmode=disable", "DSN=negodbc-tls"}) {
    const Client client(dsn);
    const Query q(client);
    EXPECT_EQ(q.value("SELECT 1"), "1");
    const pid_t child = fork();
    if (child == 0) {
      SQLUINTEGER dead = SQL_CD_FALSE;
      SQLGetConnectAttr(client.dbc(), SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr);
      const bool refused = q.exec("SELECT 'the child'") == SQL_ERROR && q.state() == "08S01";
      SQLDisconnect(client.dbc());
      _exit(refused && dead == SQL_CD_TRUE ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << dsn;
    EXPECT_EQ(q.value("SELECT 'the parent'"), "the parent") << dsn;
  }
}

// No signal of a limit that the program does not know of.
TEST(FileSizeLimit, IsAnErrorOfTheStatement) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit = {1U << 20U, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    // No ticket is looked for: ThreadSanitizer allows a child no threads.
    const Client client("DSN=negodbc-trust;GssEncMode=disable");
    const Query a(client);
    const Query b(client);
    a.run("SELECT i, repeat('x', 1000) FROM generate_series(1, 30000) i");
    if (SQLFetch(a.get()) != SQL_SUCCESS) _exit(1);
    _exit(b.exec("SELECT 1") == SQL_ERROR && b.state() == "HY000" ? 0 : 2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

// The spool's folder cannot be written to.
class WithoutRoom : public ::testing::Test {
 protected:
  const test::ScopedEnvironment folder_{"TMPDIR", "/proc/no/such/folder"};
};

TEST_F(WithoutRoom, AResultLosesNoRow) {
  const Client client;
  const Query a(client);
  const Query b(client);
  constexpr int rows = 10000;  // of three thousand bytes: far more than the spool holds in memory
  a.run("SELECT i, repeat('x', 3000) FROM generate_series(1, " + std::to_string(rows) + ") i");
  SQLINTEGER number = 0;
  SQLBindCol(a.get(), 1, SQL_C_SLONG, &number, 0, nullptr);
  ASSERT_EQ(SQLFetch(a.get()), SQL_SUCCESS);
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(b.exec("SELECT 'between'"), SQL_ERROR);
    EXPECT_EQ(b.state(), "HY000") << b.error();
    ASSERT_EQ(SQLFetch(a.get()), SQL_SUCCESS);
    ASSERT_EQ(number, attempt + 2);
  }
  int expected = number;
  while (SQL_SUCCEEDED(SQLFetch(a.get()))) ASSERT_EQ(number, ++expected);
  EXPECT_EQ(expected, rows);
  SQLFreeStmt(a.get(), SQL_CLOSE);
  EXPECT_EQ(b.value("SELECT 'between'"), "between");
}
#endif

}  // namespace
}  // namespace negodbc::odbc
