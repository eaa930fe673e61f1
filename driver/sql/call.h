// {call name(arguments)} and {? = call name(arguments)}: the server's statement for them, which
// depends on what the arguments are bound as.
//
// ODBC reference: "Procedure Calls". PostgreSQL's functions are called in a query, without their
// OUT arguments; procedures by CALL, with something in the place of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

struct Call {
  std::string name;                    // as written: quoted or not, with its schema or not
  std::vector<std::string> arguments;  // translated; markers as $1, $2, ...
  // Of arguments that are given by name (SQL_DESC_NAME), as the catalogue has it; "" of others.
  std::vector<std::string> names = {};
};

enum class Routine : std::uint8_t { function, procedure };

struct CallText {
  std::string text;
  std::vector<std::size_t> markers;  // of $1, $2, ... of the text: their number in the arguments
};

// `outputs`: arguments, from 0, that are no input; each is a marker.
CallText call_text(const Call& call, const std::vector<bool>& outputs, Routine routine,
                   bool standard_strings);

// CALL name(arguments) written without braces, of a text as translate() gives it.
std::optional<Call> plain_call(std::string_view text, bool standard_strings);

// The marker's number when the argument is nothing but one.
std::optional<std::size_t> only_marker(std::string_view argument);

// A name as it stands in a text that is sent: quoted.
std::string quoted_name(std::string_view name);

// The name's parts as the catalogue has them: folded to lower case unless quoted.
std::vector<std::string> name_parts(std::string_view name);

}  // namespace negodbc::sql
