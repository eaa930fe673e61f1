#include "driver/types/type_choice.h"

#include <gtest/gtest.h>

#include "driver/types/parameter_type.h"
#include "driver/types/type_info.h"

namespace negodbc::types {
namespace {

using Types = TypeChoice::Types;

Error refused(const char* state, const char* text = "no") {
  return Error(state, text);
}

TEST(TypeChoice, DeclaredTypesComeFirstThenTheServersOwn) {
  TypeChoice choice({oid_int4, 0});
  EXPECT_EQ(choice.types(), (Types{oid_int4, 0}));
  for (const char* state : {"42804", "42883", "42846", "42725", "42P08", "42809", "22P02"}) {
    TypeChoice one({oid_int4, 0});
    ASSERT_TRUE(one.next(refused(state))) << state;
    EXPECT_EQ(one.types(), (Types{0, 0})) << state;
    EXPECT_FALSE(one.next(refused(state))) << state;
  }
}

TEST(TypeChoice, OtherErrorsAreNotOfTypes) {
  for (const char* state : {"42P01", "42703", "42601", "42501", "57014", "40001", "25P02"})
    EXPECT_FALSE(TypeChoice({oid_int4}).next(refused(state))) << state;
}

TEST(TypeChoice, NothingIsAskedTwice) {
  EXPECT_FALSE(TypeChoice({0, 0}).next(refused("42804")));
  EXPECT_FALSE(TypeChoice(Types{}).next(refused("42P18", "parameter $1")));
}

TEST(TypeChoice, WhatCannotBeInferredIsText) {
  TypeChoice choice({0, oid_int4, 0});
  ASSERT_TRUE(choice.next(refused("42P18", "FEHLER: Datentyp von Parameter $3 ist unklar")));
  EXPECT_EQ(choice.types(), (Types{0, oid_int4, oid_text}));
  ASSERT_TRUE(choice.next(refused("42P18", "could not determine data type of parameter $1")));
  EXPECT_EQ(choice.types(), (Types{oid_text, oid_int4, oid_text}));
  // No progress, nothing to ask for.
  EXPECT_FALSE(choice.next(refused("42P18", "could not determine data type of parameter $1")));
  EXPECT_FALSE(choice.next(refused("42P18", "could not determine data type of parameter $9")));
}

TEST(TypeChoice, WithoutANumberAllAreMeant) {
  TypeChoice choice({0, oid_int4, 0});
  ASSERT_TRUE(choice.next(refused("42P18")));
  EXPECT_EQ(choice.types(), (Types{oid_text, oid_int4, oid_text}));
  EXPECT_FALSE(choice.next(refused("42P18")));
}

// "json_build_object('k', ?), upper(?)" with two integers.
TEST(TypeChoice, WhatWasBoundIsBetterThanText) {
  TypeChoice choice({oid_int4, oid_int4});
  ASSERT_TRUE(choice.next(refused("42883")));
  ASSERT_TRUE(choice.next(refused("42P18", "could not determine data type of parameter $1")));
  EXPECT_EQ(choice.types(), (Types{oid_int4, 0}));
}

TEST(TypeChoice, WhatWorkedBeforeComesFirst) {
  TypeChoice choice({oid_int4}, Types{0});
  EXPECT_EQ(choice.types(), Types{0});
  ASSERT_TRUE(choice.next(refused("42725")));
  EXPECT_EQ(choice.types(), Types{oid_int4});
  ASSERT_TRUE(choice.next(refused("42883")));
  EXPECT_EQ(choice.types(), Types{0});
  EXPECT_FALSE(choice.next(refused("42883")));
}

TEST(TypeChoice, BoolsAreOpenUnlessTheyCannotBeInferred) {
  TypeChoice choice({oid_bool, oid_int4});
  EXPECT_EQ(choice.types(), (Types{0, oid_int4}));
  ASSERT_TRUE(choice.next(refused("42P18", "could not determine data type of parameter $1")));
  EXPECT_EQ(choice.types(), (Types{oid_bool, oid_int4}));
}

TEST(HoldingOid, IsTheNextThatHoldsTheNumber) {
  EXPECT_EQ(holding_oid(oid_int2, "32767"), oid_int2);
  for (const char* text : {"5.00", "-5.0", "5e3", "+5"})
    EXPECT_TRUE(is_padded_integer(text)) << text;
  for (const char* text :
       {"5", "-5", "9223372036854775808", "16777217.0", "1e20", "5.01", "1e-3", "NaN", ""})
    EXPECT_FALSE(is_padded_integer(text)) << text;
  EXPECT_EQ(holding_oid(oid_int2, "-32769"), oid_int4);
  EXPECT_EQ(holding_oid(oid_int2, "65535"), oid_int4);
  EXPECT_EQ(holding_oid(oid_int4, "4294967295"), oid_int8);
  EXPECT_EQ(holding_oid(oid_int4, "-2147483648"), oid_int4);
  EXPECT_EQ(holding_oid(oid_int8, "18446744073709551615"), oid_numeric);
  EXPECT_EQ(holding_oid(oid_int8, "9223372036854775807"), oid_int8);
  EXPECT_EQ(holding_oid(oid_float8, "-123456789012345"), oid_float8);
  EXPECT_EQ(holding_oid(oid_float8, "18446744073709551615"), oid_numeric);
  EXPECT_EQ(holding_oid(oid_float8, "1e+20"), oid_float8);
  EXPECT_EQ(holding_oid(oid_float4, "4000000000"), oid_numeric);
}

TEST(HoldingOid, IsNoneOfWhatIsNoNumber) {
  for (const std::uint32_t type :
       {oid_int2, oid_int4, oid_int8, oid_float4, oid_float8, oid_numeric, oid_uuid})
    for (const char* text : {"", "abc", "1x", "2026-11-22"}) EXPECT_EQ(holding_oid(type, text), 0U);
  EXPECT_EQ(holding_oid(oid_int4, "2.5"), 0U);
  EXPECT_EQ(holding_oid(oid_int8, "1e40"), 0U);
  EXPECT_EQ(holding_oid(oid_float8, "NaN"), oid_float8);
  EXPECT_EQ(holding_oid(oid_numeric, "-Infinity"), oid_numeric);
  EXPECT_EQ(holding_oid(oid_uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff"), oid_uuid);
}

TEST(HoldingOid, OfOtherTypesIsWhatWasDeclared) {
  EXPECT_EQ(holding_oid(oid_bool, "2"), oid_bool);
  EXPECT_EQ(holding_oid(oid_date, "soon"), oid_date);
  EXPECT_EQ(holding_oid(0, "4294967295"), 0U);
}

TEST(IsReadBy, NumbersWithinTheTypesRange) {
  for (const char* text : {"0", "-5", "32767", "-32768"})
    EXPECT_TRUE(is_read_by(oid_int2, text)) << text;
  for (const char* text : {"32768", "-32769", "5.0", "1.5", "5e3", "NaN", "99999999999999999999"})
    EXPECT_FALSE(is_read_by(oid_int2, text)) << text;
  EXPECT_TRUE(is_read_by(oid_int4, "70000"));
  EXPECT_FALSE(is_read_by(oid_int4, "2147483648"));
  EXPECT_TRUE(is_read_by(oid_int8, "9223372036854775807"));
  EXPECT_FALSE(is_read_by(oid_int8, "9223372036854775808"));
  for (const char* text :
       {"0", "0e400", "-0.0", "+.5", " 0.1", "3.4e38", "-3.4e38", "1e-44", "NaN", "-Infinity"})
    EXPECT_TRUE(is_read_by(oid_float4, text)) << text;
  for (const char* text : {"1e60", "-1e60", "3.5e38", "1e-60", "-0.1e-59"})
    EXPECT_FALSE(is_read_by(oid_float4, text)) << text;
  EXPECT_TRUE(is_read_by(oid_float8, "1e-60"));
  EXPECT_TRUE(is_read_by(oid_float8, "1.7e308"));
  for (const char* text : {"1e400", "-1e400", "1e-400"})
    EXPECT_FALSE(is_read_by(oid_float8, text)) << text;
}

TEST(IsReadBy, OfOtherTypesTheServerJudges) {
  for (const std::uint32_t type : {oid_numeric, oid_text, oid_date})
    EXPECT_TRUE(is_read_by(type, "1e400")) << type;
}

}  // namespace
}  // namespace negodbc::types
