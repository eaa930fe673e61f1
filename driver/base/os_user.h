// Who runs this process, as the operating system knows it.
#pragma once

#include <string>

namespace negodbc {

std::string os_user_name();  // of the effective user; "" when it has no name

// Where libpq looks for the user's certificates, with its separator at the end: ~/.postgresql/
// ($HOME, else the user's entry), on Windows %APPDATA%\postgresql\. "" when there is no such place.
std::string libpq_directory();

}  // namespace negodbc
