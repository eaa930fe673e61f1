#include "driver/base/utc_time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace negodbc {

namespace {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

std::string text_of(Time time, char between, int digits) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 64> buffer = {};
  const int size = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02u%c%02d:%02d:%02d.%06d",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), between, static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  std::string text(buffer.data(), static_cast<std::size_t>(size));
  // Without digits the point goes, too.
  text.resize(text.size() - static_cast<std::size_t>(digits == 0 ? 7 : 6 - digits));
  return text + 'Z';
}

}  // namespace

std::string utc_text(std::int64_t seconds) {
  return text_of(Time(std::chrono::seconds(seconds)), ' ', 0);
}

std::string utc_now(int digits) {
  using namespace std::chrono;
  return text_of(floor<microseconds>(system_clock::now()), 'T', digits);
}

}  // namespace negodbc
