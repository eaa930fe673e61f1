// What Power BI and Tableau ask of a driver, in their order, and what they do with the answers.
// From what their makers publish: Power Query's ODBC parameters, Tableau's list of what it asks
// ("Tableau and ODBC", the connector SDK).
#include <array>
#include <map>
#include <string>
#include <vector>

#include "driver/api/testing/tool.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Tool;

using PowerBi = Tool;

TEST_F(PowerBi, AsksAboutTheSource) {
  ask({SQL_DRIVER_NAME,
       SQL_DRIVER_VER,
       SQL_DRIVER_ODBC_VER,
       SQL_DBMS_NAME,
       SQL_DBMS_VER,
       SQL_DATABASE_NAME,
       SQL_DATA_SOURCE_NAME,
       SQL_SERVER_NAME,
       SQL_USER_NAME,
       SQL_IDENTIFIER_QUOTE_CHAR,
       SQL_CATALOG_NAME,
       SQL_CATALOG_NAME_SEPARATOR,
       SQL_CATALOG_TERM,
       SQL_CATALOG_USAGE,
       SQL_CATALOG_LOCATION,
       SQL_SCHEMA_TERM,
       SQL_SCHEMA_USAGE,
       SQL_TABLE_TERM,
       SQL_SQL_CONFORMANCE,
       SQL_SQL92_PREDICATES,
       SQL_AGGREGATE_FUNCTIONS,
       SQL_GROUP_BY,
       SQL_SQL92_RELATIONAL_JOIN_OPERATORS,
       SQL_SQL92_VALUE_EXPRESSIONS,
       SQL_STRING_FUNCTIONS,
       SQL_NUMERIC_FUNCTIONS,
       SQL_TIMEDATE_FUNCTIONS,
       SQL_SYSTEM_FUNCTIONS,
       SQL_CONVERT_FUNCTIONS,
       SQL_TIMEDATE_ADD_INTERVALS,
       SQL_TIMEDATE_DIFF_INTERVALS,
       SQL_SPECIAL_CHARACTERS,
       SQL_MAX_IDENTIFIER_LEN,
       SQL_MAX_COLUMNS_IN_SELECT,
       SQL_ORDER_BY_COLUMNS_IN_SELECT,
       SQL_COLUMN_ALIAS,
       SQL_GETDATA_EXTENSIONS,
       SQL_TXN_CAPABLE,
       SQL_DATA_SOURCE_READ_ONLY,
       SQL_SEARCH_PATTERN_ESCAPE,
       SQL_KEYWORDS,
       SQL_ODBC_INTERFACE_CONFORMANCE,
       SQL_OJ_CAPABILITIES,
       SQL_UNION,
       SQL_SUBQUERIES,
       SQL_LIKE_ESCAPE_CLAUSE,
       SQL_CONCAT_NULL_BEHAVIOR,
       SQL_IDENTIFIER_CASE,
       SQL_QUOTED_IDENTIFIER_CASE});
  // What has to be so that it sends its work to the server.
  EXPECT_EQ(number(SQL_SQL_CONFORMANCE), SQLUINTEGER{SQL_SC_SQL92_FULL});
  EXPECT_NE(number(SQL_GROUP_BY) & 0xFFFFU, SQLUINTEGER{SQL_GB_GROUP_BY_EQUALS_SELECT});
  constexpr SQLUINTEGER aggregates = SQL_AF_SUM | SQL_AF_AVG | SQL_AF_COUNT | SQL_AF_DISTINCT;
  EXPECT_EQ(number(SQL_AGGREGATE_FUNCTIONS) & aggregates, aggregates);
  EXPECT_NE(number(SQL_SQL92_PREDICATES) & SQL_SP_IN, 0U);
  EXPECT_NE(number(SQL_SQL92_RELATIONAL_JOIN_OPERATORS) & SQL_SRJO_LEFT_OUTER_JOIN, 0U);
  EXPECT_NE(number(SQL_CONVERT_FUNCTIONS) & SQL_FN_CVT_CAST, 0U);
  EXPECT_NE(number(SQL_TIMEDATE_FUNCTIONS) & SQL_FN_TD_TIMESTAMPDIFF, 0U);
}

TEST_F(PowerBi, NavigatesFromCatalogueToRelation) {
  quietly(SQLTables(q_.get(), chars("%"), SQL_NTS, chars(""), 0, chars(""), 0, nullptr, 0));
  EXPECT_EQ(columns_of({1}), "negodbc");
  quietly(SQLTables(q_.get(), chars(""), 0, chars("%"), SQL_NTS, chars(""), 0, nullptr, 0));
  EXPECT_NE(columns_of({2}).find("bi"), std::string::npos);
  quietly(SQLTables(q_.get(), chars(""), 0, chars(""), 0, chars(""), 0, chars("%"), SQL_NTS));
  EXPECT_NE(columns_of({4}).find("TABLE"), std::string::npos);
  quietly(SQLTables(q_.get(), chars("negodbc"), SQL_NTS, chars("bi"), SQL_NTS, nullptr, 0,
                    chars("TABLE,VIEW"), SQL_NTS));
  EXPECT_EQ(columns_of({3, 4}), "region|TABLE;sale|TABLE;open_sale|VIEW");
  quietly(SQLColumns(q_.get(), chars("negodbc"), SQL_NTS, chars("bi"), SQL_NTS, chars("sale"),
                     SQL_NTS, nullptr, 0));
  EXPECT_EQ(columns_of({4, 5, 6, 17}),
            "id|4|int4|1;region|4|int4|2;sold|93|timestamp|3;day|91|date|4;amount|2|numeric|5;"
            "rate|8|float8|6;open|-7|bool|7;note|-10|text|8");
  quietly(SQLPrimaryKeys(q_.get(), chars("negodbc"), SQL_NTS, chars("bi"), SQL_NTS, chars("sale"),
                         SQL_NTS));
  EXPECT_EQ(columns_of({4}), "id");
  quietly(SQLForeignKeys(q_.get(), nullptr, 0, nullptr, 0, nullptr, 0, chars("negodbc"), SQL_NTS,
                         chars("bi"), SQL_NTS, chars("sale"), SQL_NTS));
  EXPECT_EQ(columns_of({3, 4, 8}), "region|id|region");
  quietly(SQLForeignKeys(q_.get(), chars("negodbc"), SQL_NTS, chars("bi"), SQL_NTS, chars("region"),
                         SQL_NTS, nullptr, 0, nullptr, 0, nullptr, 0));
  EXPECT_EQ(columns_of({7, 8}), "sale|region");
  quietly(SQLStatistics(q_.get(), chars("negodbc"), SQL_NTS, chars("bi"), SQL_NTS, chars("sale"),
                        SQL_NTS, SQL_INDEX_ALL, SQL_QUICK));
  EXPECT_EQ(columns_of({6, 9}), "NULL|NULL;sale_pkey|id");
}

// A column's type is one of SQLGetTypeInfo's, and text can be compared and searched there.
TEST_F(PowerBi, FindsEveryColumnsTypeAmongTheTypes) {
  std::map<std::string, std::string> searchable;  // by name and number
  quietly(SQLGetTypeInfo(q_.get(), SQL_ALL_TYPES));
  while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
    const std::string type = q_.text(1) + " " + q_.text(2);
    EXPECT_GE(std::stol(q_.text(3)), 0) << type;  // an unsigned is read by some
    searchable[type] = q_.text(9);
  }
  close();
  quietly(SQLColumns(q_.get(), nullptr, 0, chars("bi"), SQL_NTS, chars("%"), SQL_NTS, nullptr, 0));
  while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
    const std::string number = q_.text(5);
    const std::string type = q_.text(6) + " " + number;
    ASSERT_TRUE(searchable.contains(type)) << type;
    if (number == std::to_string(SQL_WVARCHAR)) {
      EXPECT_EQ(searchable[type], std::to_string(SQL_SEARCHABLE)) << type;
    }
  }
  close();
}

TEST_F(PowerBi, SendsItsWorkToTheServer) {
  // Catalogue, schema and table; a table derived from a query, grouped.
  EXPECT_EQ(q_.value("select \"rows\".\"name\" as \"name\", count(*) as \"C1\", sum(\"rows\"."
                     "\"amount\") as \"S1\" from (select \"r\".\"name\", \"s\".\"amount\" from "
                     "\"negodbc\".\"bi\".\"sale\" \"s\" left outer join \"negodbc\".\"bi\"."
                     "\"region\" \"r\" on (\"s\".\"region\" = \"r\".\"id\")) \"rows\" group by "
                     "\"name\" order by \"name\""),
            "Nord|10|137.50;Süd|10|125.00");
  EXPECT_EQ(q_.value("select count(*) from \"bi\".\"sale\" where \"sold\" >= {ts '2026-01-11 "
                     "00:00:00'} and \"day\" < {d '2026-01-15'}"),
            "4");
  EXPECT_EQ(q_.value("select {fn TIMESTAMPDIFF(SQL_TSI_DAY, {ts '2026-01-01 00:00:00'}, \"sold\")},"
                     " {fn CONVERT(\"amount\", SQL_WVARCHAR)}, {fn LEFT(\"note\", 4)} from "
                     "\"bi\".\"sale\" where \"id\" = 3"),
            "3|3.75|note");
  // A slicer's choice, as a parameter.
  ASSERT_EQ(q_.prepare("select count(*) from \"bi\".\"region\" where \"name\" = ?"), SQL_SUCCESS);
  const std::u16string name = u"Süd";
  std::vector<SQLWCHAR> wide(name.begin(), name.end());
  auto length = static_cast<SQLLEN>(wide.size() * sizeof(SQLWCHAR));
  quietly(SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 40, 0,
                           wide.data(), length, &length));
  quietly(SQLExecute(q_.get()));
  EXPECT_EQ(rows(), "1");
}

using Tableau = Tool;

TEST_F(Tableau, AsksAboutTheSource) {
  ask({SQL_ODBC_INTERFACE_CONFORMANCE,
       SQL_SQL_CONFORMANCE,
       SQL_CATALOG_USAGE,
       SQL_SCHEMA_USAGE,
       SQL_AGGREGATE_FUNCTIONS,
       SQL_NUMERIC_FUNCTIONS,
       SQL_STRING_FUNCTIONS,
       SQL_TIMEDATE_FUNCTIONS,
       SQL_TIMEDATE_ADD_INTERVALS,
       SQL_TIMEDATE_DIFF_INTERVALS,
       SQL_DATETIME_LITERALS,
       SQL_SYSTEM_FUNCTIONS,
       SQL_SQL92_VALUE_EXPRESSIONS,
       SQL_SQL92_NUMERIC_VALUE_FUNCTIONS,
       SQL_SQL92_STRING_FUNCTIONS,
       SQL_SQL92_DATETIME_FUNCTIONS,
       SQL_SQL92_PREDICATES,
       SQL_SQL92_RELATIONAL_JOIN_OPERATORS,
       SQL_CREATE_TABLE,
       SQL_CREATE_VIEW,
       SQL_DDL_INDEX,
       SQL_INSERT_STATEMENT,
       SQL_IDENTIFIER_QUOTE_CHAR,
       SQL_MAX_IDENTIFIER_LEN,
       SQL_MAX_TABLE_NAME_LEN,
       SQL_CURSOR_COMMIT_BEHAVIOR,
       SQL_CURSOR_ROLLBACK_BEHAVIOR,
       SQL_TXN_CAPABLE,
       SQL_MULTIPLE_ACTIVE_TXN,
       SQL_MAX_CONCURRENT_ACTIVITIES});
}

// Described from the prepared text, then from an empty result; sizes that can be allocated.
TEST_F(Tableau, LearnsAQuerysColumns) {
  const auto describe = [&] {
    std::string all;
    SQLSMALLINT count = 0;
    quietly(SQLNumResultCols(q_.get(), &count));
    for (SQLUSMALLINT i = 1; i <= static_cast<SQLUSMALLINT>(count); ++i) {
      SQLCHAR name[64] = {};
      SQLSMALLINT type = 0;
      SQLSMALLINT digits = 0;
      SQLULEN size = 0;
      quietly(
          SQLDescribeCol(q_.get(), i, name, sizeof name, nullptr, &type, &size, &digits, nullptr));
      EXPECT_LE(size, 0xFFFFU) << name;
      SQLCHAR type_name[64] = {};
      quietly(SQLColAttribute(q_.get(), i, SQL_DESC_TYPE_NAME, type_name, sizeof type_name, nullptr,
                              nullptr));
      SQLLEN octets = 0;
      quietly(SQLColAttribute(q_.get(), i, SQL_DESC_OCTET_LENGTH, nullptr, 0, nullptr, &octets));
      EXPECT_EQ(octets > 0, type != SQL_LONGVARBINARY) << name;
      EXPECT_LE(octets, 2 * 0xFFFF) << name;
      all += std::string(reinterpret_cast<char*>(name)) + ":" + reinterpret_cast<char*>(type_name) +
             "(" + std::to_string(digits) + ") ";
    }
    return all;
  };
  constexpr char wanted[] =
      "id:int4(0) region:int4(0) sold:timestamp(6) day:date(0) amount:numeric(2) rate:float8(0) "
      "open:bool(0) note:text(0) ";
  ASSERT_EQ(q_.prepare("SELECT * FROM \"bi\".\"sale\""), SQL_SUCCESS);
  EXPECT_EQ(describe(), wanted);
  close();
  q_.run("SELECT * FROM (SELECT * FROM \"bi\".\"sale\") \"TableauSQL\" WHERE 1=0");
  EXPECT_EQ(describe(), wanted);
  EXPECT_EQ(SQLFetch(q_.get()), SQL_NO_DATA);
  close();
  q_.run("SELECT * FROM \"bi\".\"sale\" LIMIT 0");
  EXPECT_EQ(describe(), wanted);
  close();
}

// It tries what the server understands: what fails must leave connection and transaction usable.
TEST_F(Tableau, TriesWhatTheServerUnderstands) {
  constexpr struct {
    const char* sql;
    bool works;
  } probes[] = {
      {"CREATE LOCAL TEMPORARY TABLE \"#Tableau_1_Connect\" (\"COL\" INTEGER) ON COMMIT PRESERVE "
       "ROWS",
       true},
      {"INSERT INTO \"#Tableau_1_Connect\" (\"COL\") VALUES (1)", true},
      {"SELECT TOP 1 * FROM \"#Tableau_1_Connect\"", false},
      {"SELECT FIRST 1 * FROM \"#Tableau_1_Connect\"", false},
      {"SELECT * FROM \"#Tableau_1_Connect\" LIMIT 1", true},
      {"SELECT * INTO TEMPORARY TABLE \"#Tableau_2_Connect\" FROM \"#Tableau_1_Connect\"", true},
      {"CREATE GLOBAL TEMPORARY TABLE \"nowhere\".\"x\" (\"COL\" INTEGER)", false},
      {"SELECT COUNT(DISTINCT \"COL\") FROM \"#Tableau_1_Connect\" HAVING (COUNT(1) > 0)", true},
      {"SELECT CASE WHEN 1=1 THEN 1 END AS \"x\" GROUP BY 1.1000000000000001", false},
      {"DROP TABLE \"#Tableau_2_Connect\"", true},
      {"DROP TABLE \"#Tableau_1_Connect\"", true},
  };
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    ASSERT_EQ(client_.set(SQL_ATTR_AUTOCOMMIT, autocommit), SQL_SUCCESS);
    for (const auto& probe : probes) {
      const SQLRETURN result = q_.exec(probe.sql);
      EXPECT_EQ(SQL_SUCCEEDED(result) || result == SQL_NO_DATA, probe.works)
          << probe.sql << q_.error();
      close();
    }
    EXPECT_EQ(q_.value("SELECT count(*) FROM bi.sale"), "20");
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  }
  ASSERT_EQ(client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON), SQL_SUCCESS);
}

TEST_F(Tableau, MovesManyRows) {
  constexpr std::size_t many = 50;
  q_.run("CREATE TEMP TABLE loaded (k int, word varchar(20))");
  std::array<SQLINTEGER, many> keys{};
  std::array<std::array<SQLWCHAR, 21>, many> words{};
  std::array<SQLLEN, many> lengths{};
  for (std::size_t i = 0; i < many; ++i) {
    keys.at(i) = static_cast<SQLINTEGER>(i);
    words.at(i) = {u'w', static_cast<SQLWCHAR>(u'A' + i % 26), 0};
    lengths.at(i) = SQL_NTS;
  }
  q_.set(SQL_ATTR_PARAMSET_SIZE, many);
  quietly(SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
                           keys.data(), 0, nullptr));
  quietly(SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 20, 0,
                           words.data(), sizeof words[0], lengths.data()));
  quietly(SQLExecDirect(q_.get(), chars("INSERT INTO loaded VALUES (?, ?)"), SQL_NTS));
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1});
  // Back again, in blocks.
  constexpr std::size_t block = 32;
  SQLULEN fetched = 0;
  q_.set(SQL_ATTR_ROW_ARRAY_SIZE, block);
  q_.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
  quietly(SQLBindCol(q_.get(), 1, SQL_C_SLONG, keys.data(), 0, nullptr));
  quietly(SQLBindCol(q_.get(), 2, SQL_C_WCHAR, words.data(), sizeof words[0], lengths.data()));
  quietly(SQLExecDirect(q_.get(), chars("SELECT k, word FROM loaded ORDER BY k"), SQL_NTS));
  std::size_t rows = 0;
  while (SQLFetch(q_.get()) != SQL_NO_DATA) {
    for (std::size_t i = 0; i < fetched; ++i, ++rows) {
      EXPECT_EQ(keys.at(i), static_cast<SQLINTEGER>(rows));
      EXPECT_EQ(words.at(i)[1], u'A' + rows % 26);
      EXPECT_EQ(lengths.at(i), SQLLEN{2 * sizeof(SQLWCHAR)});
    }
  }
  EXPECT_EQ(rows, many);
  SQLFreeStmt(q_.get(), SQL_UNBIND);
  q_.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{1});
  q_.set(SQL_ATTR_ROWS_FETCHED_PTR, nullptr);
  close();
  SQLUINTEGER dead = SQL_CD_TRUE;
  EXPECT_EQ(SQLGetConnectAttr(client_.dbc(), SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(dead, SQLUINTEGER{SQL_CD_FALSE});
}

}  // namespace
}  // namespace negodbc::odbc
