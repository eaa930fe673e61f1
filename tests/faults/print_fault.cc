// Prints how a login fails, or of what it warns: "SQLSTATE text" of the first diagnostic record.
//
//   print_fault CONNECTION_STRING
//
// Through unixODBC, or on Windows on the driver's own entry points. 0: the login failed; 1: it
// succeeded.
#include <sql.h>
#include <sqlext.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80),
                0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  const SQLRETURN result =
      SQLDriverConnect(connection, nullptr, reinterpret_cast<SQLCHAR*>(argv[1]), SQL_NTS, nullptr,
                       0, nullptr, SQL_DRIVER_NOPROMPT);
  const bool failed = !SQL_SUCCEEDED(result);
  SQLCHAR state[6] = {};
  SQLCHAR text[4096] = {};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  if (result != SQL_SUCCESS &&
      SQL_SUCCEEDED(SQLGetDiagRec(SQL_HANDLE_DBC, connection, 1, state, &native, text,
                                  static_cast<SQLSMALLINT>(sizeof text), &length))) {
    std::printf("%s %s\n", reinterpret_cast<char*>(state), reinterpret_cast<char*>(text));
  }
  if (!failed) SQLDisconnect(connection);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
  return failed ? 0 : 1;
}
