// Whether a text changes tables that something else may be reading, by its first words.
#pragma once

#include <string_view>

namespace negodbc::sql {

// PostgreSQL's CheckTableNotInUse(): ALTER, DROP, TRUNCATE, triggers, indexes and their like are
// refused (55006) while a portal of the same session reads the table. CLOSE ALL takes the portal
// itself away. Any statement of the text.
bool redefines(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
