#include "driver/sql/system_operators.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(SystemOperators, HaveTheirSchema) {
  EXPECT_EQ(with_system_operators("SELECT a = ANY (b), c <> 'x' AND NOT d LIKE E'y\\\\_'"),
            "SELECT a OPERATOR(pg_catalog.=) ANY (b), c OPERATOR(pg_catalog.<>) 'x' AND NOT d "
            "OPERATOR(pg_catalog.~~) E'y\\\\_'");
  EXPECT_EQ(with_system_operators("a&&b"), "aOPERATOR(pg_catalog.&&)b");
  EXPECT_EQ(with_system_operators("k.n - 1"), "k.n OPERATOR(pg_catalog.-) 1");
}

TEST(SystemOperators, AreNotWhatOnlyLooksLikeOne) {
  for (const char* same : {"SELECT count(*), t.* FROM t", "(-1, -1.5)", "a::text[]", "'a = b'",
                           "\"a=b\"", "E'\\' = '", "liked", "f($1, x)"})
    EXPECT_EQ(with_system_operators(same), same);
}

}  // namespace
}  // namespace negodbc::sql
