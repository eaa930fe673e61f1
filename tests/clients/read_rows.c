// Reads a query of ten columns through a forward-only cursor, bound in arrays of 1024 rows, as a
// program does that loads a table. Says what it has read and how much memory the process came to
// use.
//   read_rows CONNECTION-STRING SQL
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rows_at_once = 1024, number_of_columns = 10, text_size = 40 };

static SQLINTEGER int4s[rows_at_once], nullable_int4s[rows_at_once];
static SQLBIGINT int8s[rows_at_once];
static SQLDOUBLE float8s[rows_at_once];
static SQLCHAR numerics[rows_at_once][text_size], names[rows_at_once][text_size],
    hashes[rows_at_once][text_size];
static SQL_TIMESTAMP_STRUCT timestamps[rows_at_once];
static SQL_DATE_STRUCT dates[rows_at_once];
static SQLCHAR bools[rows_at_once];
static SQLLEN indicators[number_of_columns][rows_at_once];

static void check(SQLRETURN status, SQLSMALLINT type, SQLHANDLE handle, const char* what) {
  SQLCHAR state[6] = "", text[1024] = "";
  SQLINTEGER native = 0;
  if (SQL_SUCCEEDED(status)) {
    return;
  }
  SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, NULL);
  fprintf(stderr, "%s: %s %s\n", what, (const char*)state, (const char*)text);
  exit(EXIT_FAILURE);
}

static void bind(SQLHSTMT statement) {
  const struct {
    SQLSMALLINT type;
    SQLPOINTER data;
    SQLLEN size;
  } columns[number_of_columns] = {
      {SQL_C_SLONG, int4s, 0},
      {SQL_C_SBIGINT, int8s, 0},
      {SQL_C_DOUBLE, float8s, 0},
      {SQL_C_CHAR, numerics, text_size},
      {SQL_C_CHAR, names, text_size},
      {SQL_C_CHAR, hashes, text_size},
      {SQL_C_TYPE_TIMESTAMP, timestamps, 0},
      {SQL_C_TYPE_DATE, dates, 0},
      {SQL_C_BIT, bools, 0},
      {SQL_C_SLONG, nullable_int4s, 0},
  };
  for (int i = 0; i < number_of_columns; ++i) {
    check(SQLBindCol(statement, (SQLUSMALLINT)(i + 1), columns[i].type, columns[i].data,
                     columns[i].size, indicators[i]),
          SQL_HANDLE_STMT, statement, "SQLBindCol");
  }
}

// The most memory the process has had, in kB; the kernel counts it.
static long peak_memory(void) {
  char line[256];
  long peak = -1;
  FILE* status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {
    if (strncmp(line, "VmHWM:", 6) == 0) {
      peak = strtol(line + 6, NULL, 10);
    }
  }
  if (status) {
    fclose(status);
  }
  return peak;
}

// Adds every value up, so that a wrong one anywhere shows.
static void read_all(SQLHSTMT statement, const SQLULEN* fetched) {
  long long rows = 0, nulls = 0, truths = 0, int4_sum = 0, int8_sum = 0, nullable_sum = 0,
            lengths = 0;
  long long seconds = 0, days = 0, hash_bytes = 0;
  double float8_sum = 0, numeric_sum = 0;
  SQLRETURN status;
  while ((status = SQLFetch(statement)) != SQL_NO_DATA) {
    check(status, SQL_HANDLE_STMT, statement, "SQLFetch");
    for (SQLULEN i = 0; i < *fetched; ++i) {
      int4_sum += int4s[i];
      int8_sum += int8s[i];
      float8_sum += float8s[i];
      numeric_sum += strtod((const char*)numerics[i], NULL);
      lengths += indicators[4][i] + indicators[5][i];
      hash_bytes += hashes[i][0] + hashes[i][31];
      seconds += timestamps[i].second;
      days += dates[i].day;
      truths += bools[i];
      if (indicators[9][i] == SQL_NULL_DATA) {
        ++nulls;
      } else {
        nullable_sum += nullable_int4s[i];
      }
    }
    rows += (long long)*fetched;
  }
  printf(
      "rows %lld\nint4 %lld\nint8 %lld\nfloat8 %.1f\nnumeric %.2f\nlengths %lld\nhash "
      "%lld\nseconds %lld\n"
      "days %lld\ntruths %lld\nnulls %lld\nnullable %lld\n",
      rows, int4_sum, int8_sum, float8_sum, numeric_sum, lengths, hash_bytes, seconds, days, truths,
      nulls, nullable_sum);
}

int main(int argc, char** argv) {
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  SQLHSTMT statement = SQL_NULL_HSTMT;
  SQLULEN fetched = 0;
  if (argc != 3) {
    fprintf(stderr, "usage: read_rows CONNECTION-STRING SQL\n");
    return 2;
  }
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  check(SQLDriverConnect(connection, NULL, (SQLCHAR*)argv[1], SQL_NTS, NULL, 0, NULL,
                         SQL_DRIVER_NOPROMPT),
        SQL_HANDLE_DBC, connection, "SQLDriverConnect");
  check(SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_HANDLE_DBC, connection,
        "SQLAllocHandle");
  SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)rows_at_once, 0);
  SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
  check(SQLExecDirect(statement, (SQLCHAR*)argv[2], SQL_NTS), SQL_HANDLE_STMT, statement,
        "SQLExecDirect");
  bind(statement);
  read_all(statement, &fetched);
  SQLFreeHandle(SQL_HANDLE_STMT, statement);
  check(SQLDisconnect(connection), SQL_HANDLE_DBC, connection, "SQLDisconnect");
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
  printf("peak_kb %ld\n", peak_memory());
  return EXIT_SUCCESS;
}
