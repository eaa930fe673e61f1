#include "driver/types/usual_conversion.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "driver/base/error.h"
#include "driver/types/c_types.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

constexpr std::size_t room = 48;
constexpr SQLLEN untouched = -77;

struct Buffers {
  std::array<char, room> data{};
  SQLLEN length = untouched, indicator = untouched;
  Buffers() { data.fill('~'); }
  bool operator==(const Buffers&) const = default;
};

std::vector<SQLSMALLINT> known_c_types() {
  std::vector<SQLSMALLINT> found;
  for (int type = -128; type <= 128; ++type) {
    const auto c_type = static_cast<SQLSMALLINT>(type);
    if (is_c_type(c_type) && c_type != SQL_C_DEFAULT) found.push_back(c_type);
  }
  return found;
}

// What convert() makes of it; nothing: another outcome than ok.
std::optional<Buffers> converted(const Source& source, SQLSMALLINT c_type, SQLLEN size,
                                 bool two_lengths) {
  Buffers made;
  PartState state;
  state.whole_characters = true;
  const Target target{c_type, made.data.data(), size, &made.length,
                      two_lengths ? &made.indicator : &made.length};
  try {
    if (convert(source, target, state) != Outcome::ok) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
  return made;
}

// Whether the usual way takes it; then it is convert()'s result.
bool taken(const Source& source, SQLSMALLINT c_type, SQLLEN size, bool two_lengths) {
  const UsualConversion usual = usual_conversion(source, c_type);
  if (usual == nullptr) return false;
  Buffers made;
  const UsualTarget target{made.data.data(), size, &made.length,
                           two_lengths ? &made.indicator : nullptr};
  if (!usual(source.bytes, target)) return false;
  const std::optional<Buffers> expected = converted(source, c_type, size, two_lengths);
  EXPECT_TRUE(expected.has_value()) << source.type_oid << " " << c_type << " " << source.bytes;
  EXPECT_TRUE(expected == made) << source.type_oid << " " << c_type << " " << source.bytes;
  return true;
}

bool taken_in_all_ways(const Source& source, SQLSMALLINT c_type) {
  bool any = false;
  for (const SQLLEN size : {SQLLEN{room}, SQLLEN{-1}, SQLLEN{0}, SQLLEN{1}, SQLLEN{2}, SQLLEN{6},
                            SQLLEN{7}, SQLLEN{20}, SQLLEN{21}}) {
    for (const bool two_lengths : {false, true})
      any = taken(source, c_type, size, two_lengths) || any;
  }
  return any;
}

std::vector<std::string> texts() {
  return {"",
          "t",
          "f",
          "true",
          "0",
          "-0",
          "7",
          "+7",
          " 7",
          "7 ",
          "-",
          "127",
          "128",
          "255",
          "-128",
          "32767",
          "32768",
          "-32768",
          "-32769",
          "65535",
          "2147483647",
          "2147483648",
          "-2147483648",
          "-2147483649",
          "4294967295",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "999999999999999999",
          "18446744073709551615",
          "18446744073709551616",
          "0000000000000000000000012",
          "12.50",
          "-.5",
          "1e5",
          "1e400",
          "1e-400",
          "NaN",
          "Infinity",
          "-Infinity",
          "0.1",
          "3.4028236e38",
          "2000-01-01",
          "2000-02-29",
          "1900-02-29",
          "2001-02-29",
          "0000-01-01",
          "0001-01-01",
          "9999-12-31",
          "10000-01-01",
          "2000-13-01",
          "2000-00-01",
          "2000-01-00",
          "2000-01-32",
          "2000-01-01 BC",
          "01-02-2000",
          "2000/01/01",
          "2000-01-01 00:00:00",
          "2000-01-01 23:59:59",
          "2000-01-01 24:00:00",
          "2000-01-01 23:60:00",
          "2000-01-01 23:59:60",
          "2000-01-01 23:59:61",
          "2000-01-01T23:59:59",
          "2000-01-01 23:59:59.",
          "2000-01-01 23:59:59.1",
          "2000-01-01 23:59:59.123456",
          "2000-01-01 23:59:59.1234567891",
          "2000-01-01 23:59:59.12x",
          "2000-01-01 23:59:59+02",
          "2000-01-01 23:59:59.5+05:30",
          "2000-01-01 23:59:59 BC",
          "infinity",
          "23:59:59",
          "word",
          "two\nlines",
          "\xC3\xA4rger",
          "six\xF0\x9F\x98\x80",
          "a text of twenty six bytes"};
}

TEST(UsualConversion, IsConvertsOfEveryTypeIntoEveryCType) {
  TypeOptions lines;
  lines.lf_conversion = true;
  TypeOptions minus_one;
  minus_one.true_is_minus_one = true;
  const std::vector<SQLSMALLINT> all = known_c_types();
  const std::vector<std::string> values = texts();
  for (const TypeRow& row : type_rows) {
    for (const TypeOptions* options :
         {&default_type_options, static_cast<const TypeOptions*>(&lines),
          static_cast<const TypeOptions*>(&minus_one)}) {
      for (const wire::Format format : {wire::Format::text, wire::Format::binary}) {
        for (const SQLSMALLINT c_type : all) {
          Source source{"", row.oid, -1, options, format};
          if (usual_conversion(source, c_type) == nullptr) continue;
          for (const std::string& text : values) {
            source.bytes = text;
            taken_in_all_ways(source, c_type);
          }
        }
      }
    }
  }
}

TEST(UsualConversion, IsConvertsOfNumbersAndMomentsByChance) {
  std::mt19937_64 random(11);
  const std::string_view letters = "0123456789-.: +eT";
  int numbers = 0, moments = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto number = static_cast<std::int64_t>(random()) >> (random() % 64);
    const std::string digits = std::to_string(number);
    numbers += taken({digits, oid_int8, -1}, SQL_C_SBIGINT, 0, false) ? 1 : 0;
    taken({digits, oid_int8, -1}, SQL_C_SLONG, 0, false);
    taken({digits, oid_int8, -1}, SQL_C_UBIGINT, 0, true);
    taken({digits, oid_int8, -1}, SQL_C_SSHORT, 0, true);
    std::string moment = "2024-02-28 11:22:33.25";
    moment[random() % moment.size()] = letters[random() % letters.size()];
    moment.resize(moment.size() - random() % 13);
    moments += taken({moment, oid_timestamp, -1}, SQL_C_TYPE_TIMESTAMP, 0, false) ? 1 : 0;
    taken({moment, oid_date, -1}, SQL_C_TYPE_DATE, 0, true);
    taken({moment, oid_float8, -1}, SQL_C_DOUBLE, 0, true);
  }
  EXPECT_GT(numbers, 15000);
  EXPECT_GT(moments, 1000);
}

TEST(UsualConversion, IsWhatMostColumnsAreReadBy) {
  const struct {
    std::uint32_t oid;
    SQLSMALLINT c_type;
    const char* text;
  } all[] = {{oid_int4, SQL_C_SLONG, "-42"},
             {oid_int2, SQL_C_SSHORT, "42"},
             {oid_int8, SQL_C_SBIGINT, "1000003"},
             {oid_int4, SQL_C_LONG, "2147483647"},
             {oid_int4, SQL_C_ULONG, "42"},
             {oid_int8, SQL_C_UBIGINT, "42"},
             {oid_float8, SQL_C_DOUBLE, "0.5"},
             {oid_float4, SQL_C_FLOAT, "0.5"},
             {oid_numeric, SQL_C_DOUBLE, "12.50"},
             {oid_numeric, SQL_C_CHAR, "12.50"},
             {oid_text, SQL_C_CHAR, "\xC3\xA4rger"},
             {oid_varchar, SQL_C_WCHAR, "word"},
             {oid_timestamp, SQL_C_CHAR, "2000-01-01 00:00:00"},
             {oid_timestamp, SQL_C_TYPE_TIMESTAMP, "2000-01-01 00:00:00.25"},
             {oid_date, SQL_C_TYPE_DATE, "2000-01-01"},
             {oid_bool, SQL_C_BIT, "t"},
             {oid_bool, SQL_C_BIT, "f"}};
  for (const auto& one : all)
    EXPECT_TRUE(taken_in_all_ways({one.text, one.oid, -1}, one.c_type)) << one.text;
}

TEST(UsualConversion, TellsLengthsOnlyWhereTheyAreWanted) {
  const Source source{"word", oid_text, -1};
  std::array<char, 8> data{};
  const UsualConversion usual = usual_conversion(source, SQL_C_CHAR);
  ASSERT_NE(usual, nullptr);
  EXPECT_TRUE(usual(source.bytes, {data.data(), 8, nullptr, nullptr}));
  EXPECT_STREQ(data.data(), "word");
  // The terminator needs room too.
  EXPECT_FALSE(usual(source.bytes, {data.data(), 4, nullptr, nullptr}));
}

}  // namespace
}  // namespace negodbc::types
