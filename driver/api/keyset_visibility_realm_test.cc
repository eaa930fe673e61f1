// What a keyset-driven cursor shows of what others change under it.
#include <string>

#include "driver/api/testing/keyset_cursor.h"

namespace negodbc::odbc {
namespace {

using testing::Keyset;
using testing::Query;

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

}  // namespace
}  // namespace negodbc::odbc
