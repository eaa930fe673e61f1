// Times as logs have them.
#pragma once

#include <string>

namespace negodbc {

// Now, by the system's clock: "2026-01-31T12:00:00Z", with so many `digits` (0 to 6) of the second
// behind a point.
std::string utc_now(int digits);

}  // namespace negodbc
