// How PostgreSQL's types look to ODBC: the functions that type_table.cc's rows name, each for one
// shape of type.
#pragma once

#include <cstdint>

#include "driver/types/type_info.h"
#include "driver/types/type_table.h"

namespace negodbc::types {

// Text, and what ODBC has no type for.
SqlType as_text(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_varchar(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_bpchar(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_single_char(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_bits(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);

SqlType as_bool(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_int2(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_int4(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_int8(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_oid(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_float4(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_float8(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_numeric(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_money(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);

SqlType as_bytea(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_large_object(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_uuid(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);

SqlType as_date(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_time(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
SqlType as_timestamp(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);
// As text (row.size) where every interval fits, else one of ODBC's.
SqlType as_interval(const TypeRow& row, std::int32_t modifier, const TypeOptions& options);

// Of an interval that was declared with fields. `code`: SQL_CODE_*; `digits` of the seconds.
SqlType interval_type(SQLSMALLINT code, SQLSMALLINT digits);

}  // namespace negodbc::types
