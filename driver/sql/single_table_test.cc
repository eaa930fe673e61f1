#include "driver/sql/single_table.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

std::string with(const char* sql) {
  const auto found = SingleTable::find(sql, true);
  return found ? found->with(found->column("\"k\"") + " AS hidden") : "none";
}
std::string again(const char* sql) {
  const auto found = SingleTable::find(sql, true);
  return found ? found->again("n", "\"s\".\"t\"") : "none";
}

TEST(SingleTable, TakesAColumnMore) {
  EXPECT_EQ(with("SELECT * FROM t"), "SELECT * \n, t.\"k\" AS hidden FROM t");
  EXPECT_EQ(
      with("select all a, b from s.\"T\" where x = $1 order by 2 limit 3 ;"),
      "select all a, b \n, \"T\".\"k\" AS hidden from s.\"T\" where x = $1 order by 2 limit 3 ;");
  EXPECT_EQ(with("SELECT a -- why\nFROM ONLY t AS x FOR UPDATE"),
            "SELECT a -- why\n\n, x.\"k\" AS hidden FROM ONLY t AS x FOR UPDATE");
  EXPECT_EQ(with("SELECT extract(year FROM d), a IS DISTINCT FROM b FROM t u"),
            "SELECT extract(year FROM d), a IS DISTINCT FROM b \n, u.\"k\" AS hidden FROM t u");
  EXPECT_EQ(
      with("SELECT 'from', \"from\", (SELECT 1 FROM x) FROM t -- from where"),
      "SELECT 'from', \"from\", (SELECT 1 FROM x) \n, t.\"k\" AS hidden FROM t -- from where");
}

TEST(SingleTable, IsAskedAgainForTheTableItself) {
  EXPECT_EQ(again("SELECT * FROM t WHERE a > 1"), "SELECT t.* \n, n FROM \"s\".\"t\"");
  EXPECT_EQ(again("SELECT a, *, t.*, a * 2 FROM t"),
            "SELECT a, t.*, t.*, a * 2 \n, n FROM \"s\".\"t\"");
  EXPECT_EQ(again("SELECT x.a FROM only t x ORDER BY a"),
            "SELECT x.a \n, n FROM ONLY \"s\".\"t\" AS x");
}

TEST(SingleTable, NamesTableAndFunctions) {
  const auto found =
      SingleTable::find("SELECT Upper(a), \"My\"\"F\" (1), (b), s.g(c)[1] FROM db . \"S\".t", true);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->table(), "db.\"S\".t");
  EXPECT_EQ(found->functions(), (std::vector<std::string>{"upper", "My\"F", "g"}));
}

TEST(SingleTable, RefusesWhatIsNotOfOneTablesRows) {
  for (const char* sql : {"",
                          "SELECT",
                          "SELECT 1",
                          "SELECT FROM t",
                          "SELECT a FROM",
                          "SELECT a FROM f(1)",
                          "SELECT a FROM (SELECT 1) t",
                          "SELECT a FROM t, u",
                          "SELECT a FROM t JOIN u ON true",
                          "SELECT a FROM t x LEFT JOIN u USING (a)",
                          "SELECT a FROM t NATURAL JOIN u",
                          "SELECT DISTINCT a FROM t",
                          "SELECT a FROM t GROUP BY a",
                          "SELECT a FROM t WHERE b HAVING c",
                          "SELECT a FROM t UNION SELECT 1",
                          "SELECT a FROM t WHERE b EXCEPT SELECT 1",
                          "SELECT a FROM t x (b)",
                          "SELECT a INTO u FROM t",
                          "SELECT a, $1 FROM t",
                          "SELECT rank() OVER (ORDER BY a) FROM t",
                          "WITH t AS (SELECT 1) SELECT a FROM t",
                          "INSERT INTO t SELECT a FROM t",
                          "SELECT a FROM t; SELECT 1",
                          "SELECT a FROM t WHERE b)",
                          "SELECT a FROM U&\"t\"",
                          "SELECT U&\"count\"(*) FROM t",
                          "SELECT a FROM t TABLESAMPLE system (1)",
                          "SELECT (a FROM t",
                          "SELECT a FROM t AS",
                          "SELECT a FROM t WHERE (b",
                          "(SELECT a FROM t)"})
    EXPECT_FALSE(SingleTable::find(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
