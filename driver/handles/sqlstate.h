// From PostgreSQL's SQLSTATEs to ODBC's.
//
// PostgreSQL appendix A "Error Codes"; ODBC reference appendix A "ODBC Error Codes". Where ODBC
// defines a state for the case the server's code becomes that; every other code passes through, as
// applications written for PostgreSQL know them.
#pragma once

#include "driver/base/error.h"

namespace negodbc::odbc {

SqlState odbc_state(SqlState state);

// What ODBC 2 calls a state of ODBC 3 (reference: appendix A, "SQLSTATE Mappings"). The driver
// gives these to an application that asked for ODBC 2.
SqlState odbc2_state(SqlState state);
// The other way, for the one state of ODBC 2 that the driver throws, because ODBC 3 has given it up
// for one that means other things too: S1093 (no such parameter) became 07009 (no such column or
// parameter). All others pass through.
SqlState odbc3_state(SqlState state);

// Class 01: it was done, but there is something to say.
inline bool is_warning(SqlState state) {
  return state.view().starts_with("01");
}

// Throws Error HYC00: `what` is not supported.
[[noreturn]] void unsupported(const char* what);

}  // namespace negodbc::odbc
