// Where SQLFetchScroll goes: from the rowset under the cursor to the one that is asked for.
//
// ODBC reference: SQLFetchScroll, "Positioning the Cursor".
#pragma once

#include <sql.h>
#include <sqlext.h>

namespace negodbc::odbc {

enum class Place { before, rows, after };
struct ScrollTarget {
  Place place;
  SQLULEN start = 0;     // the rowset's first row, from 1
  bool clipped = false;  // 01S06: what was asked for began before the first row
};
struct CursorPlace {
  Place place;           // where it is now
  SQLULEN start;         // of the rowset under it
  SQLULEN fetched_size;  // the rowset's size when it was fetched
};
// `last()` gives the number of rows; it is asked only where it must be known. `bookmark`: the row
// that SQL_FETCH_BOOKMARK counts from. A start beyond the last row is found out by going there.
template <class Last>
ScrollTarget scroll_target(SQLSMALLINT orientation, SQLLEN offset, const CursorPlace& now,
                           SQLULEN size, SQLLEN bookmark, Last&& last) {
  const auto rowset = static_cast<SQLLEN>(size);
  const auto start = static_cast<SQLLEN>(now.start);
  const auto rows_at = [](SQLLEN row, bool clipped = false) {
    return row < 1 ? ScrollTarget{Place::before}
                   : ScrollTarget{Place::rows, static_cast<SQLULEN>(row), clipped};
  };
  const auto absolute = [&](SQLLEN n) {
    if (n >= 0) return rows_at(n);
    const auto count = static_cast<SQLLEN>(last());
    if (n >= -count) return rows_at(count + n + 1);
    return n >= -rowset && count > 0 ? rows_at(1, true) : ScrollTarget{Place::before};
  };
  switch (orientation) {
    case SQL_FETCH_NEXT:
      if (now.place == Place::before) return rows_at(1);
      if (now.place == Place::after) return {Place::after};
      return rows_at(start + static_cast<SQLLEN>(now.fetched_size));
    case SQL_FETCH_PRIOR: {
      if (now.place == Place::before) return {Place::before};
      if (now.place == Place::after) {
        const auto count = static_cast<SQLLEN>(last());
        if (count == 0) return {Place::before};
        return count < rowset ? rows_at(1, true) : rows_at(count - rowset + 1);
      }
      if (start == 1) return {Place::before};
      return start <= rowset ? rows_at(1, true) : rows_at(start - rowset);
    }
    case SQL_FETCH_RELATIVE:
      if ((now.place == Place::before && offset > 0) || (now.place == Place::after && offset < 0))
        return absolute(offset);
      if (now.place != Place::rows) return {now.place};
      if (start + offset >= 1) return rows_at(start + offset);
      return start > 1 && offset >= -rowset ? rows_at(1, true) : ScrollTarget{Place::before};
    case SQL_FETCH_ABSOLUTE:
      return absolute(offset);
    case SQL_FETCH_FIRST:
      return rows_at(1);
    case SQL_FETCH_LAST: {
      const auto count = static_cast<SQLLEN>(last());
      if (count == 0) return {Place::after};
      return rows_at(count >= rowset ? count - rowset + 1 : 1);
    }
    default:  // SQL_FETCH_BOOKMARK
      return rows_at(bookmark + offset);
  }
}

}  // namespace negodbc::odbc
