// The file of a log, as each system opens it.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/temporary_file.h"

namespace negodbc::log {

using File = std::unique_ptr<std::FILE, CloseFile>;

// What nothing is kept of: "/dev/null", on Windows "NUL".
extern const char null_device[];

// Opened to be added to, unbuffered, made with mode 0600 where there is none (on Windows with
// rights for the user, administrators and the system alone). Throws Error 01000 with the reason: it
// can't be opened; it is no ordinary file (a symbolic link among others: in a folder of everybody's
// it may lead anywhere); it belongs to another user than this one and root (Windows:
// administrators, the system); the program is set-user-ID, whose caller may have chosen the path.
File open_file(const std::string& path);

// Why open_file() would refuse the path, without making a file; "": it would not.
std::string fault_of_log(const std::string& path);

// Adds a line as a whole, whoever else writes to the file. False: it can't be done.
bool append(std::FILE* file, std::string_view line);

// Whether the path still leads to it.
bool is_at_path(std::FILE* file, const std::string& path);

// A variable of the environment; nothing: it is not set, or not to be trusted.
std::optional<std::string> variable(const char* name);

}  // namespace negodbc::log
