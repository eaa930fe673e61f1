// Rows that a keyset-driven cursor changes: found by their key, and not over somebody else's
// change.
#include <string>

#include "driver/api/testing/keyset_cursor.h"

namespace negodbc::odbc {
namespace {

using testing::Keyset;
using testing::Query;

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
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(q_.state(), "01001");
    EXPECT_EQ(status_[1], SQL_ROW_ERROR);
    EXPECT_EQ(position(2, SQL_DELETE), SQL_SUCCESS_WITH_INFO);
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
    EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
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

}  // namespace
}  // namespace negodbc::odbc
