// An application's SQL made ready for the server: parameter markers and escape clauses.
//
// ODBC reference: appendix C "Escape Sequences". A lexer that knows strings ('', E'', U&''), quoted
// identifiers, dollar quotes, nested comments and casts; a '?' within them is not a marker, and
// neither are PostgreSQL's operators written ?? (a doubled mark stands for one).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "driver/sql/call.h"

namespace negodbc::sql {

struct Translated {
  std::string text;                 // '?' replaced by $1, $2, ...; escapes translated
  std::size_t parameter_count = 0;  // the application's markers, as SQLNumParams counts them
  // "{? = call f(...)}": the first marker is the result. It is counted, but not sent: $1 is the
  // second marker. The statement gives one row whose first column is the result.
  bool returns_value = false;
  // The statement is one {call ...}, with or without a result: `text` is then what calls a function
  // all of whose arguments are inputs; see call_text() for the others.
  std::optional<Call> call = std::nullopt;
};

// `standard_strings`: the server's standard_conforming_strings. `scan_escapes`: not
// SQL_ATTR_NOSCAN. Throws Error 42000 for an escape clause that is malformed or that has no
// PostgreSQL form (naming it), for clauses nested too deep, and for more markers than the protocol
// can number (65535). Takes time linear in the text. An unclosed string or comment reaches to the
// end of the text; the server reports it.
Translated translate(std::string_view sql, bool scan_escapes, bool standard_strings);

}  // namespace negodbc::sql
