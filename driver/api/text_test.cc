#include "driver/api/text.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace negodbc::odbc {
namespace {

const SQLCHAR* bytes(const char* text) {
  return reinterpret_cast<const SQLCHAR*>(text);
}

TEST(TextIn, Narrow) {
  EXPECT_EQ(optional_text(static_cast<const SQLCHAR*>(nullptr), SQL_NTS), std::nullopt);
  EXPECT_EQ(optional_text(bytes("zwölf"), SQL_NTS), "zwölf");
  EXPECT_EQ(optional_text(bytes("abc"), 2), "ab");
  EXPECT_EQ(optional_text(bytes("abc"), 0), "");
  EXPECT_THROW(optional_text(bytes("abc"), -7), Error);
  EXPECT_THROW(required_text(static_cast<const SQLCHAR*>(nullptr), 0), Error);
}

TEST(TextIn, WideWithSurrogates) {
  const SQLWCHAR text[] = {'a', 0xd83d, 0xde00, 0xfc, 0};
  EXPECT_EQ(optional_text(text, SQL_NTS), "a😀ü");
  EXPECT_EQ(optional_text(text, 3), "a😀");
  EXPECT_THROW(optional_text(text, 2), Error);  // half a pair
  EXPECT_THROW(optional_text(text + 2, SQL_NTS), Error);
}

TEST(TextIn, ALengthThatCountsTheTerminator) {
  const SQLWCHAR wide[] = {'a', 0xfc, 0, 0};
  EXPECT_EQ(optional_text(wide, 3), "aü");
  EXPECT_EQ(optional_text(wide, 4), "aü");
  EXPECT_EQ(optional_text(wide + 2, 2), "");
  EXPECT_EQ(optional_text(bytes("abc"), 4), "abc");
  // A zero in the middle stays, for the caller to refuse.
  EXPECT_EQ(optional_text(bytes("a\0b"), 4), std::string("a\0b", 3));
}

TEST(TextForTheCaller, NarrowIsCutAtCharacters) {
  std::array<SQLCHAR, 8> buffer{};
  Written written = write_text("aüb", buffer.data(), 3, Unit::bytes);
  EXPECT_TRUE(written.truncated);
  EXPECT_EQ(written.length, 4);
  EXPECT_STREQ(reinterpret_cast<char*>(buffer.data()), "a");
  written = write_text("aüb", buffer.data(), 5, Unit::bytes);
  EXPECT_FALSE(written.truncated);
  EXPECT_STREQ(reinterpret_cast<char*>(buffer.data()), "aüb");
  EXPECT_TRUE(write_text("x", buffer.data(), 0, Unit::bytes).truncated);
  EXPECT_FALSE(write_text("x", static_cast<SQLCHAR*>(nullptr), 0, Unit::bytes).truncated);
  EXPECT_THROW(write_text("x", buffer.data(), -1, Unit::bytes), Error);
}

TEST(TextForTheCaller, WideInBothUnits) {
  std::array<SQLWCHAR, 8> buffer{};
  buffer.fill(0x7777);
  Written written = write_text("a😀b", buffer.data(), 3, Unit::characters);
  EXPECT_TRUE(written.truncated);
  EXPECT_EQ(written.length, 4);
  EXPECT_EQ(buffer[0], 'a');
  EXPECT_EQ(buffer[1], 0);  // the pair did not fit
  EXPECT_EQ(buffer[3], 0x7777);
  written = write_text("a😀b", buffer.data(), 11, Unit::bytes);  // an odd byte is of no use
  EXPECT_FALSE(written.truncated);
  EXPECT_EQ(written.length, 8);
  EXPECT_EQ(buffer[4], 0);
}

TEST(TextForTheCaller, WarnsWhenCut) {
  Diagnostics diagnostics;
  std::array<SQLCHAR, 3> buffer{};
  SQLSMALLINT length = 0;
  text_out("long", buffer.data(), 3, &length, Unit::characters, &diagnostics);
  EXPECT_EQ(length, 4);
  ASSERT_NE(diagnostics.record(1), nullptr);
  EXPECT_EQ(diagnostics.record(1)->state, "01004");
}

// A length of 16 bits, and a buffer that is made from it.
template <class Char>
std::size_t told_of(const std::string& text, Unit unit) {
  Diagnostics diagnostics;
  SQLSMALLINT length = 0;
  text_out(text, static_cast<Char*>(nullptr), 0, &length, unit, &diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_GT(length, 0);
  const std::size_t unit_size = unit == Unit::bytes ? sizeof(Char) : 1;
  const auto capacity = static_cast<SQLSMALLINT>(length + static_cast<SQLSMALLINT>(unit_size));
  EXPECT_GT(capacity, length);
  std::vector<Char> buffer(static_cast<std::size_t>(capacity) / unit_size + 1, Char{0x77});
  SQLSMALLINT again = 0;
  text_out(text, buffer.data(), capacity, &again, unit, &diagnostics);
  EXPECT_EQ(again, length);
  EXPECT_FALSE(diagnostics.empty()) << "it is not the whole text";
  const auto characters = static_cast<std::size_t>(length) / unit_size;
  EXPECT_EQ(buffer[characters], 0);
  EXPECT_NE(buffer[characters - 1], 0);
  return characters;
}

TEST(TextForTheCaller, IsNoLongerThanItsLengthCanTell) {
  EXPECT_EQ(told_of<SQLCHAR>(std::string(40000, 'x'), Unit::characters), 32765U);
  EXPECT_EQ(told_of<SQLCHAR>(std::string(70000, 'x'), Unit::bytes), 32765U);
  EXPECT_EQ(told_of<SQLWCHAR>(std::string(40000, 'x'), Unit::characters), 32765U);
  EXPECT_EQ(told_of<SQLWCHAR>(std::string(40000, 'x'), Unit::bytes), 16382U);
  std::string pairs = "x";
  for (int i = 0; i < 20000; ++i) pairs += "😀";
  EXPECT_EQ(told_of<SQLCHAR>(pairs, Unit::characters), 32765U) << "8191 of four bytes";
  EXPECT_EQ(told_of<SQLWCHAR>(pairs, Unit::characters), 32765U);
  EXPECT_EQ(told_of<SQLWCHAR>(pairs, Unit::bytes), 16381U) << "no half of a pair";
  EXPECT_EQ(told_of<SQLCHAR>(pairs + "x", Unit::bytes), 32765U);
  EXPECT_EQ(told_of<SQLCHAR>("xx" + pairs, Unit::bytes), 32763U) << "no part of a character";
}

}  // namespace
}  // namespace negodbc::odbc
