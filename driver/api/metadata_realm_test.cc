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

TEST(Attributes, EveryFieldOfAColumn) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE fields (id serial, price numeric(8,3) NOT NULL, at timestamp(2))");
  q.run("SELECT price AS p, at, id, price + 1 AS more, xmin, 'x'::varchar(5) FROM fields");
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_COUNT), 6);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_FALSE);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_CASE_SENSITIVE), SQL_FALSE);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_CONCISE_TYPE), SQL_NUMERIC);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_TYPE), SQL_NUMERIC);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_DISPLAY_SIZE), 10);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_FIXED_PREC_SCALE), SQL_FALSE);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_LENGTH), 8);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_OCTET_LENGTH), 10);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_NUM_PREC_RADIX), 10);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_PRECISION), 8);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_SCALE), 3);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_SEARCHABLE), SQL_PRED_BASIC);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_UNNAMED), SQL_NAMED);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_UNSIGNED), SQL_FALSE);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_UPDATABLE), SQL_ATTR_READWRITE_UNKNOWN);
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_BASE_COLUMN_NAME), "price");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_BASE_TABLE_NAME), "fields");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_TABLE_NAME), "fields");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_SCHEMA_NAME).substr(0, 8), "pg_temp_");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_CATALOG_NAME), "negodbc");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_LABEL), "p");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_NAME), "p");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_TYPE_NAME), "numeric");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_LOCAL_TYPE_NAME), "numeric");
  EXPECT_EQ(q.text_attribute(1, SQL_DESC_LITERAL_PREFIX), "");
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_TYPE), SQL_DATETIME);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_CONCISE_TYPE), SQL_TYPE_TIMESTAMP);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_PRECISION), 2);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_LENGTH), 22);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_NULLABLE), SQL_NULLABLE);
  EXPECT_EQ(q.text_attribute(2, SQL_DESC_LITERAL_SUFFIX), "'");
  EXPECT_EQ(q.number_attribute(3, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE);
  EXPECT_EQ(q.number_attribute(4, SQL_DESC_UPDATABLE), SQL_ATTR_READONLY);
  EXPECT_EQ(q.number_attribute(4, SQL_DESC_NULLABLE), SQL_NULLABLE_UNKNOWN);
  EXPECT_EQ(q.text_attribute(4, SQL_DESC_BASE_TABLE_NAME), "");
  EXPECT_EQ(q.number_attribute(4, SQL_DESC_ROWVER), SQL_FALSE);
  EXPECT_EQ(q.number_attribute(5, SQL_DESC_ROWVER), SQL_TRUE);
  EXPECT_EQ(q.number_attribute(6, SQL_DESC_CASE_SENSITIVE), SQL_TRUE);
  EXPECT_EQ(q.number_attribute(6, SQL_DESC_SEARCHABLE), SQL_PRED_SEARCHABLE);
  EXPECT_EQ(q.number_attribute(6, SQL_DESC_LENGTH), 5);
  SQLLEN value = 0;
  EXPECT_EQ(SQLColAttribute(q.get(), 1, 12345, nullptr, 0, nullptr, &value), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY091");
}

TEST(Attributes, TheSameByTheDescriptor) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE fields (id serial, price numeric(8,3) NOT NULL)");
  q.run("SELECT price FROM fields");
  SQLHDESC ird = nullptr;
  ASSERT_EQ(SQLGetStmtAttr(q.get(), SQL_ATTR_IMP_ROW_DESC, &ird, 0, nullptr), SQL_SUCCESS);
  char text[64] = {};
  ASSERT_EQ(SQLGetDescField(ird, 1, SQL_DESC_BASE_TABLE_NAME, text, sizeof text, nullptr),
            SQL_SUCCESS);
  EXPECT_STREQ(text, "fields");
  SQLSMALLINT nullable = 99;
  ASSERT_EQ(SQLGetDescField(ird, 1, SQL_DESC_NULLABLE, &nullable, 0, nullptr), SQL_SUCCESS);
  EXPECT_EQ(nullable, SQL_NO_NULLS);
  EXPECT_EQ(SQLGetDescField(ird, 2, SQL_DESC_NULLABLE, &nullable, 0, nullptr), SQL_NO_DATA);
}

TEST(Attributes, OfTheBookmark) {
  const Client client;
  const Query q(client);
  SQLLEN value = 0;
  q.run("SELECT 1");
  EXPECT_EQ(SQLColAttribute(q.get(), 0, SQL_DESC_CONCISE_TYPE, nullptr, 0, nullptr, &value),
            SQL_ERROR);
  EXPECT_EQ(q.state(), "07009");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC});
  q.set(SQL_ATTR_USE_BOOKMARKS, SQLULEN{SQL_UB_VARIABLE});
  q.run("SELECT 1");
  EXPECT_EQ(q.number_attribute(0, SQL_DESC_CONCISE_TYPE), SQL_BINARY);
  EXPECT_EQ(q.number_attribute(0, SQL_DESC_OCTET_LENGTH), SQLLEN{sizeof(SQLULEN)});
  EXPECT_EQ(q.number_attribute(0, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  EXPECT_EQ(q.number_attribute(0, SQL_DESC_UPDATABLE), SQL_ATTR_READONLY);
  EXPECT_EQ(q.text_attribute(0, SQL_DESC_TYPE_NAME), "bytea");
  EXPECT_EQ(q.text_attribute(0, SQL_DESC_BASE_TABLE_NAME), "");
  SQLHDESC ird = nullptr;
  ASSERT_EQ(SQLGetStmtAttr(q.get(), SQL_ATTR_IMP_ROW_DESC, &ird, 0, nullptr), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLGetDescField(ird, 0, SQL_DESC_CONCISE_TYPE, &type, 0, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_BINARY);
  // Bound by the descriptor's record 0, as by SQLBindCol of column 0.
  SQLHDESC ard = nullptr;
  SQLULEN bookmark = 0;
  ASSERT_EQ(SQLGetStmtAttr(q.get(), SQL_ATTR_APP_ROW_DESC, &ard, 0, nullptr), SQL_SUCCESS);
  const auto set = [&](SQLSMALLINT field, SQLPOINTER to) {
    EXPECT_EQ(SQLSetDescField(ard, 0, field, to, 0), SQL_SUCCESS)
        << testing::diagnostic(SQL_HANDLE_DESC, ard);
  };
  set(SQL_DESC_CONCISE_TYPE, reinterpret_cast<SQLPOINTER>(SQLLEN{SQL_C_VARBOOKMARK}));
  set(SQL_DESC_OCTET_LENGTH, reinterpret_cast<SQLPOINTER>(sizeof bookmark));
  set(SQL_DESC_DATA_PTR, &bookmark);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_NE(bookmark, 0U);
}

// What only the catalogue knows costs a question, and is told when it is asked for.
TEST(Attributes, NullabilityIsKnownOnceItIsAskedFor) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE nullability (a int NOT NULL, b int)");
  q.run("SELECT a, b FROM nullability");
  const auto told = [&](SQLUSMALLINT column) {
    SQLSMALLINT nullable = -1;
    EXPECT_EQ(
        SQLDescribeCol(q.get(), column, nullptr, 0, nullptr, nullptr, nullptr, nullptr, &nullable),
        SQL_SUCCESS);
    return nullable;
  };
  EXPECT_EQ(told(1), SQL_NULLABLE_UNKNOWN);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_NULLABLE), SQL_NULLABLE);
  EXPECT_EQ(told(1), SQL_NO_NULLS);
  EXPECT_EQ(told(2), SQL_NULLABLE);
}

TEST(Attributes, PreparationFillsTheIpdWhereThatIsWanted) {
  const Client client;
  SQLUINTEGER can = SQL_FALSE;
  ASSERT_EQ(SQLGetConnectAttr(client.dbc(), SQL_ATTR_AUTO_IPD, &can, 0, nullptr), SQL_SUCCESS);
  EXPECT_EQ(can, static_cast<SQLUINTEGER>(SQL_TRUE));
  const Query q(client);
  SQLHDESC ipd = nullptr;
  ASSERT_EQ(SQLGetStmtAttr(q.get(), SQL_ATTR_IMP_PARAM_DESC, &ipd, 0, nullptr), SQL_SUCCESS);
  const auto count = [&] {
    SQLSMALLINT records = -1;
    EXPECT_EQ(SQLGetDescField(ipd, 0, SQL_DESC_COUNT, &records, 0, nullptr), SQL_SUCCESS)
        << testing::diagnostic(SQL_HANDLE_DESC, ipd);
    return records;
  };
  const auto type = [&](SQLSMALLINT record) {
    SQLSMALLINT concise = 0;
    EXPECT_EQ(SQLGetDescField(ipd, record, SQL_DESC_CONCISE_TYPE, &concise, 0, nullptr),
              SQL_SUCCESS);
    return concise;
  };
  ASSERT_EQ(q.prepare("SELECT ?::int, ?::timestamp, ?::bool"), SQL_SUCCESS);
  EXPECT_EQ(count(), 0);
  ASSERT_EQ(q.set(SQL_ATTR_ENABLE_AUTO_IPD, SQLULEN{SQL_TRUE}), SQL_SUCCESS) << q.error();
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(type(1), SQL_INTEGER);
  EXPECT_EQ(type(2), SQL_TYPE_TIMESTAMP);
  EXPECT_EQ(type(3), SQL_BIT);
  // What is bound stays as it was bound; what is set counts.
  ASSERT_EQ(q.prepare("SELECT ?::int, ?::int"), SQL_SUCCESS);
  char text[] = "12";
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 10, 0, text, 0, nullptr);
  EXPECT_EQ(type(1), SQL_INTEGER);
  EXPECT_EQ(type(2), SQL_VARCHAR);
  ASSERT_EQ(q.prepare("SELECT ?::int8"), SQL_SUCCESS);
  SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(
      SQLSetDescField(ipd, 1, SQL_DESC_CONCISE_TYPE, reinterpret_cast<SQLPOINTER>(SQL_VARCHAR), 0),
      SQL_SUCCESS);
  EXPECT_EQ(type(1), SQL_VARCHAR);
  SQLINTEGER value = 5;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, 0, nullptr);
  EXPECT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "5");
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
