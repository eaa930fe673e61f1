// Locks on the rows of a keyset-driven cursor.
#include "driver/api/testing/keyset_cursor.h"

namespace negodbc::odbc {
namespace {

using testing::Keyset;

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
  EXPECT_EQ(position(3, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
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

}  // namespace
}  // namespace negodbc::odbc
