// A statement's attributes that are values of its own: what SQLSetStmtAttr has set, as the other
// parts read it.
//
// ODBC reference: SQLSetStmtAttr. Attributes that are header fields of a descriptor stand in that;
// what an open cursor has become stands in Cursor::kind().
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/handles/diagnostics.h"
#include "driver/handles/value.h"

namespace negodbc::odbc {

struct CursorKind {
  SQLULEN type = SQL_CURSOR_FORWARD_ONLY;  // or SQL_CURSOR_STATIC, _KEYSET_DRIVEN
  SQLULEN concurrency = SQL_CONCUR_READ_ONLY;
};

struct StatementAttributes {
  CursorKind cursor;
  SQLULEN use_bookmarks = SQL_UB_OFF;
  SQLPOINTER fetch_bookmark_ptr = nullptr;
  SQLULEN query_timeout = 0;  // seconds; 0: none
  SQLULEN max_rows = 0;       // 0: all
  SQLULEN max_length = 0;     // bytes; 0: all
  SQLULEN rowset_size = 1;    // SQL_ROWSET_SIZE, for SQLExtendedFetch
  bool noscan = false;
  bool fills_ipd = false;  // SQL_ATTR_ENABLE_AUTO_IPD
  bool retrieve_data = true;
  bool metadata_id = false;

  // Integers come in the pointer's place. Warns (01S02) where another value was taken. Throws Error
  // HY024 for a value that the attribute cannot have, HY092 for what is none of these, HYC00.
  void set(SQLINTEGER attribute, SQLPOINTER pointer, Diagnostics& diagnostics);
  // As it was set. Throws Error HY092.
  [[nodiscard]] Value get(SQLINTEGER attribute) const;
  // Of an attribute that is on or off. Throws Error HY024.
  static bool boolean(SQLINTEGER attribute, SQLPOINTER pointer);
  // Of these, what says what kind of cursor the next one is.
  static bool is_of_cursor(SQLINTEGER attribute);
  // The row that SQL_ATTR_FETCH_BOOKMARK_PTR points to the bookmark of. Throws Error HY111.
  [[nodiscard]] SQLLEN fetch_bookmark() const;

 private:
  void set_cursor_kind(SQLINTEGER attribute, SQLULEN value, Diagnostics& diagnostics);
};

// What the attributes that describe a cursor tell of this kind. Throws Error HY092 for others.
Value kind_attribute(SQLINTEGER attribute, const CursorKind& kind);

// 01S02 when what is supported is not what was asked for.
void warn_of_substitute(Diagnostics& diagnostics, SQLULEN supported, SQLULEN asked_for,
                        const char* why);

}  // namespace negodbc::odbc
