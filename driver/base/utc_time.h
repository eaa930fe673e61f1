// Times as logs and people have them.
#pragma once

#include <cstdint>
#include <string>

namespace negodbc {

// Seconds since 1970: "2026-01-31 12:00:00Z".
std::string utc_text(std::int64_t seconds);

// Now, by the system's clock: "2026-01-31T12:00:00Z", with so many `digits` (0 to 6) of the second
// behind a point.
std::string utc_now(int digits);

}  // namespace negodbc
