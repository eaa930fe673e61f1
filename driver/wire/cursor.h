// Takes numbers and texts off the front of a message's body; never reads beyond it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/wire/backend.h"

namespace negodbc::wire {

// Numbers on the wire are big-endian.
inline std::uint32_t load_u32(const char* bytes) {
  const auto at = [&](int i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  return at(0) << 24U | at(1) << 16U | at(2) << 8U | at(3);
}

inline std::uint16_t load_u16(const char* bytes) {
  const auto at = [&](int i) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
  };
  return static_cast<std::uint16_t>(at(0) << 8U | at(1));
}

class Cursor {
 public:
  // `message` names the message in errors.
  Cursor(std::string_view body, const char* message) : rest_(body), message_(message) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(bytes(1)[0]); }
  std::uint16_t u16() { return load_u16(bytes(2).data()); }
  std::int16_t i16() { return static_cast<std::int16_t>(u16()); }
  std::uint32_t u32() { return load_u32(bytes(4).data()); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }

  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) fail("it ends too early");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view text() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) fail("a text has no end");
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return taken;
  }
  // A number of items of which each takes at least `smallest` bytes.
  std::size_t count(std::size_t smallest) {
    const std::int16_t number = i16();
    if (number < 0) fail("a count is negative");
    if (static_cast<std::size_t>(number) * smallest > rest_.size()) fail("a count is too large");
    return static_cast<std::size_t>(number);
  }
  std::string_view take_rest() { return bytes(rest_.size()); }
  void end() const {
    if (!rest_.empty()) fail("bytes are left over");
  }
  [[noreturn]] void fail(const char* why) const {
    throw ProtocolError(std::string("the server sent a malformed ") + message_ +
                        " message: " + why);
  }

 private:
  std::string_view rest_;
  const char* message_;
};

}  // namespace negodbc::wire
