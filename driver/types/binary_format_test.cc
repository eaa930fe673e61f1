// Values in binary format, and that they are converted as their text is.
#include "driver/types/binary_format.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "driver/types/convert_testing.h"

namespace negodbc::types {
namespace {

template <typename T>
std::string sent(T value) {
  std::string bytes;
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift));
  return bytes;
}
std::string sent(double value) {
  return sent(std::bit_cast<std::uint64_t>(value));
}
std::string sent(float value) {
  return sent(std::bit_cast<std::uint32_t>(value));
}
std::string timestamp(std::int64_t microseconds) {
  return text_of_binary(sent(microseconds), oid_timestamp);
}
std::string date(std::int32_t days) {
  return text_of_binary(sent(days), oid_date);
}
std::string float8(double value) {
  return text_of_binary(sent(value), oid_float8);
}
std::string float4(float value) {
  return text_of_binary(sent(value), oid_float4);
}

TEST(BinaryFormat, Dates) {
  EXPECT_EQ(date(0), "2000-01-01");
  EXPECT_EQ(date(59), "2000-02-29");
  EXPECT_EQ(date(-1), "1999-12-31");
  EXPECT_EQ(date(-730119), "0001-01-01");
  EXPECT_EQ(date(-730120), "0001-12-31 BC");
  EXPECT_EQ(date(-2451545), "4714-11-24 BC");
  EXPECT_EQ(date(2145031948), "5874897-12-31");
  EXPECT_EQ(date(std::numeric_limits<std::int32_t>::max()), "infinity");
  EXPECT_EQ(date(std::numeric_limits<std::int32_t>::min()), "-infinity");
}

TEST(BinaryFormat, Timestamps) {
  EXPECT_EQ(timestamp(0), "2000-01-01 00:00:00");
  EXPECT_EQ(timestamp(-1), "1999-12-31 23:59:59.999999");
  EXPECT_EQ(timestamp(1500000), "2000-01-01 00:00:01.5");
  EXPECT_EQ(timestamp(-211813488000000000), "4714-11-24 00:00:00 BC");
  EXPECT_EQ(timestamp(9223371331199999999), "294276-12-31 23:59:59.999999");
  EXPECT_EQ(timestamp(std::numeric_limits<std::int64_t>::max()), "infinity");
  EXPECT_EQ(timestamp(std::numeric_limits<std::int64_t>::min()), "-infinity");
}

// The server's notation: fixed between 1e-4 and 15 (float4: 6) digits before the point; no decimal
// that lies in the middle between two values.
TEST(BinaryFormat, Floats) {
  EXPECT_EQ(float8(0.0), "0");
  EXPECT_EQ(float8(-0.0), "-0");
  EXPECT_EQ(float8(0.1), "0.1");
  EXPECT_EQ(float8(-1234.5), "-1234.5");
  EXPECT_EQ(float8(1e14), "100000000000000");
  EXPECT_EQ(float8(1e15), "1e+15");
  EXPECT_EQ(float8(123456789012345678.0), "1.2345678901234568e+17");
  EXPECT_EQ(float8(0.0001), "0.0001");
  EXPECT_EQ(float8(0.00001), "1e-05");
  EXPECT_EQ(float8(5e-324), "5e-324");
  EXPECT_EQ(float8(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(float8(std::bit_cast<double>(std::uint64_t{0x44b52d02c7e14af6})),
            "9.999999999999999e+22");
  EXPECT_EQ(float8(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(float8(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(float8(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(float4(0.1F), "0.1");
  EXPECT_EQ(float4(123456.0F), "123456");
  EXPECT_EQ(float4(1e6F), "1e+06");
  EXPECT_EQ(float4(std::numeric_limits<float>::denorm_min()), "1e-45");
}

TEST(BinaryFormat, UuidAndBytea) {
  std::string bytes;
  for (char c = 0; c < 16; ++c) bytes.push_back(c);
  EXPECT_EQ(text_of_binary(bytes, oid_uuid), "00010203-0405-0607-0809-0a0b0c0d0e0f");
  EXPECT_EQ(text_of_binary(std::string("\0\xff", 2), oid_bytea), "\\x00ff");
}

TEST(BinaryFormat, WhatIsNoValue) {
  for (const std::uint32_t oid : {oid_float4, oid_float8, oid_uuid, oid_date, oid_timestamp})
    for (const std::size_t size : {0U, 3U, 5U, 7U, 9U, 15U, 17U})
      EXPECT_EQ(testing::state([&] { text_of_binary(std::string(size, 'x'), oid); }), "22P03");
  EXPECT_EQ(testing::state([] { text_of_binary("1", oid_numeric); }), "22P03");
}

TEST(BinaryFormat, IsAskedForWhereItIsFaster) {
  std::vector<wire::Field> fields(3);
  fields[0].type_oid = oid_int4;
  fields[1].type_oid = oid_text;
  fields[2].type_oid = oid_numeric;
  EXPECT_TRUE(best_formats(fields, true).empty());
  fields[1].type_oid = oid_timestamp;
  EXPECT_TRUE(best_formats(fields, false).empty());
  EXPECT_EQ(best_formats(fields, true),
            (std::vector{wire::Format::text, wire::Format::binary, wire::Format::text}));
}

TEST(BinaryFormat, OfDatesWhereTheyAreIntegersAndIso) {
  EXPECT_TRUE(binary_dates("ISO, MDY", "on"));
  EXPECT_TRUE(binary_dates("ISO, DMY", ""));
  EXPECT_FALSE(binary_dates("ISO, MDY", "off"));
  EXPECT_FALSE(binary_dates("SQL, MDY", "on"));
  EXPECT_FALSE(binary_dates("", ""));
}

struct Value {
  std::uint32_t oid;
  std::string bytes;
};

constexpr SQLSMALLINT c_types[] = {
    SQL_C_CHAR,      SQL_C_WCHAR,     SQL_C_BINARY,      SQL_C_DEFAULT,   SQL_C_BIT,
    SQL_C_TINYINT,   SQL_C_UTINYINT,  SQL_C_SHORT,       SQL_C_USHORT,    SQL_C_LONG,
    SQL_C_ULONG,     SQL_C_SBIGINT,   SQL_C_UBIGINT,     SQL_C_FLOAT,     SQL_C_DOUBLE,
    SQL_C_NUMERIC,   SQL_C_TYPE_DATE, SQL_C_DATE,        SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP,
    SQL_C_TIMESTAMP, SQL_C_GUID,      SQL_C_INTERVAL_DAY};

// All that a conversion does, in parts where it takes several.
std::string all_of(const Source& source, SQLSMALLINT c_type, SQLLEN room) {
  std::string told;
  PartState state;
  for (int part = 0; part < 200; ++part) {
    char buffer[64];
    std::memset(buffer, 0x55, sizeof buffer);
    SQLLEN length = -77;
    const Target target{c_type, buffer, room, &length, &length};
    try {
      const Outcome outcome = convert(source, target, state);
      told += std::to_string(static_cast<int>(outcome)) + " " + std::to_string(length) + " ";
      told.append(buffer, sizeof buffer);
      if (outcome == Outcome::no_data) return told;
    } catch (const Error& error) {
      return told + error.what() + testing::state_of(error);
    }
  }
  return told + "no end";
}

TEST(BinaryFormat, IsConvertedAsItsTextIs) {
  std::vector<Value> values;
  for (const double value :
       {0.0, -0.0, 1.0, -1.0, 0.1, 255.5, 1e15, 123456.789, 1e22, 1e-5, 5e-324, 1e300, 1e-300,
        9007199254740993.0, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
        -std::numeric_limits<double>::quiet_NaN()}) {
    values.push_back({oid_float8, sent(value)});
    values.push_back({oid_float4, sent(static_cast<float>(value))});
  }
  using Moments = std::numeric_limits<std::int64_t>;
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{1500000},
        std::int64_t{845294400123456}, std::int64_t{-63082281600000000},
        std::int64_t{-63082281600000001}, std::int64_t{252455615999999999},
        std::int64_t{252455616000000000}, std::int64_t{-211813488000000000}, Moments::max(),
        Moments::min()})
    values.push_back({oid_timestamp, sent(value)});
  using Days = std::numeric_limits<std::int32_t>;
  for (const std::int32_t value :
       {0, 59, -1, -730119, -730120, 2921939, 2921940, 2145031948, Days::max(), Days::min()})
    values.push_back({oid_date, sent(value)});
  values.push_back(
      {oid_uuid, std::string("\x01\xe2\xff\0\x10\x20\x80\x7f\xaa\xbb\xcc\xdd\0\x01\x02\x03", 16)});
  values.push_back({oid_bytea, ""});
  values.push_back({oid_bytea, std::string("\0\xff\\x41", 5)});
  values.push_back({oid_bytea, std::string(100, '\x7f')});
  for (const Value& value : values) {
    const std::string text = text_of_binary(value.bytes, value.oid);
    for (const SQLSMALLINT c_type : c_types) {
      for (const SQLLEN room : {SQLLEN{64}, SQLLEN{12}, SQLLEN{6}, SQLLEN{0}}) {
        Source binary{value.bytes, value.oid, -1};
        binary.format = wire::Format::binary;
        EXPECT_EQ(all_of(binary, c_type, room), all_of({text, value.oid, -1}, c_type, room))
            << text << " of " << value.oid << " to " << c_type << " in " << room;
      }
    }
  }
}

}  // namespace
}  // namespace negodbc::types
