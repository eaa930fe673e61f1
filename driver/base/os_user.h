// Who runs this process, as the operating system knows it.
#pragma once

#include <string>

namespace negodbc {

std::string os_user_name();  // of the effective user; "" when it has no name

// Whether a file, behind links, belongs to the effective user; false where it can't be looked at.
// Windows, where an access list says who may do what: always.
bool is_own_file(const std::string& path);

// Where libpq looks for the user's certificates, with its separator at the end: ~/.postgresql/
// ($HOME, else the user's entry), on Windows %APPDATA%\postgresql\. "" when there is no such place.
std::string libpq_directory();

}  // namespace negodbc
