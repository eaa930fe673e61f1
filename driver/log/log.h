// The log for support: what happens on one connection, a line an event, added to a file.
//
//   2026-01-31T12:00:00.123456Z 4711 c3 login_failed state=28000 total_us=1234 text="a \"b\"\n"
//
// Time (UTC), process, connection (a number of the process), event, and what belongs to it as
// name=value; a value of anything but letters, digits and _ . , : / @ + - is quoted, with \" \\ \n
// \r \t, other control characters as \x1b. A value is cut at 16 KiB, with its length behind it.
//
// A line is written as a whole, at once: those of several threads and processes do not mix. The
// file belongs to each connection, is made readable by its owner only, and is looked at before each
// line: when the path leads to another file now (it was rotated away), that one is opened (on
// Windows by the next connection). Nothing rotates or removes it here.
//
// Who has no log has no Log: the caller's branch on the pointer is all that it costs.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "driver/base/fork_mutex.h"
#include "driver/log/log_file.h"

namespace negodbc::log {

// Each tells what those before it do.
enum class Level : std::uint8_t {
  errors,      // what programs are told of as errors
  logins,      // logins with their steps and times, disconnects, cancels
  statements,  // texts of statements without their constants, times, warnings
  values,      // constants, values of parameters, all that the server says
};

struct Field {
  std::string_view name, value;
};

class Log {
 public:
  // Throws Error 01000 with path and reason where the file can't be written.
  Log(const std::string& path, Level level);

  [[nodiscard]] bool tells(Level level) const { return level <= level_; }

  // From any thread. Line and file are lost in silence where there is no memory, or no room on the
  // disk; has_failed() tells.
  void write(std::string_view event, std::span<const Field> fields) noexcept;
  void write(std::string_view event, std::initializer_list<Field> fields) noexcept {
    write(event, std::span(fields.begin(), fields.size()));
  }
  [[nodiscard]] bool has_failed() const { return failed_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const Level level_;
  const unsigned long number_;  // of the connection
  ForkMutex mutex_;             // guards the file
  File file_;
  std::atomic<bool> failed_ = false;
};

}  // namespace negodbc::log
