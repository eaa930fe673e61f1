// ODBC's headers as the entry points need them: SQLConnect is the A form here, SQLConnectW the W
// form.
#pragma once

#define SQL_NOUNICODEMAP
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
