// Says what it was when the process dies in the middle of one, or does not come back.
#pragma once

#include <string>

namespace negodbc::oracle {

// From now on what `name` says is tried; it has `seconds` to end, or the process ends with
// status 3.
void watch(const std::string& name, unsigned seconds);
void watch_no_more();

}  // namespace negodbc::oracle
