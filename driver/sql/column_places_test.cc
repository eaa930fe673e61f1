#include "driver/sql/column_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace negodbc::sql {
namespace {

// "1": a column's place, by number.
std::string places(const std::string& sql) {
  std::string out;
  const auto count = static_cast<std::size_t>(std::count(sql.begin(), sql.end(), '$'));
  for (const bool place : column_places(sql, count, true)) out += place ? '1' : '0';
  return out;
}

TEST(ColumnPlaces, AreItemsOfInserts) {
  EXPECT_EQ(places("INSERT INTO t VALUES ($1, 2, $2)"), "11");
  EXPECT_EQ(places("select 1; insert into t (a, \"b\") values ($1, $2), ($3, $4);"), "1111");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1 + 1, -$2, f($3), ($4), $5::int, 1 - $6)"), "000000");
  EXPECT_EQ(places("INSERT INTO t SELECT * FROM (VALUES ($1)) v"), "0");
  EXPECT_EQ(places("INSERT INTO t SELECT $1, $2"), "00");
  EXPECT_EQ(places("VALUES ($1, $2)"), "00");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1) RETURNING a / $2, ($3), (a, $4)"), "1000");
  EXPECT_EQ(places("INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2"), "11");
}

TEST(ColumnPlaces, AreWhatAColumnIsSetToOrComparedWith) {
  EXPECT_EQ(places("UPDATE t SET a = $1, b = $2 WHERE t.c >= $3 AND \"d\" <> $4"), "1111");
  EXPECT_EQ(places("DELETE FROM t WHERE a != $1 OR b <= /* */ $2"), "11");
  EXPECT_EQ(places("UPDATE t SET a = $1 + 1, b = a * $2, c = $3::int"), "000");
  EXPECT_EQ(places("SELECT 1 WHERE $1 > $2 AND 1 = $3 AND 'x' = $4"), "0000");
  EXPECT_EQ(places("SELECT f(a => $1), a @> $2, j->>'x' = $3, a - $4"), "0000");
}

TEST(ColumnPlaces, AreLimitsAndLists) {
  EXPECT_EQ(places("SELECT 1 WHERE a BETWEEN $1 AND $2 AND b NOT BETWEEN $3 AND $4"), "1111");
  EXPECT_EQ(places("SELECT 1 WHERE a IN ($1, $2,$3) AND b NOT IN ($4)"), "1111");
  EXPECT_EQ(places("SELECT 1 WHERE a + 1 BETWEEN $1 + 2 AND $2 AND $3"), "000");
  EXPECT_EQ(places("SELECT 1 WHERE 1 IN ($1, $2)"), "00");
  EXPECT_EQ(places("SELECT greatest($1, $2), coalesce($3, $4), $5"), "00000");
}

TEST(ColumnPlaces, AreSuchWhereverTheParameterStands) {
  const std::vector<bool> places = column_places("SELECT 1 WHERE a = $1 AND a / $1 > $2", 3, true);
  EXPECT_EQ(places, (std::vector<bool>{false, false, false}));
}

TEST(ColumnPlaces, OfWhatIsNoStatement) {
  for (const char* text : {"$1", "($1", "$1)", "= $1", "insert values ($1", ")) in ($1,"})
    EXPECT_EQ(column_places(text, 1, true).size(), 1U) << text;
  EXPECT_TRUE(column_places("", 0, true).empty());
}

}  // namespace
}  // namespace negodbc::sql
