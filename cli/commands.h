// The subcommands. Each writes to the streams it is given and returns the program's exit status.
#pragma once

#include <iosfwd>
#include <string>

namespace negodbc::cli {

// Goes through a login step by step, for a DSN's name or a connection string. 0: it worked.
int doctor(const std::string& connection, std::ostream& out);

// The keywords as a Markdown table.
int keyword_table(std::ostream& out);

}  // namespace negodbc::cli
