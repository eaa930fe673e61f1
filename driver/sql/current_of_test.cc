#include "driver/sql/current_of.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(CurrentOf, IsFoundWithItsCursor) {
  const std::string sql =
      "UPDATE t SET a = 'where current of x' Where /* c */ CURRENT of \"My\"\"C\"";
  const auto found = find_current_of(sql, true);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cursor, "My\"C");
  EXPECT_EQ(sql.substr(found->begin, found->end - found->begin), "CURRENT of \"My\"\"C\"");
  EXPECT_EQ(find_current_of("delete from t where current of SQL_CUR1;", true)->cursor, "SQL_CUR1");
}

TEST(CurrentOf, IsNotFoundElsewhere) {
  for (const char* sql : {"", "select 1 where current", "delete from t where a = 'current of b'",
                          "select \"where\" current of x", "-- where current of x"})
    EXPECT_FALSE(find_current_of(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
