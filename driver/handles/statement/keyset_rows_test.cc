#include "driver/handles/statement/keyset_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "driver/base/error.h"

namespace negodbc::odbc {
namespace {

// A table with the columns words and (the key) id; what reads it counts how often.
class KeysetOfATable : public ::testing::Test {
 protected:
  struct Row {
    std::string words;
    int version = 1;
  };
  KeysetOfATable() {
    for (int id = 1; id <= 7; ++id)
      table_["k" + std::to_string(id)] = {"row " + std::to_string(id)};
  }
  KeysetRows open(SQLULEN most = 0) {
    catalog::LocalRows all = catalog::make_rows({{"words", catalog::ColumnType::name}});
    for (const auto& [id, row] : table_)
      all.rows.push_back({row.words, id, "(0,1)", std::to_string(row.version)});
    LocalSource source(std::move(all));
    return {source,
            1,
            1,
            most,
            [this](const auto& arrays, bool lock, const auto& take) { read(arrays, lock, take); },
            Deadline::never()};
  }
  void read(const Values& arrays, bool lock, const KeysetRows::Take& take) {
    asked_ += (asked_.empty() ? "" : " ") + *arrays.at(0) + (lock ? "!" : "");
    std::string id;
    int ordinal = 0;
    for (const char c : *arrays[0]) {
      if (c == '{' || c == '"') continue;
      if (c != ',' && c != '}') {
        id += c;
        continue;
      }
      ++ordinal;
      const auto found = table_.find(id);
      if (found != table_.end()) {
        const std::array<std::string, 5> values{found->second.words, id, "(0,1)",
                                                std::to_string(found->second.version),
                                                std::to_string(ordinal)};
        wire::RowFields row;
        for (const std::string& value : values)
          row.values.push_back({value.data(), static_cast<std::uint32_t>(value.size())});
        if (narrow_) row.values.pop_back();
        take(row);
      }
      id.clear();
    }
  }
  static std::string words(KeysetRows& rows, SQLULEN number) {
    if (!rows.go_to(number, Deadline::never())) return "none";
    return rows.removed(number) ? "hole" : std::string(rows.row().values[0].view());
  }
  std::string asked() { return std::exchange(asked_, ""); }

  std::map<std::string, Row> table_;
  std::string asked_;
  bool narrow_ = false;
};

TEST_F(KeysetOfATable, ReadsARowsetAtOnce) {
  KeysetRows rows = open();
  EXPECT_EQ(rows.count(Deadline::never()), 7U);
  EXPECT_EQ(asked(), "");
  rows.fetch(2, 3, false);
  table_["k3"].words = "late";
  EXPECT_EQ(words(rows, 2) + words(rows, 3) + words(rows, 4), "row 2row 3row 4");
  EXPECT_EQ(asked(), R"({"k2","k3","k4"})");
  rows.fetch(6, 5, true);
  EXPECT_EQ(asked(), R"({"k6","k7"}!)");
  rows.fetch(8, 5, false);
  EXPECT_EQ(asked(), "");
  EXPECT_EQ(words(rows, 8) + words(rows, 0), "nonenone");
}

TEST_F(KeysetOfATable, ReadsOthersBesideTheRowset) {
  KeysetRows rows = open();
  rows.fetch(1, 2, false);
  asked();
  const std::array<SQLULEN, 5> some{2, 5, 99, 5, 0};
  rows.read_missing(some);
  EXPECT_EQ(asked(), R"({"k5","k5"})");
  EXPECT_EQ(words(rows, 5) + words(rows, 2), "row 5row 2");
  EXPECT_EQ(asked(), "");
  EXPECT_EQ(words(rows, 7), "row 7");
  EXPECT_EQ(words(rows, 5), "row 5");
  EXPECT_EQ(asked(), R"({"k7"} {"k5"})");  // of the others no more than the last ones are kept
  rows.refresh(some, true);
  EXPECT_EQ(asked(), R"({"k2","k5","k5"}!)");
}

TEST_F(KeysetOfATable, Holes) {
  KeysetRows rows = open();
  table_.erase("k2");
  rows.fetch(1, 3, false);
  EXPECT_EQ(words(rows, 2), "hole");
  rows.remove(3, nullptr);
  EXPECT_EQ(words(rows, 3), "hole");
  EXPECT_FALSE(rows.lock(2));
  EXPECT_TRUE(rows.lock(1));
  table_["k2"] = {"again"};
  rows.fetch(1, 3, false);
  EXPECT_EQ(words(rows, 2) + words(rows, 3), "againrow 3");
}

TEST_F(KeysetOfATable, Versions) {
  KeysetRows rows = open();
  rows.fetch(1, 3, false);
  EXPECT_FALSE(rows.give(1));
  EXPECT_FALSE(rows.give(1));
  table_["k1"].version = 2;
  rows.fetch(2, 1, false);
  words(rows, 1);
  EXPECT_TRUE(rows.changed_since(1));
  EXPECT_FALSE(rows.changed_since(4));  // never given
  EXPECT_TRUE(rows.give(1));
  EXPECT_FALSE(rows.changed_since(1));
  EXPECT_FALSE(rows.give(1));
}

TEST_F(KeysetOfATable, WhatTheCursorItselfChanges) {
  KeysetRows rows = open();
  rows.fetch(1, 3, false);
  rows.give(1);
  rows.change(1, {"mine", "m\\\"1", "(0,1)", "2"}, nullptr);
  EXPECT_EQ(words(rows, 1), "mine");
  EXPECT_FALSE(rows.changed_since(1));
  asked();
  rows.fetch(1, 1, false);
  EXPECT_EQ(asked(), R"({"m\\\"1"})");
  rows.change(1, {"mine", "k4", "(0,1)", "1"}, nullptr);
  EXPECT_TRUE(rows.give(1));
  EXPECT_FALSE(rows.give(1));
  rows.forget_version(1);
  EXPECT_FALSE(rows.changed_since(1));
  EXPECT_TRUE(rows.give(1));
  EXPECT_EQ(rows.add({"k5"}, nullptr), 8U);
  EXPECT_EQ(words(rows, 8), "row 5");
}

TEST_F(KeysetOfATable, WhatIsRolledBackIsAsItWas) {
  KeysetRows rows = open();
  rows.fetch(1, 3, false);
  rows.give(1);
  const auto inner = std::make_shared<session::Fate>(session::Fate::open);
  const auto outer = std::make_shared<session::Fate>(session::Fate::open);
  rows.change(1, {"mine", "mine1", "(0,1)", "2"}, outer);
  rows.change(1, {"again", "mine2", "(0,1)", "3"}, inner);
  rows.remove(2, inner);
  EXPECT_EQ(rows.add({"k5"}, inner), 8U);
  rows.settle();
  EXPECT_EQ(words(rows, 2), "hole");
  *inner = session::Fate::undone;
  asked();
  rows.settle();
  EXPECT_EQ(words(rows, 1), "hole");
  EXPECT_EQ(words(rows, 2), "row 2");
  EXPECT_EQ(asked(), R"({"mine1"} {"k2"})") << "each by the key that it has again";
  EXPECT_EQ(words(rows, 8), "none");
  EXPECT_FALSE(rows.lock(8));
  EXPECT_EQ(rows.count(Deadline::never()), 7U);
  EXPECT_EQ(rows.add({"k6"}, nullptr), 8U);
  EXPECT_EQ(words(rows, 8), "row 6");
  *outer = session::Fate::undone;
  rows.settle();
  EXPECT_EQ(words(rows, 1), "row 1");
  EXPECT_FALSE(rows.changed_since(1)) << "nobody else has changed it";
  rows.change(1, {"kept", "k7", "(0,1)", "1"},
              std::make_shared<session::Fate>(session::Fate::kept));
  rows.settle();
  EXPECT_FALSE(rows.may_be_undone());
  EXPECT_EQ(words(rows, 1), "kept");
}

TEST_F(KeysetOfATable, NoMoreThanAsked) {
  KeysetRows rows = open(3);
  EXPECT_EQ(rows.count(Deadline::never()), 3U);
  EXPECT_EQ(words(rows, 4), "none");
}

TEST_F(KeysetOfATable, RowsOfAnotherWidthAreRefused) {
  KeysetRows rows = open();
  rows.fetch(1, 2, false);
  narrow_ = true;
  EXPECT_THROW(rows.fetch(3, 2, false), Error);
  EXPECT_EQ(words(rows, 2), "row 2");  // what was fetched before is still there
}

}  // namespace
}  // namespace negodbc::odbc
