// The subcommands. Each writes to the streams it is given and returns the program's exit status.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/report.h"

namespace negodbc::cli {

// Whether programs that use a DSN, or a connection string, log in, and why not: step by step. 0:
// they do; 1: they do not.
int doctor(const std::string& connection, std::ostream& out, const Style& style);

// The keywords as a Markdown table.
int keyword_table(std::ostream& out);

}  // namespace negodbc::cli
