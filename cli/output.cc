#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>

#include "cli/command_line.h"

namespace negodbc::cli {

bool Output::Sink::keep_error(bool good) {
  if (!good && error_ == 0) error_ = errno != 0 ? errno : EIO;
  return good;
}

Output::Sink::int_type Output::Sink::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return sync();
  const char byte = traits_type::to_char_type(character);
  return xsputn(&byte, 1) == 1 ? character : traits_type::eof();
}

std::streamsize Output::Sink::xsputn(const char* text, std::streamsize size) {
  errno = 0;
  const std::size_t written = std::fwrite(text, 1, static_cast<std::size_t>(size), stdout);
  keep_error(written == static_cast<std::size_t>(size));
  return static_cast<std::streamsize>(written);
}

int Output::Sink::sync() {
  errno = 0;
  return keep_error(std::fflush(stdout) == 0) ? 0 : -1;
}

// What is told of a fault stands behind what came before it.
Output::Output() : stream_(&sink_) {
  std::cerr.tie(&stream_);
}

Output::~Output() {
  std::cerr.tie(nullptr);
}

std::string Output::fault() {
  stream_.flush();
  int error = sink_.error();
  if (error == 0 && stream_.good()) error = error_of_output();
  if (error == 0) return {};
  return std::generic_category().message(error);
}

}  // namespace negodbc::cli
