// Descriptions of results and the catalogue, through the driver manager.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

struct Described {
  std::string name;
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  SQLSMALLINT digits = 0;
};

Described describe(const Query& q, SQLUSMALLINT column) {
  Described d;
  SQLCHAR name[64] = {};
  EXPECT_EQ(SQLDescribeCol(q.get(), column, name, sizeof name, nullptr, &d.type, &d.size, &d.digits,
                           nullptr),
            SQL_SUCCESS)
      << q.error();
  d.name = reinterpret_cast<char*>(name);
  return d;
}

std::string text_attribute(const Query& q, SQLUSMALLINT column, SQLUSMALLINT field) {
  char text[128] = {};
  SQLSMALLINT length = 0;
  EXPECT_EQ(SQLColAttribute(q.get(), column, field, text, sizeof text, &length, nullptr),
            SQL_SUCCESS)
      << q.error();
  EXPECT_EQ(std::string(text).size(), static_cast<std::size_t>(length));
  return text;
}

SQLLEN number_attribute(const Query& q, SQLUSMALLINT column, SQLUSMALLINT field) {
  SQLLEN value = -1;
  EXPECT_EQ(SQLColAttribute(q.get(), column, field, nullptr, 0, nullptr, &value), SQL_SUCCESS)
      << q.error();
  return value;
}

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

TEST(Description, AfterPrepareAlone) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(
      q.prepare(
          "SELECT 1 AS one, 'x'::varchar(7) AS \"Zwölf\", now()::timestamp(3), ?::numeric(9,4)"),
      SQL_SUCCESS);
  SQLSMALLINT columns = 0;
  ASSERT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS) << q.error();
  EXPECT_EQ(columns, 4);
  EXPECT_EQ(describe(q, 1).type, SQL_INTEGER);
  EXPECT_EQ(describe(q, 2).name, "Zwölf");
  EXPECT_EQ(describe(q, 2).size, 7U);
  EXPECT_EQ(describe(q, 3).type, SQL_TYPE_TIMESTAMP);
  EXPECT_EQ(describe(q, 3).digits, 3);
  EXPECT_EQ(describe(q, 4).type, SQL_NUMERIC);
  EXPECT_EQ(describe(q, 4).size, 9U);
  EXPECT_EQ(describe(q, 4).digits, 4);
  SQLSMALLINT type = 0;
  EXPECT_EQ(SQLDescribeCol(q.get(), 5, nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr),
            SQL_ERROR);
  EXPECT_EQ(q.state(), "07009");
  ASSERT_EQ(q.prepare("CREATE TEMP TABLE x (i int)"), SQL_SUCCESS);
  ASSERT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS);
  EXPECT_EQ(columns, 0);
  EXPECT_EQ(SQLDescribeCol(q.get(), 1, nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr),
            SQL_ERROR);
  EXPECT_EQ(q.state(), "07005");
}

TEST(Description, NamesCutToTheBuffer) {
  const Client client;
  const Query q(client);
  q.run("SELECT 1 AS \"ab😀cd\"");
  SQLCHAR name[6] = {};
  SQLSMALLINT length = 0;
  EXPECT_EQ(
      SQLDescribeCol(q.get(), 1, name, sizeof name, &length, nullptr, nullptr, nullptr, nullptr),
      SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01004");
  EXPECT_STREQ(reinterpret_cast<char*>(name), "ab");
  EXPECT_EQ(length, 8);
}

TEST_F(Catalogue, OriginsOfColumns) {
  q_.run(
      "SELECT id AS renamed, u, a + 1 AS computed, n FROM cat_test.child JOIN cat_test.parent "
      "USING (a, b)");
  EXPECT_EQ(text_attribute(q_, 1, SQL_DESC_BASE_COLUMN_NAME), "id");
  EXPECT_EQ(text_attribute(q_, 1, SQL_DESC_LABEL), "renamed");
  EXPECT_EQ(text_attribute(q_, 1, SQL_DESC_BASE_TABLE_NAME), "child");
  EXPECT_EQ(text_attribute(q_, 1, SQL_DESC_SCHEMA_NAME), "cat_test");
  EXPECT_EQ(text_attribute(q_, 1, SQL_DESC_CATALOG_NAME), "negodbc");
  EXPECT_EQ(text_attribute(q_, 3, SQL_DESC_BASE_COLUMN_NAME), "");
  EXPECT_EQ(text_attribute(q_, 4, SQL_DESC_TYPE_NAME), "numeric");
  EXPECT_EQ(number_attribute(q_, 1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE);
  EXPECT_EQ(number_attribute(q_, 2, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_FALSE);
  EXPECT_EQ(number_attribute(q_, 2, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  EXPECT_EQ(number_attribute(q_, 4, SQL_DESC_SCALE), 2);
  EXPECT_EQ(number_attribute(q_, 4, SQL_DESC_CONCISE_TYPE), SQL_NUMERIC);
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
  EXPECT_EQ(
      columns_of({4, 5, 6, 7, 9, 11, 13, 17, 18}),
      "a|4|int4|10|0|0|NULL|1|NO;b|-9|text|8190|NULL|0|NULL|2|NO;s|-9|varchar|12|NULL|0|NULL|3|NO;"
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
  EXPECT_EQ(columns_of({1, 2, 3}), "2|b|-9;2|a|4");
  ASSERT_EQ(SQLSpecialColumns(q_.get(), SQL_ROWVER, nullptr, 0, chars("cat_test"), SQL_NTS,
                              chars("parent"), SQL_NTS, SQL_SCOPE_SESSION, SQL_NULLABLE),
            SQL_SUCCESS);
  EXPECT_EQ(columns_of({2, 8}), "xmin|2");
  ASSERT_EQ(SQLProcedures(q_.get(), nullptr, 0, chars("cat_test"), SQL_NTS, nullptr, 0),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(columns_of({3, 4, 8}), "twice|1|2");
}

TEST_F(Catalogue, NeedsNoCursorAndATable) {
  q_.run("SELECT 1");
  EXPECT_EQ(SQLTables(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "24000");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(SQLPrimaryKeys(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY009");
}

TEST(TypeInfo, IsOrderedAndAgrees) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(SQLGetTypeInfo(q.get(), SQL_ALL_TYPES), SQL_SUCCESS) << q.error();
  int rows = 0;
  int last = -1000;
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) {
    const int type = std::stoi(q.text(2));
    EXPECT_GE(type, last);
    last = type;
    ++rows;
  }
  EXPECT_GT(rows, 10);
  SQLFreeStmt(q.get(), SQL_CLOSE);
  ASSERT_EQ(SQLGetTypeInfo(q.get(), SQL_INTEGER), SQL_SUCCESS);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.text(1), "int4");
}

TEST(Info, ThroughTheDriverManager) {
  const Client client("DSN=negodbc-trust");
  char text[64] = {};
  SQLSMALLINT length = 0;
  ASSERT_EQ(SQLGetInfo(client.dbc(), SQL_DBMS_NAME, text, sizeof text, &length), SQL_SUCCESS);
  EXPECT_STREQ(text, "PostgreSQL");
  ASSERT_EQ(SQLGetInfo(client.dbc(), SQL_DATA_SOURCE_NAME, text, sizeof text, &length),
            SQL_SUCCESS);
  EXPECT_STREQ(text, "negodbc-trust");
  ASSERT_EQ(SQLGetInfo(client.dbc(), SQL_USER_NAME, text, sizeof text, &length), SQL_SUCCESS);
  EXPECT_STREQ(text, "trust_user");
  SQLUSMALLINT supported = 99;
  ASSERT_EQ(SQLGetFunctions(client.dbc(), SQL_API_SQLBROWSECONNECT, &supported), SQL_SUCCESS);
  EXPECT_EQ(supported, SQL_FALSE);
  ASSERT_EQ(SQLGetFunctions(client.dbc(), SQL_API_SQLDESCRIBEPARAM, &supported), SQL_SUCCESS);
  EXPECT_EQ(supported, SQL_TRUE);
}

TEST(Info, OnlyWhatExists) {
  const Client client;
  SQLUINTEGER value = 0;
  EXPECT_EQ(SQLGetInfo(client.dbc(), 9999, &value, sizeof value, nullptr), SQL_ERROR);
  EXPECT_EQ(client.state(), "HY096");
}

TEST(NativeSql, TranslatesEscapes) {
  const Client client;
  SQLCHAR out[64] = {};
  SQLINTEGER length = 0;
  ASSERT_EQ(SQLNativeSql(client.dbc(), chars("SELECT {d '2026-01-02'}"), SQL_NTS, out, sizeof out,
                         &length),
            SQL_SUCCESS);
  EXPECT_STREQ(reinterpret_cast<char*>(out), "SELECT DATE '2026-01-02'");
}

}  // namespace
}  // namespace negodbc::odbc
