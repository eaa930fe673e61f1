// PostgreSQL's types as ODBC sees them: result metadata, SQLColumns, SQLGetTypeInfo and
// SQLDescribeParam all take their answers here, so that they agree. The types are type_table.h's.
//
// ODBC reference: appendix D (data types, column size, decimal digits, transfer octet length,
// display size).
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "driver/types/oids.h"

namespace negodbc::types {

// The DSN's wishes that change how types are reported.
struct TypeOptions {
  bool bools_as_char = false;
  bool true_is_minus_one = false;  // as text and as signed numbers
  bool lf_conversion = false;      // text is read with CR LF for LF, and written back
  bool null_dates = false;         // a NULL date is read as empty text, which is written as NULL
  // What may be of any length is a long type: programs allocate a column's size for the others, and
  // lose what is longer; long ones they read in parts.
  bool text_as_long_varchar = true;      // text, xml, varchar without a length
  bool unknowns_as_long_varchar = true;  // json, arrays and what else ODBC has no type for
  bool bytea_as_long_varbinary = true;
  // Reported for text without a limit of its own; 0: the default below. When given, text with a
  // greater limit is a long type.
  SQLULEN max_varchar_size = 0;
  // The same of long types; 0: of text what programs take at most that bind such columns; of bytes
  // none, which says that it is not known, so that they read these in parts.
  SQLULEN max_long_varchar_size = 0;
  SQLSMALLINT int8_as = 0;      // SQL type to report int8 as; 0: SQL_BIGINT
  SQLSMALLINT numeric_as = 0;   // the same for numeric without a precision; 0: SQL_NUMERIC
  SQLSMALLINT money_scale = 2;  // digits of money behind the point: the session's lc_monetary
  bool ansi = false;            // the application is ANSI: SQL_VARCHAR instead of SQL_WVARCHAR
  // It has connected by the A entry points, in no other way does unixODBC tell it: the same of text
  // of up to short_text_size characters. What is longer stays wide: programs (LibreOffice) decode
  // narrow text part by part, and lose the characters between two parts.
  bool short_text_narrow = false;

  // The size told of what has no limit of its own: of text and bytes that are no long types, and of
  // long text.
  [[nodiscard]] SQLULEN unlimited_varchar() const;
  [[nodiscard]] SQLULEN unlimited_long_text() const;
  // Whether this is the size told of what has no limit; as a parameter's size it declares none.
  [[nodiscard]] bool means_unlimited(SQLULEN size) const;
};
inline constexpr TypeOptions default_type_options{};
// Text without a declared length that is no long type, and parameters of any: large enough to be
// useful, small enough to be allocated per row.
inline constexpr SQLULEN unbounded_text_size = 8190;
// What is never read in parts, as programs have buffers for it; psqlodbc's SQL_VARCHAR ends here.
inline constexpr SQLULEN short_text_size = 255;
// Long text. RODBC binds as much, and 255 bytes where no size is told.
inline constexpr SQLULEN long_text_size = 65535;

// Everything that IRD fields and SQLDescribeCol need about a type.
struct SqlType {
  SQLSMALLINT concise_type;       // SQL_WVARCHAR, SQL_TYPE_TIMESTAMP, ...
  SQLSMALLINT verbose_type;       // SQL_DATETIME, SQL_INTERVAL, else the concise one
  SQLSMALLINT datetime_code;      // SQL_CODE_*, else 0
  SQLINTEGER interval_precision;  // digits of an interval's first field, else 0
  SQLULEN column_size;            // 0: not known, of long binary types
  SQLSMALLINT decimal_digits;     // 0 where not applicable
  SQLLEN octet_length;            // transfer octet length; 0: not known
  SQLLEN display_size;
  SQLSMALLINT precision_radix;  // 10 for numbers (column_size counts decimal digits), else 0
  SQLSMALLINT searchable;       // SQL_PRED_*
  bool is_unsigned;             // true also for what is not numeric
  bool case_sensitive;
  bool fixed_precision_scale;  // money
  std::string_view type_name;  // "int4"; for types not in the table "" (the catalogue knows)
  std::string_view literal_prefix, literal_suffix;
  SQLSMALLINT default_c_type;  // what SQL_C_DEFAULT means
};
SqlType describe_type(std::uint32_t oid, std::int32_t type_modifier, const TypeOptions& options);

// The rows of SQLGetTypeInfo, in the specified order (DATA_TYPE, then closeness). A row says what
// the type can hold at most, so its column_size may exceed describe_type's. `data_type`:
// SQL_ALL_TYPES or one of them.
struct TypeInfoRow {
  std::uint32_t oid;
  std::string_view type_name, create_params;  // create_params: "" for NULL
  SqlType type;
  SQLSMALLINT nullable, searchable_column, minimum_scale, maximum_scale;  // scales: -1 for NULL
  bool auto_unique;                                                       // serial types
};
std::vector<TypeInfoRow> type_info_rows(const TypeOptions& options, SQLSMALLINT data_type);

// date, timestamp, timestamptz.
bool is_date(std::uint32_t oid);

}  // namespace negodbc::types
