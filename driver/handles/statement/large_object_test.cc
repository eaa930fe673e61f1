#include "driver/handles/statement/large_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::odbc {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t two_windows = std::size_t{128} << 10U;

// A server with one object; what it was asked is kept.
class LargeObjects : public ::testing::Test {
 protected:
  wire::Answer answer(const std::string& sql, wire::AnswerColumns columns) {
    asked_.push_back(sql);
    if (!there_) return wire::Answer(columns);
    constexpr std::string_view call = "lo_get(42, ";
    std::size_t at = sql.find(call) + call.size();
    const std::size_t from = std::stoul(sql.substr(at), &at);
    const std::size_t comma = sql.find(", ", sql.find(call) + call.size());
    const std::size_t count = std::stoul(sql.substr(comma + 2));
    std::string digits;
    for (std::size_t i = from; i < std::min(bytes_.size(), from + count); ++i) {
      constexpr std::string_view hex = "0123456789abcdef";
      digits += hex[static_cast<unsigned char>(bytes_[i]) >> 4U];
      digits += hex[static_cast<unsigned char>(bytes_[i]) & 15U];
    }
    if (sql.find("lo_open") == std::string::npos) return wire::Answer(columns, {{digits}});
    const std::size_t told = told_size_ != 0 ? told_size_ : bytes_.size();
    return wire::Answer(columns, {{std::to_string(told), "0", digits}});
  }
  // One part: what came, and how much was said to be left.
  std::string part(SQLSMALLINT c_type, SQLLEN length, SQLULEN most = 0) {
    std::vector<char> buffer(static_cast<std::size_t>(length) + 1, '#');
    outcome_ = object_.read({c_type, buffer.data(), length, &left_, &left_}, most, query_);
    if (outcome_ == types::Outcome::no_data) return "";
    const SQLLEN room = c_type == SQL_C_CHAR ? (length - 1) / 2 * 2 : length;
    EXPECT_EQ(buffer.back(), '#') << "wrote beyond the buffer";
    return {buffer.data(), static_cast<std::size_t>(std::min(left_, room))};
  }
  std::string state_of(const types::Target& target) {
    try {
      (void)object_.read(target, 0, query_);
    } catch (const Error& error) {
      return std::string(error.state().view());
    }
    return "";
  }

  std::string bytes_ = "0123456789";
  std::size_t told_size_ = 0;  // 0: the truth
  bool there_ = true;
  std::vector<std::string> asked_;
  catalog::Query query_ = [this](const std::string& sql, wire::AnswerColumns columns) {
    return answer(sql, columns);
  };
  LargeObject object_{"42"};
  SQLLEN left_ = 0;
  types::Outcome outcome_ = types::Outcome::ok;
};

TEST_F(LargeObjects, ComeInPartsThatTellWhatIsLeft) {
  EXPECT_EQ(part(SQL_C_BINARY, 4), "0123");
  EXPECT_EQ(left_, 10);
  EXPECT_EQ(outcome_, types::Outcome::truncated);
  EXPECT_EQ(part(SQL_C_CHAR, 7), "343536");  // of seven bytes one is the terminator
  EXPECT_EQ(left_, 12);
  EXPECT_EQ(part(SQL_C_DEFAULT, 3), "789");
  EXPECT_EQ(left_, 3);
  EXPECT_EQ(outcome_, types::Outcome::ok);
  part(SQL_C_BINARY, 3);
  EXPECT_EQ(outcome_, types::Outcome::no_data);
  EXPECT_EQ(asked_.size(), 1U) << "its length and its beginning are one question";
}

TEST_F(LargeObjects, LongOnesAreReadAheadAndNeverWhole) {
  for (std::size_t i = 0; bytes_.size() < two_windows + 1; ++i) bytes_ += static_cast<char>(i * 7);
  std::string all;
  do {
    all += part(SQL_C_BINARY, 1000);
  } while (outcome_ == types::Outcome::truncated);
  EXPECT_TRUE(all == bytes_);
  EXPECT_LE(asked_.size(), 4U);
  for (const std::string& sql : asked_) EXPECT_THAT(sql, HasSubstr(", 65536)"));
}

TEST_F(LargeObjects, AreCutToTheMostThatIsWanted) {
  EXPECT_EQ(part(SQL_C_BINARY, 20, 6), "012345");
  EXPECT_EQ(left_, 6);
  EXPECT_EQ(outcome_, types::Outcome::ok);
}

TEST_F(LargeObjects, TellTheirLengthWithoutABuffer) {
  EXPECT_EQ(object_.read({SQL_C_CHAR, nullptr, 0, &left_, nullptr}, 0, query_),
            types::Outcome::truncated);
  EXPECT_EQ(left_, 20);
  EXPECT_EQ(part(SQL_C_BINARY, 20), "0123456789") << "nothing is used up by asking";
}

TEST_F(LargeObjects, WhatCannotBeHad) {
  std::array<char, 8> buffer{};
  EXPECT_EQ(state_of({SQL_C_SLONG, buffer.data(), 8, nullptr, nullptr}), "07006");
  EXPECT_EQ(state_of({SQL_C_BINARY, buffer.data(), -1, nullptr, nullptr}), "HY090");
  EXPECT_TRUE(asked_.empty());
  there_ = false;
  EXPECT_EQ(state_of({SQL_C_BINARY, buffer.data(), 8, nullptr, nullptr}), "HY000");
}

// A server that tells a length and then gives less, for whatever reason.
TEST_F(LargeObjects, ThatAreShorterThanTheySaidAreNoValues) {
  told_size_ = 1000;
  std::array<char, 500> buffer{};
  EXPECT_EQ(state_of({SQL_C_BINARY, buffer.data(), 500, nullptr, nullptr}), "HY000");
}

}  // namespace
}  // namespace negodbc::odbc
