#include "driver/handles/descriptor/server_type.h"

#include <algorithm>

namespace negodbc::odbc {

void describe_server_type(Record& record, std::uint32_t oid, std::int32_t modifier,
                          const types::TypeOptions& options) {
  const types::SqlType type = types::describe_type(oid, modifier, options);
  record.concise_type = type.concise_type;
  record.type = type.verbose_type;
  record.datetime_interval_code = type.datetime_code;
  record.datetime_interval_precision = type.interval_precision;
  record.length = type.column_size;
  record.octet_length = type.octet_length;
  record.display_size = type.display_size;
  record.num_prec_radix = type.precision_radix;
  // SQL_DESC_PRECISION: of dates and times the digits of the seconds' fraction, else the column's
  // size.
  const bool is_time = type.verbose_type == SQL_DATETIME || type.verbose_type == SQL_INTERVAL;
  record.precision = is_time
                         ? type.decimal_digits
                         : static_cast<SQLSMALLINT>(std::min<SQLULEN>(type.column_size, 0x7fff));
  record.scale = is_time ? SQLSMALLINT{0} : type.decimal_digits;
  record.scale_given = true;
  record.searchable = type.searchable;
  record.is_unsigned = type.is_unsigned ? SQL_TRUE : SQL_FALSE;
  record.case_sensitive = type.case_sensitive ? SQL_TRUE : SQL_FALSE;
  record.fixed_prec_scale = type.fixed_precision_scale ? SQL_TRUE : SQL_FALSE;
  record.type_name = type.type_name;
  record.literal_prefix = type.literal_prefix;
  record.literal_suffix = type.literal_suffix;
}

}  // namespace negodbc::odbc
