// Texts of statements for a log: without what may be nobody else's to read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

// Each constant, a string (of whatever quotes, a function's body among them), a number, what SET
// gives a setting in "" or, to one that calls itself a password or secret, as a word, what stands
// in "" behind the word PASSWORD, and of a role's as a word, too, is a `?`, each comment a space.
// Names stay.
std::string without_constants(std::string_view sql, bool standard_strings);

// Those constants, as they stand there, with their quotes. They point into the text.
std::vector<std::string_view> constants_of(std::string_view sql, bool standard_strings);

// A string behind the word PASSWORD and its like, or that holds one (a connection string, a body
// that sets one), what stands there for one in "" or bare, and what SET or set_config gives a
// setting of such a name is '***'; all else stays. A password that nothing calls so is not known as
// one.
std::string without_passwords(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
