#include "cli/examination/words.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace negodbc::cli {

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string time_text(std::int64_t time) {
  if (time == 0) return "never";
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): its operators
  const sys_seconds at{seconds(time)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  std::array<char, 64> buffer{};
  const int size = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string span_text(std::int64_t seconds) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (seconds < 0) seconds = -seconds;
  if (seconds < 2 * minute) return std::to_string(seconds) + " s";
  if (seconds < hour) return std::to_string(seconds / minute) + " min";
  if (seconds < 2 * day)
    return std::to_string(seconds / hour) + " h " + std::to_string(seconds % hour / minute) +
           " min";
  return std::to_string(seconds / day) + " days";
}

std::string time_from_now(std::int64_t time) {
  if (time == 0) return time_text(time);
  const std::int64_t left = time - seconds_now();
  return time_text(time) +
         (left >= 0 ? " (in " + span_text(left) + ")" : " (" + span_text(left) + " ago)");
}

std::string joined(const std::vector<std::string>& parts, const char* otherwise) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ", ").append(part);
  return text.empty() ? otherwise : text;
}

std::string shell_word(const std::string& text) {
  constexpr char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace negodbc::cli
