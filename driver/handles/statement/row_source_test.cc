#include "driver/handles/statement/row_source.h"

#include <gtest/gtest.h>

namespace negodbc::odbc {
namespace {

std::unique_ptr<RowSource> rows(std::initializer_list<const char*> values) {
  catalog::LocalRows local = catalog::make_rows({{"V", catalog::ColumnType::name}});
  for (const char* value : values)
    local.rows.push_back({value == nullptr ? catalog::Cell() : catalog::text(value)});
  return std::make_unique<LocalSource>(std::move(local));
}

TEST(LocalRows, AreReadOnce) {
  const auto source = rows({"a", nullptr});
  const Deadline never = Deadline::never();
  EXPECT_TRUE(source->has_rows());
  ASSERT_TRUE(source->next_row(never));
  EXPECT_EQ(source->row().values[0].view(), "a");
  ASSERT_TRUE(source->next_row(never));
  EXPECT_TRUE(source->row().values[0].is_null());
  EXPECT_FALSE(source->next_row(never));
  EXPECT_FALSE(source->next_result(never));
  EXPECT_FALSE(source->has_rows());
}

TEST(ChainOfResults, GoesOneByOne) {
  std::vector<std::unique_ptr<RowSource>> sources;
  sources.push_back(rows({"1"}));
  sources.push_back(rows({}));
  sources.push_back(rows({"3"}));
  ChainSource chain(std::move(sources));
  const Deadline never = Deadline::never();
  EXPECT_TRUE(chain.next_row(never));
  ASSERT_TRUE(chain.next_result(never));
  EXPECT_FALSE(chain.next_row(never));
  ASSERT_TRUE(chain.next_result(never));
  ASSERT_TRUE(chain.next_row(never));
  EXPECT_EQ(chain.row().values[0].view(), "3");
  EXPECT_FALSE(chain.next_result(never));
}

}  // namespace
}  // namespace negodbc::odbc
