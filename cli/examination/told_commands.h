// Commands that a failure's text tells in words.
#pragma once

#include <functional>
#include <string>

#include "cli/understanding.h"

namespace negodbc::cli {

// For an Error's text of the driver's; "": it tells none. What stands in it of a server's own words
// is quoted, and leads to no setting but who logs in and that the connection is encrypted.
std::string command_told(const std::string& text, const Understanding& known);

// "negodbc dsn edit sales KEYWORD=VALUE", or what to do to a connection string; without a value the
// keyword is taken away.
std::string to_set(const Understanding& known, const std::string& keyword,
                   const std::string& value);

// The same for a file that only a person knows: "... KEYWORD=FILE    # a keytab that alice can
// read".
std::string to_name(const Understanding& known, const std::string& keyword,
                    const std::string& what);

}  // namespace negodbc::cli
