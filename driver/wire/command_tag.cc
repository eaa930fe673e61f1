#include <charconv>

#include "driver/wire/backend.h"

namespace negodbc::wire {

std::optional<std::int64_t> affected_rows(std::string_view command_tag) {
  const std::size_t space = command_tag.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view number = command_tag.substr(space + 1);
  if (number.empty() || number.front() < '0' || number.front() > '9') return std::nullopt;
  std::int64_t rows = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rows);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return rows;
}

}  // namespace negodbc::wire
