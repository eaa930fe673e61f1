// The process this driver is loaded into.
#pragma once

#include <ctime>
#include <string>

namespace negodbc {

// The program's file name without its directory: "isql", "excel.exe".
std::string program_name();

// Another one in a child made by fork().
unsigned long process_number();

// A time in the process' time zone.
std::tm local_time(std::time_t time);

}  // namespace negodbc
