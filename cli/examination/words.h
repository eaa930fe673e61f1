// How times and lists are told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace negodbc::cli {

// Seconds since 1970: "2026-01-31 12:00:00Z"; "never" of 0.
std::string time_text(std::int64_t time);
// Seconds: "9 h 59 min", "3 days", "12 s"; without a sign.
std::string span_text(std::int64_t seconds);
// "2026-01-31 12:00:00Z (in 9 h 59 min)", "(9 h 59 min ago)".
std::string time_from_now(std::int64_t time);
std::int64_t seconds_now();

// "a, b"; `otherwise` for none.
std::string joined(const std::vector<std::string>& parts, const char* otherwise = "none");

// A command that writes "Keyword=value" into a data source; by sudo, where this user may not.
std::string to_edit(const std::string& data_source, const std::string& word);

}  // namespace negodbc::cli
