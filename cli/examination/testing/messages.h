// Messages made by hand, for tests.
#pragma once

#include <cstdint>
#include <string>

namespace negodbc::cli {

// DER by hand, of short elements.
inline std::string element(int tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  out += static_cast<char>(content.size());
  return out + content;
}
inline std::string number(int value) {
  return element(0x02, std::string(1, static_cast<char>(value)));
}
inline std::string word(const std::string& text) {
  return element(0x1B, text);
}
inline std::string kdc_error(int code, const std::string& time) {
  return element(0x7E,
                 element(0x30, element(0xA0, number(5)) + element(0xA1, number(30)) +
                                   element(0xA4, element(0x18, time)) + element(0xA5, number(7)) +
                                   element(0xA6, number(code)) + element(0xA9, word("R.TEST"))));
}
inline std::string big_endian(std::uint32_t value, int size) {
  std::string out;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  return out;
}

}  // namespace negodbc::cli
