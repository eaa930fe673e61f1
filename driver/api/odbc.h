// ODBC's headers as the entry points need them: SQLConnect is the A form here, SQLConnectW the W
// form.
#pragma once

#define SQL_NOUNICODEMAP
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

// ODBC 3.8's, which some headers lack.
// NOLINTNEXTLINE(readability-redundant-declaration)
extern "C" SQLRETURN SQL_API SQLCancelHandle(SQLSMALLINT type, SQLHANDLE handle);

// __GLIBC__ is known once a header of the C library has been read.
#if defined(__GLIBC__) && (__GLIBC__ * 1000 + __GLIBC_MINOR__ < 2028)
#error "loader_names.cmake needs a C library that leaves absolute symbols alone"
#endif
