#include "driver/handles/statement/static_rows.h"

#include <gtest/gtest.h>

#include <string>

namespace negodbc::odbc {
namespace {

// Ten rows, "1" to "10"; what has been asked of the source is counted.
class CountedRows final : public RowSource {
 public:
  bool next_result(Deadline) override { return false; }
  [[nodiscard]] bool has_rows() const override { return true; }
  [[nodiscard]] const std::vector<wire::Field>& fields() const override { return fields_; }
  [[nodiscard]] std::int64_t affected_rows() const override { return -1; }
  [[nodiscard]] std::string_view command_tag() const override { return "SELECT"; }
  bool next_row(Deadline) override {
    ++asked;
    if (given_ == 10) return false;
    text_ = std::to_string(++given_);
    row_.values = {{text_.data(), static_cast<std::uint32_t>(text_.size())}};
    return true;
  }
  [[nodiscard]] const wire::RowFields& row() const override { return row_; }
  void close(Deadline) override {}

  int asked = 0;

 private:
  std::vector<wire::Field> fields_;
  int given_ = 0;
  std::string text_;
  wire::RowFields row_;
};

class StaticCursor : public ::testing::Test {
 protected:
  static std::string at(StaticRows& rows, SQLULEN number) {
    if (!rows.go_to(number, Deadline::never())) return "none";
    return std::string(rows.row().values.at(0).view());
  }
  CountedRows source_;
};

TEST_F(StaticCursor, ReadsNoFurtherThanItIsAsked) {
  StaticRows rows(source_, 0);
  EXPECT_EQ(at(rows, 3), "3");
  EXPECT_EQ(source_.asked, 3);
  EXPECT_EQ(at(rows, 1), "1");  // kept, and not asked for again
  EXPECT_EQ(at(rows, 3), "3");
  EXPECT_EQ(source_.asked, 3);
}

TEST_F(StaticCursor, HasRowsFromOneToTheLast) {
  StaticRows rows(source_, 0);
  EXPECT_EQ(at(rows, 0), "none");
  EXPECT_EQ(at(rows, 10), "10");
  EXPECT_EQ(at(rows, 11), "none");
  EXPECT_EQ(at(rows, 12), "none");
  EXPECT_EQ(source_.asked, 11) << "the end is asked for once";
  EXPECT_EQ(rows.count(Deadline::never()), 10U);
  EXPECT_EQ(at(rows, 10), "10") << "the current row outlives a look beyond the end";
}

TEST_F(StaticCursor, CountingReadsTheRestAndKeepsIt) {
  StaticRows rows(source_, 0);
  EXPECT_EQ(at(rows, 2), "2");
  EXPECT_EQ(rows.count(Deadline::never()), 10U);
  EXPECT_EQ(at(rows, 2), "2");
  EXPECT_EQ(at(rows, 9), "9");
  EXPECT_EQ(source_.asked, 11);
}

TEST_F(StaticCursor, TakesNoMoreThanTheMostItMay) {
  StaticRows rows(source_, 4);
  EXPECT_EQ(rows.count(Deadline::never()), 4U);
  EXPECT_EQ(at(rows, 4), "4");
  EXPECT_EQ(at(rows, 5), "none");
  EXPECT_EQ(source_.asked, 4) << "what may not be given is not asked for";
}

TEST_F(StaticCursor, SeesWhatItChangedItself) {
  StaticRows rows(source_, 0);
  EXPECT_EQ(at(rows, 2), "2");
  rows.change(2, {"two"}, nullptr);
  EXPECT_EQ(at(rows, 2), "two") << "also when it is the current row already";
  rows.change(5, {std::nullopt}, nullptr);  // not read yet
  EXPECT_EQ(at(rows, 4), "4");
  ASSERT_TRUE(rows.go_to(5, Deadline::never()));
  EXPECT_TRUE(rows.row().values.at(0).is_null());
  rows.remove(3, nullptr);
  EXPECT_TRUE(rows.removed(3));
  EXPECT_FALSE(rows.removed(2));
  EXPECT_EQ(rows.count(Deadline::never()), 10U) << "a hole is a row";
}

TEST_F(StaticCursor, WhatIsRolledBackIsAsItWas) {
  StaticRows rows(source_, 0);
  const auto inner = std::make_shared<session::Fate>(session::Fate::open);
  const auto outer = std::make_shared<session::Fate>(session::Fate::open);
  rows.change(2, {"mine"}, outer);
  rows.change(2, {"again"}, inner);
  rows.remove(3, inner);
  rows.settle();
  EXPECT_EQ(at(rows, 2), "again");
  *inner = session::Fate::undone;
  rows.settle();
  EXPECT_EQ(at(rows, 2), "mine");
  EXPECT_FALSE(rows.removed(3));
  *outer = session::Fate::undone;
  rows.settle();
  EXPECT_EQ(at(rows, 2), "2");
  rows.change(4, {"kept"}, std::make_shared<session::Fate>(session::Fate::kept));
  rows.settle();
  EXPECT_FALSE(rows.may_be_undone());
  EXPECT_EQ(at(rows, 4), "kept");
}

}  // namespace
}  // namespace negodbc::odbc
