// The process this driver is loaded into.
#pragma once

#include <string>

namespace negodbc {

// The program's file name without its directory: "isql", "excel.exe".
std::string program_name();

}  // namespace negodbc
