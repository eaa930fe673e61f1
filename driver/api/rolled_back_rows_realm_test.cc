// What a cursor knows of its own changes: it goes with the transaction, or the part of one, that
// they were made in; and what WHERE CURRENT OF changes is the cursor's own as well.
#include <string>

#include "driver/api/testing/keyset_cursor.h"

namespace negodbc::odbc {
namespace {

using testing::Keyset;
using testing::Query;

struct CursorSort {
  SQLULEN type, concurrency;
};
constexpr CursorSort cursor_sorts[] = {{SQL_CURSOR_STATIC, SQL_CONCUR_VALUES},
                                       {SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_ROWVER},
                                       {SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_VALUES}};

class OwnChanges : public Keyset {
 protected:
  OwnChanges() { SQLSetCursorName(q_.get(), testing::chars("mine"), SQL_NTS); }
  ~OwnChanges() override { SQLFreeStmt(by_.get(), SQL_CLOSE); }
  // On the table as it was, in manual commit mode.
  void open_anew(const CursorSort& sort) {
    SQLFreeStmt(by_.get(), SQL_CLOSE);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
    client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    other_.run(R"(DELETE FROM keyset_test."Rows")");
    other_.run(
        "INSERT INTO keyset_test.\"Rows\" SELECT i, 'p', 'row ' || i FROM generate_series(1, 7) i");
    q_.set(SQL_ATTR_CURSOR_TYPE, sort.type);
    q_.set(SQL_ATTR_CONCURRENCY, sort.concurrency);
    SQLBindCol(q_.get(), 2, SQL_C_SLONG, numbers_, 0, nullptr);
    ASSERT_EQ(q_.exec(R"(SELECT words, n, part FROM keyset_test."Rows" ORDER BY n)"), SQL_SUCCESS)
        << q_.error();
    EXPECT_EQ(go(SQL_FETCH_FIRST), "row 1 row 2 row 3");
  }
  // Behind an update that was undone: rows of a keyset have changed since they were fetched last.
  static std::string as_it_was(const CursorSort& sort) {
    return sort.type == SQL_CURSOR_STATIC ? "row 1 row 2 row 3" : "row 1* row 2 row 3";
  }
  SQLRETURN end(SQLSMALLINT how) { return SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), how); }
  // A positioned update by another statement.
  SQLRETURN update(const std::string& set) {
    return by_.exec("UPDATE keyset_test.\"Rows\" SET " + set + " WHERE CURRENT OF mine");
  }

  Query by_{client_};
  SQLINTEGER numbers_[size] = {};
};

TEST_F(OwnChanges, GoWithWhatIsRolledBack) {
  const char* const ways[] = {"",  // SQLEndTran
                              "ROLLBACK", "rollback to savepoint S", "ROLLBACK AND CHAIN",
                              "SELECT 1; ROLLBACK TO s; SELECT 2"};  // of which one row is read
  for (const CursorSort& sort : cursor_sorts) {
    for (const std::string way : ways) {
      for (const bool fetched_again : {false, true}) {
        SCOPED_TRACE(std::to_string(sort.type) + ' ' + std::to_string(sort.concurrency) + ' ' +
                     way + (fetched_again ? " fetched" : ""));
        open_anew(sort);
        by_.run("SAVEPOINT s");
        put(0, "ghost");
        numbers_[0] = 70;
        ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
        ASSERT_EQ(position(2, SQL_DELETE), SQL_SUCCESS) << q_.error();
        EXPECT_EQ(go(SQL_FETCH_FIRST).substr(0, 5), "ghost");
        if (way.empty()) {
          EXPECT_EQ(end(SQL_ROLLBACK), SQL_SUCCESS);
        } else {
          EXPECT_EQ(by_.exec(way), SQL_SUCCESS) << by_.error();
        }
        other_.run(R"(INSERT INTO keyset_test."Rows" VALUES (70, 'p', 'theirs'))");
        if (fetched_again) {
          EXPECT_EQ(go(SQL_FETCH_FIRST), as_it_was(sort));
          EXPECT_EQ(numbers_[0], 1);
          put(1, "again");
          EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS) << q_.error();
        }
        EXPECT_EQ(position(1, SQL_DELETE), SQL_SUCCESS) << q_.error();
        SQLFreeStmt(by_.get(), SQL_CLOSE);
        EXPECT_EQ(end(SQL_COMMIT), SQL_SUCCESS);
        EXPECT_EQ(words_of(70), "theirs");
        EXPECT_EQ(words_of(1), "");
        EXPECT_EQ(words_of(2), fetched_again ? "again" : "row 2");
      }
    }
  }
}

TEST_F(OwnChanges, GoWithACommitThatFails) {
  other_.run(R"(ALTER TABLE keyset_test."Rows" ADD UNIQUE (words) DEFERRABLE INITIALLY DEFERRED)");
  for (const CursorSort& sort : cursor_sorts) {
    for (const bool by_text : {false, true}) {
      SCOPED_TRACE(std::to_string(sort.type) + ' ' + std::to_string(sort.concurrency));
      open_anew(sort);
      put(0, "row 2");
      ASSERT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(by_text ? by_.exec("COMMIT") : end(SQL_COMMIT), SQL_ERROR);
      EXPECT_EQ(go(SQL_FETCH_FIRST), as_it_was(sort));
      put(0, "row 11");
      EXPECT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(end(SQL_COMMIT), SQL_SUCCESS);
      EXPECT_EQ(words_of(1), "row 11");
      // What was committed stays, whatever is rolled back later.
      EXPECT_EQ(go(SQL_FETCH_FIRST).substr(0, 6), "row 11");
      put(1, "ghost");
      EXPECT_EQ(position(2, SQL_UPDATE), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(end(SQL_ROLLBACK), SQL_SUCCESS);
      EXPECT_EQ(go(SQL_FETCH_FIRST).substr(0, 6), "row 11");
      EXPECT_STREQ(words_[1], "row 2");
    }
  }
}

TEST_F(OwnChanges, RowsThatWereAddedGoToo) {
  open_anew({SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_ROWVER});
  char part[size][8] = {"p", "p", "p"};
  SQLBindCol(q_.get(), 3, SQL_C_CHAR, part, sizeof part[0], nullptr);
  put(0, "added");
  numbers_[0] = 8;
  ASSERT_EQ(position(1, SQL_ADD), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(go(SQL_FETCH_LAST), "row 6 row 7 added");
  EXPECT_EQ(end(SQL_ROLLBACK), SQL_SUCCESS);
  other_.run(R"(INSERT INTO keyset_test."Rows" VALUES (8, 'p', 'theirs'))");
  EXPECT_EQ(go(SQL_FETCH_LAST), "row 5 row 6 row 7");
  put(0, "added again");
  numbers_[0] = 9;
  ASSERT_EQ(position(1, SQL_ADD), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(go(SQL_FETCH_LAST), "row 6 row 7 added again");
}

TEST_F(OwnChanges, WhereCurrentOfIsOneOfThem) {
  for (const CursorSort& sort : cursor_sorts) {
    SCOPED_TRACE(std::to_string(sort.type) + ' ' + std::to_string(sort.concurrency));
    open_anew(sort);
    EXPECT_EQ(update("words = 'first'"), SQL_SUCCESS) << by_.error();
    SQLLEN count = 0;
    SQLSMALLINT columns = -1;
    SQLRowCount(by_.get(), &count);
    SQLNumResultCols(by_.get(), &columns);
    EXPECT_EQ(count, 1);
    EXPECT_EQ(columns, 0) << "what the cursor asks for is nobody else's";
    EXPECT_EQ(update("words = 'second', n = 70"), SQL_SUCCESS) << by_.error();
    EXPECT_EQ(go(SQL_FETCH_FIRST).substr(0, 6), "second");
    EXPECT_EQ(numbers_[0], 70);
    put(0, "third");
    EXPECT_EQ(position(1, SQL_UPDATE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(update("words = 'fourth'"), SQL_SUCCESS) << by_.error();
    EXPECT_EQ(by_.exec(R"(DELETE FROM keyset_test."Rows" WHERE CURRENT OF mine)"), SQL_SUCCESS)
        << by_.error();
    EXPECT_EQ(go(SQL_FETCH_FIRST), "- row 2 row 3");
    EXPECT_EQ(end(SQL_ROLLBACK), SQL_SUCCESS);
    EXPECT_EQ(go(SQL_FETCH_FIRST), as_it_was(sort));
    // By a text that is kept, each time for the row as it is.
    SQLINTEGER number = 0;
    SQLBindParameter(by_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    ASSERT_EQ(
        SQLPrepare(
            by_.get(),
            testing::chars(
                R"(UPDATE keyset_test."Rows" SET words = ?::int4::text WHERE CURRENT OF mine)"),
            SQL_NTS),
        SQL_SUCCESS);
    for (number = 1; number <= 3; ++number)
      EXPECT_EQ(SQLExecute(by_.get()), SQL_SUCCESS) << by_.error();
    SQLFreeStmt(by_.get(), SQL_RESET_PARAMS);
    EXPECT_EQ(go(SQL_FETCH_FIRST).substr(0, 1), "3");
    EXPECT_EQ(end(SQL_COMMIT), SQL_SUCCESS);
    // Somebody else's is not changed, and that is told.
    ASSERT_EQ(position(2, SQL_POSITION), SQL_SUCCESS);
    set(2, "theirs");
    EXPECT_EQ(update("words = 'late'"), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(by_.state(), "01001");
    EXPECT_EQ(words_of(2), "theirs");
  }
}

}  // namespace
}  // namespace negodbc::odbc
