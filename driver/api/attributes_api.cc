// Attributes of environments, connections and statements; cursor names.
#include <cstdint>

#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/text.h"
#include "driver/api/value_out.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

// The length of an attribute's text is in bytes, for W functions too.
template <class Char>
SQLLEN in_characters(SQLINTEGER bytes) {
  return bytes == SQL_NTS ? SQLLEN{SQL_NTS} : bytes / static_cast<SQLLEN>(sizeof(Char));
}

template <class Char>
SQLRETURN set_connection(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value,
                         SQLINTEGER length) noexcept {
  return guarded<Connection>(id, [&](Connection& connection) {
    std::string text;
    if (Connection::is_text_attribute(attribute))
      text = required_text(static_cast<const Char*>(value), in_characters<Char>(length));
    connection.set_attribute(attribute, value, text);
  });
}

template <class Char>
SQLRETURN get_connection(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER capacity,
                         SQLINTEGER* length) noexcept {
  return guarded<Connection>(id, [&](Connection& connection) {
    value_out<Char>(connection.attribute(attribute), value, capacity, length,
                    connection.diagnostics());
  });
}

SQLRETURN set_statement(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value) noexcept {
  return guarded<Statement>(id, [&](Statement& s) { s.set_attribute(attribute, value); });
}

SQLRETURN get_statement(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER capacity,
                        SQLINTEGER* length) noexcept {
  return guarded<Statement>(id, [&](Statement& s) {  // no statement attribute is text
    value_out<SQLCHAR>(s.attribute(attribute), value, capacity, length, s.diagnostics());
  });
}

template <class Char>
SQLRETURN set_cursor_name(SQLHSTMT id, const Char* name, SQLSMALLINT length) noexcept {
  return guarded<Statement>(id,
                            [&](Statement& s) { s.set_cursor_name(required_text(name, length)); });
}

template <class Char>
SQLRETURN get_cursor_name(SQLHSTMT id, Char* name, SQLSMALLINT capacity,
                          SQLSMALLINT* length) noexcept {
  return guarded<Statement>(id, [&](Statement& s) {
    text_out(s.cursor_name(), name, capacity, length, Unit::characters, &s.diagnostics());
  });
}

}  // namespace

SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV id, SQLINTEGER attribute, SQLPOINTER value,
                                SQLINTEGER /*length*/) {
  return guarded<Environment>(id, [&](Environment& environment) {
    environment.set_attribute(attribute,
                              static_cast<SQLINTEGER>(reinterpret_cast<std::intptr_t>(value)));
  });
}

SQLRETURN SQL_API SQLGetEnvAttr(SQLHENV id, SQLINTEGER attribute, SQLPOINTER value,
                                SQLINTEGER capacity, SQLINTEGER* length) {
  return guarded<Environment>(id, [&](Environment& environment) {
    value_out<SQLCHAR>(environment.attribute(attribute), value, capacity, length,
                       environment.diagnostics());
  });
}

SQLRETURN SQL_API SQLSetConnectAttr(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value,
                                    SQLINTEGER length) {
  return set_connection<SQLCHAR>(id, attribute, value, length);
}

SQLRETURN SQL_API SQLSetConnectAttrW(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value,
                                     SQLINTEGER length) {
  return set_connection<SQLWCHAR>(id, attribute, value, length);
}

SQLRETURN SQL_API SQLGetConnectAttr(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value,
                                    SQLINTEGER capacity, SQLINTEGER* length) {
  return get_connection<SQLCHAR>(id, attribute, value, capacity, length);
}

SQLRETURN SQL_API SQLGetConnectAttrW(SQLHDBC id, SQLINTEGER attribute, SQLPOINTER value,
                                     SQLINTEGER capacity, SQLINTEGER* length) {
  return get_connection<SQLWCHAR>(id, attribute, value, capacity, length);
}

SQLRETURN SQL_API SQLSetStmtAttr(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value,
                                 SQLINTEGER /*length*/) {
  return set_statement(id, attribute, value);
}

SQLRETURN SQL_API SQLSetStmtAttrW(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value,
                                  SQLINTEGER /*length*/) {
  return set_statement(id, attribute, value);
}

SQLRETURN SQL_API SQLGetStmtAttr(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value,
                                 SQLINTEGER capacity, SQLINTEGER* length) {
  return get_statement(id, attribute, value, capacity, length);
}

SQLRETURN SQL_API SQLGetStmtAttrW(SQLHSTMT id, SQLINTEGER attribute, SQLPOINTER value,
                                  SQLINTEGER capacity, SQLINTEGER* length) {
  return get_statement(id, attribute, value, capacity, length);
}

SQLRETURN SQL_API SQLSetScrollOptions(SQLHSTMT id, SQLUSMALLINT concurrency, SQLLEN keyset,
                                      SQLUSMALLINT rowset) {
  return guarded<Statement>(id, [&](Statement& s) {
    if (rowset == 0) throw Error("HY107", "a rowset has at least one row");
    // A positive keyset: that many rows are key-driven, the rest is dynamic.
    if (keyset > 0 && keyset < rowset)
      throw Error("HY107", "a keyset is not smaller than the rowset");
    SQLULEN type = SQL_CURSOR_KEYSET_DRIVEN;
    switch (keyset) {
      case SQL_SCROLL_FORWARD_ONLY:
        type = SQL_CURSOR_FORWARD_ONLY;
        break;
      case SQL_SCROLL_DYNAMIC:
        type = SQL_CURSOR_DYNAMIC;
        break;
      case SQL_SCROLL_STATIC:
        type = SQL_CURSOR_STATIC;
        break;
      default:
        if (keyset < SQL_SCROLL_STATIC)
          throw Error("HY107", "there is no keyset of " + std::to_string(keyset) + " rows");
    }
    if (concurrency < SQL_CONCUR_READ_ONLY || concurrency > SQL_CONCUR_VALUES)
      throw Error("HY108", "there is no concurrency option " + std::to_string(concurrency));
    const auto set = [&](SQLINTEGER attribute, SQLULEN value) {
      s.set_attribute(attribute, reinterpret_cast<SQLPOINTER>(value));
    };
    set(SQL_ATTR_CONCURRENCY, concurrency);
    set(SQL_ATTR_CURSOR_TYPE, type);
    if (keyset > 0) set(SQL_ATTR_KEYSET_SIZE, static_cast<SQLULEN>(keyset));
    set(SQL_ROWSET_SIZE, rowset);
  });
}

SQLRETURN SQL_API SQLSetCursorName(SQLHSTMT id, SQLCHAR* name, SQLSMALLINT length) {
  return set_cursor_name(id, name, length);
}

SQLRETURN SQL_API SQLSetCursorNameW(SQLHSTMT id, SQLWCHAR* name, SQLSMALLINT length) {
  return set_cursor_name(id, name, length);
}

SQLRETURN SQL_API SQLGetCursorName(SQLHSTMT id, SQLCHAR* name, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
  return get_cursor_name(id, name, capacity, length);
}

SQLRETURN SQL_API SQLGetCursorNameW(SQLHSTMT id, SQLWCHAR* name, SQLSMALLINT capacity,
                                    SQLSMALLINT* length) {
  return get_cursor_name(id, name, capacity, length);
}
