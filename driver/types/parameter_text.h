// Character data as a parameter of a type that is not character data: checked, in PostgreSQL's
// form.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <optional>
#include <string>
#include <string_view>

#include "driver/types/convert_decimal.h"
#include "driver/types/convert_interval.h"

namespace negodbc::types {

bool is_integer_type(SQLSMALLINT sql_type);
bool is_number_type(SQLSMALLINT sql_type);
bool is_approximate_type(SQLSMALLINT sql_type);
bool is_binary_type(SQLSMALLINT sql_type);
bool is_datetime_type(SQLSMALLINT sql_type);

// The number without its fraction; nothing where it has more than 38 digits.
std::optional<std::string> whole_number(const Decimal& number);

// As an interval type; throws Error 22015 when it has not the fields.
std::string interval_as(const Interval& interval, SQLSMALLINT sql_type);
std::string number_as_interval(std::string_view number, SQLSMALLINT sql_type);

// Throws Error 22018, 22015, 22003, 22008 as the reference says of character data. What is no
// number, bit or UUID stays as it is, for the server to judge (holding_oid).
std::string text_as(std::string_view text, SQLSMALLINT sql_type);

// Throws Error 22001 when the text has more characters, or the value more bytes, than the parameter
// was declared with. Nothing is declared by 0, nor by unbounded_text_size or more: SQLDescribeParam
// reports that for what has no limit, and programs declare what it reports.
void check_column_size(std::string_view text, SQLULEN column_size);
void check_byte_size(std::size_t bytes, SQLULEN column_size);

}  // namespace negodbc::types
