#include "driver/types/type_info.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "driver/base/utf.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_guid.h"
#include "driver/types/convert_interval.h"
#include "driver/types/convert_kind.h"

namespace negodbc::types {
namespace {

// PostgreSQL's numeric without a declared precision is unlimited, SQL_NUMERIC ends at 38 digits. 22
// digits before the point and 16 after it: avg() and division give 16, and SQL_C_NUMERIC needs both
// within 38. As text every digit arrives, however many there are.
constexpr SQLULEN unbounded_numeric_precision = 38;
constexpr SQLSMALLINT unbounded_numeric_scale = 16;

constexpr SQLSMALLINT microseconds = 6;
constexpr std::int32_t modifier_header = 4;  // VARHDRSZ, which text and numeric modifiers include

struct Name {
  std::uint32_t oid;
  std::string_view name;
  SQLULEN size;  // as text; 0: without a limit
};
// What is reported as text. Sorted by oid.
constexpr Name text_types[] = {
    {18, "char", 1},        {19, "name", 63},          {22, "int2vector", 0},
    {24, "regproc", 0},     {25, "text", 0},           {27, "tid", 24},
    {28, "xid", 10},        {29, "cid", 10},           {30, "oidvector", 0},
    {114, "json", 0},       {142, "xml", 0},           {600, "point", 0},
    {601, "lseg", 0},       {602, "path", 0},          {603, "box", 0},
    {604, "polygon", 0},    {628, "line", 0},          {650, "cidr", 49},
    {705, "unknown", 0},    {718, "circle", 0},        {774, "macaddr8", 23},
    {829, "macaddr", 17},   {869, "inet", 49},         {1000, "_bool", 0},
    {1001, "_bytea", 0},    {1003, "_name", 0},        {1005, "_int2", 0},
    {1007, "_int4", 0},     {1009, "_text", 0},        {1015, "_varchar", 0},
    {1016, "_int8", 0},     {1021, "_float4", 0},      {1022, "_float8", 0},
    {1028, "_oid", 0},      {1033, "aclitem", 0},      {1034, "_aclitem", 0},
    {1042, "bpchar", 0},    {1043, "varchar", 0},      {1115, "_timestamp", 0},
    {1182, "_date", 0},     {1185, "_timestamptz", 0}, {1186, "interval", 80},
    {1231, "_numeric", 0},  {1266, "timetz", 24},      {1560, "bit", 0},
    {1562, "varbit", 0},    {1790, "refcursor", 0},    {2202, "regprocedure", 0},
    {2205, "regclass", 0},  {2206, "regtype", 0},      {2249, "record", 0},
    {2278, "void", 4},      {2951, "_uuid", 0},        {3220, "pg_lsn", 17},
    {3614, "tsvector", 0},  {3615, "tsquery", 0},      {3802, "jsonb", 0},
    {3904, "int4range", 0}, {3906, "numrange", 0},     {3908, "tsrange", 0},
    {3910, "tstzrange", 0}, {3912, "daterange", 0},    {3926, "int8range", 0},
    {4072, "jsonpath", 0},
};
static_assert(std::is_sorted(std::begin(text_types), std::end(text_types),
                             [](const Name& a, const Name& b) { return a.oid < b.oid; }));

const Name* find_text_type(std::uint32_t oid) {
  const auto* found = std::lower_bound(std::begin(text_types), std::end(text_types), oid,
                                       [](const Name& a, std::uint32_t b) { return a.oid < b; });
  return found != std::end(text_types) && found->oid == oid ? found : nullptr;
}

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

SQLULEN or_default(SQLULEN size) {
  return size == 0 ? unbounded_text_size : size;
}

SqlType text(std::string_view name, Length length, SQLULEN size, const TypeOptions& options) {
  const bool is_long = length == Length::varying_long;
  SQLSMALLINT concise = SQL_VARCHAR;
  if (length == Length::fixed) concise = SQL_CHAR;
  if (is_long) concise = SQL_LONGVARCHAR;
  if (!options.ansi) {
    concise = static_cast<SQLSMALLINT>(
        concise == SQL_CHAR ? SQL_WCHAR : (is_long ? SQL_WLONGVARCHAR : SQL_WVARCHAR));
  }
  if (size == 0)
    size = is_long ? (options.max_long_varchar_size == 0 ? long_text_size
                                                         : options.max_long_varchar_size)
                   : or_default(options.max_varchar_size);
  // UTF-16 units, or the longest characters of UTF-8.
  const SQLULEN octets = size * (options.ansi ? 4 : sizeof(SQLWCHAR));
  SqlType type = plain(concise, name, size, static_cast<SQLLEN>(octets),
                       options.ansi ? SQL_C_CHAR : SQL_C_WCHAR);
  type.searchable = SQL_PRED_SEARCHABLE;
  type.case_sensitive = true;
  quote(type);
  return type;
}

SqlType text_type(std::uint32_t oid, std::int32_t modifier, const TypeOptions& options) {
  const Name* known = find_text_type(oid);
  const std::string_view name = known != nullptr ? known->name : std::string_view();
  SQLULEN size = known != nullptr ? known->size : 0;
  Length length = Length::varying;
  if (oid == oid_bpchar || oid == oid_varchar) {
    if (modifier > modifier_header) size = static_cast<SQLULEN>(modifier - modifier_header);
    if (oid == oid_bpchar && size != 0) length = Length::fixed;
  } else if (oid == oid_char) {
    length = Length::fixed;
  } else if ((oid == oid_bit || oid == oid_varbit) && modifier > 0) {  // bit and varbit count bits
    size = static_cast<SQLULEN>(modifier);
  }
  const bool is_text = oid == oid_text || oid == oid_varchar || oid == oid_bpchar ||
                       oid == oid_unknown || oid == oid_xml;
  const bool long_wanted =
      is_text ? options.text_as_long_varchar : options.unknowns_as_long_varchar;
  const bool over = options.max_varchar_size != 0 && size > options.max_varchar_size;
  if (size == 0 ? long_wanted : over) length = Length::varying_long;
  SqlType type = text(name, length, size, options);
  // json and xml have no comparisons, jsonb and the rest no LIKE.
  if (oid == oid_json || oid == oid_xml) {
    type.searchable = SQL_PRED_NONE;
  } else if (oid != oid_text && oid != oid_varchar && oid != oid_bpchar && oid != oid_name &&
             oid != oid_unknown) {
    type.searchable = SQL_PRED_BASIC;
  }
  return type;
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

SqlType double_type(std::string_view name) {
  return number(SQL_DOUBLE, name, 15, 8, 24, SQL_C_DOUBLE);
}

SqlType int8_type(const TypeOptions& options) {
  constexpr SQLULEN digits = 19;
  constexpr SQLLEN characters = 20;
  switch (options.int8_as) {
    case SQL_INTEGER:
      // A value may have more digits than the type: as text each arrives.
      return number(SQL_INTEGER, "int8", 10, 4, characters, SQL_C_SLONG);
    case SQL_NUMERIC:
      return number(SQL_NUMERIC, "int8", digits, digits + 2, digits + 2, SQL_C_CHAR);
    case SQL_DOUBLE:
      return double_type("int8");
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
      return number_as_text("int8", options.int8_as, characters, options);
    default:
      return number(SQL_BIGINT, "int8", digits, 8, characters, SQL_C_SBIGINT);
  }
}

SqlType numeric_type(std::int32_t modifier, const TypeOptions& options) {
  if (modifier < modifier_header && options.numeric_as == SQL_DOUBLE) return double_type("numeric");
  if (modifier < modifier_header &&
      (options.numeric_as == SQL_VARCHAR || options.numeric_as == SQL_LONGVARCHAR))
    return number_as_text("numeric", options.numeric_as, 0, options);
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
  SqlType type = number(SQL_NUMERIC, "numeric", precision, static_cast<SQLLEN>(precision) + 2,
                        static_cast<SQLLEN>(precision) + 2, SQL_C_CHAR);
  type.decimal_digits = scale;
  return type;
}

// 64 bits of the smallest unit. As text it is the server's words, with signs and separators.
SqlType money_type(const TypeOptions& options) {
  constexpr SQLULEN digits = 19;
  constexpr SQLLEN characters = 32;
  SqlType type = number(SQL_NUMERIC, "money", digits, digits + 2, characters, SQL_C_CHAR);
  type.decimal_digits = options.money_scale;
  type.fixed_precision_scale = true;
  return type;
}

SQLSMALLINT fraction_digits(std::int32_t modifier) {
  return modifier < 0 ? microseconds
                      : static_cast<SQLSMALLINT>(std::min<std::int32_t>(modifier, microseconds));
}

SqlType timestamp_type(std::uint32_t oid, std::int32_t modifier) {
  const SQLSMALLINT digits = fraction_digits(modifier);
  const SQLULEN size = digits == 0 ? 19 : 20 + static_cast<SQLULEN>(digits);
  const bool zoned = oid == oid_timestamptz;
  SqlType type =
      datetime(SQL_TYPE_TIMESTAMP, SQL_CODE_TIMESTAMP, zoned ? "timestamptz" : "timestamp", size,
               sizeof(SQL_TIMESTAMP_STRUCT), digits, SQL_C_TYPE_TIMESTAMP);
  // As text the server's offset follows.
  if (zoned) type.display_size += static_cast<SQLLEN>(sizeof "+hh:mm") - 1;
  return type;
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

SqlType bool_type(const TypeOptions& options) {
  if (!options.bools_as_char) {
    SqlType type = plain(SQL_BIT, "bool", 1, 1, SQL_C_BIT);
    if (options.true_is_minus_one) type.display_size = 2;
    return type;
  }
  SqlType type = text("bool", Length::varying, 5, options);
  type.case_sensitive = false;
  type.searchable = SQL_PRED_BASIC;
  return type;
}

// As text each byte is two digits. Where no size is known something is shown all the same.
SqlType binary(SQLSMALLINT concise, std::string_view name, SQLULEN size) {
  SqlType type = plain(concise, name, size, static_cast<SQLLEN>(size), SQL_C_BINARY);
  type.display_size = static_cast<SQLLEN>(or_default(size)) * 2;
  return type;
}

SqlType large_object_type(const TypeOptions& options) {
  SqlType type = binary(SQL_LONGVARBINARY, "lo", options.max_long_varchar_size);
  type.searchable = SQL_PRED_NONE;
  return type;
}

SqlType bytea_type(const TypeOptions& options) {
  SqlType type = options.bytea_as_long_varbinary
                     ? binary(SQL_LONGVARBINARY, "bytea", options.max_long_varchar_size)
                     : binary(SQL_VARBINARY, "bytea", or_default(options.max_varchar_size));
  type.literal_prefix = "'\\x";
  type.literal_suffix = "'";
  return type;
}

}  // namespace

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
  type.display_size = static_cast<SQLLEN>(find_text_type(oid_interval)->size);
  quote(type);
  return type;
}

bool TypeOptions::means_unlimited(SQLULEN size) const {
  return size == or_default(max_varchar_size) || size == or_default(max_long_varchar_size) ||
         (size == long_text_size && max_long_varchar_size == 0);
}

SqlType describe_type(std::uint32_t oid, std::int32_t modifier, const TypeOptions& options) {
  switch (field_kind(oid)) {
    case FieldKind::boolean:
      return bool_type(options);
    case FieldKind::integer:
      if (oid == oid_int2) return number(SQL_SMALLINT, "int2", 5, 2, 6, SQL_C_SSHORT);
      if (oid == oid_int4) return number(SQL_INTEGER, "int4", 10, 4, 11, SQL_C_SLONG);
      if (oid == oid_oid) {
        // Unsigned, and larger than most programs' idea of SQL_INTEGER.
        SqlType type = number(SQL_BIGINT, "oid", 10, 8, 10, SQL_C_UBIGINT);
        type.is_unsigned = true;
        return type;
      }
      return int8_type(options);
    case FieldKind::floating:
      if (oid == oid_float4) return number(SQL_REAL, "float4", 7, 4, 15, SQL_C_FLOAT);
      return double_type("float8");
    case FieldKind::numeric:
      return numeric_type(modifier, options);
    case FieldKind::binary:
      return oid == oid_large_object ? large_object_type(options) : bytea_type(options);
    case FieldKind::date:
      return datetime(SQL_TYPE_DATE, SQL_CODE_DATE, "date", 10, sizeof(SQL_DATE_STRUCT), 0,
                      SQL_C_TYPE_DATE);
    case FieldKind::time: {
      const SQLSMALLINT digits = fraction_digits(modifier);
      return datetime(SQL_TYPE_TIME, SQL_CODE_TIME, "time",
                      digits == 0 ? 8 : 9 + static_cast<SQLULEN>(digits), sizeof(SQL_TIME_STRUCT),
                      digits, SQL_C_TYPE_TIME);
    }
    case FieldKind::timestamp:
      return timestamp_type(oid, modifier);
    case FieldKind::guid: {
      SqlType type = plain(SQL_GUID, "uuid", 36, sizeof(SQLGUID), SQL_C_GUID);
      quote(type);
      return type;
    }
    case FieldKind::interval:
    case FieldKind::text:
      break;
  }
  if (const SQLSMALLINT code = interval_code(modifier); oid == oid_interval && code != 0)
    return interval_type(code, interval_fraction_digits(modifier));
  if (oid == oid_money) return money_type(options);
  return text_type(oid, modifier, options);
}

bool is_date(std::uint32_t oid) {
  return oid == oid_date || oid == oid_timestamp || oid == oid_timestamptz;
}

std::uint32_t parameter_oid(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_BIT:
      return oid_bool;
    case SQL_TINYINT:
    case SQL_SMALLINT:
      return oid_int2;
    case SQL_INTEGER:
      return oid_int4;
    case SQL_BIGINT:
      return oid_int8;
    case SQL_REAL:
      return oid_float4;
    case SQL_FLOAT:
    case SQL_DOUBLE:
      return oid_float8;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
      return oid_numeric;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
      return oid_bytea;
    case SQL_DATE:
    case SQL_TYPE_DATE:
      return oid_date;
    case SQL_TIME:
    case SQL_TYPE_TIME:
      return oid_time;
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP:
      return oid_timestamp;
    case SQL_GUID:
      return oid_uuid;
    default:
      return is_interval_type(sql_type) ? std::uint32_t{oid_interval} : 0;
  }
}

namespace {

bool is_special_number(std::string_view text) {
  for (const std::string_view word :
       {"nan", "infinity", "+infinity", "-infinity", "inf", "+inf", "-inf"}) {
    if (iequals(text, word)) return true;
  }
  return false;
}

// The smallest of int2, int4, int8 and numeric, from `declared` on.
std::uint32_t holding_integer(std::uint32_t declared, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (at != end || error == std::errc::invalid_argument) return 0;
  if (error != std::errc()) return oid_numeric;
  const auto fits = [value](auto smallest, auto largest) {
    return value >= smallest && value <= largest;
  };
  if (declared == oid_int2 && fits(INT16_MIN, INT16_MAX)) return oid_int2;
  if (declared != oid_int8 && fits(INT32_MIN, INT32_MAX)) return oid_int4;
  return oid_int8;
}

// An integer that has more digits than a float keeps is a numeric.
std::uint32_t holding_float(std::uint32_t declared, std::string_view text) {
  constexpr std::size_t float4_digits = 6;
  constexpr std::size_t float8_digits = 15;
  if (!Decimal::parse(text)) return is_special_number(text) ? declared : 0;
  const std::size_t digits = text.size() - (text.starts_with('-') ? 1 : 0);
  const bool integer = text.find_first_of(".eE") == std::string_view::npos;
  const std::size_t kept = declared == oid_float4 ? float4_digits : float8_digits;
  return integer && digits > kept ? std::uint32_t{oid_numeric} : declared;
}

}  // namespace

std::uint32_t holding_oid(std::uint32_t declared, std::string_view text) {
  switch (declared) {
    case oid_int2:
    case oid_int4:
    case oid_int8:
      return holding_integer(declared, text);
    case oid_float4:
    case oid_float8:
      return holding_float(declared, text);
    case oid_numeric:
      return Decimal::parse(text) || is_special_number(text) ? declared : 0;
    case oid_uuid:
      return parse_guid(text) ? declared : 0;
    default:
      return declared;
  }
}

}  // namespace negodbc::types
