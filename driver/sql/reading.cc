#include "driver/sql/reading.h"

#include <array>
#include <charconv>
#include <system_error>

#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

// What a LIMIT may be so that rows are few.
constexpr std::size_t few_rows = 100;

constexpr std::array<std::string_view, 5> changes = {"insert", "update", "delete", "merge", "into"};
constexpr std::array<std::string_view, 4> locks = {"update", "no", "share", "key"};
constexpr std::array<std::string_view, 4> beginnings = {"select", "values", "table", "with"};
constexpr std::array<std::string_view, 3> sets = {"union", "intersect", "except"};
constexpr std::array<std::string_view, 14> aggregates = {
    "count",    "sum",     "avg",   "min",      "max",       "string_agg", "array_agg",
    "bool_and", "bool_or", "every", "json_agg", "jsonb_agg", "stddev",     "variance"};
// Words before a parenthesis that stand for one value, or for none by themselves.
constexpr std::array<std::string_view, 92> single = {
    "abs",
    "all",
    "and",
    "any",
    "as",
    "array",
    "bit",
    "bpchar",
    "between",
    "case",
    "cast",
    "ceil",
    "char",
    "char_length",
    "character",
    "coalesce",
    "concat",
    "concat_ws",
    "current_database",
    "current_schema",
    "current_setting",
    "currval",
    "date_part",
    "date_trunc",
    "decimal",
    "distinct",
    "else",
    "exists",
    "extract",
    "floor",
    "format",
    "from",
    "greatest",
    "has_table_privilege",
    "in",
    "is",
    "inet_server_addr",
    "inet_server_port",
    "interval",
    "lastval",
    "least",
    "left",
    "length",
    "like",
    "limit",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "nextval",
    "not",
    "now",
    "nullif",
    "numeric",
    "octet_length",
    "on",
    "or",
    "overlay",
    "pg_advisory_lock",
    "pg_advisory_unlock",
    "pg_backend_pid",
    "pg_cancel_backend",
    "pg_get_serial_sequence",
    "pg_is_in_recovery",
    "pg_sleep",
    "pg_terminate_backend",
    "position",
    "power",
    "random",
    "repeat",
    "replace",
    "right",
    "round",
    "row",
    "row_number",
    "rpad",
    "rtrim",
    "select",
    "set_config",
    "setval",
    "sqrt",
    "substring",
    "then",
    "time",
    "timestamp",
    "to_char",
    "to_date",
    "trim",
    "upper",
    "values",
    "varchar",
    "version",
};

class QueryReader {
 public:
  QueryReader(std::string_view sql, bool standard_strings) : lexer_(sql, standard_strings) {}

  Reading read() {
    next();
    while (token_.is('(')) next();
    if (!is_one_of(token_, beginnings)) return Reading::no;
    for (; token_.kind != TokenKind::end; next())
      if (!look()) return Reading::no;
    if (limited_ || (gathers_ && !set_)) return Reading::few;
    return from_ || functions_ ? Reading::many : Reading::few;
  }

 private:
  void next() {
    before_ = token_;
    token_ = lexer_.next_significant();
  }

  // False: it is no reading.
  bool look() {
    if (token_.is(';')) return lexer_.next_significant().kind == TokenKind::end;
    if (token_.is('(')) {
      if (depth_++ == 0 && is_one_of(before_, aggregates)) gathers_ = true;
      const bool named =
          before_.kind == TokenKind::word || before_.kind == TokenKind::quoted_identifier;
      if (named && !is_one_of(before_, single) && !is_one_of(before_, aggregates))
        functions_ = true;
      return true;
    }
    if (token_.is(')')) --depth_;
    if (token_.kind != TokenKind::word) return true;
    if (is_word(before_, "for") && is_one_of(token_, locks)) return false;
    if (is_one_of(token_, changes)) return false;
    if (is_one_of(token_, std::array<std::string_view, 2>{"from", "table"})) from_ = true;
    if (depth_ > 0) return true;
    if (is_one_of(token_, sets)) set_ = true;
    if (is_word(token_, "group")) gathers_ = true;
    if (is_word(token_, "distinct") && is_word(before_, "select")) gathers_ = true;
    if (is_word(token_, "over")) set_ = true;  // what gathers there gives a row each
    if (is_word(before_, "limit")) limited_ = is_few(token_.text);
    return true;
  }

  static bool is_few(std::string_view number) {
    std::size_t value = 0;
    const char* const end = number.data() + number.size();
    const auto [at, error] = std::from_chars(number.data(), end, value);
    return error == std::errc() && at == end && value <= few_rows;
  }

  Lexer lexer_;
  Token token_{TokenKind::end, {}};
  Token before_{TokenKind::end, {}};
  int depth_ = 0;
  bool from_ = false;       // a table is read
  bool functions_ = false;  // something is called that may give a set
  bool gathers_ = false;
  bool set_ = false;
  bool limited_ = false;
};

}  // namespace

Reading reading(std::string_view sql, bool standard_strings) {
  return QueryReader(sql, standard_strings).read();
}

}  // namespace negodbc::sql
