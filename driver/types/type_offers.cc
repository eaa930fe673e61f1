// The rows of SQLGetTypeInfo.
#include <algorithm>

#include "driver/types/c_types.h"
#include "driver/types/convert_interval.h"
#include "driver/types/type_shapes.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

constexpr SQLSMALLINT microsecond_digits = 6;

bool is_narrow_text(SQLSMALLINT data_type) {
  return data_type == SQL_CHAR || data_type == SQL_VARCHAR || data_type == SQL_LONGVARCHAR;
}

bool is_wide_text(SQLSMALLINT data_type) {
  return data_type == SQL_WCHAR || data_type == SQL_WVARCHAR || data_type == SQL_WLONGVARCHAR;
}

TypeInfoRow to_row(const TypeRow& of, const Offer& offer, TypeOptions options) {
  TypeInfoRow row{};
  // The same type is offered as narrow and as wide text, whatever the application is.
  if (is_narrow_text(offer.data_type)) options.ansi = true;
  if (is_wide_text(offer.data_type)) options.ansi = options.short_text_narrow = false;
  if (offer.data_type == SQL_BIT) options.bools_as_char = false;
  if (offer.data_type == SQL_BIGINT) options.int8_as = 0;
  if (offer.data_type == SQL_NUMERIC || offer.data_type == SQL_DECIMAL) {
    if (of.kind == FieldKind::numeric) options.numeric_as = 0;
  }
  row.oid = of.oid;
  const bool interval = is_interval_type(offer.data_type);
  if (interval) {
    const SQLSMALLINT code = code_of_interval(offer.data_type);
    const SQLSMALLINT digits = ends_with_seconds(code) ? microsecond_digits : SQLSMALLINT{0};
    row.type = interval_type(code, digits);
  } else {
    row.type = of.describe(of, -1, options);
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
  } else if (of.kind == FieldKind::text || !is_character_type(row.type.concise_type)) {
    // What the DSN wants told as text has not its own type's limits.
    if (of.longest != 0) row.type.column_size = of.longest;
    row.minimum_scale = of.minimum_scale;
    row.maximum_scale = of.maximum_scale;
  }
  return row;
}

}  // namespace

std::vector<TypeInfoRow> type_info_rows(const TypeOptions& options, SQLSMALLINT data_type) {
  std::vector<TypeInfoRow> rows;
  const auto add = [&](const TypeRow& type, const Offer& offer) {
    if (data_type == SQL_ALL_TYPES || data_type == offer.data_type)
      rows.push_back(to_row(type, offer, options));
  };
  for (const TypeRow& type : type_rows)
    for (const Offer& offer : type.offers) add(type, offer);
  for (const TypeRow& type : type_rows) {
    if (!type.offered_as_told) continue;
    const SQLSMALLINT told = type.describe(type, -1, options).concise_type;
    const bool offered = std::any_of(type.offers.begin(), type.offers.end(),
                                     [&](const Offer& offer) { return offer.data_type == told; });
    if (!offered) add(type, {told, "", ""});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TypeInfoRow& a, const TypeInfoRow& b) {
    return a.type.concise_type < b.type.concise_type;
  });
  return rows;
}

}  // namespace negodbc::types
