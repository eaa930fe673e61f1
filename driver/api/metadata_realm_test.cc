// Descriptions of results, types and information, through the driver manager.
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
