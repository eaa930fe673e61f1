// One pass over an application's statement: markers numbered, escape clauses rewritten. Used by
// translate().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "driver/sql/lexer.h"
#include "driver/sql/markers.h"

namespace negodbc::sql {

class Translator {
 public:
  Translator(std::string_view sql, bool scan_escapes, bool standard_strings)
      : lexer_(sql, standard_strings),
        sql_(sql),
        scan_escapes_(scan_escapes),
        budget_((std::size_t{1} << 20U) + 256 * sql.size()) {}
  Translated run();

 private:
  // Clauses within clauses; the depth is the stack's.
  static constexpr int deepest = 32;

  void put(const Token& token, std::string& out);
  void put_marker(std::string& out);
  void clause(std::string& out);
  void clause_by_name(std::string_view name, std::string& out);
  void literal(std::string_view type, std::string& out);
  void escape_character(std::string& out);
  void interval(std::string& out);
  std::string interval_field(Token& token, bool last);
  void function(std::string& out);
  void call(std::string& out);
  void outer_join(std::string& out);
  std::vector<std::string> arguments();
  void close_brace(std::string_view clause_name);
  [[noreturn]] void fail(const std::string& what) const;

  Lexer lexer_;
  std::string_view sql_;
  bool scan_escapes_;
  // What all clauses together may come to: some forms name an argument twice, and nested ones would
  // double with every level.
  std::size_t budget_;
  int depth_ = 0;
  std::size_t sent_markers_ = 0;
  Translated result_;
  std::optional<Call> call_;      // the last one that was no part of another clause
  std::size_t other_tokens_ = 0;  // outside of clauses, and all clauses but calls
};

}  // namespace negodbc::sql
