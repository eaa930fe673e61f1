#include "driver/types/parameter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "driver/types/convert_decimal.h"
#include "driver/types/convert_testing.h"
#include "driver/types/default_c_type.h"
#include "driver/types/type_info.h"

namespace negodbc::types::testing {
namespace {

template <typename T>
std::string encoded(SQLSMALLINT c_type, const T& value, SQLSMALLINT sql_type,
                    SQLULEN column_size = 0) {
  return encode_parameter({c_type, sql_type, column_size, 0, &value, sizeof value}).value();
}

std::string chars(std::string_view text, SQLSMALLINT sql_type, SQLULEN column_size = 0) {
  return encode_parameter(
             {SQL_C_CHAR, sql_type, column_size, 0, text.data(), static_cast<SQLLEN>(text.size())})
      .value();
}

std::string wide(std::u16string_view text, SQLSMALLINT sql_type, SQLULEN column_size = 0) {
  return encode_parameter({SQL_C_WCHAR, sql_type, column_size, 0, text.data(),
                           static_cast<SQLLEN>(text.size() * 2)})
      .value();
}

template <typename Call>
std::string refused(Call call) {
  return state(call);
}

TEST(ParameterNull, IsNothing) {
  EXPECT_FALSE(encode_parameter({SQL_C_SLONG, SQL_INTEGER, 0, 0, nullptr, SQL_NULL_DATA}));
  EXPECT_EQ(refused([] {
              encode_parameter({SQL_C_SLONG, SQL_INTEGER, 0, 0, nullptr, SQL_DEFAULT_PARAM});
            }),
            "07S01");
}

TEST(ParameterText, NarrowAndWide) {
  EXPECT_EQ(chars("h\xC3\xA9llo", SQL_VARCHAR), "h\xC3\xA9llo");
  EXPECT_EQ(wide(u"h\u00E9\xD83D\xDE00", SQL_WVARCHAR), "h\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(encode_parameter({SQL_C_CHAR, SQL_VARCHAR, 0, 0, "abc", SQL_NTS}), "abc");
  EXPECT_EQ(encode_parameter({SQL_C_WCHAR, SQL_VARCHAR, 0, 0, u"abc", SQL_NTS}), "abc");
  EXPECT_EQ(encode_parameter({SQL_C_CHAR, SQL_VARCHAR, 0, 0, nullptr, 0}), "");
  EXPECT_EQ(encode_parameter({SQL_C_WCHAR, SQL_VARCHAR, 0, 0, nullptr, 0}), "");
  EXPECT_EQ(encode_parameter({SQL_C_DEFAULT, SQL_VARCHAR, 0, 0, "abc", 3}), "abc");
  EXPECT_EQ(encode_parameter({SQL_C_DEFAULT, SQL_WVARCHAR, 0, 0, u"abc", 6}), "abc");
  EXPECT_EQ(chars("any", -999), "any");
  EXPECT_EQ(chars("1 day", SQL_INTERVAL_DAY), "1 days");
}

// What is no character must not become the same one.
TEST(ParameterText, HalfASurrogatePairIsRefused) {
  for (const std::u16string& text : {std::u16string{u'a', 0xD83D}, std::u16string{0xDE00, u'a'},
                                     std::u16string{0xDE00, 0xD83D}}) {
    for (const SQLSMALLINT type : {SQLSMALLINT{SQL_WVARCHAR}, SQLSMALLINT{SQL_INTEGER}})
      EXPECT_EQ(refused([&] { wide(text, type); }), "22021");
    EXPECT_EQ(refused([&] {
                encode_parameter({SQL_C_WCHAR, SQL_VARCHAR, 0, 0, text.c_str(), SQL_NTS});
              }),
              "22021");
  }
}

TEST(ParameterText, UnalignedWideData) {
  std::string buffer = "x" + utf16_bytes(u"ab") + std::string(2, '\0');
  EXPECT_EQ(encode_parameter({SQL_C_WCHAR, SQL_WVARCHAR, 0, 0, buffer.data() + 1, SQL_NTS}), "ab");
}

TEST(ParameterText, ALengthThatCountsTheTerminator) {
  EXPECT_EQ(chars({"abc\0", 4}, SQL_VARCHAR, 3), "abc");
  EXPECT_EQ(wide({u"abc\0", 4}, SQL_WVARCHAR, 3), "abc");
  EXPECT_EQ(chars({"12\0", 3}, SQL_INTEGER), "12");
  EXPECT_EQ(chars({"\0", 1}, SQL_VARCHAR), "");
  // In the middle it is the server's to refuse.
  EXPECT_EQ(chars({"a\0b", 3}, SQL_VARCHAR), std::string("a\0b", 3));
}

TEST(ParameterText, Lengths) {
  EXPECT_EQ(chars("abc", SQL_VARCHAR, 3), "abc");
  EXPECT_EQ(chars("\xC3\xA9\xC3\xA9\xC3\xA9", SQL_VARCHAR, 3), "\xC3\xA9\xC3\xA9\xC3\xA9");
  EXPECT_EQ(refused([] { chars("abcd", SQL_VARCHAR, 3); }), "22001");
  EXPECT_EQ(refused([] { wide(u"abcd", SQL_WCHAR, 3); }), "22001");
  // What is declared as SQLDescribeParam reports text without a limit may be of any length.
  const std::string longer(unbounded_text_size + 1, 'x');
  EXPECT_EQ(chars(longer, SQL_VARCHAR, unbounded_text_size), longer);
  EXPECT_EQ(refused([&] { chars(longer, SQL_VARCHAR, unbounded_text_size - 1); }), "22001");
  EXPECT_EQ(refused([] { encode_parameter({SQL_C_CHAR, SQL_VARCHAR, 0, 0, "abc", -7}); }), "HY090");
  EXPECT_EQ(refused([] {
              encode_parameter({SQL_C_WCHAR, SQL_VARCHAR, 0, 0, u"abc", 3});
            }),
            "HY090");
  for (const SQLSMALLINT c_type :
       std::initializer_list<SQLSMALLINT>{SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY}) {
    EXPECT_EQ(refused([&] { encode_parameter({c_type, SQL_VARCHAR, 0, 0, nullptr, 3}); }), "HY009");
    EXPECT_EQ(refused([&] {
                encode_parameter({c_type, SQL_VARCHAR, 0, 0, nullptr, SQL_NTS});
              }),
              "HY009");
  }
  EXPECT_EQ(refused([] {
              encode_parameter({SQL_C_SLONG, SQL_INTEGER, 0, 0, nullptr, 4});
            }),
            "HY009");
}

TEST(ParameterText, LinesEndAsTheDsnWants) {
  constexpr std::string_view text = "a\r\nb\nc\r\r\nd\r";
  Parameter parameter{SQL_C_CHAR, SQL_VARCHAR, 0, 0, text.data(), static_cast<SQLLEN>(text.size())};
  EXPECT_EQ(encode_parameter(parameter), text);
  parameter.lf_conversion = true;
  EXPECT_EQ(encode_parameter(parameter), "a\nb\nc\r\nd\r");
  parameter.c_type = SQL_C_BINARY;
  EXPECT_EQ(encode_parameter(parameter), text);
}

TEST(ParameterText, TrueAsMinusOne) {
  const SQLSMALLINT minus_one = -1;
  Parameter text{SQL_C_CHAR, SQL_BIT, 0, 0, "-1", 2};
  Parameter number{SQL_C_SSHORT, SQL_BIT, 0, 0, &minus_one, sizeof minus_one};
  EXPECT_EQ(encode_parameter(text), "-1");
  EXPECT_EQ(encode_parameter(number), "-1");
  text.true_is_minus_one = number.true_is_minus_one = true;
  EXPECT_EQ(encode_parameter(text), "1");
  EXPECT_EQ(encode_parameter(number), "1");
  number.sql_type = SQL_INTEGER;
  EXPECT_EQ(encode_parameter(number), "-1");
}

TEST(ParameterText, AsNumbers) {
  EXPECT_EQ(chars(" 42 ", SQL_INTEGER), "42");
  EXPECT_EQ(chars("4.2e1", SQL_BIGINT), "42");
  EXPECT_EQ(chars("-0", SQL_SMALLINT), "0");
  EXPECT_EQ(chars("-2147483648", SQL_INTEGER), "-2147483648");
  EXPECT_EQ(chars("9223372036854775807", SQL_BIGINT), "9223372036854775807");
  EXPECT_EQ(chars("123.4500", SQL_NUMERIC), "123.4500");
  EXPECT_EQ(chars("NaN", SQL_DOUBLE), "NaN");
  EXPECT_EQ(chars("-Infinity", SQL_NUMERIC), "-Infinity");
  EXPECT_EQ(wide(u"12", SQL_TINYINT), "12");
}

// Their column may take them.
TEST(ParameterText, WhatIsNoNumberOfItsTypeIsForTheServerToJudge) {
  for (const auto& value : {std::pair{"2147483648", SQL_INTEGER},
                            {"-2147483649", SQL_INTEGER},
                            {"32768", SQL_SMALLINT},
                            {"256", SQL_TINYINT},
                            {"-129", SQL_TINYINT},
                            {"9223372036854775808", SQL_BIGINT},
                            {"1e40", SQL_BIGINT},
                            {"1.5", SQL_INTEGER},
                            {"NaN", SQL_INTEGER},
                            {"0.5", SQL_BIT},
                            {"2", SQL_BIT},
                            {"-1", SQL_BIT}}) {
    EXPECT_EQ(chars(value.first, static_cast<SQLSMALLINT>(value.second)), value.first);
  }
  for (const SQLSMALLINT sql_type : std::initializer_list<SQLSMALLINT>{
           SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT, SQL_NUMERIC, SQL_DECIMAL, SQL_REAL,
           SQL_FLOAT, SQL_DOUBLE, SQL_BIT}) {
    for (const char* text : {"", "x", "1x", "1,5"}) EXPECT_EQ(chars(text, sql_type), text);
  }
  for (const char* text : {"1", "true", "T", "yes", "off"}) EXPECT_EQ(chars(text, SQL_BIT), text);
}

TEST(ParameterText, AsDatesAndTimes) {
  EXPECT_EQ(chars("2026-11-22", SQL_TYPE_DATE), "2026-11-22");
  EXPECT_EQ(chars("{d '2026-11-22'}", SQL_TYPE_DATE), "2026-11-22");
  EXPECT_EQ(chars(" { ts '2026-11-22 10:11:12.5' } ", SQL_TYPE_TIMESTAMP), "2026-11-22 10:11:12.5");
  EXPECT_EQ(chars("{t '10:11:12'}", SQL_TYPE_TIME), "10:11:12");
  EXPECT_EQ(chars("2026-11-22 00:00:00", SQL_TYPE_DATE), "2026-11-22 00:00:00");
  EXPECT_EQ(chars("infinity", SQL_TYPE_TIMESTAMP), "infinity") << "the server judges";
  EXPECT_EQ(chars("{x '1'}", SQL_TYPE_DATE), "{x '1'}");
  EXPECT_EQ(chars("{'}", SQL_TYPE_DATE), "{'}");
  EXPECT_TRUE(chars("10:11:12", SQL_TYPE_TIMESTAMP).ends_with(" 10:11:12"));
  EXPECT_EQ(refused([] { chars("2026-11-22 10:00:00", SQL_TYPE_DATE); }), "22008");
  EXPECT_EQ(refused([] { chars("10:00:00", SQL_TYPE_DATE); }), "22018");
  EXPECT_EQ(refused([] { chars("2026-11-22", SQL_TYPE_TIME); }), "22018");
}

TEST(ParameterText, AsBytesAndGuids) {
  EXPECT_EQ(chars("00fF", SQL_VARBINARY), "\\x00fF");
  EXPECT_EQ(chars("\\x00ff", SQL_LONGVARBINARY), "\\x00ff");
  EXPECT_EQ(chars("", SQL_BINARY), "\\x");
  EXPECT_EQ(refused([] { chars("0", SQL_VARBINARY); }), "22018");
  EXPECT_EQ(refused([] { chars("zz", SQL_VARBINARY); }), "22018");
  EXPECT_EQ(chars("{6F9619FF-8B86-D011-B42D-00C04FC964FF}", SQL_GUID),
            "6f9619ff-8b86-d011-b42d-00c04fc964ff");
  EXPECT_EQ(chars("6F9619FF", SQL_GUID), "6F9619FF") << "the server judges";
}

template <typename T>
void expect_integer_parameter(SQLSMALLINT c_type) {
  const T lowest = std::numeric_limits<T>::min();
  const T highest = std::numeric_limits<T>::max();
  EXPECT_EQ(encoded<T>(c_type, highest, SQL_NUMERIC), std::to_string(highest));
  EXPECT_EQ(encoded<T>(c_type, lowest, SQL_VARCHAR), std::to_string(lowest));
  EXPECT_EQ(encoded<T>(c_type, 100, SQL_TINYINT), "100");
  EXPECT_EQ(encoded<T>(c_type, 100, SQL_DOUBLE), "100");
  EXPECT_EQ(encoded<T>(c_type, 1, SQL_BIT), "1");
  EXPECT_EQ(encoded<T>(c_type, 100, SQL_VARCHAR, 3), "100");
  EXPECT_EQ(encoded<T>(c_type, 100, SQL_BIT), "100");
  EXPECT_EQ(refused([&] { encoded<T>(c_type, 100, SQL_VARCHAR, 2); }), "22001");
  EXPECT_EQ(refused([&] { encoded<T>(c_type, 1, SQL_TYPE_DATE); }), "07006");
  EXPECT_EQ(refused([&] { encoded<T>(c_type, 1, SQL_GUID); }), "07006");
  EXPECT_EQ(encoded<T>(c_type, 0, SQL_VARBINARY).size(), 2 + 2 * sizeof(T));
}

TEST(ParameterNumber, EveryInteger) {
  expect_integer_parameter<SQLSCHAR>(SQL_C_TINYINT);
  expect_integer_parameter<SQLSCHAR>(SQL_C_STINYINT);
  expect_integer_parameter<SQLCHAR>(SQL_C_UTINYINT);
  expect_integer_parameter<SQLSMALLINT>(SQL_C_SHORT);
  expect_integer_parameter<SQLSMALLINT>(SQL_C_SSHORT);
  expect_integer_parameter<SQLUSMALLINT>(SQL_C_USHORT);
  expect_integer_parameter<SQLINTEGER>(SQL_C_LONG);
  expect_integer_parameter<SQLINTEGER>(SQL_C_SLONG);
  expect_integer_parameter<SQLUINTEGER>(SQL_C_ULONG);
  expect_integer_parameter<SQLBIGINT>(SQL_C_SBIGINT);
  expect_integer_parameter<SQLUBIGINT>(SQL_C_UBIGINT);
  EXPECT_EQ(encoded(SQL_C_UBIGINT, std::numeric_limits<SQLUBIGINT>::max(), SQL_BIGINT),
            "18446744073709551615");
  EXPECT_EQ(encoded(SQL_C_SBIGINT, SQLBIGINT{40000}, SQL_SMALLINT), "40000");
}

TEST(ParameterNumber, Bits) {
  EXPECT_EQ(encoded(SQL_C_BIT, SQLCHAR{1}, SQL_BIT), "1");
  EXPECT_EQ(encoded(SQL_C_BIT, SQLCHAR{0}, SQL_BIT), "0");
  EXPECT_EQ(encoded(SQL_C_BIT, SQLCHAR{7}, SQL_INTEGER), "1");
  EXPECT_EQ(encoded(SQL_C_BIT, SQLCHAR{1}, SQL_VARCHAR), "1");
}

TEST(ParameterNumber, FloatingPointKeepsEveryBit) {
  EXPECT_EQ(encoded(SQL_C_DOUBLE, 0.1, SQL_DOUBLE), "0.1");
  EXPECT_EQ(std::stod(encoded(SQL_C_DOUBLE, 1.0 / 3, SQL_DOUBLE)), 1.0 / 3);
  EXPECT_EQ(std::stod(encoded(SQL_C_DOUBLE, std::numeric_limits<double>::max(), SQL_NUMERIC)),
            std::numeric_limits<double>::max());
  EXPECT_EQ(encoded(SQL_C_FLOAT, 0.1F, SQL_REAL), "0.1");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, std::nan(""), SQL_DOUBLE), "NaN");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, -std::numeric_limits<double>::infinity(), SQL_DOUBLE),
            "-Infinity");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, 12.9, SQL_INTEGER), "12");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, -0.5, SQL_INTEGER), "0");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, 1e15, SQL_BIGINT), "1000000000000000");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, 1e30, SQL_BIGINT), "1000000000000000000000000000000");
  EXPECT_EQ(encoded(SQL_C_DOUBLE, std::nan(""), SQL_BIGINT), "NaN") << "the server judges";
  EXPECT_EQ(refused([] { encoded(SQL_C_DOUBLE, 1.0, SQL_TYPE_TIME); }), "07006");
}

TEST(ParameterNumber, NumericStructs) {
  EXPECT_EQ(encoded(SQL_C_NUMERIC, to_numeric_struct(12345, true, 10, 2), SQL_NUMERIC), "-123.45");
  EXPECT_EQ(encoded(SQL_C_NUMERIC, to_numeric_struct(12345, false, 10, 2), SQL_INTEGER), "123");
  EXPECT_EQ(encoded(SQL_C_NUMERIC, to_numeric_struct(12345, false, 10, 2), SQL_VARCHAR), "123.45");
}

TEST(ParameterBinary, BytesTextAndStructures) {
  const std::string bytes("\x00\xFF", 2);
  const auto binary = [](std::string_view data, SQLSMALLINT sql_type, SQLULEN size = 0) {
    return encode_parameter(
               {SQL_C_BINARY, sql_type, size, 0, data.data(), static_cast<SQLLEN>(data.size())})
        .value();
  };
  EXPECT_EQ(binary(bytes, SQL_VARBINARY), "\\x00ff");
  EXPECT_EQ(binary(bytes, SQL_BINARY, 2), "\\x00ff");
  EXPECT_EQ(binary("", SQL_LONGVARBINARY), "\\x");
  EXPECT_EQ(refused([&] { binary(bytes, SQL_VARBINARY, 1); }), "22001");
  EXPECT_EQ(binary(std::string(9000, 'x'), SQL_VARBINARY, unbounded_text_size).size(), 2 + 18000);
  EXPECT_EQ(binary("text", SQL_VARCHAR), "text");
  EXPECT_EQ(refused([&] { binary("text", SQL_VARCHAR, 3); }), "22001");
  const SQLINTEGER number = -5;
  EXPECT_EQ(binary({reinterpret_cast<const char*>(&number), sizeof number}, SQL_INTEGER), "-5");
  EXPECT_EQ(refused([&] { binary(bytes, SQL_INTEGER); }), "22003");
  EXPECT_EQ(binary("-1.50", SQL_NUMERIC), "-1.50");
  EXPECT_EQ(refused([&] { binary(bytes, SQL_NUMERIC); }), "22018");
  const SQL_DATE_STRUCT date{2026, 11, 22};
  EXPECT_EQ(binary({reinterpret_cast<const char*>(&date), sizeof date}, SQL_TYPE_DATE),
            "2026-11-22");
}

TEST(ParameterDate, Dates) {
  const SQL_DATE_STRUCT date{2026, 1, 2};
  for (const SQLSMALLINT sql_type :
       std::initializer_list<SQLSMALLINT>{SQL_TYPE_DATE, SQL_DATE, SQL_VARCHAR, SQL_WCHAR}) {
    EXPECT_EQ(encoded(SQL_C_TYPE_DATE, date, sql_type), "2026-01-02");
  }
  EXPECT_EQ(encoded(SQL_C_TYPE_DATE, date, SQL_TYPE_TIMESTAMP), "2026-01-02 00:00:00");
  EXPECT_EQ(encoded(SQL_C_TYPE_DATE, SQL_DATE_STRUCT{-44, 3, 15}, SQL_TIMESTAMP),
            "0044-03-15 00:00:00 BC");
  EXPECT_EQ(encoded(SQL_C_DATE, date, SQL_TYPE_DATE), "2026-01-02");
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_DATE, date, SQL_TYPE_TIME); }), "07006");
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_DATE, date, SQL_INTEGER); }), "07006");
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_DATE, date, SQL_VARCHAR, 9); }), "22001");
  EXPECT_EQ(refused([] {
              encoded(SQL_C_TYPE_DATE, SQL_DATE_STRUCT{2026, 2, 29}, SQL_TYPE_DATE);
            }),
            "22007");
  EXPECT_EQ(encoded(SQL_C_TYPE_DATE, SQL_DATE_STRUCT{-44, 3, 15}, SQL_TYPE_DATE), "0044-03-15 BC");
  EXPECT_EQ(encoded(SQL_C_TYPE_DATE, SQL_DATE_STRUCT{-1, 2, 29}, SQL_TYPE_DATE), "0001-02-29 BC");
  EXPECT_EQ(refused([] {
              encoded(SQL_C_TYPE_DATE, SQL_DATE_STRUCT{0, 3, 15}, SQL_TYPE_DATE);
            }),
            "22008");
}

TEST(ParameterDate, Times) {
  const SQL_TIME_STRUCT time{1, 2, 3};
  EXPECT_EQ(encoded(SQL_C_TYPE_TIME, time, SQL_TYPE_TIME), "01:02:03");
  EXPECT_EQ(encoded(SQL_C_TIME, time, SQL_VARCHAR), "01:02:03");
  EXPECT_TRUE(encoded(SQL_C_TYPE_TIME, time, SQL_TYPE_TIMESTAMP).ends_with(" 01:02:03"));
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_TIME, time, SQL_TYPE_DATE); }), "07006");
  EXPECT_EQ(refused([] {
              encoded(SQL_C_TYPE_TIME, SQL_TIME_STRUCT{24, 0, 0}, SQL_TYPE_TIME);
            }),
            "22007");
}

TEST(ParameterDate, Timestamps) {
  const SQL_TIMESTAMP_STRUCT value{2026, 11, 22, 10, 11, 12, 123456789};
  EXPECT_EQ(encoded(SQL_C_TYPE_TIMESTAMP, value, SQL_TYPE_TIMESTAMP), "2026-11-22 10:11:12.123456");
  EXPECT_EQ(encoded(SQL_C_TIMESTAMP, value, SQL_VARCHAR), "2026-11-22 10:11:12.123456");
  EXPECT_EQ(encoded(SQL_C_TYPE_TIMESTAMP, value, SQL_TYPE_TIME), "10:11:12.123456");
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_TIMESTAMP, value, SQL_TYPE_DATE); }), "22008");
  const SQL_TIMESTAMP_STRUCT midnight{2026, 11, 22, 0, 0, 0, 0};
  EXPECT_EQ(encoded(SQL_C_TYPE_TIMESTAMP, midnight, SQL_TYPE_DATE), "2026-11-22");
  EXPECT_EQ(encoded(SQL_C_TYPE_TIMESTAMP, midnight, SQL_TYPE_TIMESTAMP), "2026-11-22 00:00:00");
  EXPECT_EQ(encoded(SQL_C_TYPE_TIMESTAMP, SQL_TIMESTAMP_STRUCT{-1, 1, 1, 10, 0, 0, 500000000},
                    SQL_TYPE_TIMESTAMP),
            "0001-01-01 10:00:00.5 BC");
  EXPECT_EQ(refused([] {
              encoded(SQL_C_TYPE_TIMESTAMP, SQL_TIMESTAMP_STRUCT{2026, 13, 1, 0, 0, 0, 0},
                      SQL_TYPE_TIMESTAMP);
            }),
            "22007");
  EXPECT_EQ(refused([] {
              encoded(SQL_C_TYPE_TIMESTAMP, SQL_TIMESTAMP_STRUCT{2026, 1, 1, 0, 0, 0, 1000000000},
                      SQL_TYPE_TIMESTAMP);
            }),
            "22007");
  EXPECT_EQ(refused([&] { encoded(SQL_C_TYPE_TIMESTAMP, value, SQL_INTEGER); }), "07006");
}

TEST(ParameterGuid, AsGuidAndText) {
  const SQLGUID guid{0x6F9619FF, 0x8B86, 0xD011, {0xB4, 0x2D, 0, 0xC0, 0x4F, 0xC9, 0x64, 0xFF}};
  EXPECT_EQ(encoded(SQL_C_GUID, guid, SQL_GUID), "6f9619ff-8b86-d011-b42d-00c04fc964ff");
  EXPECT_EQ(encoded(SQL_C_GUID, guid, SQL_CHAR), "6f9619ff-8b86-d011-b42d-00c04fc964ff");
  EXPECT_EQ(refused([&] { encoded(SQL_C_GUID, guid, SQL_INTEGER); }), "07006");
}

TEST(ParameterDefault, FollowsTheSqlType) {
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQLCHAR{1}, SQL_BIT), "1");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQLSCHAR{-1}, SQL_TINYINT), "-1");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQLSMALLINT{-2}, SQL_SMALLINT), "-2");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQLINTEGER{-4}, SQL_INTEGER), "-4");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQLBIGINT{-8}, SQL_BIGINT), "-8");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, 0.5F, SQL_REAL), "0.5");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, 0.25, SQL_FLOAT), "0.25");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQL_DATE_STRUCT{2026, 1, 2}, SQL_TYPE_DATE), "2026-01-02");
  EXPECT_EQ(encoded(SQL_C_DEFAULT, SQL_TIME_STRUCT{1, 2, 3}, SQL_TYPE_TIME), "01:02:03");
  EXPECT_EQ(
      encoded(SQL_C_DEFAULT, SQL_TIMESTAMP_STRUCT{2026, 1, 2, 3, 4, 5, 0}, SQL_TYPE_TIMESTAMP),
      "2026-01-02 03:04:05");
  EXPECT_EQ(encode_parameter({SQL_C_DEFAULT, SQL_NUMERIC, 0, 0, "1.5", SQL_NTS}), "1.5");
  EXPECT_EQ(encode_parameter({SQL_C_DEFAULT, SQL_VARBINARY, 0, 0, "\x01", 1}), "\\x01");
}

TEST(ParameterTypes, DefaultsByTheSqlType) {
  EXPECT_EQ(default_c_type(SQL_DECIMAL), SQL_C_CHAR);
  EXPECT_EQ(default_c_type(SQL_TYPE_DATE), SQL_C_TYPE_DATE);
  EXPECT_EQ(default_c_type(SQL_WLONGVARCHAR), SQL_C_WCHAR);
  EXPECT_EQ(default_c_type(SQL_INTERVAL_DAY), SQL_C_INTERVAL_DAY);
  EXPECT_EQ(default_c_type(12345), SQL_C_CHAR);
}

// The buffer holds an interval's structure then, and is not to be read as characters.
TEST(ParameterTypes, AnIntervalByDefaultIsItsStructure) {
  SQL_INTERVAL_STRUCT days{};
  days.intval.day_second.day = 5;
  EXPECT_EQ(encode_parameter({SQL_C_DEFAULT, SQL_INTERVAL_DAY, 0, 0, &days, SQL_NTS}), "5 days");
}

TEST(ParameterTypes, UnknownAndUnsupportedOnes) {
  const char data[64] = {};
  EXPECT_EQ(refused([&] { encode_parameter({-99, SQL_INTEGER, 0, 0, data, 4}); }), "HY003");
}

}  // namespace
}  // namespace negodbc::types::testing
