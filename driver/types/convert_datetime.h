// Dates and times as text: PostgreSQL's ISO form and ODBC's, which agree but for years before 1 and
// after 9999, offsets, and infinity. Nothing here allocates but the formatters' results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::types {

struct Moment {
  bool has_date = false;
  bool has_time = false;
  long year = 0;  // 0 is 1 BC
  unsigned month = 0, day = 0;
  unsigned hour = 0, minute = 0, second = 0;
  std::uint32_t nanosecond = 0;
  [[nodiscard]] bool is_midnight() const {
    return hour == 0 && minute == 0 && second == 0 && nanosecond == 0;
  }
};

// "yyyy-mm-dd", "hh:mm[:ss[.f]]" or both, an offset (+01, -03:30, Z), " BC". Blanks around are
// ignored. Nothing: it is neither a date nor a time, or a field is out of its range. Digits beyond
// nanoseconds and the offset are not kept.
std::optional<Moment> parse_moment(std::string_view text);

bool is_date(long year, unsigned month, unsigned day);

// Two digits where they lie; false: they are none.
inline bool two_digits_at(const char* at, unsigned& value) {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  value = tens * 10 + ones;
  return tens <= 9 && ones <= 9;
}

// As PostgreSQL reads them, whatever the session's DateStyle is.
std::string date_text(long year, unsigned month, unsigned day);
// The fraction with as many of its six digits as it has; what is below a microsecond is cut off.
std::string time_text(unsigned hour, unsigned minute, unsigned second, std::uint32_t nanosecond);

// Today in the local time zone: the date of a time without one.
Moment today();

}  // namespace negodbc::types
