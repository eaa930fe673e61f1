#include <gtest/gtest.h>

#include "driver/wire/backend.h"

namespace negodbc::wire {
namespace {

using namespace std::string_literals;

const std::string row =
    "\0\x04\0\0\0\x02"
    "42\xff\xff\xff\xff\0\0\0\0\0\0\0\x03"
    "a\0b"s;

void parse_exact(std::string_view body) {
  const std::vector<char> exact(body.begin(), body.end());
  RowFields fields;
  fields.parse({exact.data(), exact.size()});
}

TEST(RowFields, PointsIntoTheMessage) {
  RowFields fields;
  fields.parse(row);
  ASSERT_EQ(fields.values.size(), 4U);
  EXPECT_EQ(fields.values[0].view(), "42");
  EXPECT_TRUE(fields.values[1].is_null());
  EXPECT_FALSE(fields.values[2].is_null());
  EXPECT_EQ(fields.values[2].view(), "");
  EXPECT_EQ(fields.values[3].view(), "a\0b"s);
  EXPECT_EQ(fields.values[0].data, row.data() + 6);
}

TEST(RowFields, KeepsItsMemory) {
  RowFields fields;
  fields.parse(row);
  const auto* const memory = fields.values.data();
  fields.parse("\0\x01\0\0\0\0"s);
  EXPECT_EQ(fields.values.size(), 1U);
  fields.parse(row);
  EXPECT_EQ(fields.values.data(), memory);
}

TEST(RowFields, TakesARowWithoutColumns) {
  RowFields fields;
  fields.parse("\0\0"s);
  EXPECT_TRUE(fields.values.empty());
}

TEST(RowFields, RefusesWhatDoesNotFit) {
  for (std::size_t size = 0; size < row.size(); ++size) {
    EXPECT_THROW(parse_exact(std::string_view(row).substr(0, size)), ProtocolError) << size;
  }
  EXPECT_THROW(parse_exact(row + "x"), ProtocolError);
  EXPECT_THROW(parse_exact("\xff\xff"s + row.substr(2)), ProtocolError);  // count -1
  EXPECT_THROW(parse_exact("\x7f\xff"s + row.substr(2)), ProtocolError);  // far too many
  EXPECT_THROW(parse_exact("\0\x01\xff\xff\xff\xfe"s), ProtocolError);    // length -2
  EXPECT_THROW(parse_exact("\0\x01\x7f\xff\xff\xff"
                           "a"s),
               ProtocolError);  // 2 GB
  EXPECT_THROW(parse_exact("\0\x01\0\0\0\x02"
                           "a"s),
               ProtocolError);  // one short
}

}  // namespace
}  // namespace negodbc::wire
