#include "driver/types/convert_guid.h"

#include <array>

#include "driver/base/characters.h"

namespace negodbc::types {
namespace {

constexpr std::size_t guid_length = 36;
constexpr bool is_dash(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

std::optional<SQLGUID> parse_guid(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() == guid_length + 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, guid_length);
  }
  if (text.size() != guid_length) return std::nullopt;
  std::array<unsigned, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < guid_length; ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_digit(text[i]);
    if (value < 0) return std::nullopt;
    bytes[digits / 2] = bytes[digits / 2] * 16 + static_cast<unsigned>(value);
    ++digits;
  }
  SQLGUID guid{};
  guid.Data1 = bytes[0] << 24U | bytes[1] << 16U | bytes[2] << 8U | bytes[3];
  guid.Data2 = static_cast<decltype(guid.Data2)>(bytes[4] << 8U | bytes[5]);
  guid.Data3 = static_cast<decltype(guid.Data3)>(bytes[6] << 8U | bytes[7]);
  for (std::size_t i = 0; i < 8; ++i) guid.Data4[i] = static_cast<unsigned char>(bytes[i + 8]);
  return guid;
}

std::string guid_text(const SQLGUID& guid) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(guid_length);
  const auto put = [&text](unsigned long value, int count) {
    for (int shift = (count - 1) * 4; shift >= 0; shift -= 4) {
      text.push_back(digits[(value >> static_cast<unsigned>(shift)) & 0xFU]);
    }
  };
  put(guid.Data1, 8);
  text.push_back('-');
  put(guid.Data2, 4);
  text.push_back('-');
  put(guid.Data3, 4);
  text.push_back('-');
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == 2) text.push_back('-');
    put(guid.Data4[i], 2);
  }
  return text;
}

}  // namespace negodbc::types
