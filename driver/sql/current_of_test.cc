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

TEST(CurrentOf, TellsWhatItMayReturn) {
  using Change = CurrentOf::Change;
  const auto change = [](const char* sql) { return find_current_of(sql, true)->change; };
  for (const char* sql :
       {"update t set a = 1 where current of c",
        "UPDATE only t AS x SET a = (select 1 from u) WHERE CURRENT OF c ; -- it",
        "update t set a = extract(year from b), c = 'x from y' where current of \"C\""})
    EXPECT_EQ(change(sql), Change::update) << sql;
  EXPECT_EQ(change("delete from t where current of c"), Change::remove);
  for (const char* sql : {"update t set a = u.a from u where current of c",
                          "with x as (select 1) update t set a = 1 where current of c",
                          "update t set a = 1 where current of c returning a",
                          "delete from t where current of c returning a",
                          "select 1; update t set a = 1 where current of c",
                          "update t set a = 1 where current of c; select 1",
                          "update u set a = 1; update t set a = 1 where current of c"})
    EXPECT_EQ(change(sql), Change::other) << sql;
}

}  // namespace
}  // namespace negodbc::sql
