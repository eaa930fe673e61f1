// What Excel, Qt and LibreOffice ask of a driver, in their order, and what they do with the
// answers. From Qt's and LibreOffice's sources, and from traces of MS Query that were published.
#include <string>

#include "driver/api/testing/tool.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Tool;

using Excel = Tool;

TEST_F(Excel, ListsAndReadsATable) {
  ask({SQL_DBMS_NAME,
       SQL_DBMS_VER,
       SQL_ACTIVE_STATEMENTS,
       SQL_DATA_SOURCE_READ_ONLY,
       SQL_DRIVER_NAME,
       SQL_SEARCH_PATTERN_ESCAPE,
       SQL_CORRELATION_NAME,
       SQL_NON_NULLABLE_COLUMNS,
       SQL_QUALIFIER_NAME_SEPARATOR,
       SQL_FILE_USAGE,
       SQL_QUALIFIER_TERM,
       SQL_OWNER_TERM,
       SQL_IDENTIFIER_QUOTE_CHAR,
       SQL_IDENTIFIER_CASE,
       SQL_OWNER_USAGE,
       SQL_QUALIFIER_USAGE,
       SQL_TXN_CAPABLE,
       SQL_OJ_CAPABILITIES,
       SQL_ORDER_BY_COLUMNS_IN_SELECT,
       SQL_MAX_COLUMNS_IN_ORDER_BY,
       SQL_FETCH_DIRECTION,
       SQL_SCROLL_CONCURRENCY});
  quietly(SQLTables(q_.get(), nullptr, 0, chars("bi"), SQL_NTS, nullptr, 0,
                    chars("'TABLE','VIEW','SYSTEM TABLE','SYNONYM'"), SQL_NTS));
  EXPECT_EQ(columns_of({3}), "region;sale;open_sale");
  quietly(SQLSpecialColumns(q_.get(), SQL_BEST_ROWID, nullptr, 0, chars("bi"), SQL_NTS,
                            chars("sale"), SQL_NTS, SQL_SCOPE_SESSION, SQL_NULLABLE));
  EXPECT_EQ(columns_of({2}), "id");
  EXPECT_EQ(q_.value("SELECT sale.id, sale.note FROM negodbc.bi.sale sale WHERE (sale.id=7)"),
            "7|note 7");
}

using QtSql = Tool;

TEST_F(QtSql, DecidesWhatTheDriverCan) {
  for (const int function :
       {SQL_API_SQLDESCRIBECOL, SQL_API_SQLGETDATA, SQL_API_SQLCOLUMNS, SQL_API_SQLGETSTMTATTR,
        SQL_API_SQLGETDIAGREC, SQL_API_SQLEXECDIRECT, SQL_API_SQLGETINFO, SQL_API_SQLTABLES,
        SQL_API_SQLFETCHSCROLL, SQL_API_SQLMORERESULTS}) {
    SQLUSMALLINT there = SQL_FALSE;
    EXPECT_EQ(SQLGetFunctions(client_.dbc(), static_cast<SQLUSMALLINT>(function), &there),
              SQL_SUCCESS);
    EXPECT_EQ(there, SQL_TRUE) << function;
  }
  for (const int type : {SQL_CONVERT_CHAR, SQL_CONVERT_VARCHAR, SQL_CONVERT_LONGVARCHAR})
    EXPECT_NE(number(static_cast<SQLUSMALLINT>(type)) &
                  (SQL_CVT_WCHAR | SQL_CVT_WVARCHAR | SQL_CVT_WLONGVARCHAR),
              0U);
  EXPECT_NE(number(SQL_SCHEMA_USAGE) & SQL_SU_DML_STATEMENTS, 0U);
  EXPECT_NE(number(SQL_TXN_CAPABLE), SQLUINTEGER{SQL_TC_NONE});
  quietly(SQLGetTypeInfo(q_.get(), SQL_TYPE_TIMESTAMP));
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(q_.text(3), "26");  // with microseconds
  close();
  quietly(SQLPrimaryKeys(q_.get(), nullptr, 0, chars("bi"), SQL_NTS, chars("sale"), SQL_NTS));
  EXPECT_EQ(columns_of({4, 5, 6}), "id|1|sale_pkey");
}

using LibreOffice = Tool;

TEST_F(LibreOffice, FindsEveryFunction) {
  for (const int function :
       {SQL_API_SQLALLOCHANDLE,     SQL_API_SQLCONNECT,          SQL_API_SQLDRIVERCONNECT,
        SQL_API_SQLBROWSECONNECT,   SQL_API_SQLGETINFO,          SQL_API_SQLGETFUNCTIONS,
        SQL_API_SQLGETTYPEINFO,     SQL_API_SQLSETCONNECTATTR,   SQL_API_SQLGETCONNECTATTR,
        SQL_API_SQLSETENVATTR,      SQL_API_SQLGETENVATTR,       SQL_API_SQLSETSTMTATTR,
        SQL_API_SQLGETSTMTATTR,     SQL_API_SQLPREPARE,          SQL_API_SQLBINDPARAMETER,
        SQL_API_SQLSETCURSORNAME,   SQL_API_SQLEXECUTE,          SQL_API_SQLEXECDIRECT,
        SQL_API_SQLDESCRIBEPARAM,   SQL_API_SQLNUMPARAMS,        SQL_API_SQLPARAMDATA,
        SQL_API_SQLPUTDATA,         SQL_API_SQLROWCOUNT,         SQL_API_SQLNUMRESULTCOLS,
        SQL_API_SQLDESCRIBECOL,     SQL_API_SQLCOLATTRIBUTE,     SQL_API_SQLBINDCOL,
        SQL_API_SQLFETCH,           SQL_API_SQLFETCHSCROLL,      SQL_API_SQLGETDATA,
        SQL_API_SQLSETPOS,          SQL_API_SQLBULKOPERATIONS,   SQL_API_SQLMORERESULTS,
        SQL_API_SQLGETDIAGREC,      SQL_API_SQLCOLUMNPRIVILEGES, SQL_API_SQLCOLUMNS,
        SQL_API_SQLFOREIGNKEYS,     SQL_API_SQLPRIMARYKEYS,      SQL_API_SQLPROCEDURECOLUMNS,
        SQL_API_SQLPROCEDURES,      SQL_API_SQLSPECIALCOLUMNS,   SQL_API_SQLSTATISTICS,
        SQL_API_SQLTABLEPRIVILEGES, SQL_API_SQLTABLES,           SQL_API_SQLFREESTMT,
        SQL_API_SQLCLOSECURSOR,     SQL_API_SQLCANCEL,           SQL_API_SQLENDTRAN,
        SQL_API_SQLDISCONNECT,      SQL_API_SQLFREEHANDLE,       SQL_API_SQLGETCURSORNAME,
        SQL_API_SQLNATIVESQL}) {
    SQLUSMALLINT there = SQL_FALSE;
    EXPECT_EQ(SQLGetFunctions(client_.dbc(), static_cast<SQLUSMALLINT>(function), &there),
              SQL_SUCCESS);
    EXPECT_EQ(there, SQL_TRUE) << function;
  }
}

TEST_F(LibreOffice, ReadsATableBackAndForth) {
  EXPECT_NE(number(SQL_GETDATA_EXTENSIONS) & SQL_GD_ANY_ORDER, 0U);
  EXPECT_NE(number(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_BOOKMARK, 0U);
  quietly(SQLTablePrivileges(q_.get(), nullptr, 0, chars("bi"), SQL_NTS, chars("sale"), SQL_NTS));
  EXPECT_NE(columns_of({6}).find("SELECT"), std::string::npos);
  quietly(SQLSetStmtAttr(q_.get(), SQL_ATTR_CURSOR_TYPE,
                         reinterpret_cast<SQLPOINTER>(SQLULEN{SQL_CURSOR_STATIC}), 0));
  q_.run("SELECT id, note FROM bi.sale ORDER BY id");
  quietly(SQLFetchScroll(q_.get(), SQL_FETCH_LAST, 0));
  EXPECT_EQ(q_.text(2) + q_.text(1), "note 2020");  // in any order
  quietly(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0));
  EXPECT_EQ(q_.text(1), "1");
}

}  // namespace
}  // namespace negodbc::odbc
