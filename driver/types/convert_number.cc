#include "driver/types/convert_number.h"

#include <string>

#include "driver/base/utf.h"

namespace negodbc::types {
namespace {

const char* kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::text:
      return "text";
    case FieldKind::boolean:
      return "bool";
    case FieldKind::integer:
      return "an integer type";
    case FieldKind::floating:
      return "a floating-point type";
    case FieldKind::numeric:
      return "numeric";
    case FieldKind::binary:
      return "bytea";
    case FieldKind::date:
      return "date";
    case FieldKind::time:
      return "time";
    case FieldKind::timestamp:
      return "a timestamp type";
    case FieldKind::guid:
      return "uuid";
    case FieldKind::interval:
      return "an interval type";
  }
  return "?";
}

}  // namespace

void incompatible(FieldKind kind, const char* target) {
  throw Error("07006",
              std::string("a column of ") + kind_name(kind) + " cannot be converted to " + target);
}

void out_of_range(const char* target) {
  throw Error("22003", std::string("the value is out of the range of ") + target);
}

Decimal decimal_of(std::string_view bytes, FieldKind kind, const char* target) {
  if (!is_number(kind)) incompatible(kind, target);
  const std::optional<Decimal> decimal = Decimal::parse(bytes);
  if (decimal) return *decimal;
  if (kind != FieldKind::text) out_of_range(target);  // NaN, Infinity
  throw Error("22018", std::string("the text is not a number, as ") + target + " needs it");
}

// The reference: 0 and 1 fit, what lies between 0 and 2 is cut, the rest is out of range.
Outcome put_bit(std::string_view bytes, FieldKind kind, const Target& target, PartState& state) {
  const Decimal decimal = decimal_of(bytes, kind, "SQL_C_BIT");
  const std::optional<Uint128> magnitude = decimal.scaled(0);
  if (!magnitude || *magnitude > 1 || (decimal.negative() && !decimal.is_zero())) {
    out_of_range("SQL_C_BIT");
  }
  put_fixed(static_cast<SQLCHAR>(*magnitude), target, state);
  return decimal.has_digits_below(0) ? Outcome::fraction_truncated : Outcome::ok;
}

// The value's own scale, or as much of it as leaves room for the digits before the point.
SQLSMALLINT scale_of(const Decimal& decimal, SQLSMALLINT precision) {
  const long room = std::max(precision - static_cast<long>(decimal.whole_digits()), 0L);
  return static_cast<SQLSMALLINT>(std::min(decimal.fraction_digits(), room));
}

Outcome put_numeric(std::string_view bytes, FieldKind kind, const Target& target,
                    PartState& state) {
  constexpr SQLSMALLINT largest_precision = 38;
  const SQLSMALLINT precision = target.precision > 0 && target.precision < largest_precision
                                    ? target.precision
                                    : largest_precision;
  const Decimal decimal = decimal_of(bytes, kind, "SQL_C_NUMERIC");
  const SQLSMALLINT scale =
      target.scale == Target::own_scale ? scale_of(decimal, precision) : target.scale;
  const std::optional<Uint128> magnitude = decimal.scaled(scale);
  if (!magnitude || exceeds_precision(*magnitude, static_cast<unsigned>(precision)) ||
      scale != static_cast<SQLSCHAR>(scale)) {
    out_of_range("SQL_C_NUMERIC with the precision and scale of the descriptor");
  }
  put_fixed(to_numeric_struct(*magnitude, decimal.negative() && *magnitude != 0,
                              static_cast<SQLCHAR>(precision), static_cast<SQLSCHAR>(scale)),
            target, state);
  return decimal.has_digits_below(scale) ? Outcome::fraction_truncated : Outcome::ok;
}

}  // namespace negodbc::types
