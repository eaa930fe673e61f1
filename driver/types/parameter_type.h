// As what a parameter is declared to the server.
#pragma once

#include <sql.h>

#include <cstdint>
#include <string_view>

namespace negodbc::types {

// The type a parameter of an ODBC SQL type is declared as in Parse; 0: the server infers it, as for
// all character types. The declared ones are those that PostgreSQL converts by itself to their kin
// (a timestamp where a date or a timestamptz is wanted, an int4 where a numeric is), so that they
// work in most places.
std::uint32_t parameter_oid(SQLSMALLINT sql_type);

// The type that a value's text is declared as, where it may be none of the one that was declared:
// the next larger type that holds a number, which may be unsigned or was declared too small, and 0
// for what is no number or UUID at all. The server then judges by the column, which may take it.
std::uint32_t holding_oid(std::uint32_t declared, std::string_view text);

// A number that larger types hold exactly, but that no integer type reads: "5.00", "5e3".
bool is_padded_integer(std::string_view text);

// int2, int4, int8.
bool is_integer_oid(std::uint32_t oid);

// Whether the server reads a number's text as a value of this type: no fraction as an integer, and
// nothing beyond its range. Of what is neither an integer nor a float the server judges: true.
bool is_read_by(std::uint32_t oid, std::string_view text);

// holding_oid() of the types that type_table.cc's rows name them for.
std::uint32_t holding_integer(std::uint32_t declared, std::string_view text);
std::uint32_t holding_float(std::uint32_t declared, std::string_view text);
std::uint32_t holding_numeric(std::uint32_t declared, std::string_view text);
std::uint32_t holding_uuid(std::uint32_t declared, std::string_view text);

}  // namespace negodbc::types
