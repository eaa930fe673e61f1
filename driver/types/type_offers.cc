// The rows of SQLGetTypeInfo.
#include <algorithm>
#include <iterator>

#include "driver/types/convert_interval.h"
#include "driver/types/convert_kind.h"
#include "driver/types/type_info.h"

namespace negodbc::types {
namespace {

constexpr SQLSMALLINT microsecond_digits = 6;
constexpr SQLULEN longest_varchar = 10485760;
constexpr SQLULEN longest_text = 1073741823;
constexpr SQLULEN longest_numeric = 1000;
constexpr SQLULEN longest_bits = 83886080;

struct Offer {
  SQLSMALLINT data_type;  // as an application asks for it
  std::uint32_t oid;
  std::string_view name;  // "": the type's own
  std::string_view create_params;
};
// Sorted by data_type; of each the closest first. Types that are only near the asked one (int2 for
// SQL_TINYINT) are there so that a program can create a table with what it knows.
constexpr Offer offers[] = {
    {SQL_GUID, oid_uuid, "", ""},
    {SQL_WLONGVARCHAR, oid_text, "", ""},
    {SQL_WVARCHAR, oid_varchar, "", "max length"},
    {SQL_WVARCHAR, oid_text, "", ""},
    {SQL_WVARCHAR, oid_name, "", ""},
    {SQL_WVARCHAR, oid_interval, "", ""},
    {SQL_WVARCHAR, oid_timetz, "", ""},
    {SQL_WVARCHAR, oid_inet, "", ""},
    {SQL_WVARCHAR, oid_cidr, "", ""},
    {SQL_WVARCHAR, oid_macaddr, "", ""},
    {SQL_WVARCHAR, oid_macaddr8, "", ""},
    {SQL_WVARCHAR, oid_bit, "", "length"},
    {SQL_WVARCHAR, oid_varbit, "", "max length"},
    {SQL_WCHAR, oid_bpchar, "", "length"},
    {SQL_BIT, oid_bool, "", ""},
    {SQL_TINYINT, oid_int2, "", ""},
    {SQL_BIGINT, oid_int8, "", ""},
    {SQL_BIGINT, oid_int8, "bigserial", ""},
    {SQL_BIGINT, oid_oid, "", ""},
    {SQL_LONGVARBINARY, oid_bytea, "", ""},
    {SQL_VARBINARY, oid_bytea, "", ""},
    {SQL_BINARY, oid_bytea, "", ""},
    {SQL_LONGVARCHAR, oid_text, "", ""},
    {SQL_CHAR, oid_bpchar, "", "length"},
    {SQL_NUMERIC, oid_numeric, "", "precision,scale"},
    {SQL_NUMERIC, oid_money, "", ""},
    {SQL_DECIMAL, oid_numeric, "", "precision,scale"},
    {SQL_INTEGER, oid_int4, "", ""},
    {SQL_INTEGER, oid_int4, "serial", ""},
    {SQL_SMALLINT, oid_int2, "", ""},
    {SQL_SMALLINT, oid_int2, "smallserial", ""},
    {SQL_FLOAT, oid_float8, "", ""},
    {SQL_REAL, oid_float4, "", ""},
    {SQL_DOUBLE, oid_float8, "", ""},
    {SQL_VARCHAR, oid_varchar, "", "max length"},
    {SQL_VARCHAR, oid_text, "", ""},
    {SQL_TYPE_DATE, oid_date, "", ""},
    {SQL_TYPE_TIME, oid_time, "", "precision"},
    {SQL_TYPE_TIMESTAMP, oid_timestamp, "", "precision"},
    {SQL_TYPE_TIMESTAMP, oid_timestamptz, "", "precision"},
    {SQL_INTERVAL_YEAR, oid_interval, "", ""},
    {SQL_INTERVAL_MONTH, oid_interval, "", ""},
    {SQL_INTERVAL_DAY, oid_interval, "", ""},
    {SQL_INTERVAL_HOUR, oid_interval, "", ""},
    {SQL_INTERVAL_MINUTE, oid_interval, "", ""},
    {SQL_INTERVAL_SECOND, oid_interval, "", ""},
    {SQL_INTERVAL_YEAR_TO_MONTH, oid_interval, "", ""},
    {SQL_INTERVAL_DAY_TO_HOUR, oid_interval, "", ""},
    {SQL_INTERVAL_DAY_TO_MINUTE, oid_interval, "", ""},
    {SQL_INTERVAL_DAY_TO_SECOND, oid_interval, "", ""},
    {SQL_INTERVAL_HOUR_TO_MINUTE, oid_interval, "", ""},
    {SQL_INTERVAL_HOUR_TO_SECOND, oid_interval, "", ""},
    {SQL_INTERVAL_MINUTE_TO_SECOND, oid_interval, "", ""},
};
static_assert(std::is_sorted(std::begin(offers), std::end(offers),
                             [](const Offer& a, const Offer& b) {
                               return a.data_type < b.data_type;
                             }));

bool is_narrow_text(SQLSMALLINT data_type) {
  return data_type == SQL_CHAR || data_type == SQL_VARCHAR || data_type == SQL_LONGVARCHAR;
}

bool is_wide_text(SQLSMALLINT data_type) {
  return data_type == SQL_WCHAR || data_type == SQL_WVARCHAR || data_type == SQL_WLONGVARCHAR;
}

// What is offered only as what the DSN wants it told as.
constexpr std::uint32_t told_as_wished[] = {oid_bool, oid_int8,    oid_numeric, oid_varchar,
                                            oid_json, oid_jsonb,   oid_xml,     oid_inet,
                                            oid_cidr, oid_macaddr, oid_macaddr8};

TypeInfoRow to_row(const Offer& offer, TypeOptions options) {
  TypeInfoRow row{};
  // The same type is offered as narrow and as wide text, whatever the application is.
  if (is_narrow_text(offer.data_type)) options.ansi = true;
  if (is_wide_text(offer.data_type)) options.ansi = false;
  if (offer.data_type == SQL_BIT) options.bools_as_char = false;
  if (offer.data_type == SQL_BIGINT) options.int8_as = 0;
  if (offer.data_type == SQL_NUMERIC || offer.data_type == SQL_DECIMAL) {
    if (offer.oid == oid_numeric) options.numeric_as = 0;
  }
  row.oid = offer.oid;
  const bool interval = is_interval_type(offer.data_type);
  if (interval) {
    const SQLSMALLINT code = code_of_interval(offer.data_type);
    const SQLSMALLINT digits = ends_with_seconds(code) ? microsecond_digits : SQLSMALLINT{0};
    row.type = interval_type(code, digits);
  } else {
    row.type = describe_type(offer.oid, -1, options);
    row.type.concise_type = offer.data_type;
    if (row.type.verbose_type != SQL_DATETIME) row.type.verbose_type = offer.data_type;
  }
  row.auto_unique = !offer.name.empty();
  row.type_name = row.auto_unique ? offer.name : row.type.type_name;
  row.type.type_name = row.type_name;
  row.create_params = offer.create_params;
  row.nullable = row.auto_unique ? SQL_NO_NULLS : SQL_NULLABLE;
  row.searchable_column = row.type.searchable;
  row.minimum_scale = row.maximum_scale = -1;
  if (interval) {
    row.minimum_scale = 0;
    row.maximum_scale = row.type.decimal_digits;
  }
  if (offer.oid == oid_numeric && row.type.precision_radix != 0) {
    row.type.column_size = longest_numeric;
    row.minimum_scale = 0;
    row.maximum_scale = static_cast<SQLSMALLINT>(longest_numeric);
  } else if (offer.oid == oid_time || offer.oid == oid_timestamp || offer.oid == oid_timestamptz) {
    row.minimum_scale = 0;
    row.maximum_scale = microsecond_digits;
  } else if (row.type.precision_radix == 10 && field_kind(offer.oid) == FieldKind::integer) {
    row.minimum_scale = row.maximum_scale = 0;
  } else if (offer.oid == oid_varchar || offer.oid == oid_bpchar) {
    row.type.column_size = longest_varchar;
  } else if (offer.oid == oid_bit || offer.oid == oid_varbit) {
    row.type.column_size = longest_bits;
  } else if (offer.oid == oid_text || offer.oid == oid_json || offer.oid == oid_jsonb ||
             offer.oid == oid_xml || offer.oid == oid_bytea) {
    row.type.column_size = longest_text;
  }
  return row;
}

}  // namespace

std::vector<TypeInfoRow> type_info_rows(const TypeOptions& options, SQLSMALLINT data_type) {
  std::vector<TypeInfoRow> rows;
  const auto add = [&](const Offer& offer) {
    if (data_type == SQL_ALL_TYPES || data_type == offer.data_type)
      rows.push_back(to_row(offer, options));
  };
  for (const Offer& offer : offers) add(offer);
  for (const std::uint32_t oid : told_as_wished) {
    const SQLSMALLINT told = describe_type(oid, -1, options).concise_type;
    const bool offered = std::any_of(std::begin(offers), std::end(offers), [&](const Offer& offer) {
      return offer.oid == oid && offer.data_type == told;
    });
    if (!offered) add({told, oid, "", ""});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TypeInfoRow& a, const TypeInfoRow& b) {
    return a.type.concise_type < b.type.concise_type;
  });
  return rows;
}

}  // namespace negodbc::types
