// A statement's tokens, with its brackets, and which of them are of a column's type.
//
// "Of a column's type" is a name, a call ("max(a)") or an element ("a[1]") in any brackets, and a
// subquery in brackets: what the server knows the type of, whatever stands beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "driver/sql/lexer.h"

namespace negodbc::sql {

class Operands {
 public:
  static constexpr std::size_t nowhere = SIZE_MAX;
  struct Range {
    std::size_t first, last;  // both within
  };

  Operands(std::string_view sql, bool standard_strings);

  // The last one is the text's end.
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] const Token& operator[](std::size_t i) const { return tokens_[i]; }
  // The token that stands so far before the one at `i`; what begins the text is behind a ';'.
  [[nodiscard]] Token before(std::size_t i, std::size_t distance = 1) const {
    return distance <= i ? tokens_[i - distance] : Token{TokenKind::symbol, ";"};
  }
  static bool is_name(const Token& token);
  // With the token before it a bracket at `open` is a call's or a list's, else it only encloses.
  [[nodiscard]] bool takes_list(std::size_t open) const;

  // Of a bracket its other half; nowhere: it has none.
  [[nodiscard]] std::size_t partner(std::size_t i) const { return partners_[i]; }
  // The bracket that encloses the token; nowhere: none.
  [[nodiscard]] std::size_t enclosing(std::size_t i) const { return enclosing_[i]; }
  // Which of the items between its brackets the token belongs to.
  [[nodiscard]] std::size_t item(std::size_t i) const { return items_[i]; }
  // Whether these tokens are one whole item between brackets.
  [[nodiscard]] bool is_item(Range range) const;
  // The items between the brackets that open at `open`.
  const std::vector<Range>& items_of(std::size_t open);
  bool any_item_is_column(std::size_t open);
  bool all_items_are_columns(std::size_t open);

  // Where what is of a column's type and ends at `last` begins; nowhere: nothing is. Operators
  // before it are not looked at: "1 + a" is of a type too.
  [[nodiscard]] std::size_t column_before(std::size_t last) const;
  // Where it ends, where it begins at `first`.
  [[nodiscard]] std::size_t column_from(std::size_t first) const;
  [[nodiscard]] bool is_column(Range range) const;
  // The brackets that open there hold a query.
  [[nodiscard]] bool holds_query(std::size_t open) const;

 private:
  [[nodiscard]] std::size_t name_from(std::size_t first) const;

  std::vector<Token> tokens_;
  std::vector<std::size_t> partners_, enclosing_, items_;
  std::unordered_map<std::size_t, std::vector<Range>> lists_;  // by the bracket that opens
  std::unordered_map<std::size_t, bool> lists_with_columns_;
};

}  // namespace negodbc::sql
