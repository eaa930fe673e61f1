// What a command is, by the tag that the server completes it with.
//
// ODBC reference: SQLGetDiagField, "Values of the Dynamic Function Fields".
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string_view>

namespace negodbc::odbc {

struct Command {
  std::string_view tag;   // as the server names it
  SQLINTEGER code;        // SQL_DIAG_*
  std::string_view name;  // SQL_DIAG_DYNAMIC_FUNCTION
  bool counts;            // affecting no row is SQL_NO_DATA
};

// Null: it is none that ODBC has a name for.
const Command* find_command(std::string_view tag);

// After this command what is known of prepared statements may be untrue, or the statements gone.
bool changes_descriptions(std::string_view tag);

}  // namespace negodbc::odbc
