// The doctor's first steps: whether programs find the driver, and the driver its plugin.
#pragma once

#include <string>

#include "cli/report.h"
#include "cli/understanding.h"

namespace negodbc::cli {

// False: an ini file can't be read, and neither can anything behind it.
bool report_manager(Report& report);
// For a data source that is not there: IM002, with those that are.
void report_missing_data_source(Report& report, const std::string& name, const std::string& text);

struct Driver {
  bool found = false;  // programs that use this connection load negodbc's driver
  bool named = false;  // the connection names a data source or a driver, as programs need it
  std::string file;    // what they load; else the one that was installed with this program; or ""
};
Driver report_driver(Report& report, const Understanding& known);

// Of a file that is to be examined as if it were registered, named by a path.
Driver report_driver_file(Report& report, const std::string& file);

struct Plugin {
  bool good = false;
  bool loadable = false;  // false: loading it could end this process
  std::string file;       // absolute; "" when there is no driver
};
// `needed`: the login wants a ticket.
Plugin report_plugin(Report& report, const Understanding& known, const std::string& driver,
                     bool needed);

// What the driver would log in by, with the plugin that it would load. Nothing is told.
login::LoginSettings login_settings_of(const Understanding& known);

}  // namespace negodbc::cli
