#include "driver/dsn/data_sources.h"

namespace negodbc::dsn {

const char data_sources_place[] = "odbc.ini";
const char data_sources_hint[] = "`odbcinst -q -s` lists data sources, `odbcinst -j` the files";

}  // namespace negodbc::dsn
