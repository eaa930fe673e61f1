#include "driver/sql/reading.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

Reading of(std::string_view sql) {
  return reading(sql, true);
}

TEST(Reading, WhatMayChangeSomethingIsNone) {
  for (const char* sql :
       {"", "INSERT INTO t VALUES (1) RETURNING i",
        "WITH x AS (DELETE FROM t RETURNING i) SELECT * FROM x", "SELECT i INTO u FROM t",
        "SELECT i FROM t FOR UPDATE", "SELECT i FROM t FOR NO KEY UPDATE",
        "select i from t for share", "SELECT 1; SELECT 2", "CALL p()", "SHOW x", "EXPLAIN SELECT 1",
        "MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING", "BEGIN"})
    EXPECT_EQ(of(sql), Reading::no) << sql;
}

TEST(Reading, OfATableThereAreManyRows) {
  for (const char* sql :
       {"SELECT i FROM t", "select i from t;", "(SELECT i FROM t)", "TABLE t",
        "SELECT generate_series(1, 40000000)", "SELECT unnest($1)", "SELECT my.function(1)",
        "SELECT \"f\"(1)", "WITH x AS (SELECT 1) SELECT * FROM x", "SELECT count(*) OVER () FROM t",
        "SELECT max(i) FROM t UNION ALL SELECT i FROM t", "SELECT i FROM t LIMIT 1000",
        "SELECT i FROM t WHERE i = (SELECT max(i) FROM t)", "SELECT substring(s for 3) FROM t",
        "SELECT 'insert into' FROM \"update\" -- delete"})
    EXPECT_EQ(of(sql), Reading::many) << sql;
}

TEST(Reading, WhatIsGatheredOrReadsNoTableHasFew) {
  for (const char* sql :
       {"SELECT 1", "SELECT $1 + 1", "VALUES (1), (2)", "SELECT currval('s')",
        "SELECT count(*) FROM t", "SELECT a, sum(b) FROM t GROUP BY a", "SELECT DISTINCT a FROM t",
        "SELECT i FROM t ORDER BY i LIMIT 10", "SELECT CAST($1 AS numeric(10, 2))",
        "SELECT upper($1), 1 IN (1, 2)", "SELECT pg_sleep(30)"})
    EXPECT_EQ(of(sql), Reading::few) << sql;
}

}  // namespace
}  // namespace negodbc::sql
