#include "driver/api/text.h"

#include <algorithm>
#include <cstring>

#include "driver/base/utf.h"

namespace negodbc::odbc {
namespace {

std::size_t checked_length(SQLLEN length) {
  if (length < 0) throw Error("HY090", "a text's length cannot be " + std::to_string(length));
  return static_cast<std::size_t>(length);
}

// Some programs (Qt 6.4) count the terminator in a text's length.
template <class Char>
const Char* without_terminators(const Char* start, const Char* end) {
  while (end != start && end[-1] == 0) --end;
  return end;
}

std::size_t checked_capacity(SQLLEN capacity) {
  if (capacity < 0) throw Error("HY090", "a buffer's length cannot be negative");
  return static_cast<std::size_t>(capacity);
}

}  // namespace

std::string given_text(const SQLCHAR* text, SQLLEN length) {
  const auto* start = reinterpret_cast<const char*>(text);
  if (length == SQL_NTS) return std::string(start);
  return std::string(start, without_terminators(start, start + checked_length(length)));
}

std::string given_text(const SQLWCHAR* text, SQLLEN length) {
  const SQLWCHAR* end = text;
  if (length == SQL_NTS) {
    while (*end != 0) ++end;
  } else {
    end = without_terminators(text, text + checked_length(length));
  }
  const Wiped<char16_t> units(text, end);
  if (!well_formed(units.reveal()))
    throw Error("22021", "the text holds half of a surrogate pair, which is no character");
  return to_utf8(units.reveal());
}

Written write_text(std::string_view text, SQLCHAR* buffer, SQLLEN capacity, Unit /*same*/,
                   SQLLEN longest) {
  const std::size_t room = checked_capacity(capacity);
  const std::string_view told = text.substr(0, utf8_prefix(text, checked_length(longest)));
  const bool limited = told.size() < text.size();
  const auto whole = static_cast<SQLLEN>(told.size());
  if (buffer == nullptr) return {whole, false, limited};
  if (room == 0) return {whole, true, limited};
  const std::size_t fits = utf8_prefix(told, room - 1);
  std::memcpy(buffer, told.data(), fits);
  buffer[fits] = 0;
  return {whole, fits < told.size(), limited};
}

Written write_text(std::string_view text, SQLWCHAR* buffer, SQLLEN capacity, Unit unit,
                   SQLLEN longest) {
  const std::size_t unit_size = unit == Unit::bytes ? sizeof(SQLWCHAR) : 1;
  const std::size_t room = checked_capacity(capacity) / unit_size;
  const Wiped<char16_t> kept(to_utf16(text));
  const std::u16string& wide = kept.reveal();
  const std::u16string_view told =
      std::u16string_view(wide).substr(0, utf16_prefix(wide, checked_length(longest) / unit_size));
  const bool limited = told.size() < wide.size();
  const auto whole = static_cast<SQLLEN>(told.size() * unit_size);
  if (buffer == nullptr) return {whole, false, limited};
  if (room == 0) return {whole, true, limited};
  const std::size_t fits = utf16_prefix(told, room - 1);
  std::copy_n(told.data(), fits, buffer);
  buffer[fits] = 0;
  return {whole, fits < told.size(), limited};
}

}  // namespace negodbc::odbc
