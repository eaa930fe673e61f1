#include "driver/sql/column_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace negodbc::sql {
namespace {

// By number: "a" where a column is assigned to, "o" where it is compared by order, "=" where for
// equality, "-" elsewhere.
std::string places(const std::string& sql) {
  std::string out;
  const auto count = static_cast<std::size_t>(std::count(sql.begin(), sql.end(), '$'));
  for (const ColumnPlace place : column_places(sql, count, true))
    out += "-ao="[static_cast<std::size_t>(place)];
  return out;
}

TEST(ColumnPlaces, AreItemsOfInserts) {
  EXPECT_EQ(places("INSERT INTO t VALUES ($1, 2, $2)"), "aa");
  EXPECT_EQ(places("select 1; insert into t (a, \"b\") values ($1, $2), ($3, $4);"), "aaaa");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1 + 1, -$2, f($3), ($4), $5::int, 1 - $6)"), "------");
  EXPECT_EQ(places("INSERT INTO t SELECT * FROM (VALUES ($1)) v"), "-");
  EXPECT_EQ(places("INSERT INTO t SELECT $1, $2"), "--");
  EXPECT_EQ(places("VALUES ($1, $2)"), "--");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1) RETURNING a / $2, ($3), (a, $4)"), "a---");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2"), "aa");
}

TEST(ColumnPlaces, AreWhatAColumnIsSetToOrComparedWith) {
  EXPECT_EQ(places("UPDATE t SET a = $1, b = $2 WHERE t.c >= $3 AND \"d\" <> $4"), "aao=");
  EXPECT_EQ(places("DELETE FROM t WHERE a != $1 OR b <= /* */ $2"), "=o");
  EXPECT_EQ(places("UPDATE t SET a = $1 + 1, b = a * $2, c = $3::int"), "---");
  EXPECT_EQ(places("SELECT 1 WHERE $1 > $2 AND 1 = $3 AND 'x' = $4"), "----");
  EXPECT_EQ(places("SELECT f(a => $1), a @> $2, j->>'x' = $3, a - $4"), "----");
  EXPECT_EQ(places("UPDATE t SET a = (SELECT b FROM u WHERE c = $1), d = $2 FROM v WHERE e = $3"),
            "=a=");
  EXPECT_EQ(places("WITH w AS (UPDATE t SET a = $1 RETURNING b) SELECT 1 FROM w WHERE b = $2"),
            "a=");
  EXPECT_EQ(places("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = $1 WHERE t.c = $2;"
                   "SELECT a = $3"),
            "a==");
}

TEST(ColumnPlaces, AreComparedWithinWhatAColumnIsSetTo) {
  EXPECT_EQ(places("UPDATE t SET a = CASE WHEN b = $1 THEN $2 ELSE 0 END, c = $3"), "=-a");
  EXPECT_EQ(places("UPDATE t SET a.b = $1, c = 1, d = $2"), "aa");
}

TEST(ColumnPlaces, StandBeforeTheColumnToo) {
  EXPECT_EQ(places("SELECT 1 WHERE $1 = a AND ($2 < t.b OR NOT $3 <> \"c\")"), "=o=");
  EXPECT_EQ(places("SELECT 1 WHERE $1 >= a AND $2 != b AND $3 <= s.t.c AND $4 > d"), "o=oo");
  EXPECT_EQ(places("SELECT 1 WHERE $1 = a + 1 AND $2 = f(a) AND $3 = 1 AND $4 = a::text"), "----");
  EXPECT_EQ(places("SELECT 1 WHERE 2 * $1 = a AND $2 << a AND $3 <@ a AND $4 ! a"), "----");
  EXPECT_EQ(places("SELECT $1 = a, a || $2 = b"), "--");
}

TEST(ColumnPlaces, AreLimitsAndLists) {
  EXPECT_EQ(places("SELECT 1 WHERE a BETWEEN $1 AND $2 AND b NOT BETWEEN $3 AND $4"), "oooo");
  EXPECT_EQ(places("SELECT 1 WHERE a IN ($1, $2,$3) AND b NOT IN ($4)"), "====");
  EXPECT_EQ(places("SELECT 1 WHERE a + 1 BETWEEN $1 + 2 AND $2 AND $3"), "---");
  EXPECT_EQ(places("SELECT 1 WHERE 1 IN ($1, $2)"), "--");
  EXPECT_EQ(places("SELECT greatest($1, $2), coalesce($3, $4), $5"), "-----");
}

TEST(ColumnPlaces, AreSuchWhereverTheParameterStands) {
  using enum ColumnPlace;
  EXPECT_EQ(column_places("SELECT 1 WHERE a = $1 AND a / $1 > $2", 3, true),
            (std::vector<ColumnPlace>{none, none, none}));
  EXPECT_EQ(column_places("UPDATE t SET a = $1 WHERE b = $1 AND c = $2 AND d < $2", 2, true),
            (std::vector<ColumnPlace>{assigned, ordered}));
}

TEST(ColumnPlaces, OfWhatIsNoStatement) {
  for (const char* text : {"$1", "($1", "$1)", "= $1", "insert values ($1", ")) in ($1,"})
    EXPECT_EQ(column_places(text, 1, true).size(), 1U) << text;
  EXPECT_TRUE(column_places("", 0, true).empty());
}

}  // namespace
}  // namespace negodbc::sql
