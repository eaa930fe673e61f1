#include <ctime>
#include <limits>

#include "sspi_gssapi/calls.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::int64_t kSecondsTo1970 = 11644473600;
constexpr std::int64_t kUnitsPerSecond = 10000000;
constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

}  // namespace

TimeStamp local_timestamp(std::int64_t unix_time) {
  std::int64_t units = kForEver;
  if (unix_time != 0) {
    const auto utc = static_cast<std::time_t>(unix_time);
    std::tm local{};
    const std::int64_t offset = ::localtime_r(&utc, &local) == nullptr ? 0 : local.tm_gmtoff;
    units = (unix_time + offset + kSecondsTo1970) * kUnitsPerSecond;
  }
  return TimeStamp{static_cast<std::uint32_t>(units & 0xFFFFFFFF),
                   static_cast<std::int32_t>(units >> 32)};
}

std::int64_t unix_time_of(const TimeStamp& local) {
  const std::int64_t units =
      (static_cast<std::int64_t>(local.HighPart) << 32) | std::int64_t{local.LowPart};
  if (units == kForEver || units <= 0) return 0;
  const auto wall = static_cast<std::time_t>(units / kUnitsPerSecond - kSecondsTo1970);
  std::tm fields{};
  if (::gmtime_r(&wall, &fields) == nullptr) return 0;
  fields.tm_isdst = -1;
  return ::mktime(&fields);
}

}  // namespace negodbc::sspi_gssapi
