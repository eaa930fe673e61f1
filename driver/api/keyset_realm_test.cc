// How a keyset-driven cursor is opened, and when it is another one.
#include <string>

#include "driver/api/testing/keyset_cursor.h"

namespace negodbc::odbc {
namespace {

using testing::Keyset;
using testing::Query;

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
  EXPECT_EQ(q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES), SQL_SUCCESS);
  EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_SENSITIVITY, SQL_INSENSITIVE), SQL_SUCCESS);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_STATIC});
  // Insensitive cursors are read-only: who sets one of the two has set the other.
  EXPECT_EQ(kind(SQL_ATTR_CONCURRENCY), SQLULEN{SQL_CONCUR_READ_ONLY});
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_SENSITIVITY), SQLULEN{SQL_INSENSITIVE});
  EXPECT_EQ(q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES), SQL_SUCCESS);
  EXPECT_EQ(kind(SQL_ATTR_CURSOR_SENSITIVITY), SQLULEN{SQL_UNSPECIFIED});
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
