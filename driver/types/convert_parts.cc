#include "driver/types/convert_parts.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/types/convert_guid.h"

namespace negodbc::types {
namespace {

static_assert(sizeof(SQLWCHAR) == sizeof(char16_t), "wide characters are UTF-16");
constexpr std::size_t unit = sizeof(SQLWCHAR);

std::size_t room(const Target& target) {
  return static_cast<std::size_t>(target.buffer_length);
}

// Where to write; moves on by memcpy, because applications' buffers need not be aligned.
class WideBuffer {
 public:
  WideBuffer(void* data, std::size_t units) : at_(static_cast<char*>(data)), left_(units) {}
  [[nodiscard]] std::size_t left() const { return left_; }
  void put(char16_t c) {
    std::memcpy(at_, &c, unit);
    at_ += unit;
    --left_;
  }
  void terminate() {
    constexpr char16_t zero = 0;
    std::memcpy(at_, &zero, unit);
  }

 private:
  char* at_;
  std::size_t left_;
};

bool is_ascii(const char* eight_bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, eight_bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

std::size_t count_units(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    if (text.size() >= 8 && is_ascii(text.data())) {
      units += 8;
      text.remove_prefix(8);
      continue;
    }
    const CodePoint next = first_code_point(text);
    units += next.value > 0xFFFF ? 2 : 1;
    text.remove_prefix(next.size);
  }
  return units;
}

// Gives how many bytes were taken; of a pair that was split, all.
std::size_t write_units(std::string_view text, WideBuffer& out, PartState& state) {
  std::size_t at = 0;
  if (state.low_surrogate != 0 && out.left() > 0)
    out.put(std::exchange(state.low_surrogate, u'\0'));
  while (at < text.size() && out.left() > 0) {
    if (text.size() - at >= 8 && out.left() >= 8 && is_ascii(text.data() + at)) {
      for (std::size_t i = 0; i < 8; ++i) out.put(static_cast<unsigned char>(text[at + i]));
      at += 8;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.value <= 0xFFFF) {
      out.put(static_cast<char16_t>(next.value));
    } else {
      const bool splits = out.left() == 1;
      if (splits && state.whole_characters) break;
      const char32_t value = next.value - 0x10000;
      const auto low = static_cast<char16_t>(0xDC00 + (value & 0x3FFU));
      out.put(static_cast<char16_t>(0xD800 + (value >> 10U)));
      if (splits) {
        state.low_surrogate = low;
      } else {
        out.put(low);
      }
    }
    at += next.size;
  }
  return at;
}

Outcome after(PartState& state, bool all) {
  state.finished = all;
  return all ? Outcome::ok : Outcome::truncated;
}

// Text of which `step` bytes belong together (2: the digits of a byte), or characters where step is
// 0.
Outcome put_narrow(std::string_view text, std::size_t step, const Target& target,
                   PartState& state) {
  const std::string_view rest = text.substr(std::min(state.offset, text.size()));
  set_length(target, rest.size());
  if (target.data == nullptr) return Outcome::ok;
  if (target.buffer_length == 0) return Outcome::truncated;
  const std::size_t capacity = room(target) - 1;
  std::size_t size = rest.size();
  if (size > capacity) {
    size = capacity;
    if (state.whole_characters) {
      size = step == 0 ? utf8_prefix(rest, capacity) : capacity - capacity % step;
    }
  }
  char* out = static_cast<char*>(target.data);
  if (size > 0) std::memcpy(out, rest.data(), size);
  out[size] = '\0';
  state.offset += size;
  return after(state, size == rest.size());
}

}  // namespace

void set_length(const Target& target, std::uint64_t bytes) {
  const SQLLEN length =
      std::in_range<SQLLEN>(bytes) ? static_cast<SQLLEN>(bytes) : SQLLEN{SQL_NO_TOTAL};
  if (target.indicator != nullptr && target.indicator != target.octet_length)
    store_length(target.indicator, 0);
  if (target.octet_length != nullptr) store_length(target.octet_length, length);
}

Outcome put_chars(std::string_view text, const Target& target, PartState& state) {
  return put_narrow(text, 0, target, state);
}

Outcome put_hex_as_chars(std::string_view digits, const Target& target, PartState& state) {
  return put_narrow(digits, 2, target, state);
}

Outcome put_wide(std::string_view text, const Target& target, PartState& state) {
  const std::string_view rest = text.substr(std::min(state.offset, text.size()));
  const std::size_t capacity = room(target) / unit;
  // UTF-16 never has more units than UTF-8 has bytes: mostly nothing needs to be counted
  // beforehand.
  const bool fits = target.data != nullptr && capacity > rest.size() + 1;  // 1: a low surrogate
  if (!fits && (state.offset == 0 || state.remaining == 0)) state.remaining = count_units(rest);
  if (target.data == nullptr || capacity == 0) {
    set_length(target, state.remaining * unit);
    return target.data == nullptr ? Outcome::ok : Outcome::truncated;
  }
  WideBuffer out(target.data, capacity - 1);
  const std::size_t taken = write_units(rest, out, state);
  out.terminate();
  const std::size_t written = capacity - 1 - out.left();
  set_length(target, (fits ? written : state.remaining) * unit);
  state.offset += taken;
  state.remaining -= std::min(written, state.remaining);
  return after(state, taken == rest.size() && state.low_surrogate == 0);
}

Outcome put_hex_as_wide(std::string_view digits, const Target& target, PartState& state) {
  Target even = target;
  const auto units = static_cast<SQLLEN>(room(target) / unit);
  // An even number of digits, and the terminator.
  if (state.whole_characters && units > 0) {
    even.buffer_length = (units - (units - 1) % 2) * static_cast<SQLLEN>(unit);
  }
  return put_wide(digits, even, state);
}

Outcome put_bytes(std::string_view bytes, const Target& target, PartState& state) {
  const std::string_view rest = bytes.substr(std::min(state.offset, bytes.size()));
  set_length(target, rest.size());
  if (target.data == nullptr) return Outcome::ok;
  const std::size_t size = std::min(rest.size(), room(target));
  if (size > 0) std::memcpy(target.data, rest.data(), size);
  state.offset += size;
  return after(state, size == rest.size());
}

Outcome put_hex_as_bytes(std::string_view digits, const Target& target, PartState& state) {
  const std::string_view rest = digits.substr(std::min(state.offset, digits.size()));
  set_length(target, rest.size() / 2);
  if (target.data == nullptr) return Outcome::ok;
  const std::size_t size = std::min(rest.size() / 2, room(target));
  auto* out = static_cast<unsigned char*>(target.data);
  for (std::size_t i = 0; i < size; ++i) {
    const int high = hex_digit(rest[2 * i]);
    const int low = hex_digit(rest[2 * i + 1]);
    if (high < 0 || low < 0)
      throw Error("22018", "the server sent a bytea that is not hexadecimal");
    out[i] = static_cast<unsigned char>(high * 16 + low);
  }
  state.offset += size * 2;
  return after(state, size == rest.size() / 2);
}

bool is_hex_bytea(std::string_view text) {
  return text.starts_with("\\x");
}

std::string decode_escaped_bytea(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto octal = [&text](std::size_t i, char highest) {
    return i < text.size() && text[i] >= '0' && text[i] <= highest;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out.push_back(text[i]);
    } else if (i + 1 < text.size() && text[i + 1] == '\\') {
      out.push_back('\\');
      ++i;
    } else if (octal(i + 1, '3') && octal(i + 2, '7') && octal(i + 3, '7')) {
      out.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                      (text[i + 3] - '0')));
      i += 3;
    } else {
      throw Error("22018", "the server sent a bytea in no form that is known");
    }
  }
  return out;
}

std::string hex_of(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 0x0FU]);
  }
  return out;
}

}  // namespace negodbc::types
