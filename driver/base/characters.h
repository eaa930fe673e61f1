// ASCII characters by kind, whatever the locale says; bytes of UTF-8 beyond ASCII are of none.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace negodbc {

// Space, tab, line feed, vertical tab, form feed, carriage return.
[[nodiscard]] constexpr bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The value of a hexadecimal digit; -1 for anything else. A table, because every byte of every
// bytea comes through here.
[[nodiscard]] constexpr int hex_digit(char c) {
  constexpr std::array<signed char, 256> values = [] {
    std::array<signed char, 256> table{};
    for (signed char& value : table) value = -1;
    for (std::size_t i = 0; i < 10; ++i) table[std::size_t{'0'} + i] = static_cast<signed char>(i);
    for (std::size_t i = 0; i < 6; ++i) {
      table[std::size_t{'a'} + i] = table[std::size_t{'A'} + i] = static_cast<signed char>(i + 10);
    }
    return table;
  }();
  return values[static_cast<unsigned char>(c)];
}

// Without the blanks at both ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace negodbc
