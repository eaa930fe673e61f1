// The catalogue functions and SQLGetTypeInfo.
#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/odbc2.h"
#include "driver/api/text.h"
#include "driver/catalog/catalog.h"
#include "driver/types/c_types.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

using catalog::ObjectName;

catalog::Context context_of(Statement& statement) {
  Connection& connection = statement.connection();
  catalog::Context context;
  context.query = statement.asking();
  context.database = connection.conversation().session().database();
  context.types = connection.type_options();
  context.metadata_id = statement.metadata_id();
  context.show_system_tables = connection.show_system_tables();
  return context;
}

// body(context) gives the rows that become the statement's result.
template <class F>
SQLRETURN show(SQLHSTMT id, F&& body) noexcept {
  return guarded<Statement>(id, [&](Statement& statement) {
    statement.require_no_cursor();
    catalog::LocalRows rows = body(context_of(statement));
    if (speaks_odbc2(statement.connection())) catalog::speak_odbc2(rows);
    statement.open_local(std::move(rows));
  });
}

// Three names, each with its length.
template <class Char>
ObjectName object(const Char* catalog, SQLSMALLINT catalog_length, const Char* schema,
                  SQLSMALLINT schema_length, const Char* name, SQLSMALLINT name_length) {
  return {optional_text(catalog, catalog_length), optional_text(schema, schema_length),
          optional_text(name, name_length)};
}

}  // namespace

// NOLINTNEXTLINE(bugprone-macro-parentheses): a type in parentheses is no declaration
#define NEGODBC_NAME(Char, prefix) Char *prefix, SQLSMALLINT prefix##_length
#define NEGODBC_OBJECT(Char, prefix)                                         \
  NEGODBC_NAME(Char, prefix##_catalog), NEGODBC_NAME(Char, prefix##_schema), \
      NEGODBC_NAME(Char, prefix##_name)
#define NEGODBC_PASS(prefix)                                                                 \
  object(prefix##_catalog, prefix##_catalog_length, prefix##_schema, prefix##_schema_length, \
         prefix##_name, prefix##_name_length)

// Each function in its two forms, from one text.
#define NEGODBC_CATALOGUE(Suffix, Char)                                                            \
  SQLRETURN SQL_API SQLTables##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table),                    \
                                      NEGODBC_NAME(Char, types)) {                                 \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::tables(context, NEGODBC_PASS(table), optional_text(types, types_length));    \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLColumns##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table),                   \
                                       NEGODBC_NAME(Char, column)) {                               \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::columns(context, NEGODBC_PASS(table), optional_text(column, column_length)); \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLPrimaryKeys##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table)) {             \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::primary_keys(context, NEGODBC_PASS(table));                                  \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLForeignKeys##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, primary),             \
                                           NEGODBC_OBJECT(Char, foreign)) {                        \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::foreign_keys(context, NEGODBC_PASS(primary), NEGODBC_PASS(foreign));         \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLStatistics##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table),                \
                                          SQLUSMALLINT unique, SQLUSMALLINT reserved) {            \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::statistics(context, NEGODBC_PASS(table), unique, reserved);                  \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLSpecialColumns##Suffix(SQLHSTMT id, SQLUSMALLINT kind,                      \
                                              NEGODBC_OBJECT(Char, table), SQLUSMALLINT scope,     \
                                              SQLUSMALLINT nullable) {                             \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::special_columns(context, kind, NEGODBC_PASS(table), scope, nullable);        \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLProcedures##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, procedure)) {          \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::procedures(context, NEGODBC_PASS(procedure));                                \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLProcedureColumns##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, procedure),      \
                                                NEGODBC_NAME(Char, column)) {                      \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::procedure_columns(context, NEGODBC_PASS(procedure),                          \
                                        optional_text(column, column_length));                     \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLTablePrivileges##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table)) {         \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::table_privileges(context, NEGODBC_PASS(table));                              \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLColumnPrivileges##Suffix(SQLHSTMT id, NEGODBC_OBJECT(Char, table),          \
                                                NEGODBC_NAME(Char, column)) {                      \
    return show(id, [&](const catalog::Context& context) {                                         \
      return catalog::column_privileges(context, NEGODBC_PASS(table),                              \
                                        optional_text(column, column_length));                     \
    });                                                                                            \
  }                                                                                                \
  SQLRETURN SQL_API SQLGetTypeInfo##Suffix(SQLHSTMT id, SQLSMALLINT type) {                        \
    return show(id, [&](const catalog::Context& context) {                                         \
      if (type != SQL_ALL_TYPES && !types::is_sql_type(type))                                      \
        throw Error("HY004", "there is no data type " + std::to_string(type));                     \
      return catalog::type_info(context.types, type);                                              \
    });                                                                                            \
  }

NEGODBC_CATALOGUE(, SQLCHAR)
NEGODBC_CATALOGUE(W, SQLWCHAR)
