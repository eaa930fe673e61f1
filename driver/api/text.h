// Text at the border: SQLCHAR is UTF-8, SQLWCHAR is UTF-16, inside all is UTF-8.
//
// Lengths that come in are in characters of the given type (bytes for SQLCHAR), or SQL_NTS. Lengths
// that go out are in characters for some functions and in bytes for others; each caller says which,
// as the reference does for its function.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/secret.h"
#include "driver/handles/diagnostics.h"

namespace negodbc::odbc {

// Of a text that is there.
std::string given_text(const SQLCHAR* text, SQLLEN length);
std::string given_text(const SQLWCHAR* text, SQLLEN length);

// Nothing for a null pointer. Terminators that the length counts do not belong to the text. Throws
// Error HY090 for a negative length other than SQL_NTS, 22021 for half of a surrogate pair (UTF-8
// that is none is the server's to refuse, by the same state).
template <class Char>
std::optional<std::string> optional_text(const Char* text, SQLLEN length) {
  if (text == nullptr) return std::nullopt;
  return given_text(text, length);
}

// For arguments that must be there: throws Error HY009 for a null pointer.
template <class Char>
std::string required_text(const Char* text, SQLLEN length) {
  if (text == nullptr) throw Error("HY009", "a text argument is a null pointer");
  return given_text(text, length);
}

// The same for a text with a secret in it.
template <class Char>
Secret required_secret(const Char* text, SQLLEN length) {
  return Secret::of(required_text(text, length));
}

enum class Unit { characters, bytes };

// How text went into a buffer.
struct Written {
  SQLLEN length;   // of the text without terminator, in the unit asked for
  bool truncated;  // a buffer was there and too short
  bool limited;    // the text was longer than `longest`
};

// The longest text that a length of this type can tell of, with room for a terminator of two bytes:
// programs make a buffer of the length they were told and one more, in the same type.
template <class Length>
constexpr SQLLEN longest_told = SQLLEN{std::numeric_limits<Length>::max()} - 2;

// Writes text and terminator into a buffer of `capacity` units, cut at a character's border.
// Nothing is written where the buffer is null. Of a text longer than `longest`, in the same unit,
// the part that is not is the text. Throws Error HY090 for a negative capacity.
Written write_text(std::string_view text, SQLCHAR* buffer, SQLLEN capacity, Unit unit,
                   SQLLEN longest = longest_told<SQLLEN>);
Written write_text(std::string_view text, SQLWCHAR* buffer, SQLLEN capacity, Unit unit,
                   SQLLEN longest = longest_told<SQLLEN>);

// The same for an output argument with its length, as long as that can tell; a warning 01004 when
// it was cut.
template <class Char, class Length>
void text_out(std::string_view text, Char* buffer, SQLLEN capacity, Length* length, Unit unit,
              Diagnostics* diagnostics) {
  const Written written = write_text(text, buffer, capacity, unit, longest_told<Length>);
  if (length != nullptr) *length = static_cast<Length>(written.length);
  if ((written.truncated || (written.limited && buffer != nullptr)) && diagnostics != nullptr)
    diagnostics->warn("01004", "the text was cut to the buffer");
}

}  // namespace negodbc::odbc
