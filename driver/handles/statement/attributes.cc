#include "driver/handles/statement/attributes.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "driver/base/error.h"
#include "driver/handles/sqlstate.h"

namespace negodbc::odbc {
namespace {

[[noreturn]] void bad_statement_value(SQLINTEGER attribute, SQLULEN value) {
  throw Error("HY024", "statement attribute " + std::to_string(attribute) + " cannot be " +
                           std::to_string(value));
}

[[noreturn]] void unknown_statement_attribute(SQLINTEGER attribute) {
  throw Error("HY092", "there is no statement attribute " + std::to_string(attribute));
}

Value flag(bool on) {
  return static_cast<SQLULEN>(on ? 1 : 0);
}

}  // namespace

void warn_of_substitute(Diagnostics& diagnostics, SQLULEN supported, SQLULEN asked_for,
                        const char* why) {
  if (asked_for != supported)
    diagnostics.warn("01S02", std::string("the option's value was changed: ") + why);
}

bool StatementAttributes::boolean(SQLINTEGER attribute, SQLPOINTER pointer) {
  const auto value = static_cast<SQLULEN>(reinterpret_cast<std::uintptr_t>(pointer));
  if (value > 1) bad_statement_value(attribute, value);
  return value == 1;
}

bool StatementAttributes::is_of_cursor(SQLINTEGER attribute) {
  switch (attribute) {
    case SQL_ATTR_CURSOR_TYPE:
    case SQL_ATTR_CONCURRENCY:
    case SQL_ATTR_CURSOR_SCROLLABLE:
    case SQL_ATTR_CURSOR_SENSITIVITY:
    case SQL_ATTR_USE_BOOKMARKS:
      return true;
    default:
      return false;
  }
}

void StatementAttributes::set(SQLINTEGER attribute, SQLPOINTER pointer, Diagnostics& diagnostics) {
  const auto value = static_cast<SQLULEN>(reinterpret_cast<std::uintptr_t>(pointer));
  if (is_of_cursor(attribute)) return set_cursor_kind(attribute, value, diagnostics);
  switch (attribute) {
    case SQL_ATTR_QUERY_TIMEOUT:
      query_timeout = value;
      return;
    case SQL_ATTR_MAX_ROWS:
      max_rows = value;
      return;
    case SQL_ATTR_MAX_LENGTH:
      max_length = value;
      return;
    case SQL_ATTR_NOSCAN:
      noscan = boolean(attribute, pointer);
      return;
    case SQL_ATTR_RETRIEVE_DATA:
      retrieve_data = boolean(attribute, pointer);
      return;
    case SQL_ATTR_METADATA_ID:
      metadata_id = boolean(attribute, pointer);
      return;
    case SQL_ROWSET_SIZE:
      if (value == 0) bad_statement_value(attribute, value);
      rowset_size = value;
      return;
    case SQL_ATTR_KEYSET_SIZE:
      return warn_of_substitute(diagnostics, 0, value, "a keyset holds the whole result");
    case SQL_ATTR_SIMULATE_CURSOR:
      return warn_of_substitute(diagnostics, SQL_SC_UNIQUE, value,
                                "a positioned statement changes one row");
    case SQL_ATTR_ASYNC_STMT_EVENT:
      return unsupported("asynchronous execution by notification");
    case SQL_ATTR_ENABLE_AUTO_IPD:
      fills_ipd = boolean(attribute, pointer);
      return;
    case SQL_ATTR_FETCH_BOOKMARK_PTR:
      fetch_bookmark_ptr = pointer;
      return;
    case SQL_ATTR_ROW_NUMBER:
      throw Error("HY092", "the row number can only be read");
    default:
      unknown_statement_attribute(attribute);
  }
}

void StatementAttributes::set_cursor_kind(SQLINTEGER attribute, SQLULEN value,
                                          Diagnostics& diagnostics) {
  switch (attribute) {
    case SQL_ATTR_CURSOR_TYPE:
      if (value > SQL_CURSOR_STATIC) bad_statement_value(attribute, value);
      cursor.type = value == SQL_CURSOR_DYNAMIC ? SQLULEN{SQL_CURSOR_KEYSET_DRIVEN} : value;
      return warn_of_substitute(diagnostics, cursor.type, value,
                                "cursors are keyset-driven rather than dynamic");
    case SQL_ATTR_CONCURRENCY:
      if (value < SQL_CONCUR_READ_ONLY || value > SQL_CONCUR_VALUES)
        bad_statement_value(attribute, value);
      cursor.concurrency = value;
      return;
    case SQL_ATTR_CURSOR_SCROLLABLE:
      if (value > SQL_SCROLLABLE) bad_statement_value(attribute, value);
      if (value == SQL_NONSCROLLABLE) {
        cursor.type = SQL_CURSOR_FORWARD_ONLY;
      } else if (cursor.type == SQL_CURSOR_FORWARD_ONLY) {
        cursor.type = SQL_CURSOR_STATIC;
      }
      return;
    case SQL_ATTR_CURSOR_SENSITIVITY:
      if (value > SQL_SENSITIVE) bad_statement_value(attribute, value);
      if (value == SQL_INSENSITIVE) {
        cursor.concurrency = SQL_CONCUR_READ_ONLY;
        if (cursor.type == SQL_CURSOR_KEYSET_DRIVEN) cursor.type = SQL_CURSOR_STATIC;
      }
      if (value != SQL_SENSITIVE) return;
      cursor.type = SQL_CURSOR_KEYSET_DRIVEN;
      return warn_of_substitute(diagnostics, SQL_UNSPECIFIED, value,
                                "rows that others add are not shown");
    default:
      if (value > SQL_UB_VARIABLE) bad_statement_value(attribute, value);
      use_bookmarks = value;
  }
}

Value StatementAttributes::get(SQLINTEGER attribute) const {
  switch (attribute) {
    case SQL_ATTR_QUERY_TIMEOUT:
      return query_timeout;
    case SQL_ATTR_MAX_ROWS:
      return max_rows;
    case SQL_ATTR_MAX_LENGTH:
      return max_length;
    case SQL_ATTR_NOSCAN:
      return flag(noscan);
    case SQL_ATTR_RETRIEVE_DATA:
      return flag(retrieve_data);
    case SQL_ATTR_METADATA_ID:
      return flag(metadata_id);
    case SQL_ROWSET_SIZE:
      return rowset_size;
    case SQL_ATTR_USE_BOOKMARKS:
      return use_bookmarks;
    case SQL_ATTR_KEYSET_SIZE:
      return SQLULEN{0};
    case SQL_ATTR_SIMULATE_CURSOR:
      return static_cast<SQLULEN>(SQL_SC_UNIQUE);
    case SQL_ATTR_ENABLE_AUTO_IPD:
      return flag(fills_ipd);
    case SQL_ATTR_FETCH_BOOKMARK_PTR:
      return fetch_bookmark_ptr;
    default:
      return kind_attribute(attribute, cursor);
  }
}

Value kind_attribute(SQLINTEGER attribute, const CursorKind& kind) {
  switch (attribute) {
    case SQL_ATTR_CURSOR_TYPE:
      return kind.type;
    case SQL_ATTR_CONCURRENCY:
      return kind.concurrency;
    case SQL_ATTR_CURSOR_SCROLLABLE:
      return flag(kind.type != SQL_CURSOR_FORWARD_ONLY);  // SQL_SCROLLABLE is 1
    case SQL_ATTR_CURSOR_SENSITIVITY:
      // ODBC's insensitive cursors are read-only.
      return static_cast<SQLULEN>(kind.type == SQL_CURSOR_KEYSET_DRIVEN ||
                                          kind.concurrency != SQL_CONCUR_READ_ONLY
                                      ? SQL_UNSPECIFIED
                                      : SQL_INSENSITIVE);
    default:
      unknown_statement_attribute(attribute);
  }
}

SQLLEN StatementAttributes::fetch_bookmark() const {
  if (use_bookmarks == SQL_UB_OFF || fetch_bookmark_ptr == nullptr)
    throw Error("HY111", "there is no bookmark (SQL_ATTR_FETCH_BOOKMARK_PTR)");
  SQLLEN row = 0;
  std::memcpy(&row, fetch_bookmark_ptr, sizeof row);
  return row;
}

}  // namespace negodbc::odbc
