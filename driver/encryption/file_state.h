// Whether a file is still the one that was read.
#pragma once

#include <string>

namespace negodbc::encryption {

// Text that is another after a change of the file's contents, owner or rights, after it has come or
// gone; "" when there is no such file.
std::string file_state(const std::string& path);

}  // namespace negodbc::encryption
