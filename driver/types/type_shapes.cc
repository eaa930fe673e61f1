#include "driver/types/type_shapes.h"

#include <algorithm>
#include <iterator>

#include "driver/types/convert_interval.h"

namespace negodbc::types {
namespace {

// PostgreSQL's numeric without a declared precision is unlimited, SQL_NUMERIC ends at 38 digits. 22
// digits before the point and 16 after it: avg() and division give 16, and SQL_C_NUMERIC needs both
// within 38. As text every digit arrives, however many there are.
constexpr SQLULEN unbounded_numeric_precision = 38;
constexpr SQLSMALLINT unbounded_numeric_scale = 16;

constexpr SQLSMALLINT microseconds = 6;
constexpr std::int32_t modifier_header = 4;  // VARHDRSZ, which text and numeric modifiers include

// What is the same for all that is not a number and not text.
SqlType plain(SQLSMALLINT concise, std::string_view name, SQLULEN size, SQLLEN octets,
              SQLSMALLINT default_c) {
  SqlType type{};
  type.concise_type = type.verbose_type = concise;
  type.column_size = size;
  type.octet_length = octets;
  type.display_size = static_cast<SQLLEN>(size);
  type.searchable = SQL_PRED_BASIC;
  type.is_unsigned = true;
  type.type_name = name;
  type.default_c_type = default_c;
  return type;
}

SqlType number(SQLSMALLINT concise, std::string_view name, SQLULEN digits, SQLLEN octets,
               SQLLEN display, SQLSMALLINT default_c) {
  SqlType type = plain(concise, name, digits, octets, default_c);
  type.display_size = display;
  type.precision_radix = 10;
  type.is_unsigned = false;
  return type;
}

void quote(SqlType& type) {
  type.literal_prefix = type.literal_suffix = "'";
}

SqlType datetime(SQLSMALLINT concise, SQLSMALLINT code, std::string_view name, SQLULEN size,
                 SQLLEN octets, SQLSMALLINT digits, SQLSMALLINT default_c) {
  SqlType type = plain(concise, name, size, octets, default_c);
  type.verbose_type = SQL_DATETIME;
  type.datetime_code = code;
  type.decimal_digits = digits;
  quote(type);
  return type;
}

enum class Length : std::uint8_t { fixed, varying, varying_long };

SqlType text(std::string_view name, Length length, SQLULEN size, const TypeOptions& options) {
  const bool is_long = length == Length::varying_long;
  SQLSMALLINT concise = SQL_VARCHAR;
  if (length == Length::fixed) concise = SQL_CHAR;
  if (is_long) concise = SQL_LONGVARCHAR;
  if (size == 0) size = is_long ? options.unlimited_long_text() : options.unlimited_varchar();
  const bool narrow =
      options.ansi || (options.short_text_narrow && !is_long && size <= short_text_size);
  if (!narrow) {
    concise = static_cast<SQLSMALLINT>(
        concise == SQL_CHAR ? SQL_WCHAR : (is_long ? SQL_WLONGVARCHAR : SQL_WVARCHAR));
  }
  // UTF-16 units, or the longest characters of UTF-8.
  const SQLULEN octets = size * (narrow ? 4 : sizeof(SQLWCHAR));
  SqlType type =
      plain(concise, name, size, static_cast<SQLLEN>(octets), narrow ? SQL_C_CHAR : SQL_C_WCHAR);
  type.searchable = SQL_PRED_SEARCHABLE;
  type.case_sensitive = true;
  quote(type);
  return type;
}

// Text of one length or another, by the DSN's wishes and the row's.
SqlType row_text(const TypeRow& row, Length length, SQLULEN size, const TypeOptions& options) {
  const bool long_wanted =
      row.is_text ? options.text_as_long_varchar : options.unknowns_as_long_varchar;
  const bool over = options.max_varchar_size != 0 && size > options.max_varchar_size;
  if (size == 0 ? long_wanted : over) length = Length::varying_long;
  SqlType type = text(row.name, length, size, options);
  type.searchable = row.searchable;
  return type;
}

SQLULEN declared_length(std::int32_t modifier) {
  return modifier > modifier_header ? static_cast<SQLULEN>(modifier - modifier_header) : 0;
}

// A number that the DSN wants told as text.
SqlType number_as_text(std::string_view name, SQLSMALLINT as, SQLULEN size,
                       const TypeOptions& options) {
  SqlType type =
      text(name, as == SQL_LONGVARCHAR ? Length::varying_long : Length::varying, size, options);
  type.case_sensitive = false;
  type.searchable = SQL_PRED_BASIC;
  return type;
}

SQLSMALLINT fraction_digits(std::int32_t modifier) {
  return modifier < 0 ? microseconds
                      : static_cast<SQLSMALLINT>(std::min<std::int32_t>(modifier, microseconds));
}

// Names, and characters around the first field's digits, as the reference counts a column's size.
struct IntervalForm {
  std::string_view name;
  SQLULEN further_characters;
};
constexpr IntervalForm interval_forms[] = {
    {},
    {"interval year", 0},
    {"interval month", 0},
    {"interval day", 0},
    {"interval hour", 0},
    {"interval minute", 0},
    {"interval second", 0},
    {"interval year to month", 3},
    {"interval day to hour", 3},
    {"interval day to minute", 6},
    {"interval day to second", 9},
    {"interval hour to minute", 3},
    {"interval hour to second", 6},
    {"interval minute to second", 3},
};
static_assert(std::size(interval_forms) == SQL_CODE_MINUTE_TO_SECOND + 1);

// As text each byte is two digits. Where no size is known something is shown all the same.
SqlType binary(SQLSMALLINT concise, std::string_view name, SQLULEN size) {
  SqlType type = plain(concise, name, size, static_cast<SQLLEN>(size), SQL_C_BINARY);
  type.display_size = static_cast<SQLLEN>(size == 0 ? unbounded_text_size : size) * 2;
  return type;
}

}  // namespace

SqlType as_text(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  return row_text(row, Length::varying, row.size, options);
}

SqlType as_varchar(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  return row_text(row, Length::varying, declared_length(modifier), options);
}

SqlType as_bpchar(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  const SQLULEN size = declared_length(modifier);
  return row_text(row, size != 0 ? Length::fixed : Length::varying, size, options);
}

SqlType as_single_char(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  return row_text(row, Length::fixed, row.size, options);
}

SqlType as_bits(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  const SQLULEN bits = modifier > 0 ? static_cast<SQLULEN>(modifier) : 0;
  return row_text(row, Length::varying, bits, options);
}

SqlType as_bool(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  if (!options.bools_as_char) {
    SqlType type = plain(SQL_BIT, row.name, 1, 1, SQL_C_BIT);
    if (options.true_is_minus_one) type.display_size = 2;
    return type;
  }
  SqlType type = text(row.name, Length::varying, 5, options);
  type.case_sensitive = false;
  type.searchable = SQL_PRED_BASIC;
  return type;
}

SqlType as_int2(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  return number(SQL_SMALLINT, row.name, 5, 2, 6, SQL_C_SSHORT);
}

SqlType as_int4(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  return number(SQL_INTEGER, row.name, 10, 4, 11, SQL_C_SLONG);
}

SqlType as_int8(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  constexpr SQLULEN digits = 19;
  constexpr SQLLEN characters = 20;
  switch (options.int8_as) {
    case SQL_INTEGER:
      // A value may have more digits than the type: as text each arrives.
      return number(SQL_INTEGER, row.name, 10, 4, characters, SQL_C_SLONG);
    case SQL_NUMERIC:
      return number(SQL_NUMERIC, row.name, digits, digits + 2, digits + 2, SQL_C_CHAR);
    case SQL_DOUBLE:
      return as_float8(row, modifier, options);
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
      return number_as_text(row.name, options.int8_as, characters, options);
    default:
      return number(SQL_BIGINT, row.name, digits, 8, characters, SQL_C_SBIGINT);
  }
}

SqlType as_oid(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  // Unsigned, and larger than most programs' idea of SQL_INTEGER.
  SqlType type = number(SQL_BIGINT, row.name, 10, 8, 10, SQL_C_UBIGINT);
  type.is_unsigned = true;
  return type;
}

SqlType as_float4(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  return number(SQL_REAL, row.name, 7, 4, 15, SQL_C_FLOAT);
}

SqlType as_float8(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  return number(SQL_DOUBLE, row.name, 15, 8, 24, SQL_C_DOUBLE);
}

SqlType as_numeric(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  if (modifier < modifier_header && options.numeric_as == SQL_DOUBLE)
    return as_float8(row, modifier, options);
  if (modifier < modifier_header &&
      (options.numeric_as == SQL_VARCHAR || options.numeric_as == SQL_LONGVARCHAR))
    return number_as_text(row.name, options.numeric_as, 0, options);
  SQLULEN precision = unbounded_numeric_precision;
  SQLSMALLINT scale = unbounded_numeric_scale;
  if (modifier >= modifier_header) {
    const auto packed = static_cast<std::uint32_t>(modifier - modifier_header);
    // Eleven bits with a sign since PostgreSQL 15: numeric(3,-2) has zeros before the point.
    const auto signed_scale = static_cast<std::int32_t>((packed & 0x7FFU) ^ 0x400U) - 0x400;
    precision = packed >> 16U;
    if (signed_scale < 0) precision += static_cast<SQLULEN>(-signed_scale);
    scale = static_cast<SQLSMALLINT>(std::max(signed_scale, 0));
    precision = std::max({precision, static_cast<SQLULEN>(scale), SQLULEN{1}});
  }
  SqlType type = number(SQL_NUMERIC, row.name, precision, static_cast<SQLLEN>(precision) + 2,
                        static_cast<SQLLEN>(precision) + 2, SQL_C_CHAR);
  type.decimal_digits = scale;
  return type;
}

// 64 bits of the smallest unit. As text it is the server's words, with signs and separators.
SqlType as_money(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  constexpr SQLULEN digits = 19;
  constexpr SQLLEN characters = 32;
  SqlType type = number(SQL_NUMERIC, row.name, digits, digits + 2, characters, SQL_C_CHAR);
  type.decimal_digits = options.money_scale;
  type.fixed_precision_scale = true;
  return type;
}

SqlType as_bytea(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  SqlType type = options.bytea_as_long_varbinary
                     ? binary(SQL_LONGVARBINARY, row.name, options.max_long_varchar_size)
                     : binary(SQL_VARBINARY, row.name, options.unlimited_varchar());
  type.literal_prefix = "'\\x";
  type.literal_suffix = "'";
  return type;
}

SqlType as_large_object(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& options) {
  SqlType type = binary(SQL_LONGVARBINARY, row.name, options.max_long_varchar_size);
  type.searchable = SQL_PRED_NONE;
  return type;
}

SqlType as_uuid(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  SqlType type = plain(SQL_GUID, row.name, 36, sizeof(SQLGUID), SQL_C_GUID);
  quote(type);
  return type;
}

SqlType as_date(const TypeRow& row, std::int32_t /*modifier*/, const TypeOptions& /*options*/) {
  return datetime(SQL_TYPE_DATE, SQL_CODE_DATE, row.name, 10, sizeof(SQL_DATE_STRUCT), 0,
                  SQL_C_TYPE_DATE);
}

SqlType as_time(const TypeRow& row, std::int32_t modifier, const TypeOptions& /*options*/) {
  const SQLSMALLINT digits = fraction_digits(modifier);
  return datetime(SQL_TYPE_TIME, SQL_CODE_TIME, row.name,
                  digits == 0 ? 8 : 9 + static_cast<SQLULEN>(digits), sizeof(SQL_TIME_STRUCT),
                  digits, SQL_C_TYPE_TIME);
}

SqlType as_timestamp(const TypeRow& row, std::int32_t modifier, const TypeOptions& /*options*/) {
  const SQLSMALLINT digits = fraction_digits(modifier);
  const SQLULEN size = digits == 0 ? 19 : 20 + static_cast<SQLULEN>(digits);
  SqlType type = datetime(SQL_TYPE_TIMESTAMP, SQL_CODE_TIMESTAMP, row.name, size,
                          sizeof(SQL_TIMESTAMP_STRUCT), digits, SQL_C_TYPE_TIMESTAMP);
  // As text the server's offset follows.
  if (row.oid == oid_timestamptz) type.display_size += static_cast<SQLLEN>(sizeof "+hh:mm") - 1;
  return type;
}

SqlType as_interval(const TypeRow& row, std::int32_t modifier, const TypeOptions& options) {
  const SQLSMALLINT code = interval_code(modifier);
  return code != 0 ? interval_type(code, interval_fraction_digits(modifier))
                   : as_text(row, modifier, options);
}

SqlType interval_type(SQLSMALLINT code, SQLSMALLINT digits) {
  const IntervalForm& form = interval_forms[code];
  const SQLULEN size = static_cast<SQLULEN>(longest_leading_precision) + form.further_characters +
                       (digits > 0 ? 1 + static_cast<SQLULEN>(digits) : 0);
  const SQLSMALLINT concise = type_of_interval(code);
  SqlType type = plain(concise, form.name, size, sizeof(SQL_INTERVAL_STRUCT), concise);
  type.verbose_type = SQL_INTERVAL;
  type.datetime_code = code;
  type.decimal_digits = digits;
  type.interval_precision = longest_leading_precision;
  type.display_size = static_cast<SQLLEN>(type_row(oid_interval).size);
  quote(type);
  return type;
}

}  // namespace negodbc::types
