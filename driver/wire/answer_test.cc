#include "driver/wire/answer.h"

#include <gtest/gtest.h>

#include <string>

namespace negodbc::wire {
namespace {

constexpr AnswerColumn one_of_each[] = {{Holds::text},  {Holds::letter}, {Holds::flag},
                                        {Holds::hex},   {Holds::small},  {Holds::integer},
                                        {Holds::whole}, {Holds::oid},    or_null(Holds::oid)};
const Answer::Cells good = {
    "",           "r",         "t", "00fF", "-32768", "-2147483648", "9223372036854775807",
    "4294967295", std::nullopt};

std::string refusal(const Answer::Cells& row) {
  try {
    Answer answer(one_of_each);
    answer.add(row);
  } catch (const AnswerError& e) {
    EXPECT_EQ(e.state(), "08S01");
    return e.what();
  }
  return "";
}

Answer::Cells with(std::size_t column, Answer::Cell value) {
  Answer::Cells row = good;
  row[column] = std::move(value);
  return row;
}

TEST(Answer, GivesWhatWasAskedFor) {
  const Answer answer(one_of_each, {good});
  const Answer::Row& row = answer.first();
  EXPECT_EQ(row.text(0), "");
  EXPECT_EQ(row.letter(1), 'r');
  EXPECT_TRUE(row.flag(2));
  EXPECT_EQ(row.number<int>(4), -32768);
  EXPECT_EQ(row.number<std::int64_t>(6), 9223372036854775807);
  EXPECT_EQ(row.number<std::uint32_t>(7), 4294967295U);
  EXPECT_TRUE(row.is_null(8));
  EXPECT_EQ(refusal(with(8, "7")), "");
}

TEST(Answer, WidthsAreChecked) {
  Answer::Cells row = good;
  row.pop_back();
  EXPECT_EQ(refusal(row),
            "the server's answer is not what was asked for: it has 8 columns in place of 9");
  row = good;
  row.push_back("more");
  EXPECT_NE(refusal(row), "");
  EXPECT_NE(refusal({}), "");
  EXPECT_THROW(Answer(one_of_each).describe(std::vector<Field>(8)), AnswerError);
  EXPECT_THROW(Answer(one_of_each).describe({}), AnswerError);
  EXPECT_NO_THROW(Answer(one_of_each).describe(std::vector<Field>(9)));
  std::vector<Field> binary(9);
  binary[3].format = Format::binary;
  EXPECT_THROW(Answer(one_of_each).describe(binary), AnswerError);
}

TEST(Answer, NullsAreOnlyWhereTheyMayBe) {
  for (std::size_t column = 0; column < 8; ++column)
    EXPECT_NE(refusal(with(column, std::nullopt)), "") << column;
}

TEST(Answer, ValuesAreOfTheirKind) {
  for (const char* const none : {"", "rr"}) EXPECT_NE(refusal(with(1, none)), "") << none;
  for (const char* const none : {"", "true", "T", "1"})
    EXPECT_NE(refusal(with(2, none)), "") << none;
  for (const char* const none : {"0", "0g", "\\x00"}) EXPECT_NE(refusal(with(3, none)), "") << none;
  for (std::size_t column = 4; column < 9; ++column)
    for (const char* const none :
         {"", "x", "1x", " 1", "1 ", "+1", "1.5", "99999999999999999999", "0x1"})
      EXPECT_NE(refusal(with(column, none)), "") << column << " " << none;
  EXPECT_NE(refusal(with(4, "32768")), "");
  EXPECT_NE(refusal(with(5, "2147483648")), "");
  EXPECT_NE(refusal(with(7, "4294967296")), "");
  EXPECT_NE(refusal(with(7, "-1")), "");
}

TEST(Answer, NothingIsReadBeyondIt) {
  const Answer empty(one_of_each);
  EXPECT_THROW((void)empty.first(), AnswerError);
  const Answer answer(one_of_each, {good});
  EXPECT_THROW((void)answer.first().cell(9), AnswerError);
  EXPECT_THROW((void)answer.first().text(8), AnswerError);
  EXPECT_THROW((void)answer.first().number<std::int16_t>(6), AnswerError);
}

}  // namespace
}  // namespace negodbc::wire
