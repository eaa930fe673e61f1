// The tables of conversions in driver/README.md are the driver's: each pair of types is converted,
// and the table made of what came of it compared with the page's.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "driver/types/c_types.h"
#include "driver/types/convert_interval.h"
#include "driver/types/convert_testing.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter.h"

namespace negodbc::types::testing {
namespace {

struct Group {
  std::string name;
  std::vector<SQLSMALLINT> types;
};

// The C types, all that the driver knows. Intervals by what can be told from their number of
// fields.
const std::vector<Group>& c_groups() {
  static const std::vector<Group> groups = {
      {"CHAR, WCHAR", {SQL_C_CHAR, SQL_C_WCHAR}},
      {"BIT", {SQL_C_BIT}},
      {"integers",
       {SQL_C_TINYINT, SQL_C_STINYINT, SQL_C_UTINYINT, SQL_C_SHORT, SQL_C_SSHORT, SQL_C_USHORT,
        SQL_C_LONG, SQL_C_SLONG, SQL_C_ULONG, SQL_C_SBIGINT, SQL_C_UBIGINT}},
      {"FLOAT, DOUBLE", {SQL_C_FLOAT, SQL_C_DOUBLE}},
      {"NUMERIC", {SQL_C_NUMERIC}},
      {"BINARY", {SQL_C_BINARY}},
      {"DATE", {SQL_C_TYPE_DATE, SQL_C_DATE}},
      {"TIME", {SQL_C_TYPE_TIME, SQL_C_TIME}},
      {"TIMESTAMP", {SQL_C_TYPE_TIMESTAMP, SQL_C_TIMESTAMP}},
      {"GUID", {SQL_C_GUID}},
      {"YEAR; MONTH", {SQL_C_INTERVAL_YEAR, SQL_C_INTERVAL_MONTH}},
      {"YEAR TO MONTH", {SQL_C_INTERVAL_YEAR_TO_MONTH}},
      {"DAY; HOUR; MINUTE; SECOND",
       {SQL_C_INTERVAL_DAY, SQL_C_INTERVAL_HOUR, SQL_C_INTERVAL_MINUTE, SQL_C_INTERVAL_SECOND}},
      {"DAY TO HOUR and the like",
       {SQL_C_INTERVAL_DAY_TO_HOUR, SQL_C_INTERVAL_DAY_TO_MINUTE, SQL_C_INTERVAL_DAY_TO_SECOND,
        SQL_C_INTERVAL_HOUR_TO_MINUTE, SQL_C_INTERVAL_HOUR_TO_SECOND,
        SQL_C_INTERVAL_MINUTE_TO_SECOND}},
  };
  return groups;
}

// "x", or the SQLSTATE by which it is refused.
template <class Call>
std::string cell(Call call) {
  const std::string refused = state(call);
  return refused.empty() ? "x" : refused;
}

// The one answer of a group; differing ones are told.
class Answer {
 public:
  void add(const std::string& answer, const std::string& what) {
    if (text_.empty()) text_ = answer;
    EXPECT_EQ(answer, text_) << what;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string header(const std::string& corner, const std::vector<std::string>& names) {
  std::string line = "| " + corner + " |";
  std::string rule = "|---|";
  for (const std::string& name : names) {
    line += " " + name + " |";
    rule += "---|";
  }
  return line + "\n" + rule + "\n";
}

// The lines between "<!-- NAME: begin -->" and "<!-- NAME: end -->".
std::string section(const std::string& name) {
  std::ifstream file(NEGODBC_DRIVER_README, std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "<!-- " + name + ": begin -->\n";
  const std::size_t first = page.find(begin);
  const std::size_t last = page.find("<!-- " + name + ": end -->");
  if (first == std::string::npos || last == std::string::npos) return "no such section";
  return page.substr(first + begin.size(), last - first - begin.size());
}

std::string text_for(SQLSMALLINT type) {
  switch (type) {
    case SQL_TYPE_DATE:
    case SQL_DATE:
      return "2026-11-24";
    case SQL_TYPE_TIME:
    case SQL_TIME:
      return "12:34:56";
    case SQL_TYPE_TIMESTAMP:
    case SQL_TIMESTAMP:
      return "2026-11-24 12:34:56.789";
    case SQL_GUID:
      return "00112233-4455-6677-8899-aabbccddeeff";
    default:
      break;
  }
  if (!is_interval_type(type)) return "1";
  return is_year_month(code_of_interval(type)) ? "1 year" : "1 day";
}

constexpr std::int32_t fields(unsigned mask) {
  return static_cast<std::int32_t>(mask << 16U | 0xFFFFU);
}

struct Column {
  std::uint32_t oid;
  std::int32_t modifier;
  std::string value;  // "": what suits the C type
};
struct ColumnGroup {
  std::string name;
  std::vector<Column> columns;
};

const std::vector<ColumnGroup>& column_groups() {
  constexpr std::uint32_t json_path = 4072;
  constexpr std::uint32_t inet = 869;
  constexpr std::uint32_t int4_array = 1007;
  constexpr std::uint32_t dynamic = 16400;  // hstore, an enum, a composite type
  constexpr unsigned year = 4, month = 2, day = 8, hour = 1024, minute = 2048, second = 4096;
  static const std::vector<ColumnGroup> groups = {
      {"bool (BIT)", {{oid_bool, -1, "t"}}},
      {"int2, int4, int8, oid, xid, cid (SMALLINT, INTEGER, BIGINT)",
       {{oid_int2, -1, "1"},
        {oid_int4, -1, "1"},
        {oid_int8, -1, "1"},
        {oid_oid, -1, "1"},
        {oid_xid, -1, "1"},
        {oid_cid, -1, "1"}}},
      {"float4, float8 (REAL, DOUBLE)", {{oid_float4, -1, "1"}, {oid_float8, -1, "1"}}},
      {"numeric, money (NUMERIC)", {{oid_numeric, -1, "1"}, {oid_money, -1, "$1.00"}}},
      {"text and all that is told as text (CHAR, VARCHAR, LONGVARCHAR, W...)",
       {{oid_text, -1, ""},
        {oid_varchar, -1, ""},
        {oid_bpchar, 44, ""},
        {oid_name, -1, ""},
        {oid_json, -1, ""},
        {oid_jsonb, -1, ""},
        {oid_xml, -1, ""},
        {oid_timetz, -1, ""},
        {oid_interval, -1, ""},
        {inet, -1, ""},
        {int4_array, -1, ""},
        {json_path, -1, ""},
        {dynamic, -1, ""}}},
      {"bytea (VARBINARY, LONGVARBINARY)", {{oid_bytea, -1, "\\x31"}}},
      {"date (TYPE_DATE)", {{oid_date, -1, "2026-11-24"}}},
      {"time (TYPE_TIME)", {{oid_time, -1, "12:34:56"}}},
      {"timestamp, timestamptz (TYPE_TIMESTAMP)",
       {{oid_timestamp, -1, "2026-11-24 12:34:56"},
        {oid_timestamptz, -1, "2026-11-24 12:34:56+01"}}},
      {"uuid (GUID)", {{oid_uuid, -1, "00112233-4455-6677-8899-aabbccddeeff"}}},
      {"interval year, month",
       {{oid_interval, fields(year), "1 year"}, {oid_interval, fields(month), "1 mon"}}},
      {"interval year to month", {{oid_interval, fields(year | month), "1 year 1 mon"}}},
      {"interval day, hour, minute, second",
       {{oid_interval, fields(day), "1 day"},
        {oid_interval, fields(hour), "01:00:00"},
        {oid_interval, fields(minute), "00:01:00"},
        {oid_interval, fields(second), "00:00:01"}}},
      {"interval day to hour and the like",
       {{oid_interval, fields(day | hour), "1 day"},
        {oid_interval, fields(day | hour | minute), "1 day"},
        {oid_interval, fields(day | hour | minute | second), "1 day"},
        {oid_interval, fields(hour | minute), "01:00:00"},
        {oid_interval, fields(hour | minute | second), "01:00:00"},
        {oid_interval, fields(minute | second), "00:01:00"}}},
  };
  return groups;
}

TEST(ConversionTable, FromSqlToC) {
  std::vector<std::string> names;
  for (const Group& group : c_groups()) names.push_back(group.name);
  std::string table = header("PostgreSQL (SQL) to SQL_C_", names);
  for (const ColumnGroup& row : column_groups()) {
    table += "| " + row.name + " |";
    for (const Group& group : c_groups()) {
      Answer answer;
      for (const Column& column : row.columns) {
        for (const SQLSMALLINT c_type : group.types) {
          const std::string value = column.value.empty() ? text_for(c_type) : column.value;
          answer.add(cell([&] {
                       char buffer[256];
                       SQLLEN length = 0;
                       PartState parts;
                       Target target{c_type, buffer, sizeof buffer, &length, &length};
                       target.leading_precision = longest_leading_precision;
                       target.precision = default_seconds_precision;
                       convert({value, column.oid, column.modifier}, target, parts);
                     }),
                     row.name + " to C type " + std::to_string(c_type));
        }
      }
      table += " " + answer.text() + " |";
    }
    table += "\n";
  }
  EXPECT_EQ(section("sql-to-c"), table);
}

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// One of each C type as its bytes.
std::string sample(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_TYPE_DATE:
    case SQL_C_DATE:
      return bytes_of(SQL_DATE_STRUCT{2026, 11, 24});
    case SQL_C_TYPE_TIME:
    case SQL_C_TIME:
      return bytes_of(SQL_TIME_STRUCT{12, 34, 56});
    case SQL_C_TYPE_TIMESTAMP:
    case SQL_C_TIMESTAMP:
      return bytes_of(SQL_TIMESTAMP_STRUCT{2026, 11, 24, 0, 0, 0, 0});
    case SQL_C_NUMERIC: {
      SQL_NUMERIC_STRUCT value{};
      value.precision = value.sign = value.val[0] = 1;
      return bytes_of(value);
    }
    case SQL_C_FLOAT:
      return bytes_of(SQLREAL{1});
    case SQL_C_DOUBLE:
      return bytes_of(SQLDOUBLE{1});
    default:
      break;
  }
  std::string bytes(c_type_size(c_type), '\0');
  if (!is_interval_type(c_type) && !bytes.empty()) bytes[0] = 1;
  return bytes;
}

const std::vector<Group>& sql_groups() {
  static const std::vector<Group> groups = {
      {"CHAR, VARCHAR, LONGVARCHAR, W...",
       {SQL_CHAR, SQL_VARCHAR, SQL_LONGVARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR}},
      {"BIT", {SQL_BIT}},
      {"TINYINT to BIGINT", {SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT}},
      {"REAL, FLOAT, DOUBLE", {SQL_REAL, SQL_FLOAT, SQL_DOUBLE}},
      {"DECIMAL, NUMERIC", {SQL_DECIMAL, SQL_NUMERIC}},
      {"BINARY, VARBINARY, LONGVARBINARY", {SQL_BINARY, SQL_VARBINARY, SQL_LONGVARBINARY}},
      {"TYPE_DATE", {SQL_TYPE_DATE, SQL_DATE}},
      {"TYPE_TIME", {SQL_TYPE_TIME, SQL_TIME}},
      {"TYPE_TIMESTAMP", {SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP}},
      {"GUID", {SQL_GUID}},
      {"INTERVAL_YEAR, _MONTH", {SQL_INTERVAL_YEAR, SQL_INTERVAL_MONTH}},
      {"INTERVAL_YEAR_TO_MONTH", {SQL_INTERVAL_YEAR_TO_MONTH}},
      {"INTERVAL_DAY, _HOUR, _MINUTE, _SECOND",
       {SQL_INTERVAL_DAY, SQL_INTERVAL_HOUR, SQL_INTERVAL_MINUTE, SQL_INTERVAL_SECOND}},
      {"INTERVAL_DAY_TO_HOUR and the like",
       {SQL_INTERVAL_DAY_TO_HOUR, SQL_INTERVAL_DAY_TO_MINUTE, SQL_INTERVAL_DAY_TO_SECOND,
        SQL_INTERVAL_HOUR_TO_MINUTE, SQL_INTERVAL_HOUR_TO_SECOND, SQL_INTERVAL_MINUTE_TO_SECOND}},
  };
  return groups;
}

std::string data_for(SQLSMALLINT c_type, SQLSMALLINT sql_type) {
  if (c_type == SQL_C_BINARY) {
    const std::string bytes = sample(default_c_type(sql_type));
    return bytes.empty() ? "11" : bytes;
  }
  if (c_type != SQL_C_CHAR && c_type != SQL_C_WCHAR) return sample(c_type);
  const bool binary = default_c_type(sql_type) == SQL_C_BINARY;
  std::string text = binary ? "31" : text_for(sql_type);
  if (c_type == SQL_C_CHAR) return text;
  return utf16_bytes(std::u16string(text.begin(), text.end()));
}

TEST(ConversionTable, FromCToSql) {
  std::vector<std::string> names;
  for (const Group& group : sql_groups()) names.push_back(group.name);
  std::string table = header("SQL_C_ to SQL_", names);
  for (const Group& row : c_groups()) {
    table += "| " + row.name + " |";
    for (const Group& group : sql_groups()) {
      Answer answer;
      for (const SQLSMALLINT c_type : row.types) {
        for (const SQLSMALLINT sql_type : group.types) {
          const std::string data = data_for(c_type, sql_type);
          answer.add(cell([&] {
                       encode_parameter(
                           {c_type, sql_type, 0, 0, data.data(), static_cast<SQLLEN>(data.size())});
                     }),
                     "C type " + std::to_string(c_type) + " to " + std::to_string(sql_type));
        }
      }
      table += " " + answer.text() + " |";
    }
    table += "\n";
  }
  EXPECT_EQ(section("c-to-sql"), table);
}

// The tables above leave nothing out.
TEST(ConversionTable, HasEveryType) {
  for (int type = -200; type <= 200; ++type) {
    const auto number = static_cast<SQLSMALLINT>(type);
    const auto has = [number](const std::vector<Group>& groups) {
      return std::any_of(groups.begin(), groups.end(), [number](const Group& group) {
        return std::find(group.types.begin(), group.types.end(), number) != group.types.end();
      });
    };
    if (number != SQL_C_DEFAULT) {
      EXPECT_EQ(is_c_type(number), has(c_groups())) << type;
    }
    EXPECT_EQ(is_sql_type(number), has(sql_groups())) << type;
  }
}

}  // namespace
}  // namespace negodbc::types::testing
