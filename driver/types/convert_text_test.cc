#include <gtest/gtest.h>

#include "driver/base/utf.h"
#include "driver/types/convert_testing.h"

namespace negodbc::types::testing {
namespace {

const std::string mixed = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";  // 1, 2, 3, 4 and 1 bytes

TEST(ConvertText, WholeAndTerminated) {
  PartState state;
  const Part whole = part(SQL_C_CHAR, field(oid_text, "hello"), 6, state);
  EXPECT_EQ(whole.outcome, Outcome::ok);
  EXPECT_EQ(whole.data, "hello");
  EXPECT_EQ(whole.length, 5);
  EXPECT_TRUE(state.converted.empty()) << "served without a copy";
}

TEST(ConvertText, InPartsWithWhatRemains) {
  PartState state;
  const Source source = field(oid_text, "hello");
  const Part first = part(SQL_C_CHAR, source, 4, state);
  EXPECT_EQ(first.outcome, Outcome::truncated);
  EXPECT_EQ(first.data, "hel");
  EXPECT_EQ(first.length, 5);
  const Part second = part(SQL_C_CHAR, source, 4, state);
  EXPECT_EQ(second.outcome, Outcome::ok);
  EXPECT_EQ(second.data, "lo");
  EXPECT_EQ(second.length, 2);
  EXPECT_EQ(part(SQL_C_CHAR, source, 4, state).outcome, Outcome::no_data);
}

TEST(ConvertText, PartsFillTheBufferAndJoinToTheWhole) {
  for (std::size_t size = 2; size < 20; ++size) {
    PartState state;
    const Source source = field(oid_text, mixed);
    const Part first = part(SQL_C_CHAR, source, size, state);
    EXPECT_EQ(first.data.size(), std::min(size - 1, mixed.size())) << size;
    EXPECT_EQ(in_parts(SQL_C_CHAR, source, size), mixed) << size;
  }
}

TEST(ConvertText, BoundColumnsAreCutBetweenCharacters) {
  const std::string units = utf16_bytes(to_utf16(mixed));
  for (std::size_t size = 1; size < 20; ++size) {
    PartState narrow;
    narrow.whole_characters = true;
    const Part cut = part(SQL_C_CHAR, field(oid_text, mixed), size, narrow);
    EXPECT_EQ(to_utf8(to_utf16(cut.data)), cut.data) << size;
    PartState wide;
    wide.whole_characters = true;
    const Part cut_wide = part(SQL_C_WCHAR, field(oid_text, mixed), size * 2, wide);
    // A high surrogate is never the last: it is the fourth of the six units.
    EXPECT_NE(cut_wide.data.size(), 8U) << size;
    EXPECT_EQ(units.substr(0, cut_wide.data.size()), cut_wide.data);
  }
}

TEST(ConvertText, WideInPartsOfEverySize) {
  const std::string units = utf16_bytes(to_utf16(mixed));
  for (std::size_t size = 4; size < 40; ++size) {
    EXPECT_EQ(in_parts(SQL_C_WCHAR, field(oid_text, mixed), size), units) << size;
  }
  PartState state;
  const Part first = part(SQL_C_WCHAR, field(oid_text, mixed), 10, state);
  EXPECT_EQ(first.length, 12);  // six units
  EXPECT_EQ(first.data.size(), 8U) << "the second half of the pair comes with the next part";
}

TEST(ConvertText, WideOfLongText) {
  std::string long_text;
  for (int i = 0; i < 1000; ++i) long_text += i % 7 == 0 ? mixed : "0123456789abcdef";
  const std::string units = utf16_bytes(to_utf16(long_text));
  for (const std::size_t size : {std::size_t{64}, std::size_t{1001}, std::size_t{100000}}) {
    EXPECT_EQ(in_parts(SQL_C_WCHAR, field(oid_text, long_text), size), units);
  }
}

TEST(ConvertText, BytesThatAreNotUtf8BecomeReplacements) {
  const std::string units = utf16_bytes(u"a\xFFFD\xFFFDz");
  EXPECT_EQ(in_parts(SQL_C_WCHAR, field(oid_text, "a\xFF\xC3z"), 4096), units);
  EXPECT_EQ(in_parts(SQL_C_WCHAR, field(oid_text, "a\xFF\xC3z"), 6), units);
  EXPECT_FALSE(
      in_parts(SQL_C_WCHAR, field(oid_text, "\xED\xA0\x80\xF5\x80\x80\x80\xE0\x80\x80\xF0"), 64)
          .empty());
}

TEST(ConvertText, OddWideBuffersAreUsedToTheLastWholeUnit) {
  PartState state;
  const Part first = part(SQL_C_WCHAR, field(oid_text, "abc"), 7, state);
  EXPECT_EQ(first.outcome, Outcome::truncated);
  EXPECT_EQ(first.data, utf16_bytes(u"ab"));
}

TEST(ConvertText, SmallBuffersTellTheLength) {
  for (const auto& [c_type, size, length] : {std::tuple{SQL_C_CHAR, 0U, 5},
                                             {SQL_C_CHAR, 1U, 5},
                                             {SQL_C_WCHAR, 0U, 10},
                                             {SQL_C_WCHAR, 1U, 10},
                                             {SQL_C_WCHAR, 2U, 10},
                                             {SQL_C_BINARY, 0U, 5}}) {
    PartState state;
    const Source source = field(oid_text, "hello");
    for (int twice = 0; twice < 2; ++twice) {
      const Part probe = part(static_cast<SQLSMALLINT>(c_type), source, size, state);
      EXPECT_EQ(probe.outcome, Outcome::truncated);
      EXPECT_EQ(probe.length, length);
    }
    EXPECT_EQ(part(static_cast<SQLSMALLINT>(c_type), source, 64, state).outcome, Outcome::ok);
  }
}

TEST(ConvertText, WithoutDataOnlyTheLengthIsTold) {
  for (const auto& [c_type, length] :
       {std::pair{SQL_C_CHAR, 9}, {SQL_C_WCHAR, 10}, {SQL_C_BINARY, 9}}) {
    SQLLEN told = 0;
    SQLLEN indicator = -5;
    PartState state;
    const Target target{static_cast<SQLSMALLINT>(c_type), nullptr, 100, &told, &indicator};
    EXPECT_EQ(convert(field(oid_text, "a\xC3\xA9\xC3\xA9\xF0\x9F\x98\x80"), target, state),
              Outcome::ok);
    EXPECT_EQ(told, length);
    EXPECT_EQ(indicator, 0);
  }
}

TEST(ConvertText, WithoutAnyLengthPointer) {
  char buffer[8];
  PartState state;
  EXPECT_EQ(
      convert(field(oid_text, "hi"), {SQL_C_CHAR, buffer, sizeof buffer, nullptr, nullptr}, state),
      Outcome::ok);
  EXPECT_STREQ(buffer, "hi");
}

TEST(ConvertText, EmptyText) {
  for (const SQLSMALLINT c_type :
       std::initializer_list<SQLSMALLINT>{SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY}) {
    PartState state;
    const Part whole = part(c_type, field(oid_text, ""), 2, state);
    EXPECT_EQ(whole.outcome, Outcome::ok);
    EXPECT_EQ(whole.length, 0);
    EXPECT_EQ(part(c_type, field(oid_text, ""), 2, state).outcome, Outcome::no_data);
  }
}

TEST(ConvertText, NegativeLengthsAreRefused) {
  char buffer[8];
  for (const SQLSMALLINT c_type :
       std::initializer_list<SQLSMALLINT>{SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY, SQL_C_DEFAULT}) {
    PartState state_;
    EXPECT_EQ(state([&] {
                convert(field(oid_text, "hi"), {c_type, buffer, -1, nullptr, nullptr}, state_);
              }),
              "HY090");
  }
}

TEST(ConvertText, OtherTypesAsTheServerWritesThem) {
  EXPECT_EQ(text(field(oid_int4, "-5")), "-5");
  EXPECT_EQ(text(field(oid_numeric, "12345678901234567890.123456789")),
            "12345678901234567890.123456789");
  EXPECT_EQ(text(field(oid_timestamptz, "2026-11-22 10:11:12.5+00")), "2026-11-22 10:11:12.5+00");
  EXPECT_EQ(text(field(oid_date, "infinity")), "infinity");
  EXPECT_EQ(text(field(oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff")),
            "6f9619ff-8b86-d011-b42d-00c04fc964ff");
  EXPECT_EQ(text(field(oid_jsonb, "{\"a\": 1}")), "{\"a\": 1}");
  EXPECT_EQ(text(field(oid_bool, "t")), "1");
  EXPECT_EQ(text(field(oid_bool, "f")), "0");
  EXPECT_EQ(text(field(999999, "anything")), "anything");
}

TEST(ConvertText, OnlyFractionsMayBeCutFromNumbersAndTimes) {
  struct Case {
    std::uint32_t oid;
    const char* bytes;
    std::size_t fewest;  // bytes, terminator included, that hold what must not be lost
  };
  for (const Case& one :
       {Case{oid_int4, "12345", 6}, Case{oid_numeric, "-123.456", 5},
        Case{oid_float8, "1.5e+20", 8}, Case{oid_date, "2026-11-22", 11},
        Case{oid_timestamp, "2026-11-22 10:11:12.25", 20}, Case{oid_time, "10:11:12.5", 9},
        Case{oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff", 37},
        Case{oid_timestamp, "2026-11-22 10:11:12", 20}}) {
    const std::size_t whole = std::strlen(one.bytes) + 1;
    for (std::size_t size = 1; size <= whole; ++size) {
      PartState parts;
      PartState wide_parts;
      if (size < one.fewest) {
        EXPECT_EQ(state([&] { part(SQL_C_CHAR, field(one.oid, one.bytes), size, parts); }), "22003")
            << one.bytes << size;
        EXPECT_EQ(
            state([&] { part(SQL_C_WCHAR, field(one.oid, one.bytes), size * 2, wide_parts); }),
            "22003");
      } else {
        const Outcome expected = size == whole ? Outcome::ok : Outcome::truncated;
        EXPECT_EQ(part(SQL_C_CHAR, field(one.oid, one.bytes), size, parts).outcome, expected)
            << one.bytes << size;
        EXPECT_EQ(part(SQL_C_WCHAR, field(one.oid, one.bytes), size * 2, wide_parts).outcome,
                  expected);
      }
    }
  }
}

TEST(ConvertText, AnEmptyBufferAsksForTheLengthOfANumber) {
  PartState parts;
  EXPECT_EQ(part(SQL_C_CHAR, field(oid_int4, "12345"), 0, parts).length, 5);
  EXPECT_EQ(part(SQL_C_CHAR, field(oid_int4, "12345"), 6, parts).data, "12345");
}

TEST(ConvertBytea, HexToEverything) {
  const Source source = field(oid_bytea, "\\x00ff10aB");
  const std::string bytes("\x00\xFF\x10\xAB", 4);
  for (std::size_t size = 1; size < 8; ++size)
    EXPECT_EQ(in_parts(SQL_C_BINARY, source, size), bytes) << size;
  for (std::size_t size = 3; size < 12; ++size) {
    PartState state;
    state.whole_characters = true;
    EXPECT_EQ(part(SQL_C_CHAR, source, size, state).data.size() % 2, 0U);
    EXPECT_EQ(in_parts(SQL_C_CHAR, source, size), "00ff10aB") << size;
    EXPECT_EQ(in_parts(SQL_C_WCHAR, source, size * 2), utf16_bytes(u"00ff10aB")) << size;
  }
}

TEST(ConvertBytea, EscapeFormat) {
  const Source source = field(oid_bytea, "a\\\\b\\000\\377");
  const std::string bytes("a\\b\x00\xFF", 5);
  for (std::size_t size = 1; size < 8; ++size)
    EXPECT_EQ(in_parts(SQL_C_BINARY, source, size), bytes);
  EXPECT_EQ(text(source), "615c6200ff");
  EXPECT_EQ(in_parts(SQL_C_WCHAR, source, 10), utf16_bytes(u"615c6200ff"));
}

TEST(ConvertBytea, MalformedAndImpossible) {
  for (const char* bytes : {"\\x0g", "a\\9", "a\\400", "\\"}) {
    PartState state_;
    EXPECT_EQ(state([&] { part(SQL_C_BINARY, field(oid_bytea, bytes), 10, state_); }), "22018")
        << bytes;
  }
  for (const SQLSMALLINT c_type : std::initializer_list<SQLSMALLINT>{
           SQL_C_SLONG, SQL_C_DOUBLE, SQL_C_NUMERIC, SQL_C_TYPE_DATE, SQL_C_GUID, SQL_C_BIT}) {
    PartState state_;
    SQL_TIMESTAMP_STRUCT room{};
    EXPECT_EQ(state([&] {
                convert(field(oid_bytea, "\\x00"), {c_type, &room, 0, nullptr, nullptr}, state_);
              }),
              "07006");
  }
}

}  // namespace
}  // namespace negodbc::types::testing
