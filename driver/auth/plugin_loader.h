// Finds and loads an authentication plugin: the one installed beside the driver, or an absolute
// path.
#pragma once

#include <string>

#include "negodbc/auth_plugin.h"

namespace negodbc::auth {

// The plugin's file name in the driver's own directory.
extern const char default_plugin_name[];

// `path`: absolute, or empty for the default. A plugin is loaded once a path and never unloaded:
// its threads and caches outlive a login. Safe from any thread. Throws ConnectionError 08001 naming
// the file and the reason: not absolute, not there, no plugin, no common version.
const negodbc_auth_api& load_plugin(const std::string& path);

}  // namespace negodbc::auth
