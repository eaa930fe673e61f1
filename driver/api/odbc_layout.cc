// The layout of what applications and driver share, on machines with pointers of four and of eight
// bytes: an application brings its own headers, and a driver manager its own.
//
// ODBC reference: appendix D "C Data Types"; "64-Bit Integer Structures", "ODBC 64-Bit
// Information".
#include <sql.h>
#include <sqlext.h>

#include <cstddef>

namespace negodbc::odbc {
namespace {

static_assert(sizeof(SQLCHAR) == 1);
static_assert(sizeof(SQLWCHAR) == 2);
static_assert(sizeof(SQLSMALLINT) == 2);
static_assert(sizeof(SQLRETURN) == 2);
static_assert(sizeof(SQLINTEGER) == 4);
static_assert(sizeof(SQLUINTEGER) == 4);
static_assert(sizeof(SQLBIGINT) == 8);
static_assert(sizeof(SQLREAL) == 4);
static_assert(sizeof(SQLDOUBLE) == 8);
static_assert(sizeof(SQLHANDLE) == sizeof(void*));
// Lengths are as wide as pointers.
static_assert(sizeof(SQLLEN) == sizeof(void*));
static_assert(sizeof(SQLULEN) == sizeof(void*));
static_assert(sizeof(SQLSETPOSIROW) == (sizeof(void*) == 8 ? 8 : 2));
// A bookmark is a number of that width.
static_assert(SQL_C_BOOKMARK == (sizeof(void*) == 8 ? int{SQL_C_UBIGINT} : int{SQL_C_ULONG}));

static_assert(sizeof(SQL_DATE_STRUCT) == 6);
static_assert(sizeof(SQL_TIME_STRUCT) == 6);
static_assert(sizeof(SQL_TIMESTAMP_STRUCT) == 16);
static_assert(offsetof(SQL_TIMESTAMP_STRUCT, fraction) == 12);
static_assert(sizeof(SQL_YEAR_MONTH_STRUCT) == 8);
static_assert(sizeof(SQL_DAY_SECOND_STRUCT) == 20);
static_assert(sizeof(SQL_INTERVAL_STRUCT) == 28);
static_assert(offsetof(SQL_INTERVAL_STRUCT, interval_sign) == 4);
static_assert(offsetof(SQL_INTERVAL_STRUCT, intval) == 8);
static_assert(sizeof(SQL_NUMERIC_STRUCT) == 19);
static_assert(offsetof(SQL_NUMERIC_STRUCT, val) == 3);
static_assert(sizeof(SQLGUID) == 16);

}  // namespace
}  // namespace negodbc::odbc
