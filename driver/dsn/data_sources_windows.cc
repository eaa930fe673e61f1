#include "driver/dsn/data_sources.h"

namespace negodbc::dsn {

const char data_sources_place[] = "the registry (Software\\ODBC\\ODBC.INI)";
const char data_sources_hint[] = "ODBC Data Sources (64-bit), odbcad32.exe, lists data sources";

}  // namespace negodbc::dsn
