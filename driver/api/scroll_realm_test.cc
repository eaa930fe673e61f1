// Scrollable cursors through the driver manager.
#include <cstdint>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class Scrolling : public ::testing::Test {
 protected:
  static constexpr SQLULEN size = 4;

  Scrolling() : q_(client_) {
    EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC), SQL_SUCCESS);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, size);
    q_.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched_);
    q_.set(SQL_ATTR_ROW_STATUS_PTR, status_);
    SQLBindCol(q_.get(), 1, SQL_C_SLONG, numbers_, 0, nullptr);
  }
  // The rowset's numbers, or the SQLSTATE, or "no data".
  std::string go(SQLSMALLINT orientation, SQLLEN offset = 0) {
    const SQLRETURN result = SQLFetchScroll(q_.get(), orientation, offset);
    if (result == SQL_NO_DATA) return "no data";
    std::string out = result == SQL_SUCCESS ? "" : q_.state() + ":";
    for (SQLULEN i = 0; i < fetched_; ++i) out += (i == 0 ? "" : " ") + std::to_string(numbers_[i]);
    return out;
  }

  Client client_;
  Query q_;
  SQLINTEGER numbers_[size] = {};
  SQLUSMALLINT status_[size] = {};
  SQLULEN fetched_ = 0;
};

TEST_F(Scrolling, EveryOrientation) {
  q_.run("SELECT i FROM generate_series(1, 10) i");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "1 2 3 4");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "5 6 7 8");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "9 10");
  EXPECT_EQ(status_[1], SQL_ROW_SUCCESS);
  EXPECT_EQ(status_[2], SQL_ROW_NOROW);
  EXPECT_EQ(go(SQL_FETCH_NEXT), "no data");
  EXPECT_EQ(go(SQL_FETCH_PRIOR), "7 8 9 10");
  EXPECT_EQ(go(SQL_FETCH_PRIOR), "3 4 5 6");
  EXPECT_EQ(go(SQL_FETCH_PRIOR), "01S06:1 2 3 4");
  EXPECT_EQ(go(SQL_FETCH_PRIOR), "no data");
  EXPECT_EQ(go(SQL_FETCH_RELATIVE, 3), "3 4 5 6");
  EXPECT_EQ(go(SQL_FETCH_RELATIVE, -1), "2 3 4 5");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 6), "6 7 8 9");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, -2), "9 10");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 11), "no data");
  EXPECT_EQ(go(SQL_FETCH_LAST), "7 8 9 10");
  EXPECT_EQ(go(SQL_FETCH_FIRST), "1 2 3 4");
  EXPECT_EQ(SQLFetchScroll(q_.get(), 77, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY106");
}

TEST_F(Scrolling, GetDataInABlock) {
  q_.run("SELECT i, 'row ' || i FROM generate_series(1, 10) i");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 5), "5 6 7 8");
  EXPECT_EQ(q_.text(2), "row 5");
  ASSERT_EQ(SQLSetPos(q_.get(), 3, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  EXPECT_EQ(q_.text(2), "row 7");
  SQLULEN row = 0;
  SQLGetStmtAttr(q_.get(), SQL_ATTR_ROW_NUMBER, &row, sizeof row, nullptr);
  EXPECT_EQ(row, 7U);
  numbers_[2] = -1;
  ASSERT_EQ(SQLSetPos(q_.get(), 3, SQL_REFRESH, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  EXPECT_EQ(numbers_[2], 7);
  EXPECT_EQ(SQLSetPos(q_.get(), 5, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY107");
  EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY092");
}

TEST_F(Scrolling, Bookmarks) {
  ASSERT_EQ(q_.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE), SQL_SUCCESS);
  SQLBIGINT bookmarks[size] = {};
  SQLLEN lengths[size] = {};
  ASSERT_EQ(SQLBindCol(q_.get(), 0, SQL_C_VARBOOKMARK, bookmarks, sizeof bookmarks[0], lengths),
            SQL_SUCCESS)
      << q_.error();
  q_.run("SELECT i FROM generate_series(1, 10) i");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, 4), "4 5 6 7");
  EXPECT_EQ(lengths[1], SQLLEN{sizeof bookmarks[0]});
  SQLBIGINT kept = bookmarks[1];
  EXPECT_EQ(go(SQL_FETCH_FIRST), "1 2 3 4");
  q_.set(SQL_ATTR_FETCH_BOOKMARK_PTR, &kept);
  EXPECT_EQ(go(SQL_FETCH_BOOKMARK), "5 6 7 8");
  EXPECT_EQ(go(SQL_FETCH_BOOKMARK, -2), "3 4 5 6");
  SQLBIGINT got = 0;
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  ASSERT_EQ(SQLGetData(q_.get(), 0, SQL_C_VARBOOKMARK, &got, sizeof got, nullptr), SQL_SUCCESS);
  kept = got;
  EXPECT_EQ(go(SQL_FETCH_BOOKMARK), "4 5 6 7");
}

// Whatever was read of the row before.
TEST_F(Scrolling, ABookmarkIsReadAnewInEachRow) {
  q_.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
  q_.run("SELECT i, 'row ' || i FROM generate_series(1, 10) i");
  for (SQLBIGINT row = 3; row <= 5; ++row) {
    EXPECT_NE(go(SQL_FETCH_ABSOLUTE, row), "no data");
    SQLBIGINT bookmark = 0;
    ASSERT_EQ(SQLGetData(q_.get(), 0, SQL_C_VARBOOKMARK, &bookmark, sizeof bookmark, nullptr),
              SQL_SUCCESS)
        << q_.error();
    EXPECT_EQ(bookmark, row);
    char text[16];
    SQLLEN length = 0;  // all of it, in the bookmark's own C type
    ASSERT_EQ(SQLGetData(q_.get(), 2, SQL_C_BINARY, text, sizeof text, &length), SQL_SUCCESS);
    EXPECT_EQ(std::string(text, static_cast<std::size_t>(length)), "row " + std::to_string(row));
  }
}

TEST_F(Scrolling, ManyValuesOutOfOrder) {
  constexpr SQLLEN rows = 30000;  // beyond what is kept in memory
  q_.set(SQL_ATTR_ROW_ARRAY_SIZE, 1);
  q_.run("SELECT i, repeat('x', 400) || i FROM generate_series(1, 30000) i");
  EXPECT_EQ(go(SQL_FETCH_LAST), std::to_string(rows));
  const Query other(client_);
  EXPECT_EQ(other.value("SELECT 1"), "1");
  for (SQLLEN row = rows; row > 0; row -= 97) {
    ASSERT_EQ(go(SQL_FETCH_ABSOLUTE, row), std::to_string(row));
    ASSERT_EQ(q_.text(2), std::string(400, 'x') + std::to_string(row));
  }
  SQLLEN count = 0;
  ASSERT_EQ(SQLRowCount(q_.get(), &count), SQL_SUCCESS);
  EXPECT_EQ(count, rows);
}

TEST_F(Scrolling, MaxRowsAndAnotherResult) {
  q_.set(SQL_ATTR_MAX_ROWS, 5);
  q_.run("SELECT i FROM generate_series(1, 10) i; SELECT 77");
  EXPECT_EQ(go(SQL_FETCH_LAST), "2 3 4 5");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "no data");
  ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(go(SQL_FETCH_FIRST), "77");
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, -1), "77");
  EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
}

TEST_F(Scrolling, AnErrorInTheMiddle) {
  q_.run("SELECT 1 / (500 - i) + i FROM generate_series(1, 1000) i");
  EXPECT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_LAST, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22012");
}

TEST_F(Scrolling, CatalogueResultsToo) {
  SQLBindCol(q_.get(), 1, SQL_C_CHAR, nullptr, 0, nullptr);
  q_.set(SQL_ATTR_ROW_ARRAY_SIZE, 1);
  ASSERT_EQ(SQLGetTypeInfo(q_.get(), SQL_ALL_TYPES), SQL_SUCCESS);
  ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_LAST, 0), SQL_SUCCESS);
  ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0), SQL_SUCCESS);
}

TEST_F(Scrolling, ForwardOnlyStaysSo) {
  q_.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_FORWARD_ONLY});
  q_.run("SELECT i FROM generate_series(1, 10) i");
  EXPECT_EQ(go(SQL_FETCH_NEXT), "1 2 3 4");
  EXPECT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY106");
}

TEST_F(Scrolling, ExtendedFetch) {
  q_.set(SQL_ROWSET_SIZE, 3);
  q_.run("SELECT i FROM generate_series(1, 10) i");
  SQLULEN count = 0;
  SQLUSMALLINT status[3] = {};
  ASSERT_EQ(SQLExtendedFetch(q_.get(), SQL_FETCH_ABSOLUTE, 9, &count, status), SQL_SUCCESS);
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(numbers_[1], 10);
  EXPECT_EQ(status[2], SQL_ROW_NOROW);
  ASSERT_EQ(SQLExtendedFetch(q_.get(), SQL_FETCH_FIRST, 0, &count, status), SQL_SUCCESS);
  EXPECT_EQ(numbers_[2], 3);
}

}  // namespace
}  // namespace negodbc::odbc
