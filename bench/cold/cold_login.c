/* One login by a connection string, by a process that does nothing else: what cron's isql, a
 * worker, a notebook begin with. negodbc-cold-login CONNECTION_STRING; "-": no login, so that what
 * the program itself costs is known. */
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  if (argc != 2) return 2;
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  if (strcmp(argv[1], "-") == 0) return 0;
  if (!SQL_SUCCEEDED(SQLDriverConnect(connection, NULL, (SQLCHAR*)argv[1], SQL_NTS, NULL, 0, NULL,
                                      SQL_DRIVER_NOPROMPT))) {
    SQLCHAR state[6] = "", text[1024] = "";
    SQLSMALLINT length = 0;
    SQLINTEGER native = 0;
    SQLGetDiagRec(SQL_HANDLE_DBC, connection, 1, state, &native, text, sizeof text, &length);
    fprintf(stderr, "[%s] %s\n", (char*)state, (char*)text);
    return 1;
  }
  SQLDisconnect(connection);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
  return 0;
}
