// How a value stands in a data source: as it is, or in braces, as in a connection string. Files
// written by hand have quotes and remarks, too.
#pragma once

#include <string>
#include <string_view>

#include "driver/dsn/keywords.h"

namespace negodbc::dsn {

// Within braces, as a value with blanks at its ends or braces of its own stands there.
std::string braced(std::string_view value);

// What the word means; `entry` null: no keyword. Takes what is a secret along and wipes the rest.
void undress(const Keyword* entry, std::string& value);

// What is written so that undress() gives `value` again.
std::string dressed(const Keyword& entry, std::string value);

}  // namespace negodbc::dsn
