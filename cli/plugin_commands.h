// Authentication plugins: which there are, and whether one keeps the contract of its ABI.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/report.h"

namespace negodbc::cli {

// Those that drivers would load: beside each registered negodbc driver and the one that was
// installed with this program, and those that data sources name (AuthPlugin). 0; 1: one can't be
// used.
int list_plugins(std::ostream& out, const Style& style);

// Runs the contract's checks on a plugin's file, each in a process of its own. `file`: a path; a
// bare name, which a loader would look for in places of its own, is refused. `target`: a DSN's name
// or a connection string to log in by, "": what needs a ticket is left out. 0: it keeps the
// contract; 1: it does not, or is no plugin.
int check_plugin(const std::string& file, const std::string& target, std::ostream& out,
                 const Style& style);

}  // namespace negodbc::cli
