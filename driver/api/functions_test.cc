#include "driver/api/functions.h"

#include <gtest/gtest.h>

#include <set>

namespace negodbc::odbc {
namespace {

TEST(Functions, AreListedOnce) {
  std::set<SQLUSMALLINT> ids;
  std::set<std::string_view> names;
  for (const Function& function : functions()) {
    EXPECT_TRUE(ids.insert(function.id).second) << function.name;
    EXPECT_TRUE(names.insert(function.name).second) << function.name;
    EXPECT_TRUE(has_function(function.id));
  }
  EXPECT_GT(ids.size(), 50U);
}

TEST(Functions, DriverManagersAreNotAmongThem) {
  EXPECT_FALSE(has_function(SQL_API_SQLDATASOURCES));
  EXPECT_FALSE(has_function(SQL_API_SQLDRIVERS));
}

// What the driver manager makes calls of newer functions of is not here: it would call the old one
// with an application's old arguments and bypass what it knows of the new.
TEST(Functions, TheDriverManagersTranslationsAreNotAmongThem) {
  for (const int id :
       {SQL_API_SQLALLOCCONNECT, SQL_API_SQLALLOCENV, SQL_API_SQLALLOCSTMT, SQL_API_SQLERROR,
        SQL_API_SQLFREECONNECT, SQL_API_SQLFREEENV, SQL_API_SQLGETCONNECTOPTION,
        SQL_API_SQLGETSTMTOPTION, SQL_API_SQLPARAMOPTIONS, SQL_API_SQLSETCONNECTOPTION,
        SQL_API_SQLSETPARAM, SQL_API_SQLSETSTMTOPTION, SQL_API_SQLTRANSACT})
    EXPECT_FALSE(has_function(static_cast<SQLUSMALLINT>(id))) << id;
}

TEST(Functions, EveryOtherOfOdbc3IsThere) {
  for (const int id : {SQL_API_SQLALLOCHANDLE,
                       SQL_API_SQLBINDCOL,
                       SQL_API_SQLBINDPARAM,
                       SQL_API_SQLBINDPARAMETER,
                       SQL_API_SQLBROWSECONNECT,
                       SQL_API_SQLBULKOPERATIONS,
                       SQL_API_SQLCANCEL,
                       SQL_API_SQLCANCELHANDLE,
                       SQL_API_SQLCLOSECURSOR,
                       SQL_API_SQLCOLATTRIBUTE,
                       SQL_API_SQLCOLUMNPRIVILEGES,
                       SQL_API_SQLCOLUMNS,
                       SQL_API_SQLCONNECT,
                       SQL_API_SQLCOPYDESC,
                       SQL_API_SQLDESCRIBECOL,
                       SQL_API_SQLDESCRIBEPARAM,
                       SQL_API_SQLDISCONNECT,
                       SQL_API_SQLDRIVERCONNECT,
                       SQL_API_SQLENDTRAN,
                       SQL_API_SQLEXECDIRECT,
                       SQL_API_SQLEXECUTE,
                       SQL_API_SQLEXTENDEDFETCH,
                       SQL_API_SQLFETCH,
                       SQL_API_SQLFETCHSCROLL,
                       SQL_API_SQLFOREIGNKEYS,
                       SQL_API_SQLFREEHANDLE,
                       SQL_API_SQLFREESTMT,
                       SQL_API_SQLGETCONNECTATTR,
                       SQL_API_SQLGETCURSORNAME,
                       SQL_API_SQLGETDATA,
                       SQL_API_SQLGETDESCFIELD,
                       SQL_API_SQLGETDESCREC,
                       SQL_API_SQLGETDIAGFIELD,
                       SQL_API_SQLGETDIAGREC,
                       SQL_API_SQLGETENVATTR,
                       SQL_API_SQLGETFUNCTIONS,
                       SQL_API_SQLGETINFO,
                       SQL_API_SQLGETSTMTATTR,
                       SQL_API_SQLGETTYPEINFO,
                       SQL_API_SQLMORERESULTS,
                       SQL_API_SQLNATIVESQL,
                       SQL_API_SQLNUMPARAMS,
                       SQL_API_SQLNUMRESULTCOLS,
                       SQL_API_SQLPARAMDATA,
                       SQL_API_SQLPREPARE,
                       SQL_API_SQLPRIMARYKEYS,
                       SQL_API_SQLPROCEDURECOLUMNS,
                       SQL_API_SQLPROCEDURES,
                       SQL_API_SQLPUTDATA,
                       SQL_API_SQLROWCOUNT,
                       SQL_API_SQLSETCONNECTATTR,
                       SQL_API_SQLSETCURSORNAME,
                       SQL_API_SQLSETDESCFIELD,
                       SQL_API_SQLSETDESCREC,
                       SQL_API_SQLSETENVATTR,
                       SQL_API_SQLSETPOS,
                       SQL_API_SQLSETSCROLLOPTIONS,
                       SQL_API_SQLSETSTMTATTR,
                       SQL_API_SQLSPECIALCOLUMNS,
                       SQL_API_SQLSTATISTICS,
                       SQL_API_SQLTABLEPRIVILEGES,
                       SQL_API_SQLTABLES})
    EXPECT_TRUE(has_function(static_cast<SQLUSMALLINT>(id))) << id;
}

}  // namespace
}  // namespace negodbc::odbc
