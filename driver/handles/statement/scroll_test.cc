// The reference's table "Positioning the Cursor", row by row.
#include "driver/handles/statement/scroll.h"

#include <gtest/gtest.h>

namespace negodbc::odbc {
namespace {

constexpr SQLULEN last_row = 10;
constexpr SQLULEN size = 4;

struct Case {
  Place now;
  SQLULEN start;
  SQLSMALLINT orientation;
  SQLLEN offset;
  Place place;
  SQLULEN new_start;
  bool clipped = false;
};

constexpr Place before = Place::before;
constexpr Place at_rows = Place::rows;
constexpr Place after = Place::after;

constexpr Case cases[] = {
    {before, 0, SQL_FETCH_NEXT, 0, at_rows, 1},
    {at_rows, 3, SQL_FETCH_NEXT, 0, at_rows, 7},
    {after, 0, SQL_FETCH_NEXT, 0, after, 0},
    {before, 0, SQL_FETCH_PRIOR, 0, before, 0},
    {at_rows, 1, SQL_FETCH_PRIOR, 0, before, 0},
    {at_rows, 3, SQL_FETCH_PRIOR, 0, at_rows, 1, true},
    {at_rows, 4, SQL_FETCH_PRIOR, 0, at_rows, 1, true},
    {at_rows, 7, SQL_FETCH_PRIOR, 0, at_rows, 3},
    {after, 0, SQL_FETCH_PRIOR, 0, at_rows, 7},
    {before, 0, SQL_FETCH_RELATIVE, 2, at_rows, 2},
    {before, 0, SQL_FETCH_RELATIVE, 0, before, 0},
    {before, 0, SQL_FETCH_RELATIVE, -1, before, 0},
    {at_rows, 1, SQL_FETCH_RELATIVE, -1, before, 0},
    {at_rows, 3, SQL_FETCH_RELATIVE, -3, at_rows, 1, true},
    {at_rows, 3, SQL_FETCH_RELATIVE, -5, before, 0},
    {at_rows, 3, SQL_FETCH_RELATIVE, -1, at_rows, 2},
    {at_rows, 3, SQL_FETCH_RELATIVE, 0, at_rows, 3},
    {at_rows, 3, SQL_FETCH_RELATIVE, 2, at_rows, 5},
    {after, 0, SQL_FETCH_RELATIVE, -3, at_rows, 8},
    {after, 0, SQL_FETCH_RELATIVE, 0, after, 0},
    {at_rows, 3, SQL_FETCH_ABSOLUTE, 5, at_rows, 5},
    {at_rows, 3, SQL_FETCH_ABSOLUTE, 0, before, 0},
    {at_rows, 3, SQL_FETCH_ABSOLUTE, -1, at_rows, 10},
    {at_rows, 3, SQL_FETCH_ABSOLUTE, -10, at_rows, 1},
    {at_rows, 3, SQL_FETCH_ABSOLUTE, -11, before, 0},
    {at_rows, 3, SQL_FETCH_FIRST, 0, at_rows, 1},
    {at_rows, 3, SQL_FETCH_LAST, 0, at_rows, 7},
    {at_rows, 3, SQL_FETCH_BOOKMARK, -2, at_rows, 4},
    {at_rows, 3, SQL_FETCH_BOOKMARK, -6, before, 0},
};

TEST(Scroll, GoesWhereTheReferenceSays) {
  for (const Case& c : cases) {
    const ScrollTarget target = scroll_target(c.orientation, c.offset, {c.now, c.start, size}, size,
                                              6, [] { return last_row; });
    EXPECT_EQ(target.place, c.place) << c.orientation << ' ' << c.offset << " from " << c.start;
    EXPECT_EQ(c.place == at_rows ? target.start : 0, c.new_start)
        << c.orientation << ' ' << c.offset;
    EXPECT_EQ(target.clipped, c.clipped) << c.orientation << ' ' << c.offset;
  }
}

TEST(Scroll, FewerRowsThanARowset) {
  const auto go = [](SQLSMALLINT orientation, SQLLEN offset, SQLULEN count) {
    return scroll_target(orientation, offset, {Place::after, 0, 4}, 4, 0, [=] { return count; });
  };
  EXPECT_EQ(go(SQL_FETCH_LAST, 0, 2).start, 1U);
  EXPECT_EQ(go(SQL_FETCH_LAST, 0, 0).place, after);
  EXPECT_EQ(go(SQL_FETCH_PRIOR, 0, 2).start, 1U);
  EXPECT_TRUE(go(SQL_FETCH_PRIOR, 0, 2).clipped);
  EXPECT_EQ(go(SQL_FETCH_PRIOR, 0, 0).place, before);
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, -3, 2).start, 1U);  // not further back than a rowset
  EXPECT_EQ(go(SQL_FETCH_ABSOLUTE, -5, 2).place, before);
}

}  // namespace
}  // namespace negodbc::odbc
