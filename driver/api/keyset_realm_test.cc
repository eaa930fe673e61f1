// Keyset-driven cursors, with a second connection that changes the rows under them.
#include <cstdint>
#include <cstdio>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class Keyset : public ::testing::Test {
 protected:
  static constexpr SQLULEN size = 3;

  Keyset() : q_(client_), other_(another_client_) {
    other_.run("DROP SCHEMA IF EXISTS keyset_test CASCADE");
    other_.run("CREATE SCHEMA keyset_test");
    // The key is not selected by most tests, and its text wants quoting.
    other_.run(
        "CREATE TABLE keyset_test.\"Rows\" (n int NOT NULL, part text NOT NULL, words text,"
        " PRIMARY KEY (part, n))");
    other_.run(
        "INSERT INTO keyset_test.\"Rows\""
        " SELECT i, 'a \"{\\' || i % 2, 'row ' || i FROM generate_series(1, 7) i");
    EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN), SQL_SUCCESS);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, size);
    q_.set(SQL_ATTR_ROW_STATUS_PTR, status_);
    q_.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched_);
    SQLBindCol(q_.get(), 1, SQL_C_CHAR, words_, sizeof words_[0], lengths_);
  }
  ~Keyset() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
    other_.run("DROP SCHEMA keyset_test CASCADE");
  }

  void open(const std::string& sql = R"(SELECT words FROM keyset_test."Rows" ORDER BY n)") {
    ASSERT_EQ(q_.exec(sql), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  }
  // By the second connection.
  void set(int n, const char* words) {
    other_.run(R"(UPDATE keyset_test."Rows" SET words = ')" + std::string(words) +
               "' WHERE n = " + std::to_string(n));
  }
  void remove(int n) {
    other_.run(R"(DELETE FROM keyset_test."Rows" WHERE n = )" + std::to_string(n));
  }
  std::string words_of(int n) {
    return other_.value(R"(SELECT words FROM keyset_test."Rows" WHERE n = )" + std::to_string(n));
  }
  // The rowset with the status of each row: "row 1=0"; or the SQLSTATE.
  std::string go(SQLSMALLINT orientation, SQLLEN offset = 0) {
    const SQLRETURN result = SQLFetchScroll(q_.get(), orientation, offset);
    if (result == SQL_NO_DATA) return "no data";
    if (!SQL_SUCCEEDED(result)) return q_.error();
    return rowset();
  }
  std::string rowset() {
    std::string out;
    for (SQLULEN i = 0; i < fetched_; ++i) {
      out += i == 0 ? "" : " ";
      out += status_[i] == SQL_ROW_DELETED ? "-" : words_[i];
      if (status_[i] == SQL_ROW_UPDATED) out += '*';
      if (status_[i] == SQL_ROW_ERROR) out += '!';
    }
    return out;
  }
  SQLRETURN position(SQLSETPOSIROW row, SQLUSMALLINT operation,
                     SQLUSMALLINT lock = SQL_LOCK_NO_CHANGE) {
    return SQLSetPos(q_.get(), row, operation, lock);
  }
  void put(std::size_t row, const char* words) {
    std::snprintf(words_[row], sizeof words_[row], "%s", words);
    lengths_[row] = SQL_NTS;
  }
  SQLULEN kind(SQLINTEGER attribute) {
    SQLULEN value = 99;
    SQLGetStmtAttr(q_.get(), attribute, &value, sizeof value, nullptr);
    return value;
  }
  // Whether the second connection finds the row locked.
  bool locked(int n) {
    const SQLRETURN result = other_.exec(R"(SELECT 1 FROM keyset_test."Rows" WHERE n = )" +
                                         std::to_string(n) + " FOR UPDATE NOWAIT");
    SQLFreeStmt(other_.get(), SQL_CLOSE);
    return result == SQL_ERROR;
  }

  // As alice, whose database it is.
  Client client_{"DSN=negodbc"}, another_client_{"DSN=negodbc"};
  Query q_, other_;
  char words_[size][32] = {};
  SQLLEN lengths_[size] = {};
  SQLUSMALLINT status_[size] = {};
  SQLULEN fetched_ = 0;
};

TEST_F(Keyset, ShowsWhatOthersChange) {
  open();
  EXPECT_EQ(go(SQL_FETCH_NEXT), "row 1 row 2 row 3");
  set(2, "changed");
  set(5, "before it was fetched");
  remove(3);
  other_.run(R"(INSERT INTO keyset_test."Rows" VALUES (0, 'x', 'new'))");
  EXPECT_EQ(go(SQL_FETCH_RELATIVE, 0), "row 1 changed* -");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 changed -");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "row 4 before it was fetched row 6");
  EXPECT_EQ(go(SQL_FETCH_LAST), "before it was fetched row 6 row 7");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "no data");
  SQLLEN count = 0;
  SQLRowCount(q_.get(), &count);
  EXPECT_EQ(count, 7);
  // The key of another row makes a hole whole again.
  other_.run(R"(INSERT INTO keyset_test."Rows" VALUES (3, 'a "{\1', 'again'))");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 2), "changed again* row 4");
  // Another key is another row.
  other_.run(R"(UPDATE keyset_test."Rows" SET n = 44 WHERE n = 4)");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 2), "changed again -");
  SQLSMALLINT columns = 0;
  SQLNumResultCols(q_.get(), &columns);
  EXPECT_EQ(columns, 1);
}

TEST_F(Keyset, RefreshesRows) {
  open(
      "SELECT words, upper(words), r.* FROM keyset_test.\"Rows\" r WHERE n > 1 ORDER BY 3 LIMIT 4");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 2 row 3 row 4");
  set(3, "x");
  remove(4);
  ASSERT_EQ(position(2, SQL_REFRESH), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(rowset(), "row 2 x* row 4");
  EXPECT_EQ(q_.text(2), "X");
  EXPECT_EQ(q_.text(3), "3");
  ASSERT_EQ(position(0, SQL_REFRESH), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(rowset(), "row 2 x -");
  ASSERT_EQ(position(3, SQL_POSITION), SQL_SUCCESS);
  EXPECT_NE(q_.text(1).find("HY109"), std::string::npos);
  EXPECT_EQ(go(SQL_FETCH_LAST), "x - row 5");
}

TEST_F(Keyset, ChangesRowsByTheirKey) {
  ASSERT_EQ(q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER), SQL_SUCCESS);
  open("SELECT words, n FROM keyset_test.\"Rows\" ORDER BY n");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  for (const char* words : {"mine", "mine again"}) {
    put(0, words);
    ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(status_[0], SQL_ROW_UPDATED);
    EXPECT_EQ(words_of(1), words);
  }
  EXPECT_EQ(q_.text(1), "mine again");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "mine again* row 2 row 3");
  // Its key too: the cursor knows the row by the new one.
  SQLINTEGER numbers[size] = {70, 0, 0};
  SQLBindCol(q_.get(), 2, SQL_C_SLONG, numbers, 0, nullptr);
  ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(70), "mine again");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "mine again* row 2 row 3");
  EXPECT_EQ(numbers[0], 70);
  ASSERT_EQ(position(2, SQL_DELETE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(2), "");
  EXPECT_EQ(position(2, SQL_UPDATE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY109");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "mine again - row 3");
}

TEST_F(Keyset, NoticesThatSomebodyElseWasFaster) {
  for (const SQLULEN concurrency : {SQLULEN{SQL_CONCUR_ROWVER}, SQLULEN{SQL_CONCUR_VALUES}}) {
    q_.set(SQL_ATTR_CONCURRENCY, concurrency);
    open();
    EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), concurrency);
    const std::string before = go(SQL_FETCH_FIRST);
    set(2, concurrency == SQL_CONCUR_ROWVER ? "theirs" : "theirs too");
    put(1, "mine");
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(q_.state(), "01001");
    EXPECT_EQ(status_[1], SQL_ROW_ERROR);
    EXPECT_EQ(position(2, SQL_DELETE), SQL_ERROR);
    EXPECT_EQ(q_.state(), "01001");
    EXPECT_EQ(words_of(2).substr(0, 6), "theirs");
    // Once it was seen, it may be changed.
    ASSERT_EQ(position(2, SQL_REFRESH), SQL_SUCCESS);
    EXPECT_EQ(std::string(words_[1]).substr(0, 6), "theirs");
    put(1, "mine");
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(words_of(2), "mine");
    // What changed between two changes of this cursor's own is noticed as well.
    set(2, "theirs");
    put(1, "mine again");
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(q_.state(), "01001");
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

TEST_F(Keyset, RowsByBookmark) {
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER);
  q_.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
  SQLBIGINT bookmarks[size] = {};
  SQLLEN lengths[size] = {};
  SQLBindCol(q_.get(), 0, SQL_C_VARBOOKMARK, bookmarks, sizeof bookmarks[0], lengths);
  open("SELECT words, n, part FROM keyset_test.\"Rows\" ORDER BY n");
  EXPECT_EQ(go(SQL_FETCH_LAST), "row 5 row 6 row 7");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  set(6, "theirs");
  bookmarks[0] = 7;
  bookmarks[1] = 6;
  bookmarks[2] = 4;
  for (std::size_t i = 0; i < size; ++i) put(i, "mine");
  EXPECT_EQ(SQLBulkOperations(q_.get(), SQL_UPDATE_BY_BOOKMARK), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01001");  // it was fetched, and has changed since
  EXPECT_EQ(status_[1], SQL_ROW_ERROR);
  EXPECT_EQ(words_of(7) + words_of(6) + words_of(4), "minetheirsmine");
  ASSERT_EQ(SQLBulkOperations(q_.get(), SQL_FETCH_BY_BOOKMARK), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(rowset(), "mine* theirs* mine*");
  ASSERT_EQ(SQLBulkOperations(q_.get(), SQL_DELETE_BY_BOOKMARK), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(other_.value(R"(SELECT count(*) FROM keyset_test."Rows")"), "4");
  // The rowset is what it was before.
  ASSERT_EQ(position(2, SQL_POSITION), SQL_SUCCESS);
  EXPECT_EQ(q_.text(1), "row 2");

  // What the cursor adds comes last, and has a bookmark.
  SQLINTEGER numbers[size] = {100, 5, 101};
  SQLBindCol(q_.get(), 2, SQL_C_SLONG, numbers, 0, nullptr);
  char parts[size][8] = {"a", "a \"{\\1", "b"};
  SQLBindCol(q_.get(), 3, SQL_C_CHAR, parts, sizeof parts[0], nullptr);
  for (std::size_t i = 0; i < size; ++i) put(i, "added");
  EXPECT_EQ(SQLBulkOperations(q_.get(), SQL_ADD), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "23000");  // the second is there already
  EXPECT_EQ(bookmarks[0], 8);
  EXPECT_EQ(bookmarks[2], 9);
  set(101, "and changed");
  EXPECT_EQ(go(SQL_FETCH_LAST), "- added and changed");
  EXPECT_EQ(numbers[2], 101);
}

TEST_F(Keyset, ATableWithoutAKeyIsKnownByItsRowsVersions) {
  other_.run(
      "CREATE TABLE keyset_test.keyless AS SELECT i, 'row ' || i AS words FROM generate_series(1, "
      "4) i");
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES);
  open("SELECT words FROM keyset_test.keyless");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  for (const char* words : {"mine", "mine again"}) {
    put(0, words);
    ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  }
  put(0, "added");
  ASSERT_EQ(position(1, SQL_ADD), SQL_SUCCESS) << q_.error();
  // Who else changes a row makes another one of it.
  other_.run("UPDATE keyset_test.keyless SET words = 'theirs' WHERE i = 2");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "mine again* - row 3");
  EXPECT_EQ(go(SQL_FETCH_LAST), "row 3 row 4 added");
  // A freed row's place that was taken by another one's version is not that row.
  other_.run("DELETE FROM keyset_test.keyless WHERE i = 3");
  other_.run("VACUUM keyset_test.keyless");
  other_.run("INSERT INTO keyset_test.keyless SELECT 9, 'taken' FROM generate_series(1, 8)");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 3), "- row 4 added");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  // A key whose text has lost digits would find no row.
  other_.run("CREATE TABLE keyset_test.floats (f float8 PRIMARY KEY)");
  other_.run("INSERT INTO keyset_test.floats VALUES (0.1::float8 + 0.2)");
  q_.run("SET extra_float_digits = 0");
  open("SELECT f FROM keyset_test.floats");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "0.3");
}

TEST_F(Keyset, PartitionsAndInheritance) {
  other_.run(
      "CREATE TABLE keyset_test.whole (i int PRIMARY KEY, words text) PARTITION BY RANGE (i)");
  other_.run(
      "CREATE TABLE keyset_test.low PARTITION OF keyset_test.whole FOR VALUES FROM (0) TO (10)");
  other_.run(
      "CREATE TABLE keyset_test.high PARTITION OF keyset_test.whole FOR VALUES FROM (10) TO (20)");
  other_.run("INSERT INTO keyset_test.whole VALUES (1, 'one'), (2, 'two'), (11, 'eleven')");
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER);
  SQLINTEGER numbers[size] = {};
  SQLBindCol(q_.get(), 2, SQL_C_SLONG, numbers, 0, nullptr);
  EXPECT_EQ(q_.exec("SELECT words, i FROM keyset_test.whole ORDER BY i"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01S02");  // there a row's version cannot be told after every change
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_VALUES});
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  EXPECT_EQ(go(SQL_FETCH_FIRST), "one two eleven");
  numbers[0] = 12;
  ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(other_.value("SELECT words FROM keyset_test.high WHERE i = 12"), "one");
  put(0, "moved");
  ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "moved* two eleven");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_ROWVER});

  // The parent's key says nothing of the children's rows.
  other_.run("CREATE TABLE keyset_test.parent (i int PRIMARY KEY, words text)");
  other_.run("CREATE TABLE keyset_test.child () INHERITS (keyset_test.parent)");
  other_.run("INSERT INTO keyset_test.parent VALUES (1, 'parent')");
  other_.run("INSERT INTO keyset_test.child VALUES (1, 'child')");
  open("SELECT words, i FROM keyset_test.parent ORDER BY words");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "child parent");
  put(0, "changed");
  ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(other_.value("SELECT words FROM keyset_test.child"), "changed");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "changed* parent");
}

TEST_F(Keyset, LocksRowsInATransaction) {
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_LOCK);
  EXPECT_EQ(q_.exec(R"(SELECT words FROM keyset_test."Rows" ORDER BY n)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01S02");  // in autocommit mode no lock would last
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_ROWVER});
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  EXPECT_EQ(position(1, SQL_POSITION, SQL_LOCK_EXCLUSIVE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HYC00");
  EXPECT_FALSE(locked(1));
  SQLFreeStmt(q_.get(), SQL_CLOSE);

  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  open();
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_LOCK});
  EXPECT_FALSE(locked(1));
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  EXPECT_TRUE(locked(1));
  EXPECT_FALSE(locked(4));  // only what was fetched
  put(1, "mine");
  ASSERT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_FALSE(locked(1));
  // The lock has gone, and with it what it promised.
  set(3, "theirs");
  put(2, "late");
  EXPECT_EQ(position(3, SQL_UPDATE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "01001");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
}

TEST_F(Keyset, LocksWhatSetPosIsAskedTo) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  open();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  EXPECT_FALSE(locked(2));
  set(2, "theirs");
  ASSERT_EQ(position(2, SQL_POSITION, SQL_LOCK_EXCLUSIVE), SQL_SUCCESS) << q_.error();
  EXPECT_TRUE(locked(2));
  EXPECT_EQ(q_.text(1), "row 2");  // it was not fetched anew
  ASSERT_EQ(position(0, SQL_REFRESH, SQL_LOCK_EXCLUSIVE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(rowset(), "row 1 theirs* row 3");
  EXPECT_TRUE(locked(3));
  EXPECT_EQ(position(2, SQL_POSITION, SQL_LOCK_UNLOCK), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HYC00");
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
  EXPECT_FALSE(locked(2));
  remove(1);
  EXPECT_EQ(position(1, SQL_POSITION, SQL_LOCK_EXCLUSIVE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY109");
}

TEST_F(Keyset, RolledBackChangesAreGone) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER);
  open();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  put(0, "mine");
  ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
  ASSERT_EQ(position(2, SQL_DELETE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "mine* - row 3");
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1* row 2 row 3");
}

TEST_F(Keyset, HoldsNothingAtTheServer) {
  open();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  // Would wait for ever for a transaction that reads the table.
  other_.run("SET lock_timeout = '20s'");
  other_.run(R"(ALTER TABLE keyset_test."Rows" ADD more int)");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "row 4 row 5 row 6");
  // Another statement, another search path: the cursor's table is the one it was.
  const Query same(client_);
  same.run("SET search_path TO keyset_test");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  open(R"(SELECT "Rows".words FROM "Rows" ORDER BY n)");
  same.run("SET search_path TO pg_catalog");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
}

TEST_F(Keyset, ATableThatHasChangedIsAnError) {
  open("SELECT words, r.* FROM keyset_test.\"Rows\" r ORDER BY n");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  other_.run(R"(ALTER TABLE keyset_test."Rows" ADD more int)");
  EXPECT_EQ(go(SQL_FETCH_NEXT).substr(0, 5), "HY000");
  EXPECT_EQ(other_.value("SELECT 1"), "1");
}

TEST_F(Keyset, ErrorsWhileItOpensLeaveNoCursor) {
  EXPECT_EQ(q_.exec(R"(SELECT 1 / (n - 6) FROM keyset_test."Rows" ORDER BY n)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
  EXPECT_EQ(q_.exec("SELECT nothing FROM keyset_test.\"Rows\""), SQL_ERROR);
  EXPECT_EQ(q_.state(), "42S22");
  EXPECT_EQ(q_.exec("SELECT words FROM keyset_test.nowhere"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "42S02");
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query same(client_);
  same.run("CREATE TEMP TABLE stays (i int)");
  EXPECT_EQ(q_.exec("SELECT words FROM elsewhere.keyset_test.t"), SQL_ERROR);
  EXPECT_EQ(same.value("SELECT count(*) FROM stays"), "0");  // the transaction goes on
  open();
  EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
}

TEST_F(Keyset, WithParametersAndPreparedAndLimited) {
  q_.set(SQL_ATTR_MAX_ROWS, 2);
  SQLINTEGER from = 3;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &from, 0, nullptr);
  ASSERT_EQ(q_.prepare(R"(SELECT words FROM keyset_test."Rows" WHERE n >= ? ORDER BY n)"),
            SQL_SUCCESS);
  SQLSMALLINT columns = 0;
  SQLNumResultCols(q_.get(), &columns);
  EXPECT_EQ(columns, 1);
  for (int i = 0; i < 3; ++i, ++from) {
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(go(SQL_FETCH_LAST),
              "row " + std::to_string(from) + " row " + std::to_string(from + 1));
    EXPECT_EQ(go(SQL_FETCH_FIRST),
              "row " + std::to_string(from) + " row " + std::to_string(from + 1));
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

// Also when the server knows the statement, and gives such values in binary format to others.
TEST_F(Keyset, KeysOfOtherTypes) {
  other_.run(
      "CREATE TABLE keyset_test.keys (id uuid, bytes bytea, at timestamptz, day date,"
      " code char(5), words text, PRIMARY KEY (id, bytes, at, day, code))");
  other_.run(
      "INSERT INTO keyset_test.keys SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid,"
      " decode('00ff5c22', 'hex'), timestamptz '2026-03-29 00:30:00.000001+00' + i * interval '1h',"
      " date '0044-03-15 BC' + i, 'a' || i, 'row ' || i FROM generate_series(1, 3) i");
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES);
  ASSERT_EQ(q_.prepare("SELECT words, k.* FROM keyset_test.keys k ORDER BY 1"), SQL_SUCCESS);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
    put(1, "row 2");
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2* row 3");
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

TEST_F(Keyset, IsStaticWhereARowIsNotATablesRow) {
  other_.run("CREATE VIEW keyset_test.seen AS SELECT * FROM keyset_test.\"Rows\"");
  other_.run("CREATE SEQUENCE keyset_test.numbers");
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER);
  const std::string table = R"(keyset_test."Rows")";
  for (const std::string& sql :
       {std::string("SELECT 'x'"), "SELECT count(*)::text FROM " + table,
        "SELECT words FROM " + table + " GROUP BY words",
        "SELECT a.words FROM pg_database CROSS JOIN " + table + " a",
        "SELECT DISTINCT words FROM " + table, "SELECT unnest(ARRAY['a', words]) FROM " + table,
        "SELECT words || nextval('keyset_test.numbers') FROM " + table,
        "SELECT words FROM " + table + " UNION SELECT 'x'",
        std::string("SELECT words FROM keyset_test.seen"),
        "SELECT words FROM " + table + "; SELECT 'x'"}) {
    EXPECT_EQ(q_.exec(sql), SQL_SUCCESS_WITH_INFO) << sql << q_.error();
    EXPECT_EQ(q_.state(), "01S02") << sql;
    EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_STATIC}) << sql;
    EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_VALUES}) << sql;
    EXPECT_NE(go(SQL_FETCH_LAST), "no data") << sql;
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  }
  EXPECT_EQ(other_.value("SELECT last_value FROM keyset_test.numbers"), "7");  // once a row
  ASSERT_EQ(SQLGetTypeInfo(q_.get(), SQL_ALL_TYPES), SQL_SUCCESS);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_STATIC});
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(q_.exec("UPDATE " + table + " SET words = words"), SQL_SUCCESS) << q_.error();
}

TEST_F(Keyset, CurrentOf) {
  SQLSetCursorName(q_.get(), testing::chars("mine"), SQL_NTS);
  open();
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 4), "row 4 row 5 row 6");
  ASSERT_EQ(position(2, SQL_POSITION), SQL_SUCCESS);
  const Query same(client_);
  same.run(R"(UPDATE keyset_test."Rows" SET words = 'current' WHERE CURRENT OF mine)");
  EXPECT_EQ(words_of(5), "current");
  EXPECT_EQ(go(SQL_FETCH_RELATIVE, 0), "row 4 current* row 6");
  same.run(R"(DELETE FROM keyset_test."Rows" WHERE CURRENT OF mine)");
  EXPECT_EQ(go(SQL_FETCH_RELATIVE, 0), "- current row 6");
}

TEST_F(Keyset, Attributes) {
  EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_DYNAMIC), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01S02");
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_SCROLLABLE), SQLULEN{SQL_SCROLLABLE});
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_SENSITIVITY), SQLULEN{SQL_UNSPECIFIED});
  EXPECT_EQ(q_.set(SQL_ATTR_KEYSET_SIZE, SQLULEN{0}), SQL_SUCCESS);
  EXPECT_EQ(q_.set(SQL_ATTR_KEYSET_SIZE, 10), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01S02");
  EXPECT_EQ(kind(SQL_ATTR_KEYSET_SIZE), 0U);
  q_.set(SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_SENSITIVITY, SQL_INSENSITIVE), SQL_SUCCESS);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_STATIC});
  EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_SENSITIVITY, SQL_SENSITIVE), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  // Where rows have neither versions nor locks, what is asked for is given up when it opens.
  q_.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_FORWARD_ONLY});
  EXPECT_EQ(q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_LOCK), SQL_SUCCESS);
  EXPECT_EQ(q_.exec("SELECT 1"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01S02");
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_VALUES});
  EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_ERROR);
  EXPECT_EQ(q_.state(), "24000");
}

}  // namespace
}  // namespace negodbc::odbc
