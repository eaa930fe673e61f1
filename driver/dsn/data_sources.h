// Where data sources are kept on this system.
#pragma once

namespace negodbc::dsn {

extern const char data_sources_place[];  // "odbc.ini"
extern const char data_sources_hint[];   // what lists them

}  // namespace negodbc::dsn
