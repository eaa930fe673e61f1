// Where data sources are kept on this system.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::dsn {

extern const char data_sources_place[];      // "odbc.ini"
extern const char* const data_sources_hint;  // what lists them

// Where this data source is kept, for a text: the file, as far as it can be known.
std::string file_of_data_source(std::string_view name);

// Whether a key of a driver's section of odbcinst.ini is a default for its data sources, and not
// the driver manager's.
bool is_driver_default(const std::string& key);

}  // namespace negodbc::dsn
