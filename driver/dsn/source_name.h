// Names of data sources, as the installers take them (ODBC reference, SQLValidDSN).
#pragma once

#include <string>
#include <string_view>

namespace negodbc::dsn {

// Sections of odbc.ini, keys in the registry, where ODBC keeps what is no data source: the list of
// all of them, its own settings. Whoever writes a data source of such a name writes into these.
bool is_kept_by_odbc(std::string_view name);

// "": a data source may have this name; else why not, for beside the field.
std::string fault_of_source_name(std::string_view name);

}  // namespace negodbc::dsn
