#include "driver/types/convert.h"

#include <algorithm>
#include <array>
#include <string>

#include "driver/base/error.h"
#include "driver/types/binary_format.h"
#include "driver/types/convert_datetime.h"
#include "driver/types/convert_guid.h"
#include "driver/types/convert_interval.h"
#include "driver/types/convert_money.h"
#include "driver/types/convert_number.h"
#include "driver/types/convert_parts.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

SQLSMALLINT own_c_type(const Source& source) {
  return describe_type(source.type_oid, source.type_modifier, *source.options).default_c_type;
}

// An interval that was declared without fields may have months and days and seconds, which is more
// than ODBC's have: it is told as text.
FieldKind kind_of(const Source& source) {
  if (source.type_oid == oid_interval && interval_code(source.type_modifier) != 0)
    return FieldKind::interval;
  return field_kind(source.type_oid);
}

bool is_exact_number(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_TINYINT:
    case SQL_C_STINYINT:
    case SQL_C_UTINYINT:
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
    case SQL_C_LONG:
    case SQL_C_SLONG:
    case SQL_C_ULONG:
    case SQL_C_SBIGINT:
    case SQL_C_UBIGINT:
    case SQL_C_NUMERIC:
      return true;
    default:
      return false;
  }
}

bool is_variable_length(SQLSMALLINT c_type) {
  return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR || c_type == SQL_C_BINARY;
}

// What is not character data may lose digits after its decimal point, but nothing else.
void check_fits(std::string_view text, std::size_t capacity, const char* name) {
  if (text.size() <= capacity) return;
  const bool exponent = text.find('e') != std::string_view::npos;
  const std::size_t essential = exponent ? text.size() : std::min(text.find('.'), text.size());
  if (essential > capacity) {
    throw Error("22003", std::string("the buffer is too small for the value as ") + name);
  }
}

bool is_unsigned(SQLSMALLINT c_type) {
  return c_type == SQL_C_BIT || c_type == SQL_C_UTINYINT || c_type == SQL_C_USHORT ||
         c_type == SQL_C_ULONG || c_type == SQL_C_UBIGINT;
}

// A bool as a number.
std::string_view boolean_digit(const Source& source, SQLSMALLINT c_type) {
  if (source.bytes != "t") return "0";
  return source.options->true_is_minus_one && !is_unsigned(c_type) ? "-1" : "1";
}

// CR LF for each LF that has no CR yet.
std::string with_carriage_returns(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) result.push_back('\r');
    result.push_back(text[i]);
  }
  return result;
}

Outcome put_bytea_text(const Source& source, bool wide, const Target& target, PartState& state) {
  const std::string_view bytes = source.bytes;
  std::string_view digits;
  if (source.format == wire::Format::binary) {
    if (state.converted.empty()) state.converted = hex_of(bytes);
    digits = state.converted;
  } else if (is_hex_bytea(bytes)) {
    digits = bytes.substr(2);
  } else {
    if (state.converted.empty()) state.converted = hex_of(decode_escaped_bytea(bytes));
    digits = state.converted;
  }
  return wide ? put_hex_as_wide(digits, target, state) : put_hex_as_chars(digits, target, state);
}

Outcome put_text(const Source& source, FieldKind kind, bool wide, const Target& target,
                 PartState& state) {
  if (kind == FieldKind::binary) return put_bytea_text(source, wide, target, state);
  std::string_view text =
      kind == FieldKind::boolean ? boolean_digit(source, SQL_C_CHAR) : source.bytes;
  if (kind == FieldKind::text && source.options->lf_conversion &&
      text.find('\n') != std::string_view::npos) {
    if (state.converted.empty()) state.converted = with_carriage_returns(text);
    text = state.converted;
  }
  const std::size_t capacity =
      static_cast<std::size_t>(target.buffer_length) / (wide ? sizeof(SQLWCHAR) : 1);
  if (kind != FieldKind::text && state.offset == 0 && target.data != nullptr && capacity > 0) {
    check_fits(text, capacity - 1, wide ? "SQL_C_WCHAR" : "SQL_C_CHAR");
  }
  return wide ? put_wide(text, target, state) : put_chars(text, target, state);
}

// As DateStyle ISO writes what no structure holds: infinity, years of many digits, 24:00:00. Its
// first number is followed by a hyphen and another one behind that, or by a colon; that of a year
// has four digits or more, unlike a day's or month's.
bool is_iso_of_any_range(std::string_view bytes) {
  if (bytes == "infinity" || bytes == "-infinity") return true;
  const std::size_t digits = std::min(bytes.find_first_not_of("0123456789"), bytes.size());
  if (digits == bytes.size()) return false;
  return bytes[digits] == ':' || (digits >= 4 && bytes[digits] == '-');
}

Moment moment_of(std::string_view bytes, FieldKind kind, bool date_wanted, bool time_wanted,
                 const char* name) {
  const bool fits = kind == FieldKind::text || kind == FieldKind::timestamp ||
                    (kind == FieldKind::date && date_wanted) ||
                    (kind == FieldKind::time && time_wanted);
  if (!fits) incompatible(kind, name);
  std::optional<Moment> moment = parse_moment(bytes);
  if (!moment && kind != FieldKind::text && !is_iso_of_any_range(bytes)) {
    throw Error("22007", std::string("the date or time cannot be read as ") + name +
                             ": the session's DateStyle is not ISO (SET DateStyle TO ISO); or "
                             "fetch it as text");
  }
  if (!moment && kind != FieldKind::text) {
    throw Error("22008", std::string("the date or time cannot be held by ") + name +
                             " (infinity, 24:00:00, ...); fetch it as text");
  }
  const bool both = date_wanted && time_wanted;
  if (!moment ||
      (!both && ((date_wanted && !moment->has_date) || (time_wanted && !moment->has_time)))) {
    throw Error("22018", std::string("the text is not a date or time, as ") + name + " needs it");
  }
  if (date_wanted && !moment->has_date) {
    const Moment date = today();
    moment->year = date.year;
    moment->month = date.month;
    moment->day = date.day;
  }
  if (date_wanted && (moment->year < 1 || moment->year > 9999)) {
    throw Error("22008", std::string("the year is not within 1 and 9999, which is all that ") +
                             name + " can hold; fetch it as text");
  }
  return *moment;
}

Outcome put_date(std::string_view bytes, FieldKind kind, const Target& target, PartState& state) {
  const Moment moment = moment_of(bytes, kind, true, false, "SQL_C_TYPE_DATE");
  put_fixed(SQL_DATE_STRUCT{static_cast<SQLSMALLINT>(moment.year),
                            static_cast<SQLUSMALLINT>(moment.month),
                            static_cast<SQLUSMALLINT>(moment.day)},
            target, state);
  return moment.is_midnight() ? Outcome::ok : Outcome::fraction_truncated;
}

Outcome put_time(std::string_view bytes, FieldKind kind, const Target& target, PartState& state) {
  const Moment moment = moment_of(bytes, kind, false, true, "SQL_C_TYPE_TIME");
  put_fixed(SQL_TIME_STRUCT{static_cast<SQLUSMALLINT>(moment.hour),
                            static_cast<SQLUSMALLINT>(moment.minute),
                            static_cast<SQLUSMALLINT>(moment.second)},
            target, state);
  return moment.nanosecond == 0 ? Outcome::ok : Outcome::fraction_truncated;
}

Outcome put_timestamp(std::string_view bytes, FieldKind kind, const Target& target,
                      PartState& state) {
  const Moment moment = moment_of(bytes, kind, true, true, "SQL_C_TYPE_TIMESTAMP");
  put_fixed(SQL_TIMESTAMP_STRUCT{static_cast<SQLSMALLINT>(moment.year),
                                 static_cast<SQLUSMALLINT>(moment.month),
                                 static_cast<SQLUSMALLINT>(moment.day),
                                 static_cast<SQLUSMALLINT>(moment.hour),
                                 static_cast<SQLUSMALLINT>(moment.minute),
                                 static_cast<SQLUSMALLINT>(moment.second), moment.nanosecond},
            target, state);
  return Outcome::ok;
}

Outcome put_guid(std::string_view bytes, FieldKind kind, const Target& target, PartState& state) {
  if (kind != FieldKind::guid && kind != FieldKind::text) incompatible(kind, "SQL_C_GUID");
  const std::optional<SQLGUID> guid = parse_guid(bytes);
  if (!guid) throw Error("22018", "the text is not a UUID, as SQL_C_GUID needs it");
  put_fixed(*guid, target, state);
  return Outcome::ok;
}

Outcome convert_to(SQLSMALLINT c_type, const Source& source, FieldKind kind, const Target& target,
                   PartState& state);

// Character data as its bytes; what is not character data as the bytes of its C type.
Outcome put_binary(const Source& source, FieldKind kind, const Target& target, PartState& state) {
  if (kind == FieldKind::binary) {
    if (source.format == wire::Format::binary) return put_bytes(source.bytes, target, state);
    if (is_hex_bytea(source.bytes)) return put_hex_as_bytes(source.bytes.substr(2), target, state);
    if (state.converted.empty()) state.converted = decode_escaped_bytea(source.bytes);
    return put_bytes(state.converted, target, state);
  }
  if (kind == FieldKind::text || kind == FieldKind::numeric)
    return put_bytes(source.bytes, target, state);
  Source plain = source;
  plain.options = &default_type_options;
  std::array<char, sizeof(SQL_INTERVAL_STRUCT)> value{};
  SQLLEN length = 0;
  Target copy{0, value.data(), static_cast<SQLLEN>(value.size()), &length, nullptr};
  copy.precision = default_seconds_precision;
  copy.leading_precision = longest_leading_precision;
  PartState whole;
  const Outcome outcome = convert_to(own_c_type(plain), plain, kind, copy, whole);
  if (target.data != nullptr && target.buffer_length > 0 && target.buffer_length < length) {
    throw Error("22003", "the buffer is too small for the value as SQL_C_BINARY");
  }
  const Outcome delivered =
      put_bytes({value.data(), static_cast<std::size_t>(length)}, target, state);
  return delivered == Outcome::ok ? outcome : delivered;
}

// An interval of one field as a number.
Outcome put_interval_as_number(SQLSMALLINT c_type, const Source& source, const Target& target,
                               PartState& state) {
  const SQLSMALLINT code = interval_code(source.type_modifier);
  if (!is_single_field(code))
    throw Error("22015", "an interval of several fields cannot be converted to a number");
  const std::string number = interval_number(parse_interval(source.bytes, code), code);
  return convert_to(c_type, {number, oid_numeric, -1}, FieldKind::numeric, target, state);
}

Outcome convert_to(SQLSMALLINT c_type, const Source& source, FieldKind kind, const Target& target,
                   PartState& state) {
  if (kind == FieldKind::interval && is_exact_number(c_type))
    return put_interval_as_number(c_type, source, target, state);
  if (is_interval_type(c_type))
    return put_interval(source, kind, code_of_interval(c_type), target, state);
  // As a number a bool is 1 or 0.
  const bool boolean = kind == FieldKind::boolean;
  const std::string_view bytes = boolean ? boolean_digit(source, c_type) : source.bytes;
  const FieldKind number = boolean ? FieldKind::integer : kind;
  switch (c_type) {
    case SQL_C_CHAR:
      return put_text(source, kind, false, target, state);
    case SQL_C_WCHAR:
      return put_text(source, kind, true, target, state);
    case SQL_C_BINARY:
      return put_binary(source, kind, target, state);
    case SQL_C_BIT:
      return put_bit(bytes, number, target, state);
    case SQL_C_TINYINT:
    case SQL_C_STINYINT:
      return put_integer<SQLSCHAR>(bytes, number, "SQL_C_STINYINT", target, state);
    case SQL_C_UTINYINT:
      return put_integer<SQLCHAR>(bytes, number, "SQL_C_UTINYINT", target, state);
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
      return put_integer<SQLSMALLINT>(bytes, number, "SQL_C_SSHORT", target, state);
    case SQL_C_USHORT:
      return put_integer<SQLUSMALLINT>(bytes, number, "SQL_C_USHORT", target, state);
    case SQL_C_LONG:
    case SQL_C_SLONG:
      return put_integer<SQLINTEGER>(bytes, number, "SQL_C_SLONG", target, state);
    case SQL_C_ULONG:
      return put_integer<SQLUINTEGER>(bytes, number, "SQL_C_ULONG", target, state);
    case SQL_C_SBIGINT:
      return put_integer<SQLBIGINT>(bytes, number, "SQL_C_SBIGINT", target, state);
    case SQL_C_UBIGINT:
      return put_integer<SQLUBIGINT>(bytes, number, "SQL_C_UBIGINT", target, state);
    case SQL_C_FLOAT:
      return put_floating<SQLREAL>(bytes, number, "SQL_C_FLOAT", target, state);
    case SQL_C_DOUBLE:
      return put_floating<SQLDOUBLE>(bytes, number, "SQL_C_DOUBLE", target, state);
    case SQL_C_NUMERIC:
      return put_numeric(bytes, number, target, state);
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE:
      return put_date(bytes, kind, target, state);
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME:
      return put_time(bytes, kind, target, state);
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP:
      return put_timestamp(bytes, kind, target, state);
    case SQL_C_GUID:
      return put_guid(bytes, kind, target, state);
    default:
      break;
  }
  throw Error("HY003", "C type " + std::to_string(c_type) + " is not known");
}

}  // namespace

Outcome convert(const Source& source, const Target& target, PartState& state) {
  const FieldKind kind = kind_of(source);
  const SQLSMALLINT c_type = target.c_type == SQL_C_DEFAULT ? own_c_type(source) : target.c_type;
  if (target.buffer_length < 0 && is_variable_length(c_type)) {
    throw Error("HY090", "the buffer's length is negative");
  }
  if (state.started && state.c_type != c_type) state = PartState{};
  state.started = true;
  state.c_type = c_type;
  if (state.finished) return Outcome::no_data;
  if (source.type_oid == oid_money && !is_variable_length(c_type)) {
    const std::string number = money_number(source.bytes, source.options->money_scale);
    Source plain = source;
    plain.bytes = number;
    plain.type_oid = oid_numeric;
    return convert_to(c_type, plain, FieldKind::numeric, target, state);
  }
  if (source.format == wire::Format::text || kind == FieldKind::binary)
    return convert_to(c_type, source, kind, target, state);
  if (put_native(source.bytes, source.type_oid, c_type, target, state)) return Outcome::ok;
  const std::string text = text_of_binary(source.bytes, source.type_oid);
  Source plain = source;
  plain.bytes = text;
  plain.format = wire::Format::text;
  return convert_to(c_type, plain, kind, target, state);
}

void convert_null(const Target& target) {
  if (target.indicator == nullptr) {
    throw Error("22002",
                "the value is NULL, and the column is bound without an indicator to say so");
  }
  store_length(target.indicator, SQL_NULL_DATA);
}

Outcome convert_null(const Source& null, const Target& target, PartState& state) {
  if (state.finished) return Outcome::no_data;
  if (null.options->null_dates && is_date(null.type_oid)) {
    const SQLSMALLINT c_type = target.c_type == SQL_C_DEFAULT ? own_c_type(null) : target.c_type;
    if (c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR)
      return convert({"", oid_text, -1, null.options}, target, state);
    if (c_type == SQL_C_TYPE_DATE || c_type == SQL_C_DATE) {
      constexpr SQL_DATE_STRUCT zeros{};
      if (target.data != nullptr) std::memcpy(target.data, &zeros, sizeof zeros);
      if (target.indicator != nullptr) store_length(target.indicator, 0);
      if (target.octet_length != nullptr) store_length(target.octet_length, sizeof zeros);
      state.finished = true;
      return Outcome::ok;
    }
  }
  convert_null(target);
  state.finished = true;
  return Outcome::ok;
}

}  // namespace negodbc::types
