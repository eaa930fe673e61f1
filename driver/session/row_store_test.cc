#include "driver/session/row_store.h"

#include <gtest/gtest.h>

#include <random>

namespace negodbc::session {
namespace {

std::string text_of(std::uint64_t row) {
  return std::string(row % 1200, static_cast<char>('a' + row % 26)) + std::to_string(row);
}

void append(RowStore& store, std::uint64_t row) {
  const std::string text = text_of(row);
  wire::RowFields fields;
  fields.values.push_back({text.data(), static_cast<std::uint32_t>(text.size())});
  fields.values.push_back({nullptr, 0});
  fields.values.push_back({text.data(), 0});
  store.append(fields);
}

void expect(RowStore& store, std::uint64_t row) {
  wire::RowFields fields;
  store.read(row, fields);
  ASSERT_EQ(fields.values.size(), 3U);
  ASSERT_EQ(fields.values[0].view(), text_of(row)) << row;
  ASSERT_TRUE(fields.values[1].is_null());
  ASSERT_FALSE(fields.values[2].is_null());
}

TEST(RowStore, GivesEveryRowInAnyOrderAlsoFromItsFile) {
  RowStore store;
  constexpr std::uint64_t rows = 15000;  // some 10 MB
  std::mt19937_64 random(7);
  for (std::uint64_t row = 0; row < rows; ++row) {
    append(store, row);
    if (row % 1000 == 999) expect(store, random() % (row + 1));  // while it grows
  }
  EXPECT_EQ(store.size(), rows);
  for (std::uint64_t row = 0; row < rows; row += 7) expect(store, row);
  for (std::uint64_t row = rows; row-- > 0; row -= std::min<std::uint64_t>(row, 12))
    expect(store, row);
  for (int i = 0; i < 1000; ++i) expect(store, random() % rows);
}

TEST(RowStore, GivesRowsOfTheServersAndOthersAlike) {
  using namespace std::string_literals;
  const std::string message = "\0\3\0\0\0\2ab\xFF\xFF\xFF\xFF\0\0\0\0"s;
  RowStore store;
  wire::RowFields of_server;
  of_server.parse(message);
  wire::RowFields other;
  other.values = of_server.values;
  store.append(of_server);
  store.append(other);
  for (std::size_t row = 0; row < 2; ++row) {
    wire::RowFields fields;
    store.read(row, fields);
    EXPECT_EQ(fields.body, message);
    ASSERT_EQ(fields.values.size(), 3U);
    EXPECT_EQ(fields.values[0].view(), "ab");
    EXPECT_TRUE(fields.values[1].is_null());
    EXPECT_FALSE(fields.values[2].is_null());
  }
}

TEST(RowStore, RowsWithoutColumns) {
  RowStore store;
  wire::RowFields fields;
  store.append(fields);
  store.append(fields);
  store.read(1, fields);
  EXPECT_TRUE(fields.values.empty());
  EXPECT_EQ(store.size(), 2U);
}

}  // namespace
}  // namespace negodbc::session
