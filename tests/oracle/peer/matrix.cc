#include "tests/oracle/peer/matrix.h"

#include <sql.h>
#include <sqlext.h>

#include "tests/oracle/peer/values.h"

namespace negodbc::peer {
namespace {

struct Type {
  const char* name;
  std::vector<const char*> values;
};

const std::vector<Type>& types() {
  static const std::vector<Type> all = {
      {"bool", {"true", "false"}},
      {"int2", {"1", "-32768", "200"}},
      {"int4", {"0", "-2147483648", "70000"}},
      {"int8", {"1", "9223372036854775807"}},
      {"float4", {"1.5", "-3e30"}},
      {"float8", {"0.1", "1e300", "42"}},
      {"numeric", {"12.5", "-0.001", "123456789012345678901234567890", "1"}},
      {"numeric(10,2)", {"12.50", "99999999.99", "1"}},
      {"money", {"12.50", "-1234567.89"}},
      {"oid", {"4294967295"}},
      {"text",
       {"", "1", "-2.75", "abc", "2026-11-22", "2026-11-22 10:11:12.5", "10:11:12",
        "r\u00e4d \u20ac", "1e3", "00112233-4455-6677-8899-aabbccddeeff", "  7  "}},
      {"varchar(20)", {"twenty", "0"}},
      {"char(8)", {"eight", "12"}},
      {"name", {"a_name"}},
      {"bytea", {"", "\\x00", "\\x0102030405060708090a"}},
      {"date", {"2026-11-22", "0044-03-15", "infinity"}},
      {"time", {"10:11:12", "23:59:59.987654"}},
      {"timetz", {"10:11:12+02"}},
      {"timestamp", {"2026-11-22 10:11:12.5", "2000-02-29 00:00:00", "infinity"}},
      {"timestamptz", {"2026-11-22 10:11:12+00"}},
      {"interval", {"3 days 04:05:06", "14 months", "-00:00:01.5"}},
      {"uuid", {"00112233-4455-6677-8899-aabbccddeeff"}},
      {"json", {"{\"a\": 1}", "12"}},
      {"jsonb", {"[1, 2]"}},
      {"xml", {"<a>b</a>"}},
      {"inet", {"10.0.0.1/8"}},
      {"int4[]", {"{1,2,3}"}},
      {"bit(3)", {"101"}},
      {"varbit", {"1"}},
  };
  return all;
}

// Fetches the value and reads it in parts until nothing is left, one call more.
void read(Sequence& sequence, const std::string& sql, long c_type, long size, int parts) {
  sequence.calls.push_back({Verb::fresh, 0, {}, ""});
  sequence.calls.push_back({Verb::direct, 0, {}, sql});
  sequence.calls.push_back({Verb::fetch, 0, {}, ""});
  for (int i = 0; i < parts; ++i)
    sequence.calls.push_back({Verb::get_data, 0, {1, c_type, size}, ""});
}

void read_bound(Sequence& sequence, const std::string& sql, long c_type, long size) {
  sequence.calls.push_back({Verb::fresh, 0, {}, ""});
  sequence.calls.push_back({Verb::bind, 0, {1, c_type, size}, ""});
  sequence.calls.push_back({Verb::direct, 0, {}, sql});
  sequence.calls.push_back({Verb::fetch, 0, {}, ""});
}

Sequence cell(const Type& type, long c_type) {
  Sequence sequence;
  sequence.wide = c_type == SQL_C_WCHAR || c_type == SQL_C_DEFAULT;
  std::vector<std::string> values = {"NULL::" + std::string(type.name)};
  for (const char* value : type.values)
    values.push_back("'" + std::string(value) + "'::" + type.name);
  for (const std::string& value : values) {
    const std::string sql = "select " + value;
    if (size_of(static_cast<SQLSMALLINT>(c_type)) != 0) {
      read(sequence, sql, c_type, 0, 2);
      read_bound(sequence, sql, c_type, 0);
      continue;
    }
    for (const long size : {0, 1, 2, 3, 5, 8, 16, 40, 400}) {
      read(sequence, sql, c_type, size, size < 8 ? 4 : 3);
      if (size > 0) read_bound(sequence, sql, c_type, size);
    }
  }
  return sequence;
}

}  // namespace

std::vector<Sequence> result_matrix() {
  std::vector<Sequence> all;
  for (const Type& type : types())
    for (const Name& c_type : names_of(Kind::c_type)) all.push_back(cell(type, c_type.value));
  return all;
}

}  // namespace negodbc::peer
