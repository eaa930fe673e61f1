#include "driver/sql/scalar_functions.h"

#include <array>
#include <optional>

#include "driver/base/error.h"
#include "driver/base/utf.h"

namespace negodbc::sql {
namespace {

// %1 ... %4 are the arguments, %* all of them with commas. Markers among them may be named twice:
// $n can be.
struct Form {
  std::string_view name;
  std::size_t arguments;  // their number; several forms may share a name
  std::string_view text;
};

// Arguments of date and time functions are cast, because a marker or a literal has no type of its
// own.
constexpr Form forms[] = {
    // strings
    {"CHAR", 1, "chr(CAST(%1 AS integer))"},
    {"CONCAT", 2,
     "((%1) || (%2))"},  // NULL when one is, as SQLGetInfo says; concat() would skip it
    {"INSERT", 4, "overlay(%1 PLACING %4 FROM %2 FOR %3)"},
    {"LCASE", 1, "lower(%1)"},
    {"LENGTH", 1, "char_length(rtrim(%1))"},  // ODBC: without trailing blanks
    {"LOCATE", 2, "position(%1 IN %2)"},
    // What lies before the start is blotted out.
    {"LOCATE", 3,
     "position(%1 IN overlay(%2 PLACING repeat(chr(1), (%3) - 1) FROM 1 FOR (%3) - 1))"},
    {"SPACE", 1, "repeat(' ', %1)"},
    {"UCASE", 1, "upper(%1)"},
    // numbers
    {"LOG", 1, "ln(%1)"},
    {"LOG10", 1, "log(%1)"},
    {"RAND", 0, "random()"},
    // setseed gives void, which is not NULL; its argument goes from -1 to 1.
    {"RAND", 1, "(CASE WHEN setseed(((%1) % 1000) / 1000.0) IS NULL THEN 0 ELSE random() END)"},
    {"ROUND", 2, "round(CAST(%1 AS numeric), %2)"},  // PostgreSQL rounds floats to integers only
    {"TRUNCATE", 2, "trunc(CAST(%1 AS numeric), %2)"},
    // date and time; ODBC's have no time zone
    {"CURDATE", 0, "CURRENT_DATE"},
    {"CURRENT_DATE", 0, "CURRENT_DATE"},
    {"CURTIME", 0, "LOCALTIME"},
    {"CURRENT_TIME", 0, "LOCALTIME"},
    {"CURRENT_TIME", 1, "LOCALTIME(%1)"},
    {"CURRENT_TIMESTAMP", 0, "LOCALTIMESTAMP"},
    {"CURRENT_TIMESTAMP", 1, "LOCALTIMESTAMP(%1)"},
    {"NOW", 0, "LOCALTIMESTAMP"},
    {"DAYNAME", 1, "to_char(CAST(%1 AS timestamp), 'FMDay')"},
    {"MONTHNAME", 1, "to_char(CAST(%1 AS timestamp), 'FMMonth')"},
    {"DAYOFMONTH", 1, "CAST(extract(DAY FROM CAST(%1 AS timestamp)) AS integer)"},
    {"DAYOFWEEK", 1, "(CAST(extract(DOW FROM CAST(%1 AS timestamp)) AS integer) + 1)"},
    {"DAYOFYEAR", 1, "CAST(extract(DOY FROM CAST(%1 AS timestamp)) AS integer)"},
    {"WEEK", 1, "CAST(extract(WEEK FROM CAST(%1 AS timestamp)) AS integer)"},
    {"MONTH", 1, "CAST(extract(MONTH FROM CAST(%1 AS timestamp)) AS integer)"},
    {"QUARTER", 1, "CAST(extract(QUARTER FROM CAST(%1 AS timestamp)) AS integer)"},
    {"YEAR", 1, "CAST(extract(YEAR FROM CAST(%1 AS timestamp)) AS integer)"},
    {"HOUR", 1, "CAST(extract(HOUR FROM CAST(%1 AS time)) AS integer)"},
    {"MINUTE", 1, "CAST(extract(MINUTE FROM CAST(%1 AS time)) AS integer)"},
    {"SECOND", 1, "CAST(floor(extract(SECOND FROM CAST(%1 AS time))) AS integer)"},
    // system
    {"DATABASE", 0, "current_database()"},
    {"IFNULL", 2, "coalesce(%1, %2)"},
    {"USER", 0, "CURRENT_USER"},
};

struct Interval {
  std::string_view name;        // without SQL_TSI_
  std::string_view add;         // %2 of them to %3
  std::string_view difference;  // whole ones from %2 to %3
};
constexpr std::string_view seconds_between =
    "extract(EPOCH FROM CAST(%3 AS timestamp) - CAST(%2 AS timestamp))";
constexpr Interval intervals[] = {
    {"FRAC_SECOND", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 microsecond' / 1000)",
     "CAST(trunc(%s * 1000000000) AS bigint)"},
    {"SECOND", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 second')", "CAST(trunc(%s) AS bigint)"},
    {"MINUTE", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 minute')",
     "CAST(trunc(%s / 60) AS bigint)"},
    {"HOUR", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 hour')",
     "CAST(trunc(%s / 3600) AS integer)"},
    {"DAY", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 day')",
     "CAST(trunc(%s / 86400) AS integer)"},
    {"WEEK", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 week')",
     "CAST(trunc(%s / 604800) AS integer)"},
    {"MONTH", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 month')",
     "CAST(extract(YEAR FROM age(CAST(%3 AS timestamp), CAST(%2 AS timestamp))) * 12"
     " + extract(MONTH FROM age(CAST(%3 AS timestamp), CAST(%2 AS timestamp))) AS integer)"},
    {"QUARTER", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '3 months')",
     "CAST(trunc((extract(YEAR FROM age(CAST(%3 AS timestamp), CAST(%2 AS timestamp))) * 12"
     " + extract(MONTH FROM age(CAST(%3 AS timestamp), CAST(%2 AS timestamp)))) / 3) AS integer)"},
    {"YEAR", "(CAST(%3 AS timestamp) + (%2) * INTERVAL '1 year')",
     "CAST(extract(YEAR FROM age(CAST(%3 AS timestamp), CAST(%2 AS timestamp))) AS integer)"},
};

struct DataType {
  std::string_view name;  // without SQL_
  std::string_view type;
};
// text for the character types: PostgreSQL's char without a length is a single character.
constexpr DataType data_types[] = {
    {"BIGINT", "bigint"},
    {"BINARY", "bytea"},
    {"BIT", "boolean"},
    {"CHAR", "text"},
    {"DATE", "date"},
    {"DECIMAL", "numeric"},
    {"DOUBLE", "double precision"},
    {"FLOAT", "double precision"},
    {"GUID", "uuid"},
    {"INTEGER", "integer"},
    {"LONGVARBINARY", "bytea"},
    {"LONGVARCHAR", "text"},
    {"NUMERIC", "numeric"},
    {"REAL", "real"},
    {"SMALLINT", "smallint"},
    {"TIME", "time"},
    {"TIMESTAMP", "timestamp"},
    {"TINYINT", "smallint"},
    {"TYPE_DATE", "date"},
    {"TYPE_TIME", "time"},
    {"TYPE_TIMESTAMP", "timestamp"},
    {"VARBINARY", "bytea"},
    {"VARCHAR", "text"},
    {"WCHAR", "text"},
    {"WLONGVARCHAR", "text"},
    {"WVARCHAR", "text"},
    {"INTERVAL_YEAR", "interval year"},
    {"INTERVAL_MONTH", "interval month"},
    {"INTERVAL_DAY", "interval day"},
    {"INTERVAL_HOUR", "interval hour"},
    {"INTERVAL_MINUTE", "interval minute"},
    {"INTERVAL_SECOND", "interval second"},
    {"INTERVAL_YEAR_TO_MONTH", "interval year to month"},
    {"INTERVAL_DAY_TO_HOUR", "interval day to hour"},
    {"INTERVAL_DAY_TO_MINUTE", "interval day to minute"},
    {"INTERVAL_DAY_TO_SECOND", "interval day to second"},
    {"INTERVAL_HOUR_TO_MINUTE", "interval hour to minute"},
    {"INTERVAL_HOUR_TO_SECOND", "interval hour to second"},
    {"INTERVAL_MINUTE_TO_SECOND", "interval minute to second"},
};

using Arguments = std::vector<std::string>;

std::string written(std::string_view form, const Arguments& arguments) {
  std::string out;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char next = i + 1 < form.size() ? form[i + 1] : ' ';
    if (form[i] == '%' && next >= '1' && next <= '9') {
      out += arguments.at(static_cast<std::size_t>(next - '1'));
      ++i;
    } else if (form[i] == '%' && next == 's') {
      out += written(seconds_between, arguments);
      ++i;
    } else {
      out.push_back(form[i]);
    }
  }
  return out;
}

[[noreturn]] void fail(const std::string& what) {
  throw Error("42000", "escape clause {fn ...}: " + what);
}

std::string_view without_prefix(std::string_view word, std::string_view prefix) {
  const bool prefixed =
      word.size() > prefix.size() && iequals(word.substr(0, prefix.size()), prefix);
  return prefixed ? word.substr(prefix.size()) : word;
}

std::string with_interval(std::string_view name, const Arguments& arguments) {
  if (arguments.size() != 3) fail(std::string(name) + " takes three arguments");
  const std::string_view wanted = without_prefix(arguments[0], "SQL_TSI_");
  for (const Interval& interval : intervals) {
    if (!iequals(interval.name, wanted)) continue;
    return written(iequals(name, "TIMESTAMPADD") ? interval.add : interval.difference, arguments);
  }
  fail(std::string(name) + ": " + arguments[0] +
       " is no interval (SQL_TSI_SECOND, SQL_TSI_DAY, ...)");
}

std::string conversion(const Arguments& arguments) {
  if (arguments.size() != 2) fail("CONVERT takes two arguments");
  const std::string_view wanted = without_prefix(arguments[1], "SQL_");
  for (const DataType& type : data_types) {
    if (iequals(type.name, wanted))
      return "CAST(" + arguments[0] + " AS " + std::string(type.type) + ")";
  }
  fail("CONVERT: " + arguments[1] + " is no data type (SQL_INTEGER, SQL_VARCHAR, ...)");
}

}  // namespace

std::string scalar_function(std::string_view name, const Arguments& arguments) {
  if (iequals(name, "TIMESTAMPADD") || iequals(name, "TIMESTAMPDIFF"))
    return with_interval(name, arguments);
  if (iequals(name, "CONVERT")) return conversion(arguments);
  bool known = false;
  for (const Form& form : forms) {
    if (!iequals(form.name, name)) continue;
    if (form.arguments == arguments.size()) return written(form.text, arguments);
    known = true;
  }
  // ROUND(x) and LEFT-like names that PostgreSQL has too, with other numbers of arguments.
  if (known && !iequals(name, "ROUND") && !iequals(name, "CONCAT")) {
    fail(std::string(name) + " does not take " + std::to_string(arguments.size()) + " arguments");
  }
  std::string out(name);
  out.push_back('(');
  for (std::size_t i = 0; i < arguments.size(); ++i) out += (i == 0 ? "" : ", ") + arguments[i];
  out.push_back(')');
  return out;
}

}  // namespace negodbc::sql
