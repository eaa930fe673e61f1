// Texts of statements for a log: without what may be nobody else's to read.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::sql {

// Each constant, a string (of whatever quotes, a function's body among them), a number, what SET
// gives a setting in "" or, to one that calls itself a password or secret, as a word, is a `?`,
// each comment a space. Names stay.
std::string without_constants(std::string_view sql, bool standard_strings);

// A string behind the word PASSWORD and its like, or that holds one (a connection string, a body
// that sets one), and what SET or set_config gives a setting of such a name is '***'; all else
// stays. A password that nothing calls so is not known as one.
std::string without_passwords(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
