// SQLGetTypeInfo.
#include "driver/catalog/catalog.h"
#include "driver/catalog/odbc2.h"

namespace negodbc::catalog {
namespace {

Cell or_null(std::string_view value) {
  return value.empty() ? Cell() : text(value);
}
Cell flag(bool value) {
  return number(value ? SQL_TRUE : SQL_FALSE);
}

}  // namespace

LocalRows type_info(const types::TypeOptions& types, SQLSMALLINT data_type) {
  LocalRows result = make_rows({{"TYPE_NAME", ColumnType::name},
                                {"DATA_TYPE", ColumnType::small},
                                {"COLUMN_SIZE", ColumnType::integer},
                                {"LITERAL_PREFIX", ColumnType::name},
                                {"LITERAL_SUFFIX", ColumnType::name},
                                {"CREATE_PARAMS", ColumnType::name},
                                {"NULLABLE", ColumnType::small},
                                {"CASE_SENSITIVE", ColumnType::small},
                                {"SEARCHABLE", ColumnType::small},
                                {"UNSIGNED_ATTRIBUTE", ColumnType::small},
                                {"FIXED_PREC_SCALE", ColumnType::small},
                                {"AUTO_UNIQUE_VALUE", ColumnType::small},
                                {"LOCAL_TYPE_NAME", ColumnType::name},
                                {"MINIMUM_SCALE", ColumnType::small},
                                {"MAXIMUM_SCALE", ColumnType::small},
                                {"SQL_DATA_TYPE", ColumnType::small},
                                {"SQL_DATETIME_SUB", ColumnType::small},
                                {"NUM_PREC_RADIX", ColumnType::integer},
                                {"INTERVAL_PRECISION", ColumnType::small}});
  for (const types::TypeInfoRow& row : types::type_info_rows(types, odbc3_type(data_type))) {
    const types::SqlType& type = row.type;
    const bool numeric = type.precision_radix != 0;
    result.rows.push_back(
        {text(row.type_name), number(type.concise_type),
         number(static_cast<std::int64_t>(type.column_size)), or_null(type.literal_prefix),
         or_null(type.literal_suffix), or_null(row.create_params), number(row.nullable),
         flag(type.case_sensitive), number(row.searchable_column),
         numeric ? flag(type.is_unsigned) : Cell(), flag(type.fixed_precision_scale),
         numeric ? flag(row.auto_unique) : Cell(), text(row.type_name),
         row.minimum_scale < 0 ? Cell() : number(row.minimum_scale),
         row.maximum_scale < 0 ? Cell() : number(row.maximum_scale), number(type.verbose_type),
         type.datetime_code != 0 ? number(type.datetime_code) : Cell(),
         numeric ? number(type.precision_radix) : Cell(),
         type.interval_precision != 0 ? number(type.interval_precision) : Cell()});
  }
  return result;
}

}  // namespace negodbc::catalog
