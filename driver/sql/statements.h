// A text of several statements, taken apart.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

// Whether the text holds more than one statement. As a whole such a text can only travel by simple
// query, which has no parameters.
bool has_several_statements(std::string_view sql, bool standard_strings);

// The statements as they stand in the text, without the semicolons between them; those of nothing
// but space and comments are left out, as the server does.
std::vector<std::string_view> statement_texts(std::string_view sql, bool standard_strings);

// One statement of a text, with parameters $1, $2, ... of its own.
struct StatementPart {
  std::string text;
  std::vector<std::size_t> parameters;  // of each of its own: the number in the whole text, from 1
};

// `sql` as translate() gives it, with `parameters` of them. Statements of nothing but space and
// comments are left out; at least one is given. Semicolons within parentheses (CREATE RULE) and
// within BEGIN ATOMIC ... END separate no statements. Takes time linear in the text, but for
// sorting each statement's parameters.
std::vector<StatementPart> split_statements(std::string_view sql, std::size_t parameters,
                                            bool standard_strings);

}  // namespace negodbc::sql
