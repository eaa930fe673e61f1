// A statement that was told to have failed while the server went on with it is not kept by a
// COMMIT that succeeds.
#include <chrono>
#include <string>
#include <thread>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

// Goes on for so many seconds when it is to be cancelled, then does what follows. The postmaster
// signals a backend and then its process group, so that on a full machine one request may end two
// sleeps.
std::string after_a_cancel(const std::string& seconds, const std::string& then) {
  const std::string sleep = "PERFORM pg_sleep(" + seconds + "); ";
  return "DO $$ BEGIN BEGIN PERFORM pg_sleep(30); EXCEPTION WHEN query_canceled THEN NULL; END; "
         "BEGIN " +
         sleep + "EXCEPTION WHEN query_canceled THEN " + sleep + "END; " + then + "; END $$";
}

const std::string& late_insert() {
  static const std::string text = after_a_cancel("1", "INSERT INTO kept VALUES (2)");
  return text;
}

class Undone : public ::testing::Test {
 protected:
  explicit Undone(const std::string& settings = {})
      : client_(("DSN=negodbc-trust;" + settings).c_str()), q_(client_) {
    q_.run("CREATE TEMP TABLE kept (k int)");
    client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  }

  // Not in time, and then there is no time-out any more.
  void run_late(const std::string& sql) const {
    q_.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{2});
    EXPECT_EQ(q_.exec(sql), SQL_ERROR);
    EXPECT_EQ(q_.state(), "HYT00");
    q_.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{0});
  }
  [[nodiscard]] std::string end(SQLSMALLINT how) const {
    const SQLRETURN result = SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), how);
    return result == SQL_SUCCESS ? "" : client_.state();
  }
  [[nodiscard]] std::string rows() const {
    EXPECT_EQ(q_.exec("SELECT k FROM kept ORDER BY k"), SQL_SUCCESS) << q_.error();
    std::string all = q_.rows();
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    return all;
  }

  Client client_;
  Query q_;
};

TEST_F(Undone, CommitFails) {
  q_.run("INSERT INTO kept VALUES (1)");
  run_late(late_insert());
  EXPECT_EQ(end(SQL_COMMIT), "25S03");
  EXPECT_EQ(rows(), "");
  q_.run("INSERT INTO kept VALUES (3)");
  EXPECT_EQ(end(SQL_COMMIT), "");
  EXPECT_EQ(rows(), "3");
}

// Nothing goes on as if the transaction was whole.
TEST_F(Undone, WhatFollowsFails) {
  q_.run("INSERT INTO kept VALUES (1)");
  run_late(late_insert());
  EXPECT_EQ(q_.exec("INSERT INTO kept VALUES (3)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "25P02");
  EXPECT_EQ(end(SQL_ROLLBACK), "");
  EXPECT_EQ(rows(), "");
}

TEST_F(Undone, ATransactionsFirstStatementAlone) {
  run_late(late_insert());
  q_.run("INSERT INTO kept VALUES (3)");
  EXPECT_EQ(end(SQL_COMMIT), "");
  EXPECT_EQ(rows(), "3");
}

// What has failed in the end is undone alone, as any error.
TEST_F(Undone, WhatFailedLate) {
  q_.run("INSERT INTO kept VALUES (1)");
  run_late(after_a_cancel("1", "INSERT INTO kept VALUES (2); RAISE 'late'"));
  EXPECT_EQ(end(SQL_COMMIT), "");
  EXPECT_EQ(rows(), "1");
}

TEST_F(Undone, AnArrayOfParameters) {
  q_.run(
      "CREATE FUNCTION pg_temp.late(k int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
      "IF k = 2 THEN BEGIN PERFORM pg_sleep(30); EXCEPTION WHEN query_canceled THEN NULL; END; "
      "PERFORM pg_sleep(1); END IF; RETURN k; END $$");
  EXPECT_EQ(end(SQL_COMMIT), "");
  q_.run("INSERT INTO kept VALUES (1)");
  SQLINTEGER values[] = {2, 3};
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{2});
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, values, 0,
                   nullptr);
  run_late("INSERT INTO kept VALUES (pg_temp.late(?))");
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1});
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  // Where the cancel has met the function elsewhere, all of the array has failed, and that is
  // undone.
  const bool done = end(SQL_COMMIT) == "25S03";
  EXPECT_EQ(rows(), done ? "" : "1");
}

TEST_F(Undone, WhatSqlCancelHasGivenUp) {
  q_.run("INSERT INTO kept VALUES (1)");
  std::thread canceller([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    SQLCancel(q_.get());
  });
  EXPECT_EQ(q_.exec(after_a_cancel("4", "INSERT INTO kept VALUES (2)")), SQL_ERROR);
  canceller.join();
  EXPECT_EQ(q_.state(), "HY008");
  EXPECT_EQ(end(SQL_COMMIT), "25S03");
  EXPECT_EQ(rows(), "");
}

// There nothing can be undone any more; the text says that it is not known.
TEST_F(Undone, NothingInAutocommitMode) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
  run_late(late_insert());
  EXPECT_EQ(rows(), "2");
}

class UndoneWithoutSavepoints : public Undone {
 protected:
  UndoneWithoutSavepoints() : Undone("Protocol=7.4-0;") {}
};

TEST_F(UndoneWithoutSavepoints, CommitFails) {
  q_.run("INSERT INTO kept VALUES (1)");
  run_late(late_insert());
  EXPECT_EQ(end(SQL_COMMIT), "25S03");
  EXPECT_EQ(rows(), "");
}

}  // namespace
}  // namespace negodbc::odbc
