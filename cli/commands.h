// The subcommands. Each writes to the streams it is given and returns the program's exit status.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/report.h"

namespace negodbc::cli {

struct DoctorWishes {
  std::string connection;      // a DSN's name or a connection string
  std::string keytab = {};     // the server's, to be compared with the ticket; "": none
  std::string as_driver = {};  // a driver's file instead of the one that is registered; ""
  std::string bundle = {};     // a file that is written with all that was found; "": none
};

// Whether programs that use a DSN, or a connection string, log in, and why not: step by step. 0:
// they do; 1: they do not. Throws Error HY000 when the bundle can't be written.
int doctor(const DoctorWishes& wishes, std::ostream& out, const Style& style);

// The keywords as a Markdown table.
int keyword_table(std::ostream& out);

}  // namespace negodbc::cli
