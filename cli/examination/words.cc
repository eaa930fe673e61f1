#include "cli/examination/words.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "driver/base/utc_time.h"
#include "driver/dsn/data_sources.h"

namespace negodbc::cli {

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string time_text(std::int64_t time) {
  return time == 0 ? "never" : utc_text(time);
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

std::string to_edit(const std::string& data_source, const std::string& word) {
  const std::string file = dsn::file_of_data_source(data_source);
  std::error_code ignored;
  const bool others = std::filesystem::exists(path_of(file), ignored) &&
                      !std::ofstream(path_of(file), std::ios::app).is_open();
  return std::string(others ? "sudo " : "") + "negodbc dsn edit " + shell_word(data_source) + " " +
         shell_word(word);
}

}  // namespace negodbc::cli
