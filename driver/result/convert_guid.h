// UUIDs between text and SQLGUID.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::result {

// "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", with or without braces around, in any case.
std::optional<SQLGUID> parse_guid(std::string_view text);
std::string guid_text(const SQLGUID& guid);

// -1: none. A table, because every byte of every bytea comes through here.
inline int hex_digit(char c) {
  static constexpr std::array<signed char, 256> values = [] {
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

}  // namespace negodbc::result
