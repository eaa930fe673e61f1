// ODBC's headers as the entry points need them: SQLConnect is the A form here, SQLConnectW the W
// form.
#pragma once

#include <features.h>
#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 28)
#error "loader_names.cmake needs a C library that leaves absolute symbols alone"
#endif

#define SQL_NOUNICODEMAP
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
