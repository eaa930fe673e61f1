// Rows in portions: what is not wanted is not sent, whatever happens in between.
#include <cstdint>
#include <string>
#include <thread>

#include "driver/api/testing/counting_relay.h"
#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::CountingRelay;
using testing::Query;

constexpr std::uint64_t megabyte = 1000000;

int count_rows(const Query& q) {
  int rows = 0;
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) ++rows;
  return rows;
}

// In both commit modes.
class Portals : public ::testing::TestWithParam<SQLULEN> {
 protected:
  Portals() : client_(relay_.connection_string().c_str()) {
    client_.set(SQL_ATTR_AUTOCOMMIT, GetParam());
  }
  // What the server sends meanwhile.
  template <class F>
  std::uint64_t bytes_of(F&& work) {
    const std::uint64_t before = relay_.bytes();
    std::forward<F>(work)();
    return relay_.bytes() - before;
  }

  CountingRelay relay_;
  Client client_;
  Query q_{client_};
};

INSTANTIATE_TEST_SUITE_P(CommitModes, Portals,
                         ::testing::Values(SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF),
                         [](const auto& test) {
                           return test.param == SQL_AUTOCOMMIT_ON ? "autocommit" : "manual";
                         });

TEST_P(Portals, ARowOfFortyMillion) {
  for (const char* sql : {"SELECT generate_series(1, 40000000)",
                          "SELECT a.relname, 'x' FROM pg_class a, pg_class b, pg_class c"}) {
    for (int execution = 0; execution < 3; ++execution) {
      EXPECT_LT(bytes_of([&] {
                  q_.run(sql);
                  EXPECT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
                  EXPECT_EQ(SQLCloseCursor(q_.get()), SQL_SUCCESS) << q_.error();
                }),
                2 * megabyte);
    }
  }
  EXPECT_EQ(q_.value("SELECT 1"), "1");
}

TEST_P(Portals, OfAPreparedStatementToo) {
  SQLINTEGER rows = 10000000;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &rows, 0, nullptr);
  ASSERT_EQ(q_.prepare("SELECT generate_series(1, ?), repeat('x', 100)"), SQL_SUCCESS);
  for (int execution = 0; execution < 4; ++execution) {
    EXPECT_LT(bytes_of([&] {
                ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
                for (int i = 1; i <= 10; ++i) ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
                EXPECT_EQ(q_.text(1), "10");
                EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_SUCCESS) << q_.error();
              }),
              2 * megabyte);
  }
}

TEST_P(Portals, GiveAllRowsInOrder) {
  constexpr int rows = 8000;  // wide, so that portions grow
  for (int execution = 0; execution < 3; ++execution) {
    q_.run("SELECT i, repeat('x', 1500) FROM generate_series(1, " + std::to_string(rows) + ") i");
    SQLINTEGER number = 0;
    SQLBindCol(q_.get(), 1, SQL_C_SLONG, &number, 0, nullptr);
    int expected = 0;
    while (SQL_SUCCEEDED(SQLFetch(q_.get()))) ASSERT_EQ(number, ++expected);
    EXPECT_EQ(expected, rows) << q_.error();
    SQLLEN count = 0;
    EXPECT_EQ(SQLRowCount(q_.get(), &count), SQL_SUCCESS);
    EXPECT_EQ(count, rows);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    SQLFreeStmt(q_.get(), SQL_UNBIND);
  }
}

TEST_P(Portals, AreAskedForAsManyRowsAsTheDsnSays) {
  for (const char* protocol : {"7.4-0", "7.4-1", "7.4-2"}) {
    for (const char* fetch : {"1", "2", "7", "200"}) {
      const Client client(("DSN=negodbc-trust;Fetch=" + std::string(fetch) +
                           ";UseDeclareFetch=1;Protocol=" + protocol)
                              .c_str());
      client.set(SQL_ATTR_AUTOCOMMIT, GetParam());
      const Query q(client);
      EXPECT_EQ(q.value("SELECT 1"), "1");
      EXPECT_EQ(q.value("SELECT 1 WHERE false"), "");
      q.run("SELECT generate_series(1, 200)");
      EXPECT_EQ(count_rows(q), 200) << protocol << fetch << q.error();
    }
  }
}

TEST_P(Portals, AsManyRowsAsAreWantedAtMost) {
  q_.set(SQL_ATTR_MAX_ROWS, SQLULEN{10});
  for (const char* sql : {"SELECT generate_series(1, 40000000)", "SELECT 5"}) {
    EXPECT_LT(bytes_of([&] {
                q_.run(sql);
                EXPECT_EQ(count_rows(q_), std::string(sql) == "SELECT 5" ? 1 : 10);
                SQLFreeStmt(q_.get(), SQL_CLOSE);
              }),
              megabyte / 10);
  }
}

TEST_P(Portals, LetOtherStatementsWork) {
  constexpr int rows = 15000;
  const Query other(client_);
  other.run("CREATE TEMP TABLE portal_other (i int)");
  q_.run("SELECT i, repeat('x', 700) FROM generate_series(1, " + std::to_string(rows) + ") i");
  SQLINTEGER number = 0;
  SQLBindCol(q_.get(), 1, SQL_C_SLONG, &number, 0, nullptr);
  int expected = 0;
  const std::uint64_t bytes = bytes_of([&] {
    while (expected < 2500) {
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
      ASSERT_EQ(number, ++expected);
      if (expected % 125 != 1) continue;
      other.run("INSERT INTO portal_other VALUES (" + std::to_string(expected) + ")");
      EXPECT_EQ(other.exec("SELECT 1/0 FROM pg_class"), SQL_ERROR);
    }
  });
  // In autocommit mode the rest is put aside, since the others commit.
  EXPECT_LT(bytes, (GetParam() == SQL_AUTOCOMMIT_OFF ? 4 : 30) * megabyte);
  while (SQL_SUCCEEDED(SQLFetch(q_.get()))) ASSERT_EQ(number, ++expected);
  EXPECT_EQ(expected, rows);
  EXPECT_EQ(other.value("SELECT count(*) FROM portal_other"), "20");
}

// The server refuses to change a table that a portal reads; nobody asked for one.
TEST_P(Portals, DoNotKeepTheirTablesFromBeingChanged) {
  const Query other(client_);
  for (const int rows : {1, 3000}) {
    for (const int read : {0, 1}) {
      for (const char* change :
           {"ALTER TABLE portal_read ADD COLUMN more int", "CREATE INDEX ON portal_read (i)",
            "INSERT INTO portal_read VALUES (0); TRUNCATE portal_read"}) {
        other.run("CREATE TEMP TABLE portal_read AS SELECT i FROM generate_series(1, " +
                  std::to_string(rows) + ") i");
        q_.run("SELECT i FROM portal_read");
        for (int row = 0; row < read; ++row) ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
        EXPECT_TRUE(SQL_SUCCEEDED(other.exec(change))) << change << other.error();
        EXPECT_EQ(count_rows(q_), rows - read) << change << read;
        SQLFreeStmt(q_.get(), SQL_CLOSE);
        SQLFreeStmt(other.get(), SQL_CLOSE);
        other.run("DROP TABLE portal_read");
      }
    }
  }
}

TEST_P(Portals, SeveralAtOnce) {
  const Query second(client_);
  const Query third(client_);
  const Query* const all[] = {&q_, &second, &third};
  constexpr int rows = 8000;
  const std::string text =
      "SELECT i, repeat('x', 200) FROM generate_series(1, " + std::to_string(rows) + ") i";
  for (const Query* each : all) each->run(text);
  for (int row = 1; row <= rows; ++row) {
    for (const Query* each : all) {
      ASSERT_EQ(SQLFetch(each->get()), SQL_SUCCESS) << row << each->error();
      if (row % 1000 != 0) continue;
      EXPECT_EQ(each->text(1), std::to_string(row));
    }
  }
  for (const Query* each : all) EXPECT_EQ(count_rows(*each), 0);
}

// Base tables, nullability, numbering by itself, the type lo: what is asked about a result.
TEST_P(Portals, QuestionsAboutAResultPutNothingAside) {
  q_.run("CREATE TEMP TABLE portal_big (k serial PRIMARY KEY, o oid, t text)");
  q_.run(
      "INSERT INTO portal_big (o, t) SELECT i, repeat('x', 800) FROM generate_series(1, 12000) i");
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
  const Query tables(client_);
  EXPECT_LT(bytes_of([&] {
              q_.run("SELECT k, o, t FROM portal_big ORDER BY k");
              EXPECT_EQ(q_.number_attribute(1, SQL_DESC_NULLABLE), SQL_NO_NULLS);
              EXPECT_EQ(q_.text_attribute(1, SQL_DESC_BASE_TABLE_NAME), "portal_big");
              EXPECT_EQ(q_.number_attribute(1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE);
              EXPECT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
              EXPECT_EQ(SQLTables(tables.get(), nullptr, 0, nullptr, 0,
                                  testing::chars("portal_big"), SQL_NTS, nullptr, 0),
                        SQL_SUCCESS);
              EXPECT_EQ(SQLFetch(tables.get()), SQL_SUCCESS);
            }),
            2 * megabyte);
  EXPECT_EQ(q_.text(1), "1");
  EXPECT_EQ(count_rows(q_), 11999);
}

TEST_P(Portals, TellAnErrorOfALaterPortion) {
  for (const char* protocol : {"7.4-0", "7.4-1", "7.4-2"}) {
    const Client client(("DSN=negodbc-trust;Protocol=" + std::string(protocol)).c_str());
    client.set(SQL_ATTR_AUTOCOMMIT, GetParam());
    const Query q(client);
    q.run("CREATE TEMP TABLE portal_kept (i int)");
    q.run("INSERT INTO portal_kept VALUES (1)");
    q.run("SELECT 1/(8000 - i), repeat('x', 300) FROM generate_series(1, 16000) i");
    EXPECT_EQ(count_rows(q), 7999);
    EXPECT_EQ(q.state(), "22012") << q.error();
    EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
    EXPECT_EQ(q.state(), "22012") << q.error();
    EXPECT_EQ(SQLFreeStmt(q.get(), SQL_CLOSE), SQL_SUCCESS);
    SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT);
    const bool kept = GetParam() == SQL_AUTOCOMMIT_ON || std::string(protocol) == "7.4-2";
    EXPECT_EQ(q.value("SELECT to_regclass('pg_temp.portal_kept') IS NOT NULL"), kept ? "1" : "0");
  }
}

TEST_P(Portals, OutliveTheEndOfTheirTransaction) {
  constexpr int rows = 12000;
  const std::string text =
      "SELECT i, repeat('x', 800) FROM generate_series(1, " + std::to_string(rows) + ") i";
  q_.run(text);
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_EQ(count_rows(q_), rows - 1);
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  const Query ending(client_);
  q_.run(text);
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  for (const char* sql : {"SAVEPOINT mine", "ROLLBACK TO mine", "COMMIT"})
    if (GetParam() == SQL_AUTOCOMMIT_OFF) ending.run(sql);
  EXPECT_EQ(count_rows(q_), rows - 1) << q_.error();
}

TEST_P(Portals, ARollbackTakesWhatIsLongWithIt) {
  if (GetParam() == SQL_AUTOCOMMIT_ON) return;  // there is nothing to be rolled back
  q_.run("SELECT i, repeat('x', 100) FROM generate_series(1, 1000000) i");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_LT(bytes_of([&] {
              ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
            }),
            2 * megabyte);
  EXPECT_LT(count_rows(q_), 100000);
  EXPECT_EQ(q_.state(), "24000") << q_.error();
  EXPECT_EQ(SQLFetch(q_.get()), SQL_ERROR);
  EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_SUCCESS);
  q_.run("SELECT i FROM generate_series(1, 5000) i");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
  EXPECT_EQ(count_rows(q_), 4999) << q_.error();
}

TEST_P(Portals, GoOnWhenAStatementIsForgottenMeanwhile) {
  for (const char* protocol : {"7.4-0", "7.4-1", "7.4-2"}) {
    SCOPED_TRACE(protocol);
    const Client client(("DSN=negodbc-trust;Protocol=" + std::string(protocol)).c_str());
    client.set(SQL_ATTR_AUTOCOMMIT, GetParam());
    const Query rows(client);
    rows.run("SELECT i, repeat('x', 500) FROM generate_series(1, 4000) i");
    ASSERT_EQ(SQLFetch(rows.get()), SQL_SUCCESS);
    const Query other(client);
    ASSERT_EQ(other.prepare("SELECT 1"), SQL_SUCCESS);
    for (int execution = 0; execution < 3; ++execution) {
      ASSERT_EQ(SQLExecute(other.get()), SQL_SUCCESS) << other.error();
      SQLFreeStmt(other.get(), SQL_CLOSE);
    }
    other.run("DEALLOCATE ALL");
    EXPECT_EQ(count_rows(rows), 3999) << rows.error();
  }
}

TEST_P(Portals, AFailureTakesWhatIsLongWithIt) {
  if (GetParam() == SQL_AUTOCOMMIT_ON) return;  // there is nothing that could fail
  const Client client("DSN=negodbc-trust;Protocol=7.4-0");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query rows(client);
  const Query failing(client);
  rows.run("SELECT i, repeat('x', 100) FROM generate_series(1, 1000000) i");
  ASSERT_EQ(SQLFetch(rows.get()), SQL_SUCCESS);
  EXPECT_EQ(failing.exec("SELECT 1/0"), SQL_ERROR);
  EXPECT_LT(count_rows(rows), 100000);
  EXPECT_EQ(rows.state(), "24000") << rows.error();
  EXPECT_EQ(SQLFetch(rows.get()), SQL_ERROR);
}

TEST_P(Portals, TheRowsThatHaveComeAreCounted) {
  q_.run("CREATE TEMP TABLE portal_few AS SELECT generate_series(1, 42) AS i");
  for (int execution = 0; execution < 3; ++execution) {
    q_.run("SELECT i FROM portal_few");
    SQLLEN rows = 0;
    EXPECT_EQ(SQLRowCount(q_.get(), &rows), SQL_SUCCESS);
    EXPECT_EQ(rows, 42);
    EXPECT_EQ(count_rows(q_), 42);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

// Of a first portion all are waited for, as long as they come without a pause; then nobody knows.
TEST_P(Portals, RowsAreCountedWhileTheyCome) {
  const auto count = [&] {
    SQLLEN rows = 0;
    EXPECT_EQ(SQLRowCount(q_.get(), &rows), SQL_SUCCESS);
    return rows;
  };
  q_.run(
      "CREATE TEMP TABLE portal_more AS SELECT i, repeat('x', 100) FROM generate_series(1, 1900) "
      "i");
  for (int execution = 0; execution < 3; ++execution) {
    q_.run("SELECT * FROM portal_more");
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
    EXPECT_EQ(count(), 1900);
    EXPECT_EQ(q_.text(1), "1");
    EXPECT_EQ(count_rows(q_), 1899);
    EXPECT_EQ(count(), 1900);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
  for (const char* sql : {"SELECT * FROM portal_more a, portal_more b",
                          "SELECT i, repeat('x', 9000), CASE WHEN i > 2 THEN pg_sleep(0.4) END"
                          " FROM portal_more WHERE i <= 5"}) {
    q_.run(sql);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(50));  // so that all of a portion is there
    EXPECT_EQ(count(), -1) << sql;
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(q_.text(1), "1");
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

TEST_P(Portals, WhatChangesSomethingRunsToItsEnd) {
  q_.run("CREATE TEMP TABLE portal_changed (i int)");
  q_.run("INSERT INTO portal_changed SELECT generate_series(1, 100000) RETURNING i");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLFreeStmt(q_.get(), SQL_CLOSE), SQL_SUCCESS);
  EXPECT_EQ(q_.value("SELECT count(*) FROM portal_changed"), "100000");
}

TEST_P(Portals, WithoutThemTheRestIsReadAndDropped) {
  const CountingRelay relay;
  const Client client((relay.connection_string() + "UseDeclareFetch=0").c_str());
  client.set(SQL_ATTR_AUTOCOMMIT, GetParam());
  const Query q(client);
  q.run("SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_GT(relay.bytes(), 16 * megabyte);
  EXPECT_EQ(q.value("SELECT 1"), "1");
}

}  // namespace
}  // namespace negodbc::odbc
