// The catalogue functions, through the driver manager.
#include <cstdlib>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

class Catalogue : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run("DROP SCHEMA IF EXISTS cat_test CASCADE");
    q_.run("CREATE SCHEMA cat_test");
    q_.run("CREATE DOMAIN cat_test.short AS varchar(12) NOT NULL");
    q_.run("CREATE DOMAIN cat_test.shorter AS cat_test.short");
    q_.run(
        "CREATE TABLE cat_test.parent (a int, b text, dropped int, s cat_test.shorter, n "
        "numeric(7,2)"
        " DEFAULT 1.5, PRIMARY KEY (b, a))");
    q_.run("ALTER TABLE cat_test.parent DROP dropped");
    q_.run(
        "CREATE TABLE cat_test.child (id serial PRIMARY KEY, a int, b text, u uuid NOT NULL,"
        " CONSTRAINT to_parent FOREIGN KEY (b, a) REFERENCES cat_test.parent (b, a) ON DELETE "
        "CASCADE)");
    q_.run("CREATE UNIQUE INDEX child_u ON cat_test.child (u DESC) WHERE a > 0");
    q_.run("CREATE VIEW cat_test.\"a_view\" AS SELECT * FROM cat_test.child");
    q_.run("CREATE MATERIALIZED VIEW cat_test.axview AS SELECT 1 AS one");
    q_.run("CREATE TABLE cat_test.parts (i int) PARTITION BY RANGE (i)");
    q_.run("COMMENT ON TABLE cat_test.child IS 'ein Kind mit Öhrchen'");
    q_.run("CREATE FUNCTION cat_test.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'");
    q_.run(
        "CREATE FUNCTION cat_test.split(whole text, OUT head varchar, INOUT rest text DEFAULT 'x')"
        " LANGUAGE sql AS 'SELECT $1, $2'");
    q_.run(
        "CREATE FUNCTION cat_test.listing(most int DEFAULT 3) RETURNS TABLE (id bigint, label "
        "cat_test.short) LANGUAGE sql AS 'SELECT 1::bigint, ''x''::cat_test.short'");
    q_.run(
        "CREATE FUNCTION cat_test.kids() RETURNS SETOF cat_test.child LANGUAGE sql AS 'SELECT * "
        "FROM cat_test.child'");
    q_.run("CREATE FUNCTION cat_test.numbers() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'");
    q_.run("CREATE PROCEDURE cat_test.work(a int, INOUT b int) LANGUAGE sql AS 'SELECT 1'");
    q_.run("GRANT SELECT, INSERT ON cat_test.parent TO bob WITH GRANT OPTION");
    q_.run("GRANT UPDATE (n) ON cat_test.parent TO PUBLIC");
  }
  void TearDown() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    q_.run("DROP SCHEMA cat_test CASCADE");
  }

  // Columns of each row, joined.
  std::string rows() {
    std::string all = q_.rows();
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    return all;
  }
  std::string columns_of(std::initializer_list<SQLUSMALLINT> columns) {
    std::string all;
    while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
      if (!all.empty()) all += ';';
      bool first = true;
      for (const SQLUSMALLINT column : columns) {
        all += (first ? "" : "|") + q_.text(column);
        first = false;
      }
    }
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    return all;
  }

  Client client_{"DSN=negodbc"};  // alice, whose database it is
  Query q_{client_};
};

TEST_F(Catalogue, OriginsOfColumns) {
  q_.run(
      "SELECT id AS renamed, u, a + 1 AS computed, n FROM cat_test.child JOIN cat_test.parent "
      "USING (a, b)");
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_BASE_COLUMN_NAME), "id");
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_LABEL), "renamed");
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_BASE_TABLE_NAME), "child");
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_SCHEMA_NAME), "cat_test");
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_CATALOG_NAME), "negodbc");
  EXPECT_EQ(q_.text_attribute(3, SQL_DESC_BASE_COLUMN_NAME), "");
  EXPECT_EQ(q_.text_attribute(4, SQL_DESC_TYPE_NAME), "numeric");
  EXPECT_EQ(q_.number_attribute(1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE);
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_FALSE);
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  EXPECT_EQ(q_.number_attribute(4, SQL_DESC_SCALE), 2);
  EXPECT_EQ(q_.number_attribute(4, SQL_DESC_CONCISE_TYPE), SQL_NUMERIC);
}

TEST_F(Catalogue, Tables) {
  const auto tables = [&](const char* schema, const char* name, const char* types) {
    const auto argument = [](const char* text) { return text == nullptr ? nullptr : chars(text); };
    EXPECT_EQ(SQLTables(q_.get(), nullptr, 0, argument(schema), SQL_NTS, argument(name), SQL_NTS,
                        argument(types), SQL_NTS),
              SQL_SUCCESS)
        << q_.error();
    return columns_of({2, 3, 4, 5});
  };
  EXPECT_EQ(tables("cat_test", "%", "TABLE,'VIEW'"),
            "cat_test|child|TABLE|ein Kind mit "
            "Öhrchen;cat_test|parent|TABLE|NULL;cat_test|parts|TABLE|NULL;"
            "cat_test|a_view|VIEW|NULL");
  EXPECT_EQ(tables("cat\\_test", "a\\_view", nullptr), "cat_test|a_view|VIEW|NULL");
  EXPECT_EQ(tables("cat_test", "a_view", nullptr),
            "cat_test|axview|MATERIALIZED VIEW|NULL;cat_test|a_view|VIEW|NULL");
  EXPECT_EQ(tables("cat_test", "it's", nullptr), "");
  EXPECT_EQ(tables("", "", "%").find("NULL|NULL|FOREIGN TABLE|NULL"), 0U);
  EXPECT_NE(tables("%", "", "").find("cat_test|NULL|NULL|NULL"), std::string::npos);
  ASSERT_EQ(SQLTables(q_.get(), chars("%"), SQL_NTS, chars(""), 0, chars(""), 0, nullptr, 0),
            SQL_SUCCESS);
  EXPECT_EQ(rows(), "negodbc|NULL|NULL|NULL|NULL");
}

TEST_F(Catalogue, IdentifiersInsteadOfPatterns) {
  q_.set(SQL_ATTR_METADATA_ID, SQL_TRUE);
  EXPECT_EQ(SQLTables(q_.get(), chars("negodbc"), SQL_NTS, chars("CAT_TEST"), SQL_NTS,
                      chars("\"a_view\""), SQL_NTS, nullptr, 0),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({3}), "a_view");
}

TEST_F(Catalogue, Columns) {
  ASSERT_EQ(SQLColumns(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars("parent"), SQL_NTS,
                       nullptr, 0),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({4, 5, 6, 7, 9, 11, 13, 17, 18}),
            "a|4|int4|10|0|0|NULL|1|NO;b|-10|text|65535|NULL|0|NULL|2|NO;s|12|varchar|12|NULL|0|"
            "NULL|3|NO;"
            "n|2|numeric|7|2|1|1.5|4|YES");
}

TEST_F(Catalogue, KeysAndIndexes) {
  ASSERT_EQ(
      SQLPrimaryKeys(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars("parent"), SQL_NTS),
      SQL_SUCCESS);
  EXPECT_EQ(columns_of({3, 4, 5, 6}), "parent|b|1|parent_pkey;parent|a|2|parent_pkey");
  ASSERT_EQ(SQLForeignKeys(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0,
                           chars("cat_test"), SQL_NTS, chars("child"), SQL_NTS),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({3, 4, 7, 8, 9, 10, 11, 12, 13, 14}),
            "parent|b|child|b|1|3|0|to_parent|parent_pkey|7;parent|a|child|a|2|3|0|to_parent|"
            "parent_pkey|7");
  ASSERT_EQ(SQLStatistics(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars("child"), SQL_NTS,
                          SQL_INDEX_ALL, SQL_QUICK),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({4, 6, 7, 8, 9, 10, 13}),
            "NULL|NULL|0|NULL|NULL|NULL|NULL;0|child_pkey|3|1|id|A|NULL;0|child_u|3|1|u|D|a > 0");
  ASSERT_EQ(SQLSpecialColumns(q_.get(), SQL_BEST_ROWID, nullptr, 0, chars("cat_test"), SQL_NTS,
                              chars("parent"), SQL_NTS, SQL_SCOPE_SESSION, SQL_NULLABLE),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({1, 2, 3}), "2|b|-10;2|a|4");
  ASSERT_EQ(SQLSpecialColumns(q_.get(), SQL_ROWVER, nullptr, 0, chars("cat_test"), SQL_NTS,
                              chars("parent"), SQL_NTS, SQL_SCOPE_SESSION, SQL_NULLABLE),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({2, 8}), "xmin|2");
  ASSERT_EQ(SQLProcedures(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, nullptr, 0),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({3, 4, 5, 6, 8}),
            "kids|0|0|1|2;listing|1|2|1|2;numbers|0|0|1|2;split|2|2|0|2;twice|1|0|0|2;"
            "work|2|1|0|1");
}

TEST_F(Catalogue, NeedsNoCursorAndATable) {
  q_.run("SELECT 1");
  EXPECT_EQ(SQLTables(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "24000");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(SQLPrimaryKeys(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY009");
}

TEST_F(Catalogue, ProcedureColumns) {
  const auto columns = [&](const char* procedure, const char* column) {
    EXPECT_EQ(
        SQLProcedureColumns(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars(procedure),
                            SQL_NTS, column == nullptr ? nullptr : chars(column), SQL_NTS),
        SQL_SUCCESS)
        << q_.error();
    return columns_of({3, 4, 5, 6, 12, 14, 18, 19});
  };
  EXPECT_EQ(columns("twice", nullptr), "twice||5|4|1|NULL|0|YES;twice||1|4|1|NULL|1|YES");
  EXPECT_EQ(columns("split", nullptr),
            "split|whole|1|-10|1|NULL|1|YES;split|head|4|-10|1|NULL|2|YES;"
            "split|rest|2|-10|1|'x'::text|3|YES");
  EXPECT_EQ(columns("listing", nullptr),
            "listing|most|1|4|1|3|1|YES;listing|id|3|-5|1|NULL|1|YES;"
            "listing|label|3|12|0|NULL|2|NO");
  EXPECT_EQ(columns("kids", "u%"), "kids|u|3|-11|1|NULL|4|YES");
  EXPECT_EQ(columns("numbers", nullptr), "numbers|numbers|3|4|1|NULL|1|YES");
  EXPECT_EQ(columns("work", nullptr), "work|a|1|4|1|NULL|1|YES;work|b|2|4|1|NULL|2|YES");
}

TEST_F(Catalogue, Privileges) {
  ASSERT_EQ(
      SQLTablePrivileges(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars("par%t"), SQL_NTS),
      SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({3, 4, 5, 6, 7}),
            "parent|alice|alice|DELETE|YES;parent|alice|alice|INSERT|YES;"
            "parent|alice|bob|INSERT|YES;parent|alice|alice|REFERENCES|YES;"
            "parent|alice|alice|SELECT|YES;parent|alice|bob|SELECT|YES;"
            "parent|alice|alice|TRIGGER|YES;parent|alice|alice|TRUNCATE|YES;"
            "parent|alice|alice|UPDATE|YES");
  ASSERT_EQ(SQLColumnPrivileges(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, chars("parent"),
                                SQL_NTS, chars("_"), SQL_NTS),
            SQL_SUCCESS)
      << q_.error();
  const std::string all = columns_of({4, 6, 7, 8});
  EXPECT_EQ(all.substr(0, 59), "a|alice|INSERT|YES;a|bob|INSERT|YES;a|alice|REFERENCES|YES;");
  EXPECT_NE(all.find("n|PUBLIC|UPDATE|NO;n|alice|UPDATE|YES"), std::string::npos) << all;
  EXPECT_EQ(all.find("b|PUBLIC"), std::string::npos);
  EXPECT_EQ(SQLColumnPrivileges(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0),
            SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY009");
}

// Objects of every kind, in a schema of their own; a foreign table needs a superuser.
class Kinds : public Catalogue {
 protected:
  void SetUp() override {
    const std::string admin =
        std::string("DSN=negodbc-scram;Trusted_Connection=No;UID=admin;PWD={") +
        std::getenv("NEGODBC_ADMIN_PASSWORD") + "}";
    admin_.connect(admin.c_str());
    const Query q(admin_);
    q.run("SET client_min_messages = warning");
    q.run("DROP SCHEMA IF EXISTS kinds CASCADE");
    q.run("DROP FOREIGN DATA WRAPPER IF EXISTS nobodys CASCADE");
    q.run("CREATE SCHEMA kinds");
    q.run("CREATE TYPE kinds.mood AS ENUM ('sad', 'happy')");
    q.run("CREATE TYPE kinds.pair AS (x int, y text)");
    q.run("CREATE DOMAIN kinds.euro AS numeric(10,2) NOT NULL");
    q.run(
        "CREATE TABLE kinds.everything (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int "
        "DEFAULT 7, twice int GENERATED ALWAYS AS (n * 2) STORED, mood kinds.mood, pair "
        "kinds.pair, list int[], price kinds.euro, wage money, past interval, flags bit(3), doc "
        "jsonb, tree xml, address inet, key uuid, at timestamptz(3), clock time(0), day date, raw "
        "bytea, yes boolean, letter char(4), word varchar(9), \"Größe\" float4, big int8, small "
        "int2, exact numeric, wide float8, span int4range)");
    q.run("COMMENT ON COLUMN kinds.everything.n IS 'wie viele'");
    q.run("COMMENT ON TABLE kinds.everything IS 'alles'");
    q.run("CREATE INDEX by_size ON kinds.everything (\"Größe\", (n + 1))");
    q.run("CREATE TABLE kinds.whole (i int) PARTITION BY RANGE (i)");
    q.run("CREATE TABLE kinds.part PARTITION OF kinds.whole FOR VALUES FROM (0) TO (10)");
    q.run("CREATE VIEW kinds.plain_view AS SELECT 1 AS one");
    q.run("CREATE MATERIALIZED VIEW kinds.kept_view AS SELECT 1 AS one");
    q.run("CREATE FOREIGN DATA WRAPPER nobodys");
    q.run("CREATE SERVER nowhere FOREIGN DATA WRAPPER nobodys");
    q.run("CREATE FOREIGN TABLE kinds.far (i int) SERVER nowhere");
    q.run("CREATE SEQUENCE kinds.counter");
    q.run("GRANT ALL ON SCHEMA kinds TO PUBLIC");
    q.run("GRANT SELECT ON ALL TABLES IN SCHEMA kinds TO PUBLIC");
  }
  void TearDown() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    const Query q(admin_);
    q.run("SET client_min_messages = warning");
    q.run("DROP SCHEMA kinds CASCADE");
    q.run("DROP FOREIGN DATA WRAPPER nobodys CASCADE");
  }
  Client admin_{"", false};
};

TEST_F(Kinds, OfTables) {
  q_.run("CREATE TEMP TABLE passing (i int)");
  ASSERT_EQ(SQLTables(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, nullptr, 0, nullptr, 0),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({3, 4, 5}),
            "far|FOREIGN TABLE|NULL;kept_view|MATERIALIZED VIEW|NULL;everything|TABLE|alles;"
            "part|TABLE|NULL;whole|TABLE|NULL;plain_view|VIEW|NULL");
  ASSERT_EQ(SQLTables(q_.get(), nullptr, 0, nullptr, 0, chars("passing"), SQL_NTS, nullptr, 0),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({3, 4}), "passing|LOCAL TEMPORARY");
  ASSERT_EQ(SQLTables(q_.get(), nullptr, 0, nullptr, 0, chars("pg\\_cl%"), SQL_NTS,
                      chars("SYSTEM TABLE"), SQL_NTS),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({2, 3, 4}), "pg_catalog|pg_class|SYSTEM TABLE");
  for (const char* table : {"far", "kept_view", "whole", "plain_view"}) {
    ASSERT_EQ(SQLColumns(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, chars(table), SQL_NTS,
                         nullptr, 0),
              SQL_SUCCESS);
    EXPECT_EQ(columns_of({6, 17}), "int4|1") << table;
  }
}

TEST_F(Kinds, OfColumns) {
  ASSERT_EQ(SQLColumns(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, chars("everything"), SQL_NTS,
                       nullptr, 0),
            SQL_SUCCESS);
  const std::string all = columns_of({4, 6, 11, 12, 13, 17});
  EXPECT_EQ(all.substr(0, all.find(";wage")),
            "id|int4|0|NULL|NULL|1;n|int4|1|wie viele|7|2;twice|int4|1|NULL|NULL|3;"
            "mood|mood|1|NULL|NULL|4;pair|pair|1|NULL|NULL|5;list|_int4|1|NULL|NULL|6;"
            "price|numeric|0|NULL|NULL|7");
  // One column: its position is still that in the table.
  ASSERT_EQ(SQLColumns(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, chars("everything"), SQL_NTS,
                       chars("Gr%"), SQL_NTS),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({4, 5, 17}), "Größe|7|22");
  ASSERT_EQ(SQLStatistics(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, chars("everything"),
                          SQL_NTS, SQL_INDEX_ALL, SQL_ENSURE),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({6, 8, 9}),
            "NULL|NULL|NULL;everything_pkey|1|id;by_size|1|Größe;by_size|2|(n + 1)");
}

// A column is told alike by SQLColumns and by a result of it; its type is one of SQLGetTypeInfo's.
TEST_F(Kinds, AgreeWithResults) {
  const Query result(client_);
  result.run("SELECT * FROM kinds.everything");
  ASSERT_EQ(SQLColumns(q_.get(), nullptr, 0, chars("kinds"), SQL_NTS, chars("everything"), SQL_NTS,
                       nullptr, 0),
            SQL_SUCCESS);
  SQLUSMALLINT column = 0;
  while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
    ++column;
    const std::string name = q_.text(4);
    SQLSMALLINT type = 0;
    SQLSMALLINT digits = 0;
    SQLULEN size = 0;
    ASSERT_EQ(
        SQLDescribeCol(result.get(), column, nullptr, 0, nullptr, &type, &size, &digits, nullptr),
        SQL_SUCCESS);
    EXPECT_EQ(q_.text(5), std::to_string(type)) << name;
    EXPECT_EQ(q_.text(6), result.text_attribute(column, SQL_DESC_TYPE_NAME)) << name;
    EXPECT_EQ(q_.text(7), std::to_string(size)) << name;
    EXPECT_EQ(q_.text(8), std::to_string(result.number_attribute(column, SQL_DESC_OCTET_LENGTH)))
        << name;
    if (const std::string told = q_.text(9); told != "NULL") {
      EXPECT_EQ(told, std::to_string(digits)) << name;
    }
    if (const std::string radix = q_.text(10); radix != "NULL") {
      EXPECT_EQ(radix, std::to_string(result.number_attribute(column, SQL_DESC_NUM_PREC_RADIX)))
          << name;
    }
    EXPECT_EQ(q_.text(11), std::to_string(result.number_attribute(column, SQL_DESC_NULLABLE)))
        << name;
    EXPECT_EQ(q_.text(14), std::to_string(result.number_attribute(column, SQL_DESC_TYPE))) << name;
    const Query types(client_);
    ASSERT_EQ(SQLGetTypeInfo(types.get(), type), SQL_SUCCESS) << name;
    ASSERT_EQ(SQLFetch(types.get()), SQL_SUCCESS) << name << " is of no type";
    EXPECT_LE(size, std::stoull(types.text(3))) << name;
  }
  EXPECT_EQ(column, 27);
}

TEST_F(Catalogue, IdentifiersMustBeThere) {
  q_.set(SQL_ATTR_METADATA_ID, SQL_TRUE);
  EXPECT_EQ(SQLColumns(q_.get(), chars("negodbc"), SQL_NTS, chars("cat_test"), SQL_NTS, nullptr, 0,
                       chars("a"), SQL_NTS),
            SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY009");
  EXPECT_EQ(SQLStatistics(q_.get(), chars("negodbc"), SQL_NTS, nullptr, 0, chars("child"), SQL_NTS,
                          SQL_INDEX_ALL, SQL_QUICK),
            SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY009");
  EXPECT_EQ(SQLColumns(q_.get(), chars("NEGODBC "), SQL_NTS, chars("CAT_TEST"), SQL_NTS,
                       chars("PARENT"), SQL_NTS, chars("S"), SQL_NTS),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({4, 6, 7}), "s|varchar|12");
}

}  // namespace
}  // namespace negodbc::odbc
