#include "driver/types/type_table.h"

#include <algorithm>
#include <iterator>

#include "driver/types/binary_format.h"
#include "driver/types/parameter_type.h"
#include "driver/types/type_shapes.h"

namespace negodbc::types {
namespace {

constexpr SQLSMALLINT finest_scale = 6;
constexpr SQLULEN longest_varchar = 10485760;
constexpr SQLULEN longest_text = 1073741823;
constexpr SQLULEN longest_numeric = 1000;
constexpr SQLULEN longest_bits = 83886080;

// Types that are only near the asked one (int2 for SQL_TINYINT) are offered so that a program can
// create a table with what it knows.
constexpr Offer offered_varchar[] = {{SQL_WVARCHAR, "", "max length"},
                                     {SQL_VARCHAR, "", "max length"}};
constexpr Offer offered_bpchar[] = {{SQL_WCHAR, "", "length"}, {SQL_CHAR, "", "length"}};
constexpr Offer offered_text[] = {{SQL_WLONGVARCHAR, "", ""},
                                  {SQL_WVARCHAR, "", ""},
                                  {SQL_LONGVARCHAR, "", ""},
                                  {SQL_VARCHAR, "", ""}};
constexpr Offer offered_wvarchar[] = {{SQL_WVARCHAR, "", ""}};
constexpr Offer offered_bit[] = {{SQL_WVARCHAR, "", "length"}};
constexpr Offer offered_varbit[] = {{SQL_WVARCHAR, "", "max length"}};
constexpr Offer offered_bool[] = {{SQL_BIT, "", ""}};
constexpr Offer offered_int2[] = {
    {SQL_TINYINT, "", ""}, {SQL_SMALLINT, "", ""}, {SQL_SMALLINT, "smallserial", ""}};
constexpr Offer offered_int4[] = {{SQL_INTEGER, "", ""}, {SQL_INTEGER, "serial", ""}};
constexpr Offer offered_int8[] = {{SQL_BIGINT, "", ""}, {SQL_BIGINT, "bigserial", ""}};
constexpr Offer offered_oid[] = {{SQL_BIGINT, "", ""}};
constexpr Offer offered_float4[] = {{SQL_REAL, "", ""}};
constexpr Offer offered_float8[] = {{SQL_FLOAT, "", ""}, {SQL_DOUBLE, "", ""}};
constexpr Offer offered_numeric[] = {{SQL_NUMERIC, "", "precision,scale"},
                                     {SQL_DECIMAL, "", "precision,scale"}};
constexpr Offer offered_money[] = {{SQL_NUMERIC, "", ""}};
constexpr Offer offered_bytea[] = {
    {SQL_LONGVARBINARY, "", ""}, {SQL_VARBINARY, "", ""}, {SQL_BINARY, "", ""}};
constexpr Offer offered_uuid[] = {{SQL_GUID, "", ""}};
constexpr Offer offered_date[] = {{SQL_TYPE_DATE, "", ""}};
constexpr Offer offered_time[] = {{SQL_TYPE_TIME, "", "precision"}};
constexpr Offer offered_timestamp[] = {{SQL_TYPE_TIMESTAMP, "", "precision"}};
constexpr Offer offered_interval[] = {
    {SQL_WVARCHAR, "", ""},
    {SQL_INTERVAL_YEAR, "", ""},
    {SQL_INTERVAL_MONTH, "", ""},
    {SQL_INTERVAL_DAY, "", ""},
    {SQL_INTERVAL_HOUR, "", ""},
    {SQL_INTERVAL_MINUTE, "", ""},
    {SQL_INTERVAL_SECOND, "", ""},
    {SQL_INTERVAL_YEAR_TO_MONTH, "", ""},
    {SQL_INTERVAL_DAY_TO_HOUR, "", ""},
    {SQL_INTERVAL_DAY_TO_MINUTE, "", ""},
    {SQL_INTERVAL_DAY_TO_SECOND, "", ""},
    {SQL_INTERVAL_HOUR_TO_MINUTE, "", ""},
    {SQL_INTERVAL_HOUR_TO_SECOND, "", ""},
    {SQL_INTERVAL_MINUTE_TO_SECOND, "", ""},
};

// What ODBC has no type for, and of which nothing but its text is known.
constexpr TypeRow unlike(std::uint32_t oid, std::string_view name, SQLULEN size = 0) {
  return {.oid = oid, .name = name, .describe = as_text, .size = size};
}

constexpr TypeRow address(std::uint32_t oid, std::string_view name, SQLULEN size) {
  return {.oid = oid,
          .name = name,
          .describe = as_text,
          .size = size,
          .offers = offered_wvarchar,
          .offered_as_told = true};
}

constexpr TypeRow all_types[] = {
    {.describe = as_text},  // what has no row
    // Text
    {.oid = oid_varchar,
     .name = "varchar",
     .describe = as_varchar,
     .searchable = SQL_PRED_SEARCHABLE,
     .is_text = true,
     .offers = offered_varchar,
     .offered_as_told = true,
     .longest = longest_varchar},
    {.oid = oid_text,
     .name = "text",
     .describe = as_text,
     .searchable = SQL_PRED_SEARCHABLE,
     .is_text = true,
     .offers = offered_text,
     .longest = longest_text},
    {.oid = oid_name,
     .name = "name",
     .describe = as_text,
     .size = 63,
     .searchable = SQL_PRED_SEARCHABLE,
     .offers = offered_wvarchar},
    {.oid = oid_bpchar,
     .name = "bpchar",
     .describe = as_bpchar,
     .searchable = SQL_PRED_SEARCHABLE,
     .is_text = true,
     .offers = offered_bpchar,
     .longest = longest_varchar},
    {.oid = oid_char, .name = "char", .describe = as_single_char, .size = 1},
    {.oid = oid_unknown,
     .name = "unknown",
     .describe = as_text,
     .searchable = SQL_PRED_SEARCHABLE,
     .is_text = true},
    // No comparisons.
    {.oid = oid_json,
     .name = "json",
     .describe = as_text,
     .searchable = SQL_PRED_NONE,
     .offered_as_told = true,
     .longest = longest_text},
    {.oid = oid_jsonb,
     .name = "jsonb",
     .describe = as_text,
     .offered_as_told = true,
     .longest = longest_text},
    {.oid = oid_xml,
     .name = "xml",
     .describe = as_text,
     .searchable = SQL_PRED_NONE,
     .is_text = true,
     .offered_as_told = true,
     .longest = longest_text},
    // Numbers
    {.oid = oid_bool,
     .name = "bool",
     .kind = FieldKind::boolean,
     .describe = as_bool,
     .offers = offered_bool,
     .offered_as_told = true},
    {.oid = oid_int2,
     .name = "int2",
     .kind = FieldKind::integer,
     .describe = as_int2,
     .holding = holding_integer,
     .offers = offered_int2,
     .minimum_scale = 0,
     .maximum_scale = 0},
    {.oid = oid_int4,
     .name = "int4",
     .kind = FieldKind::integer,
     .describe = as_int4,
     .holding = holding_integer,
     .offers = offered_int4,
     .minimum_scale = 0,
     .maximum_scale = 0},
    {.oid = oid_int8,
     .name = "int8",
     .kind = FieldKind::integer,
     .describe = as_int8,
     .holding = holding_integer,
     .offers = offered_int8,
     .offered_as_told = true,
     .minimum_scale = 0,
     .maximum_scale = 0},
    {.oid = oid_oid,
     .name = "oid",
     .kind = FieldKind::integer,
     .describe = as_oid,
     .offers = offered_oid,
     .minimum_scale = 0,
     .maximum_scale = 0},
    {.oid = oid_xid, .name = "xid", .kind = FieldKind::integer, .describe = as_oid},
    {.oid = oid_cid, .name = "cid", .kind = FieldKind::integer, .describe = as_oid},
    {.oid = oid_float4,
     .name = "float4",
     .kind = FieldKind::floating,
     .describe = as_float4,
     .binary = &binary_float4,
     .holding = holding_float,
     .offers = offered_float4},
    {.oid = oid_float8,
     .name = "float8",
     .kind = FieldKind::floating,
     .describe = as_float8,
     .binary = &binary_float8,
     .holding = holding_float,
     .offers = offered_float8},
    {.oid = oid_numeric,
     .name = "numeric",
     .kind = FieldKind::numeric,
     .describe = as_numeric,
     .holding = holding_numeric,
     .offers = offered_numeric,
     .offered_as_told = true,
     .longest = longest_numeric,
     .minimum_scale = 0,
     .maximum_scale = longest_numeric},
    {.oid = oid_money, .name = "money", .describe = as_money, .offers = offered_money},
    // Bytes
    {.oid = oid_bytea,
     .name = "bytea",
     .kind = FieldKind::binary,
     .describe = as_bytea,
     .binary = &binary_bytea,
     .offers = offered_bytea,
     .longest = longest_text},
    {.oid = oid_large_object, .name = "lo", .kind = FieldKind::binary, .describe = as_large_object},
    {.oid = oid_uuid,
     .name = "uuid",
     .kind = FieldKind::guid,
     .describe = as_uuid,
     .binary = &binary_uuid,
     .holding = holding_uuid,
     .offers = offered_uuid},
    // Times
    {.oid = oid_date,
     .name = "date",
     .kind = FieldKind::date,
     .describe = as_date,
     .binary = &binary_date,
     .offers = offered_date},
    {.oid = oid_time,
     .name = "time",
     .kind = FieldKind::time,
     .describe = as_time,
     .offers = offered_time,
     .minimum_scale = 0,
     .maximum_scale = finest_scale},
    {.oid = oid_timestamp,
     .name = "timestamp",
     .kind = FieldKind::timestamp,
     .describe = as_timestamp,
     .binary = &binary_timestamp,
     .offers = offered_timestamp,
     .minimum_scale = 0,
     .maximum_scale = finest_scale},
    {.oid = oid_timestamptz,
     .name = "timestamptz",
     .kind = FieldKind::timestamp,
     .describe = as_timestamp,
     .offers = offered_timestamp,
     .minimum_scale = 0,
     .maximum_scale = finest_scale},
    {.oid = oid_interval,
     .name = "interval",
     .describe = as_interval,
     .size = 80,
     .offers = offered_interval},
    {.oid = oid_timetz,
     .name = "timetz",
     .describe = as_text,
     .size = 24,
     .offers = offered_wvarchar},
    // Addresses and bits
    address(oid_inet, "inet", 49),
    address(oid_cidr, "cidr", 49),
    address(oid_macaddr, "macaddr", 17),
    address(oid_macaddr8, "macaddr8", 23),
    {.oid = oid_bit,
     .name = "bit",
     .describe = as_bits,
     .offers = offered_bit,
     .longest = longest_bits},
    {.oid = oid_varbit,
     .name = "varbit",
     .describe = as_bits,
     .offers = offered_varbit,
     .longest = longest_bits},
    // Others
    unlike(22, "int2vector"),
    unlike(24, "regproc"),
    unlike(27, "tid", 24),
    unlike(30, "oidvector"),
    unlike(600, "point"),
    unlike(601, "lseg"),
    unlike(602, "path"),
    unlike(603, "box"),
    unlike(604, "polygon"),
    unlike(628, "line"),
    unlike(718, "circle"),
    unlike(1000, "_bool"),
    unlike(1001, "_bytea"),
    unlike(1003, "_name"),
    unlike(1005, "_int2"),
    unlike(1007, "_int4"),
    unlike(1009, "_text"),
    unlike(1015, "_varchar"),
    unlike(1016, "_int8"),
    unlike(1021, "_float4"),
    unlike(1022, "_float8"),
    unlike(1028, "_oid"),
    unlike(1033, "aclitem"),
    unlike(1034, "_aclitem"),
    unlike(1115, "_timestamp"),
    unlike(1182, "_date"),
    unlike(1185, "_timestamptz"),
    unlike(1231, "_numeric"),
    unlike(oid_refcursor, "refcursor"),
    unlike(2202, "regprocedure"),
    unlike(2205, "regclass"),
    unlike(2206, "regtype"),
    unlike(2249, "record"),
    unlike(2278, "void", 4),
    unlike(2951, "_uuid"),
    unlike(3220, "pg_lsn", 17),
    unlike(3614, "tsvector"),
    unlike(3615, "tsquery"),
    unlike(3904, "int4range"),
    unlike(3906, "numrange"),
    unlike(3908, "tsrange"),
    unlike(3910, "tstzrange"),
    unlike(3912, "daterange"),
    unlike(3926, "int8range"),
    unlike(4072, "jsonpath"),
};

constexpr std::size_t place_of(std::uint32_t oid) {
  std::size_t at = 0;
  while (at < std::size(all_types) && all_types[at].oid != oid) ++at;
  return at;
}

constexpr auto index_of_rows() {
  std::array<std::uint8_t, indexed_oids> index{};
  for (std::size_t i = 1; i < std::size(all_types); ++i)
    if (all_types[i].oid < indexed_oids) index[all_types[i].oid] = static_cast<std::uint8_t>(i);
  return index;
}
static_assert(std::size(all_types) <= UINT8_MAX);

// ODBC's types are between SQL_GUID (-11) and SQL_INTERVAL_MINUTE_TO_SECOND (113).
constexpr SQLSMALLINT first_sql_type = -128;

constexpr auto closest_types() {
  std::array<std::uint32_t, 256> closest{};
  for (const TypeRow& row : all_types) {
    for (const Offer& offer : row.offers) {
      auto& oid = closest[static_cast<std::size_t>(offer.data_type - first_sql_type)];
      if (oid == 0) oid = row.oid;
    }
  }
  return closest;
}

}  // namespace

const std::span<const TypeRow> type_rows = all_types;
const std::array<std::uint8_t, indexed_oids> type_index = index_of_rows();
const std::size_t large_object_index = place_of(oid_large_object);

std::uint32_t closest_type(SQLSMALLINT sql_type) {
  static constexpr auto closest = closest_types();
  const auto at = static_cast<std::size_t>(sql_type - first_sql_type);
  return at < closest.size() ? closest[at] : 0;
}

}  // namespace negodbc::types
