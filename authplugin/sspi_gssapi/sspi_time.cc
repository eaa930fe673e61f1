#include <ctime>
#include <limits>

#include "sspi_gssapi/calls.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::int64_t kSecondsTo1970 = 11644473600;
constexpr std::int64_t kUnitsPerSecond = 10000000;
constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

// Of local time from UTC, in seconds.
std::int64_t offset_at(std::int64_t unix_time) {
  const auto utc = static_cast<std::time_t>(unix_time);
  std::tm local{};
  return ::localtime_r(&utc, &local) == nullptr ? 0 : local.tm_gmtoff;
}

}  // namespace

TimeStamp local_timestamp(std::int64_t unix_time) {
  std::int64_t units = kForEver;
  if (unix_time != 0) {
    units = (unix_time + offset_at(unix_time) + kSecondsTo1970) * kUnitsPerSecond;
  }
  return TimeStamp{static_cast<std::uint32_t>(units & 0xFFFFFFFF),
                   static_cast<std::int32_t>(units >> 32)};
}

std::int64_t unix_time_of(const TimeStamp& local) {
  const std::int64_t units =
      (static_cast<std::int64_t>(local.HighPart) << 32) | std::int64_t{local.LowPart};
  if (units == kForEver || units <= 0) return 0;
  // Not mktime(): it looks at the time zone's file and the environment at each call, and
  // local_timestamp() does not.
  const std::int64_t wall = units / kUnitsPerSecond - kSecondsTo1970;
  return wall - offset_at(wall - offset_at(wall));
}

}  // namespace negodbc::sspi_gssapi
