#include "driver/sql/insert_rows.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(InsertRow, IsRepeatedWithItsParametersNumberedThrough) {
  const InsertRow insert(R"(INSERT INTO s."T x" AS t (a, b) VALUES ($1, 'x$1', -1.5, $2, NULL);)",
                         true);
  ASSERT_TRUE(insert.good());
  EXPECT_EQ(insert.parameters(), 2U);
  EXPECT_EQ(insert.repeated(2),
            R"(INSERT INTO s."T x" AS t (a, b) VALUES ($1, 'x$1', -1.5, $2, NULL),)"
            R"(($3, 'x$1', -1.5, $4, NULL))");
}

TEST(InsertRow, OnlyWhatDoesTheSameForManyRows) {
  for (const char* sql :
       {"", "insert", "update t set a = $1", "insert into t select $1", "insert into t values (1)",
        "insert into t values ($1), ($2)", "insert into t values ($1) returning a",
        "insert into t values ($1) on conflict do nothing", "insert into t values (f($1))",
        "insert into t values ((select max(a) from t))", "insert into t values ($1); select 1",
        "insert into t with x as (select 1) values ($1)", "insert into t values ($1",
        "insert into t values ($1::int)", "insert into t default values",
        "with x as (select 1) insert into t values ($1)"})
    EXPECT_FALSE(InsertRow(sql, true).good()) << sql;
}

}  // namespace
}  // namespace negodbc::sql
