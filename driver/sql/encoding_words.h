// Statements that change the session's client_encoding, which the driver needs to be UTF8.
#pragma once

#include <cstdint>
#include <string_view>

namespace negodbc::sql {

enum class EncodingSet : std::uint8_t {
  nothing,  // as far as the text tells: a function may do anything
  utf8,     // or back to what it was when the session began
  other,
};

// What SET client_encoding, SET NAMES and set_config() of the text's statements ask for, by their
// literals; `other` where any of them does.
EncodingSet encoding_set(std::string_view sql, bool standard_strings);

// Whether the text may be sent while the session's encoding is another: its statements may set that
// back, or end the transaction that has set it, and it has no character that would be misread.
bool may_restore_encoding(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
