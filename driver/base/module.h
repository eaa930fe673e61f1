// The loaded module (shared object, DLL) that this code is in, and others loaded at run time.
#pragma once

#include <string>

namespace negodbc {

// The directory of the module (or program) that this code is in, links resolved, with its separator
// at the end: where the driver is installed. It is the kernel's word: neither the working directory
// nor argv[0] has a say. "" when it can't be found out.
std::string own_directory();

[[nodiscard]] bool is_absolute_path(const std::string& path);

// Loads a module by its absolute path, for as long as the process lives. nullptr: `why` has the
// system's reason.
void* load_module(const std::string& path, std::string& why);

// The address of what the module exports by this name; nullptr when there is no such thing.
void* module_symbol(void* module, const char* name);

}  // namespace negodbc
