#include "driver/types/convert.h"

#include <gtest/gtest.h>

#include "driver/types/convert_testing.h"

namespace negodbc::types::testing {
namespace {

std::string shown(const SQL_DATE_STRUCT& d) {
  return std::to_string(d.year) + "-" + std::to_string(d.month) + "-" + std::to_string(d.day);
}
std::string shown(const SQL_TIME_STRUCT& t) {
  return std::to_string(t.hour) + ":" + std::to_string(t.minute) + ":" + std::to_string(t.second);
}
std::string shown(const SQL_TIMESTAMP_STRUCT& t) {
  return shown(SQL_DATE_STRUCT{t.year, t.month, t.day}) + " " +
         shown(SQL_TIME_STRUCT{t.hour, t.minute, t.second}) + " " + std::to_string(t.fraction);
}

TEST(ConvertDate, FromDatesTimestampsAndText) {
  for (const std::uint32_t oid :
       std::initializer_list<std::uint32_t>{oid_date, oid_timestamp, oid_timestamptz, oid_text}) {
    const auto date = to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid, "2026-11-22"));
    EXPECT_EQ(shown(date.value), "2026-11-22");
    EXPECT_EQ(date.outcome, Outcome::ok);
  }
  EXPECT_EQ(shown(to_fixed<SQL_DATE_STRUCT>(SQL_C_DATE, field(oid_date, "2026-01-02")).value),
            "2026-1-2");
  EXPECT_EQ(to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_timestamp, "2026-11-22 00:00:00"))
                .outcome,
            Outcome::ok);
  EXPECT_EQ(to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_timestamp, "2026-11-22 00:00:01"))
                .outcome,
            Outcome::fraction_truncated);
}

TEST(ConvertDate, FromTimes) {
  EXPECT_EQ(shown(to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_time, "10:11:12")).value),
            "10:11:12");
  EXPECT_EQ(shown(to_fixed<SQL_TIME_STRUCT>(SQL_C_TIME, field(oid_timetz, "10:11:12+02")).value),
            "10:11:12");
  const auto cut =
      to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_timestamp, "2026-11-22 10:11:12.5"));
  EXPECT_EQ(shown(cut.value), "10:11:12");
  EXPECT_EQ(cut.outcome, Outcome::fraction_truncated);
  EXPECT_NE(
      to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP, field(oid_time, "10:11:12")).value.year,
      0);
}

TEST(ConvertDate, FromTimestamps) {
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{oid_timestamp, oid_text}) {
    EXPECT_EQ(shown(to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP,
                                                   field(oid, "2026-11-22 10:11:12.123456"))
                        .value),
              "2026-11-22 10:11:12 123456000");
  }
  EXPECT_EQ(shown(to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TIMESTAMP,
                                                 field(oid_timestamptz, "2026-11-22 10:11:12.5+01"))
                      .value),
            "2026-11-22 10:11:12 500000000");
  EXPECT_EQ(
      shown(to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP, field(oid_date, "2026-11-22"))
                .value),
      "2026-11-22 0:0:0 0");
}

TEST(ConvertDate, WhatStructuresCannotHold) {
  for (const char* bytes : {"infinity", "-infinity", "0044-03-15 BC", "10000-01-01"}) {
    EXPECT_EQ(state([&] { to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_date, bytes)); }),
              "22008")
        << bytes;
    EXPECT_EQ(state([&] {
                to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP, field(oid_timestamp, bytes));
              }),
              "22008");
    EXPECT_EQ(text(field(oid_date, bytes)), bytes);
  }
  EXPECT_EQ(state([] { to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_time, "24:00:00")); }),
            "22008");
}

TEST(ConvertDate, WrongTextAndWrongTypes) {
  for (const char* bytes : {"", "x", "2026-13-01", "12"}) {
    EXPECT_EQ(state([&] { to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_text, bytes)); }),
              "22018")
        << bytes;
    EXPECT_EQ(state([&] { to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_text, bytes)); }),
              "22018");
    EXPECT_EQ(state([&] {
                to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP, field(oid_text, bytes));
              }),
              "22018");
  }
  EXPECT_EQ(state([] { to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_text, "10:11:12")); }),
            "22018");
  EXPECT_EQ(
      state([] { to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_text, "2026-11-22")); }),
      "22018");
  EXPECT_EQ(state([] { to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid_time, "10:11:12")); }),
            "07006");
  EXPECT_EQ(
      state([] { to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid_date, "2026-11-22")); }),
      "07006");
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
           oid_bool, oid_int4, oid_numeric, oid_float8, oid_uuid}) {
    EXPECT_EQ(state([&] { to_fixed<SQL_DATE_STRUCT>(SQL_C_TYPE_DATE, field(oid, "1")); }), "07006");
    EXPECT_EQ(state([&] { to_fixed<SQL_TIME_STRUCT>(SQL_C_TYPE_TIME, field(oid, "1")); }), "07006");
    EXPECT_EQ(state([&] { to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_TYPE_TIMESTAMP, field(oid, "1")); }),
              "07006");
  }
}

TEST(ConvertGuid, FromUuidAndText) {
  for (const auto& [oid, bytes] : {std::pair{oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff"},
                                   {oid_text, "{6F9619FF-8B86-D011-B42D-00C04FC964FF}"},
                                   {oid_text, " 6F9619FF-8B86-D011-B42D-00C04FC964FF "}}) {
    const SQLGUID guid = to_fixed<SQLGUID>(SQL_C_GUID, field(oid, bytes)).value;
    EXPECT_EQ(guid.Data1, 0x6F9619FFU);
    EXPECT_EQ(guid.Data2, 0x8B86);
    EXPECT_EQ(guid.Data3, 0xD011);
    EXPECT_EQ(guid.Data4[0], 0xB4);
    EXPECT_EQ(guid.Data4[7], 0xFF);
  }
  for (const char* bytes :
       {"", "6f9619ff8b86d011b42d00c04fc964ff", "6f9619ff-8b86-d011-b42d-00c04fc964fg",
        "6f9619ff-8b86-d011-b42d+00c04fc964ff", "{6f9619ff-8b86-d011-b42d-00c04fc964ff"}) {
    EXPECT_EQ(state([&] { to_fixed<SQLGUID>(SQL_C_GUID, field(oid_text, bytes)); }), "22018")
        << bytes;
  }
  EXPECT_EQ(state([] { to_fixed<SQLGUID>(SQL_C_GUID, field(oid_int4, "1")); }), "07006");
}

template <typename T>
void expect_binary(const Source& source, SQLSMALLINT c_type) {
  const T value = to_fixed<T>(c_type, source).value;
  EXPECT_EQ(in_parts(SQL_C_BINARY, source, 64),
            std::string(reinterpret_cast<const char*>(&value), sizeof value));
  PartState parts;
  if (sizeof(T) > 1) {
    EXPECT_EQ(state([&] { part(SQL_C_BINARY, source, sizeof(T) - 1, parts); }), "22003");
  }
}

TEST(ConvertBinary, OtherTypesAsTheirCType) {
  expect_binary<SQLCHAR>(field(oid_bool, "t"), SQL_C_BIT);
  expect_binary<SQLSMALLINT>(field(oid_int2, "-2"), SQL_C_SSHORT);
  expect_binary<SQLINTEGER>(field(oid_int4, "-4"), SQL_C_SLONG);
  expect_binary<SQLBIGINT>(field(oid_int8, "-8"), SQL_C_SBIGINT);
  expect_binary<SQLREAL>(field(oid_float4, "0.5"), SQL_C_FLOAT);
  expect_binary<SQLDOUBLE>(field(oid_float8, "0.25"), SQL_C_DOUBLE);
  expect_binary<SQL_DATE_STRUCT>(field(oid_date, "2026-11-22"), SQL_C_TYPE_DATE);
  expect_binary<SQL_TIME_STRUCT>(field(oid_time, "10:11:12"), SQL_C_TYPE_TIME);
  expect_binary<SQL_TIMESTAMP_STRUCT>(field(oid_timestamp, "2026-11-22 10:11:12"),
                                      SQL_C_TYPE_TIMESTAMP);
  expect_binary<SQLGUID>(field(oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff"), SQL_C_GUID);
  EXPECT_EQ(in_parts(SQL_C_BINARY, field(oid_numeric, "1.5"), 2), "1.5");
  EXPECT_EQ(in_parts(SQL_C_BINARY, field(oid_text, "\xC3\xA9"), 1), "\xC3\xA9");
}

TEST(ConvertDefault, IsTheTypesOwn) {
  EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_DEFAULT, field(oid_bool, "t")).value, 1);
  EXPECT_EQ(to_fixed<SQLSMALLINT>(SQL_C_DEFAULT, field(oid_int2, "2")).value, 2);
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_DEFAULT, field(oid_int4, "4")).value, 4);
  EXPECT_EQ(to_fixed<SQLBIGINT>(SQL_C_DEFAULT, field(oid_int8, "8")).value, 8);
  EXPECT_EQ(to_fixed<SQLREAL>(SQL_C_DEFAULT, field(oid_float4, "4")).value, 4);
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DEFAULT, field(oid_float8, "8")).value, 8);
  EXPECT_EQ(to_fixed<SQL_DATE_STRUCT>(SQL_C_DEFAULT, field(oid_date, "2026-11-22")).value.year,
            2026);
  EXPECT_EQ(to_fixed<SQL_TIME_STRUCT>(SQL_C_DEFAULT, field(oid_time, "10:11:12")).value.hour, 10);
  EXPECT_EQ(to_fixed<SQL_TIMESTAMP_STRUCT>(SQL_C_DEFAULT,
                                           field(oid_timestamptz, "2026-11-22 10:11:12+00"))
                .value.hour,
            10);
  EXPECT_EQ(
      to_fixed<SQLGUID>(SQL_C_DEFAULT, field(oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff"))
          .value.Data2,
      0x8B86);
  const auto as_default = [](Source source) {
    char buffer[16] = {};
    SQLLEN length = 0;
    PartState parts;
    convert(source, {SQL_C_DEFAULT, buffer, sizeof buffer, &length, &length}, parts);
    return std::string(buffer, static_cast<std::size_t>(length));
  };
  EXPECT_EQ(as_default(field(oid_numeric, "1.5")), "1.5");
  EXPECT_EQ(as_default(field(oid_bytea, "\\x4142")), "AB");
  EXPECT_EQ(as_default(field(oid_text, "ab")), utf16_bytes(u"ab"));
  const auto wished = [&](std::uint32_t oid, std::string_view bytes, const TypeOptions& options) {
    Source source = field(oid, bytes);
    source.options = &options;
    return as_default(source);
  };
  EXPECT_EQ(wished(oid_text, "ab", {.ansi = true}), "ab");
  EXPECT_EQ(wished(oid_bool, "t", {.bools_as_char = true}), utf16_bytes(u"1"));
  EXPECT_EQ(wished(oid_bool, "t", {.bools_as_char = true, .true_is_minus_one = true}),
            utf16_bytes(u"-1"));
  EXPECT_EQ(wished(oid_int8, "42", {.int8_as = SQL_VARCHAR}), utf16_bytes(u"42"));
  EXPECT_EQ(wished(oid_int8, "42", {.int8_as = SQL_NUMERIC}), "42");
  EXPECT_EQ(wished(oid_int8, "42", {.int8_as = SQL_DOUBLE}).size(), sizeof(double));
  EXPECT_EQ(wished(oid_int8, "42", {.int8_as = SQL_INTEGER}).size(), sizeof(SQLINTEGER));
  EXPECT_EQ(wished(oid_numeric, "1.5", {.numeric_as = SQL_DOUBLE}).size(), sizeof(double));
  EXPECT_EQ(wished(oid_numeric, "1.5", {.numeric_as = SQL_VARCHAR}), utf16_bytes(u"1.5"));
}

TEST(ConvertTypes, TrueAsMinusOne) {
  const TypeOptions options{.true_is_minus_one = true};
  Source yes = field(oid_bool, "t");
  Source no = field(oid_bool, "f");
  yes.options = no.options = &options;
  EXPECT_EQ(text(yes), "-1");
  EXPECT_EQ(text(no), "0");
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_SLONG, yes).value, -1);
  EXPECT_EQ(to_fixed<SQLSMALLINT>(SQL_C_SSHORT, yes).value, -1);
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, yes).value, -1.0);
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_SLONG, no).value, 0);
  // What has no sign has the bit.
  EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, yes).value, 1);
  EXPECT_EQ(to_fixed<SQLUINTEGER>(SQL_C_ULONG, yes).value, 1U);
}

TEST(ConvertParts, LinesEndAsTheDsnWants) {
  const TypeOptions options{.lf_conversion = true};
  for (const std::uint32_t oid : {oid_text, oid_varchar, oid_json}) {
    Source source = field(oid, "a\nb\r\nc\n");
    source.options = &options;
    EXPECT_EQ(in_parts(SQL_C_CHAR, source, 100), "a\r\nb\r\nc\r\n");
    EXPECT_EQ(in_parts(SQL_C_WCHAR, source, 100), utf16_bytes(u"a\r\nb\r\nc\r\n"));
    for (const std::size_t size : {2U, 3U, 5U, 9U})
      EXPECT_EQ(in_parts(SQL_C_CHAR, source, size), "a\r\nb\r\nc\r\n") << size;
    EXPECT_EQ(in_parts(SQL_C_BINARY, source, 100), "a\nb\r\nc\n");
  }
}

TEST(ConvertTypes, UnknownAndUnsupportedOnes) {
  char buffer[64];
  for (const SQLSMALLINT c_type : std::initializer_list<SQLSMALLINT>{
           SQLSMALLINT{0}, SQLSMALLINT{-99}, SQLSMALLINT{200}, SQLSMALLINT{12}}) {
    PartState parts;
    EXPECT_EQ(state([&] {
                convert(field(oid_text, "1"), {c_type, buffer, 64, nullptr, nullptr}, parts);
              }),
              "HY003");
  }
}

TEST(ConvertParts, AnotherTypeStartsAnew) {
  PartState parts;
  const Source source = field(oid_text, "12345");
  EXPECT_EQ(part(SQL_C_CHAR, source, 3, parts).data, "12");
  EXPECT_EQ(part(SQL_C_WCHAR, source, 100, parts).data, utf16_bytes(u"12345"));
  EXPECT_EQ(part(SQL_C_WCHAR, source, 100, parts).outcome, Outcome::no_data);
  SQLINTEGER number = 0;
  EXPECT_EQ(convert(source, {SQL_C_SLONG, &number, 0, nullptr, nullptr}, parts), Outcome::ok);
  EXPECT_EQ(number, 12345);
}

TEST(ConvertNull, NeedsAnIndicator) {
  SQLLEN length = 7;
  SQLLEN indicator = 0;
  convert_null({SQL_C_CHAR, nullptr, 0, &length, &indicator});
  EXPECT_EQ(indicator, SQL_NULL_DATA);
  EXPECT_EQ(state([&] { convert_null({SQL_C_CHAR, nullptr, 0, &length, nullptr}); }), "22002");
}

}  // namespace
}  // namespace negodbc::types::testing
