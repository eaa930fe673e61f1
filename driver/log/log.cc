#include "driver/log/log.h"

#include <algorithm>
#include <mutex>

#include "driver/base/characters.h"
#include "driver/base/one_line.h"
#include "driver/base/path.h"
#include "driver/base/process.h"
#include "driver/base/utc_time.h"
#include "driver/base/utf.h"

namespace negodbc::log {
namespace {

constexpr std::size_t longest_value = std::size_t{16} << 10U;

bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("_.,:/@+-").find(c) != std::string_view::npos;
}

void add_escaped(std::string& line, char32_t value, std::string_view bytes) {
  if (value == U'"' || value == U'\\') line += '\\';
  if (changes_the_line(value)) {
    line += escape_of(value);
  } else {
    line += bytes;
  }
}

void add_value(std::string& line, std::string_view value) {
  if (!value.empty() && value.size() <= longest_value &&
      std::all_of(value.begin(), value.end(), needs_no_quotes)) {
    line += value;
    return;
  }
  const std::string_view shown = value.substr(0, utf8_prefix(value, longest_value));
  line += '"';
  for (std::string_view rest = shown; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    add_escaped(line, next.value, rest.substr(0, next.size));
    rest.remove_prefix(next.size);
  }
  line += '"';
  if (shown.size() < value.size()) line += "...(" + std::to_string(value.size()) + "_bytes)";
}

unsigned long next_number() {
  static std::atomic<unsigned long> last = 0;
  return ++last;
}

}  // namespace

Log::Log(const std::string& path, Level level)
    // The working directory may be another one when the file is opened again.
    : path_(absolute_path(path)), level_(level), number_(next_number()), file_(open_file(path_)) {}

void Log::write(std::string_view event, std::span<const Field> fields) noexcept {
  try {
    std::string line =
        utc_now(6) + ' ' + std::to_string(process_number()) + " c" + std::to_string(number_) + ' ';
    line += event;
    for (const Field& field : fields) {
      line.append(" ").append(field.name).append("=");
      add_value(line, field.value);
    }
    line += '\n';
    const std::lock_guard lock(mutex_);
    if (!file_ || !is_at_path(file_.get(), path_)) {
      file_.reset();
      file_ = open_file(path_);
    }
    if (!append(file_.get(), line)) failed_ = true;
  } catch (const std::exception&) {
    failed_ = true;
  }
}

}  // namespace negodbc::log
