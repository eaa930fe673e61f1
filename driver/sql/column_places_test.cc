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
  EXPECT_EQ(places("INSERT INTO t VALUES ($1 + 1, -$2, f($3), ($4), $5::int, 1 - $6)"), "---a--");
  EXPECT_EQ(places("INSERT INTO t VALUES ((($1)), (SELECT $2)), (($3), coalesce($4, 1))"), "a-a-");
  EXPECT_EQ(
      places("WITH w AS (INSERT INTO t VALUES ($1) RETURNING a) SELECT 1 FROM w, (VALUES ($2)) v"),
      "a-");
  EXPECT_EQ(places("WITH w AS (SELECT 1) INSERT INTO t VALUES ($1)"), "a");
  EXPECT_EQ(places("MERGE INTO t USING (VALUES ($1)) v (a) ON t.a = v.a AND t.b = $2 WHEN MATCHED "
                   "THEN UPDATE SET b = $3 WHEN NOT MATCHED THEN INSERT (a, b) VALUES ($4, ($5))"),
            "-=aaa");
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
  EXPECT_EQ(places("SELECT 1 WHERE $1 = a + 1 AND $2 = f(a) AND $3 = 1 AND $4 = a::text"), "-=--");
  EXPECT_EQ(places("SELECT 1 WHERE 2 * $1 = a AND $2 << a AND $3 <@ a AND $4 ! a"), "----");
  EXPECT_EQ(places("SELECT $1 = a, a || $2 = b, $3 = c"), "=-=");
}

TEST(ColumnPlaces, AreLimitsAndLists) {
  EXPECT_EQ(places("SELECT 1 WHERE a BETWEEN $1 AND $2 AND b NOT BETWEEN $3 AND $4"), "oooo");
  EXPECT_EQ(places("SELECT 1 WHERE a IN ($1, $2,$3) AND b NOT IN ($4)"), "====");
  EXPECT_EQ(places("SELECT 1 WHERE a + 1 BETWEEN $1 + 2 AND $2 AND $3"), "---");
  EXPECT_EQ(places("SELECT 1 WHERE 1 IN ($1, $2)"), "--");
  EXPECT_EQ(places("SELECT greatest($1, $2), coalesce($3, $4), $5"), "-----");
}

TEST(ColumnPlaces, AreSuchInBrackets) {
  EXPECT_EQ(places("SELECT 1 WHERE (a) = $1 AND ((t.b)) <= ($2) AND c <> (($3)) AND NOT (d) > $4"),
            "=o=o");
  EXPECT_EQ(places("SELECT 1 WHERE ($1) = a AND $2 < (b) AND (($3)) = ((\"c\")) OR ($4 = d)"),
            "=o==");
  EXPECT_EQ(
      places("SELECT 1 WHERE (a) BETWEEN ($1) AND ($2) AND b NOT BETWEEN 0 AND ($3) AND (($4) "
             "BETWEEN SYMMETRIC a AND b)"),
      "oooo");
  EXPECT_EQ(places("SELECT 1 WHERE (a) IN (1, ($1), $2) AND (b) NOT IN (($3)) AND ($4) IN (c, (d)) "
                   "AND $5 IN (c, 1)"),
            "====-");
  EXPECT_EQ(places("UPDATE t SET a = ($1), b = (b) * $2, c = (($3)) WHERE (d) = ($4)"), "a-a=");
  EXPECT_EQ(places("SELECT 1 WHERE (a + 1) = $1 AND (1) = $2 AND f(a, $3) AND ($4 + 1) = a"),
            "----");
  EXPECT_EQ(places("SELECT 1 WHERE (t.a).b = $1 AND a[1] = $2 AND (a[f(1)])[2] > $3"), "==o");
  EXPECT_EQ(places("SELECT 1 WHERE a = $1 AT TIME ZONE 'UTC' AND b = ($2)::int"), "--");
}

TEST(ColumnPlaces, AreOfRows) {
  EXPECT_EQ(places("SELECT 1 WHERE (a, b) = ($1, $2) AND (a, 1, t.c) >= ROW ($3, $4, ($5))"),
            "==o-o");
  EXPECT_EQ(places("SELECT 1 WHERE ($1, $2) = (a, 'x') AND ROW($3) < ROW(a) AND ($4, 1) <> (a, b)"),
            "=-o=");
  EXPECT_EQ(places("SELECT 1 WHERE (a, b) IN (($1, $2), ($3, 4)) AND (a, b) NOT IN (($4, $5))"),
            "=====");
  EXPECT_EQ(places("SELECT 1 WHERE ($1, $2) IN (SELECT a, b FROM u) AND (a, b) IS DISTINCT FROM "
                   "($3, $4)"),
            "====");
  EXPECT_EQ(
      places("UPDATE t SET (a, b) = ($1, $2), (c, d) = ROW($3, $4 + 1) WHERE (e, f) = ($5, 6)"),
      "aaa-=");
  EXPECT_EQ(places("SELECT ($1, $2), f($3, $4), (a, b) = f($5, $6)"), "------");
}

TEST(ColumnPlaces, AreComparedInOtherWords) {
  EXPECT_EQ(places("SELECT 1 WHERE (CASE ((a)) WHEN ($1) THEN f(1) WHEN $2 THEN 1 END = 1)"), "==");
  EXPECT_EQ(
      places("SELECT 1 WHERE a IS DISTINCT FROM $1 AND (b) IS NOT DISTINCT FROM ($2) AND $3 IS "
             "DISTINCT FROM c AND ($4) IS NOT DISTINCT FROM (d) AND $5 IS NOT NULL"),
      "====-");
  EXPECT_EQ(places("UPDATE t SET a = (b IS DISTINCT FROM $1), c = b IS DISTINCT FROM $2, d = $3"),
            "==a");
  EXPECT_EQ(places("SELECT CASE a WHEN $1 THEN $2 WHEN ($3) THEN 1 END, CASE WHEN $4 THEN 1 END"),
            "=-=-");
  EXPECT_EQ(places("SELECT CASE (a) WHEN $1 THEN CASE WHEN b = $2 THEN 1 END WHEN $3 THEN 0 END, "
                   "CASE a + 1 WHEN $4 THEN 1 END"),
            "===-");
  EXPECT_EQ(
      places("SELECT 1 WHERE $1 = ANY (a) AND ($2) > ALL (SELECT b FROM u) AND $3 = SOME "
             "(ARRAY[1]) AND a = ANY ($4) AND $5 IN (SELECT c FROM u) AND $6 = ANY (ARRAY[a, 1])"),
      "=o--==");
  EXPECT_EQ(
      places("SELECT 1 GROUP BY b HAVING max(a) = $1 AND $2 < pg_catalog.sum(a) AND count(*) > "
             "($3) AND (min(a)) BETWEEN $4 AND $5 AND f(1) + 1 = $6"),
      "=oooo-");
  EXPECT_EQ(
      places("SELECT 1 WHERE (SELECT max(a) FROM t) = $1 AND $2 = (SELECT b) AND (VALUES (1)) "
             "< $3"),
      "==o");
}

// Of a common type with a column.
TEST(ColumnPlaces, AreAlternativesToColumns) {
  EXPECT_EQ(
      places("SELECT coalesce(a, $1), greatest($2, t.b, ($3)), least(1, $4), coalesce($5, $6)"),
      "aaa---");
  EXPECT_EQ(places("SELECT nullif(a, $1), nullif($2, (b)), nullif(1, $3), nullif(a + 1, $4)"),
            "==--");
  EXPECT_EQ(
      places("SELECT CASE WHEN a > $1 THEN b WHEN c THEN $2 ELSE ($3) END, CASE WHEN $4 = a THEN "
             "$5 ELSE 1 END, CASE c WHEN 1 THEN $6 + 1 ELSE a END"),
      "oaa=--");
}

TEST(ColumnPlaces, AreSuchWhereverTheParameterStands) {
  using enum ColumnPlace;
  EXPECT_EQ(column_places("SELECT 1 WHERE a = $1 AND a / $1 > $2", 3, true),
            (std::vector<ColumnPlace>{none, none, none}));
  EXPECT_EQ(column_places("UPDATE t SET a = $1 WHERE b = $1 AND c = $2 AND d < $2", 2, true),
            (std::vector<ColumnPlace>{assigned, ordered}));
}

TEST(ColumnPlaces, OfWhatIsNoStatement) {
  for (const char* text :
       {"$1",           "($1",          "$1)",       "= $1",        "insert values ($1",
        ")) in ($1,",   "$1 is",        "$1 is not", "$1 not",      "$1 in",
        "$1 between",   "$1 <",         "$1 = any",  "a] = $1",     "] = $1",
        "a) = ($1",     "(a,) = ($1,)", "in ($1)",   "not in ($1)", "in (($1, 1))",
        "case when $1", "then $1 end",  "row($1) =", "(a].b = $1"})
    EXPECT_EQ(column_places(text, 1, true).size(), 1U) << text;
  EXPECT_TRUE(column_places("", 0, true).empty());
  const std::string deep(20000, '(');
  for (const char* middle : {"a) = $1", "$1) = a", "$1, 2) = (a, b", "coalesce($1"})
    EXPECT_EQ(column_places(deep + middle + std::string(20000, ')'), 1, true).size(), 1U);
}

}  // namespace
}  // namespace negodbc::sql
