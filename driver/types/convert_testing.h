// What the tests of conversions share: a field, a buffer, and what became of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"
#include "driver/types/convert.h"

namespace negodbc::types::testing {

inline Source field(std::uint32_t oid, std::string_view bytes) {
  return {bytes, oid, -1};
}

inline std::string state_of(const Error& error) {
  return std::string(error.state().view());
}

// The SQLSTATE that `call` throws; "" when it throws none.
template <typename Call>
std::string state(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return state_of(error);
  }
  return "";
}

// One conversion into a C type of fixed length.
template <typename T>
struct Fixed {
  T value{};
  SQLLEN length = -99;
  Outcome outcome = Outcome::no_data;
};
template <typename T>
Fixed<T> to_fixed(SQLSMALLINT c_type, const Source& source, SQLSMALLINT precision = 0,
                  SQLSMALLINT scale = 0) {
  Fixed<T> result;
  PartState state;
  // The buffer's length is to be ignored.
  const Target target{c_type, &result.value, 0, &result.length, &result.length, precision, scale};
  result.outcome = convert(source, target, state);
  EXPECT_EQ(result.length, static_cast<SQLLEN>(sizeof(T)));
  EXPECT_EQ(convert(source, target, state), Outcome::no_data);
  return result;
}

// One part of text or bytes.
struct Part {
  Outcome outcome;
  std::string data;  // what was written, without terminator; UTF-16 as bytes
  SQLLEN length;     // what was told
};
inline Part part(SQLSMALLINT c_type, const Source& source, std::size_t buffer_length,
                 PartState& state) {
  constexpr char untouched = '\x7E';
  std::vector<char> buffer(buffer_length + 4, untouched);
  Part result{Outcome::no_data, "", -99};
  // One byte off, because applications' buffers need not be aligned.
  const Target target{c_type, buffer.data() + 1, static_cast<SQLLEN>(buffer_length), &result.length,
                      &result.length};
  result.outcome = convert(source, target, state);
  EXPECT_EQ(buffer[0], untouched);
  EXPECT_EQ(buffer[buffer_length + 1], untouched) << "written beyond the buffer's end";
  if (result.outcome == Outcome::no_data) return result;
  const std::size_t terminator = c_type == SQL_C_CHAR ? 1 : (c_type == SQL_C_WCHAR ? 2 : 0);
  if (buffer_length < terminator) return result;
  std::size_t size = 0;
  if (c_type == SQL_C_BINARY) {
    size = std::min(buffer_length, static_cast<std::size_t>(std::max<SQLLEN>(result.length, 0)));
  } else {
    const std::string zero(terminator, '\0');
    while (size + terminator <= buffer_length &&
           std::string(buffer.data() + 1 + size, terminator) != zero) {
      size += terminator;
    }
    EXPECT_LE(size + terminator, buffer_length) << "not terminated";
  }
  result.data.assign(buffer.data() + 1, size);
  return result;
}

// Everything, in parts of one size.
inline std::string in_parts(SQLSMALLINT c_type, const Source& source, std::size_t buffer_length) {
  PartState state;
  std::string all;
  SQLLEN expected = -1;
  for (int i = 0; i < 100000; ++i) {
    const Part next = part(c_type, source, buffer_length, state);
    if (next.outcome == Outcome::no_data) return all;
    if (expected >= 0) {
      EXPECT_EQ(next.length, expected);
    }
    all += next.data;
    expected = next.length - static_cast<SQLLEN>(next.data.size());
    if (next.outcome == Outcome::ok) {
      EXPECT_EQ(expected, 0);
    }
  }
  ADD_FAILURE() << "no end";
  return all;
}

inline std::string text(const Source& source) {
  return in_parts(SQL_C_CHAR, source, 4096);
}

inline std::string utf16_bytes(std::u16string_view units) {
  std::string out(units.size() * 2, '\0');
  if (!units.empty()) std::memcpy(out.data(), units.data(), out.size());
  return out;
}

}  // namespace negodbc::types::testing
