#include "driver/sql/wrapped_markers.h"

#include <algorithm>

#include "driver/sql/lexer.h"

namespace negodbc::sql {

bool assigns_columns(std::string_view sql, bool standard_strings) {
  return is_one_of(Lexer(sql, standard_strings).next_significant(), {"insert", "update"});
}

std::string wrapped_markers(std::string_view sql, std::span<const std::size_t> numbers,
                            std::string_view before, std::string_view after,
                            bool standard_strings) {
  std::string out;
  Lexer lexer(sql, standard_strings);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const std::size_t number = parameter_number(token);
    const bool wrapped =
        number != 0 && std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    if (wrapped) out += before;
    out += token.text;
    if (wrapped) out += after;
  }
  return out;
}

}  // namespace negodbc::sql
