// Says which script it was when the process dies in the middle of one, or does not come back.
#pragma once

#include <cstdint>

namespace negodbc::oracle {

// From now on script `number` of `seed` runs; it has `seconds` to end, or the process ends with
// status 3.
void watch(std::uint64_t seed, std::uint64_t number, unsigned seconds);
void watch_no_more();

}  // namespace negodbc::oracle
