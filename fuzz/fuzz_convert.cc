// Conversions under libFuzzer: a server's text or binary value into every C type, in parts, in
// buffers of every size; an application's buffer as a parameter of every SQL type.
#include <sql.h>
#include <sqlext.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string_view>

#include "driver/base/error.h"
#include "driver/types/convert.h"
#include "driver/types/parameter.h"

namespace {

using namespace negodbc::types;

constexpr std::uint32_t types[] = {
    oid_bool,      oid_bytea,       oid_int2,     oid_int4,    oid_int8,   oid_text, oid_oid,
    oid_json,      oid_float4,      oid_float8,   oid_money,   oid_bpchar, oid_date, oid_time,
    oid_timestamp, oid_timestamptz, oid_interval, oid_numeric, oid_uuid,   1007 /* int4[] */};

constexpr SQLSMALLINT c_types[] = {SQL_C_CHAR,
                                   SQL_C_WCHAR,
                                   SQL_C_BINARY,
                                   SQL_C_DEFAULT,
                                   SQL_C_BIT,
                                   SQL_C_TINYINT,
                                   SQL_C_UTINYINT,
                                   SQL_C_SHORT,
                                   SQL_C_USHORT,
                                   SQL_C_LONG,
                                   SQL_C_ULONG,
                                   SQL_C_SBIGINT,
                                   SQL_C_UBIGINT,
                                   SQL_C_FLOAT,
                                   SQL_C_DOUBLE,
                                   SQL_C_NUMERIC,
                                   SQL_C_TYPE_DATE,
                                   SQL_C_TYPE_TIME,
                                   SQL_C_TYPE_TIMESTAMP,
                                   SQL_C_GUID,
                                   SQL_C_INTERVAL_YEAR,
                                   SQL_C_INTERVAL_MONTH,
                                   SQL_C_INTERVAL_DAY,
                                   SQL_C_INTERVAL_SECOND,
                                   SQL_C_INTERVAL_YEAR_TO_MONTH,
                                   SQL_C_INTERVAL_DAY_TO_HOUR,
                                   SQL_C_INTERVAL_DAY_TO_SECOND,
                                   SQL_C_INTERVAL_MINUTE_TO_SECOND,
                                   12345};

constexpr SQLSMALLINT sql_types[] = {SQL_CHAR,
                                     SQL_VARCHAR,
                                     SQL_WVARCHAR,
                                     SQL_LONGVARCHAR,
                                     SQL_DECIMAL,
                                     SQL_NUMERIC,
                                     SQL_INTEGER,
                                     SQL_BIGINT,
                                     SQL_SMALLINT,
                                     SQL_TINYINT,
                                     SQL_BIT,
                                     SQL_REAL,
                                     SQL_DOUBLE,
                                     SQL_BINARY,
                                     SQL_VARBINARY,
                                     SQL_TYPE_DATE,
                                     SQL_TYPE_TIME,
                                     SQL_TYPE_TIMESTAMP,
                                     SQL_GUID,
                                     SQL_INTERVAL_DAY,
                                     SQL_INTERVAL_SECOND,
                                     SQL_INTERVAL_YEAR_TO_MONTH,
                                     SQL_INTERVAL_DAY_TO_SECOND};
// Of interval columns: none, day, second(3), year to month, day to second.
constexpr std::int32_t modifiers[] = {-1, 0x8FFFF, 0x10000003, 0x6FFFF, 0x1C08FFFF};

constexpr TypeOptions wishes[] = {
    {},
    {.bools_as_char = true,
     .true_is_minus_one = true,
     .lf_conversion = true,
     .int8_as = SQL_VARCHAR,
     .numeric_as = SQL_DOUBLE,
     .ansi = true},
    {.true_is_minus_one = true, .lf_conversion = true, .int8_as = SQL_INTEGER}};

template <class T, std::size_t N>
T pick(const T (&list)[N], std::uint8_t byte) {
  return list[byte % N];
}

void to_c(const Source& source, SQLSMALLINT c_type, std::size_t capacity, bool whole) {
  const std::string_view bytes = source.bytes;
  // At the end of its memory, so that a byte too many is seen.
  const auto buffer = std::make_unique<char[]>(capacity);
  SQLLEN length = 0;
  PartState state;
  state.whole_characters = whole;
  // Of a fixed type the buffer's length does not matter: it must be large enough.
  Target target{c_type, buffer.get(), static_cast<SQLLEN>(capacity), &length, &length};
  target.precision = static_cast<SQLSMALLINT>(bytes.size() % 10);
  target.leading_precision = static_cast<SQLINTEGER>(bytes.size() % 11);
  for (std::size_t parts = 0;; ++parts) {
    if (parts > 2 * bytes.size() + 64) std::abort();  // parts that never end
    const Outcome outcome = convert(source, target, state);
    if (outcome != Outcome::truncated || whole || capacity < 8) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t head = 5;
  constexpr std::size_t largest_fixed = 64;
  if (size < head) return 0;
  const SQLSMALLINT c_type = pick(c_types, data[1]);
  const bool variable = c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR || c_type == SQL_C_BINARY;
  const std::size_t capacity = variable ? data[3] : largest_fixed;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + head, size - head);
  const TypeOptions& options = wishes[data[2] / std::size(sql_types) % std::size(wishes)];
  try {
    Source source{bytes, pick(types, data[0]), pick(modifiers, data[4] >> 1U), &options};
    if ((data[2] & 0x80U) != 0) source.format = negodbc::wire::Format::binary;
    to_c(source, c_type, capacity, (data[4] & 1U) != 0);
  } catch (const negodbc::Error&) {  // says why
  }
  if (!variable && bytes.size() < largest_fixed) return 0;
  try {
    Parameter parameter{c_type,       pick(sql_types, data[2]),         data[3], 0,
                        bytes.data(), static_cast<SQLLEN>(bytes.size())};
    parameter.lf_conversion = options.lf_conversion;
    parameter.true_is_minus_one = options.true_is_minus_one;
    (void)encode_parameter(parameter);
  } catch (const negodbc::Error&) {
  }
  return 0;
}
