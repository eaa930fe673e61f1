#include <sql.h>
#include <sqlext.h>

#include <algorithm>

#include "tests/oracle/peer/calls.h"

namespace negodbc::peer {
namespace {

constexpr Name c_types[] = {
    {"C_CHAR", SQL_C_CHAR},
    {"C_WCHAR", SQL_C_WCHAR},
    {"C_BINARY", SQL_C_BINARY},
    {"C_BIT", SQL_C_BIT},
    {"C_STINYINT", SQL_C_STINYINT},
    {"C_UTINYINT", SQL_C_UTINYINT},
    {"C_SSHORT", SQL_C_SSHORT},
    {"C_USHORT", SQL_C_USHORT},
    {"C_SLONG", SQL_C_SLONG},
    {"C_ULONG", SQL_C_ULONG},
    {"C_SBIGINT", SQL_C_SBIGINT},
    {"C_UBIGINT", SQL_C_UBIGINT},
    {"C_FLOAT", SQL_C_FLOAT},
    {"C_DOUBLE", SQL_C_DOUBLE},
    {"C_NUMERIC", SQL_C_NUMERIC},
    {"C_TYPE_DATE", SQL_C_TYPE_DATE},
    {"C_TYPE_TIME", SQL_C_TYPE_TIME},
    {"C_TYPE_TIMESTAMP", SQL_C_TYPE_TIMESTAMP},
    {"C_GUID", SQL_C_GUID},
    {"C_INTERVAL_DAY", SQL_C_INTERVAL_DAY},
    {"C_INTERVAL_SECOND", SQL_C_INTERVAL_SECOND},
    {"C_INTERVAL_DAY_TO_SECOND", SQL_C_INTERVAL_DAY_TO_SECOND},
    {"C_INTERVAL_YEAR_TO_MONTH", SQL_C_INTERVAL_YEAR_TO_MONTH},
    {"C_DEFAULT", SQL_C_DEFAULT},
};

constexpr Name sql_types[] = {
    {"CHAR", SQL_CHAR},
    {"VARCHAR", SQL_VARCHAR},
    {"LONGVARCHAR", SQL_LONGVARCHAR},
    {"WCHAR", SQL_WCHAR},
    {"WVARCHAR", SQL_WVARCHAR},
    {"WLONGVARCHAR", SQL_WLONGVARCHAR},
    {"BIT", SQL_BIT},
    {"TINYINT", SQL_TINYINT},
    {"SMALLINT", SQL_SMALLINT},
    {"INTEGER", SQL_INTEGER},
    {"BIGINT", SQL_BIGINT},
    {"REAL", SQL_REAL},
    {"FLOAT", SQL_FLOAT},
    {"DOUBLE", SQL_DOUBLE},
    {"NUMERIC", SQL_NUMERIC},
    {"DECIMAL", SQL_DECIMAL},
    {"BINARY", SQL_BINARY},
    {"VARBINARY", SQL_VARBINARY},
    {"LONGVARBINARY", SQL_LONGVARBINARY},
    {"TYPE_DATE", SQL_TYPE_DATE},
    {"TYPE_TIME", SQL_TYPE_TIME},
    {"TYPE_TIMESTAMP", SQL_TYPE_TIMESTAMP},
    {"GUID", SQL_GUID},
    {"ALL_TYPES", SQL_ALL_TYPES},
};

constexpr Name directions[] = {
    {"IN", SQL_PARAM_INPUT}, {"OUT", SQL_PARAM_OUTPUT}, {"INOUT", SQL_PARAM_INPUT_OUTPUT}};

constexpr Name orientations[] = {
    {"NEXT", SQL_FETCH_NEXT}, {"PRIOR", SQL_FETCH_PRIOR},       {"FIRST", SQL_FETCH_FIRST},
    {"LAST", SQL_FETCH_LAST}, {"ABSOLUTE", SQL_FETCH_ABSOLUTE}, {"RELATIVE", SQL_FETCH_RELATIVE},
};

constexpr Name operations[] = {
    {"POSITION", SQL_POSITION}, {"REFRESH", SQL_REFRESH}, {"UPDATE", SQL_UPDATE},
    {"DELETE", SQL_DELETE},     {"ADD", SQL_ADD},
};

constexpr Name bulk_operations[] = {{"ADD", SQL_ADD}};

constexpr Name attributes[] = {
    {"CURSOR_TYPE", SQL_ATTR_CURSOR_TYPE},
    {"CONCURRENCY", SQL_ATTR_CONCURRENCY},
    {"ROW_ARRAY_SIZE", SQL_ATTR_ROW_ARRAY_SIZE},
    {"PARAMSET_SIZE", SQL_ATTR_PARAMSET_SIZE},
    {"MAX_ROWS", SQL_ATTR_MAX_ROWS},
    {"MAX_LENGTH", SQL_ATTR_MAX_LENGTH},
    {"USE_BOOKMARKS", SQL_ATTR_USE_BOOKMARKS},
    {"NOSCAN", SQL_ATTR_NOSCAN},
    {"QUERY_TIMEOUT", SQL_ATTR_QUERY_TIMEOUT},
    {"RETRIEVE_DATA", SQL_ATTR_RETRIEVE_DATA},
    {"ROW_NUMBER", SQL_ATTR_ROW_NUMBER},
    {"CURSOR_SCROLLABLE", SQL_ATTR_CURSOR_SCROLLABLE},
    {"METADATA_ID", SQL_ATTR_METADATA_ID},
    {"CURSOR_SENSITIVITY", SQL_ATTR_CURSOR_SENSITIVITY},
};

constexpr Name fields[] = {
    {"COUNT", SQL_DESC_COUNT},
    {"CONCISE_TYPE", SQL_DESC_CONCISE_TYPE},
    {"TYPE", SQL_DESC_TYPE},
    {"LENGTH", SQL_DESC_LENGTH},
    {"OCTET_LENGTH", SQL_DESC_OCTET_LENGTH},
    {"PRECISION", SQL_DESC_PRECISION},
    {"SCALE", SQL_DESC_SCALE},
    {"DISPLAY_SIZE", SQL_DESC_DISPLAY_SIZE},
    {"NULLABLE", SQL_DESC_NULLABLE},
    {"UNSIGNED", SQL_DESC_UNSIGNED},
    {"CASE_SENSITIVE", SQL_DESC_CASE_SENSITIVE},
    {"SEARCHABLE", SQL_DESC_SEARCHABLE},
    {"UPDATABLE", SQL_DESC_UPDATABLE},
    {"FIXED_PREC_SCALE", SQL_DESC_FIXED_PREC_SCALE},
    {"AUTO_UNIQUE_VALUE", SQL_DESC_AUTO_UNIQUE_VALUE},
    {"UNNAMED", SQL_DESC_UNNAMED},
    {"COLUMN_LENGTH", SQL_COLUMN_LENGTH},
    {"COLUMN_PRECISION", SQL_COLUMN_PRECISION},
    {"NAME", SQL_DESC_NAME},
    {"LABEL", SQL_DESC_LABEL},
    {"BASE_COLUMN_NAME", SQL_DESC_BASE_COLUMN_NAME},
    {"BASE_TABLE_NAME", SQL_DESC_BASE_TABLE_NAME},
    {"TABLE_NAME", SQL_DESC_TABLE_NAME},
    {"SCHEMA_NAME", SQL_DESC_SCHEMA_NAME},
    {"CATALOG_NAME", SQL_DESC_CATALOG_NAME},
    {"TYPE_NAME", SQL_DESC_TYPE_NAME},
    {"LITERAL_PREFIX", SQL_DESC_LITERAL_PREFIX},
};

constexpr Name diagnostics[] = {{"NUMBER", SQL_DIAG_NUMBER},
                                {"ROW_COUNT", SQL_DIAG_ROW_COUNT},
                                {"CURSOR_ROW_COUNT", SQL_DIAG_CURSOR_ROW_COUNT}};

constexpr Name connection[] = {
    {"AUTOCOMMIT", SQL_ATTR_AUTOCOMMIT},           {"TXN_ISOLATION", SQL_ATTR_TXN_ISOLATION},
    {"ACCESS_MODE", SQL_ATTR_ACCESS_MODE},         {"CONNECTION_DEAD", SQL_ATTR_CONNECTION_DEAD},
    {"CURRENT_CATALOG", SQL_ATTR_CURRENT_CATALOG},
};

}  // namespace

std::span<const Name> names_of(Kind kind) {
  switch (kind) {
    case Kind::number:
      return {};
    case Kind::c_type:
      return c_types;
    case Kind::sql_type:
      return sql_types;
    case Kind::direction:
      return directions;
    case Kind::orientation:
      return orientations;
    case Kind::operation:
      return operations;
    case Kind::bulk_operation:
      return bulk_operations;
    case Kind::attribute:
      return attributes;
    case Kind::field:
      return fields;
    case Kind::diagnostic:
      return diagnostics;
    case Kind::connection:
      return connection;
  }
  return {};
}

std::string name_of(Kind kind, long value) {
  const auto names = names_of(kind);
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const Name& name) { return name.value == value; });
  return found != names.end() ? std::string(found->word) : std::to_string(value);
}

}  // namespace negodbc::peer
