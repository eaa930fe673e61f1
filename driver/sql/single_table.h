// A SELECT that is about the rows of one table, taken apart so that it can be asked again for rows
// that are named by their keys: what a keyset-driven cursor needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

// SELECT list FROM [ONLY] table [*] [[AS] alias] [WHERE ...] [ORDER BY ...] [LIMIT ...] [FOR ...]
//
// Each row of its result is made of one row of the table: no joins, grouping, DISTINCT, set
// operations, WITH, INTO, and no parameters within the list. What the list calls is named, since
// only the catalogue knows whether a function is an aggregate.
class SingleTable {
 public:
  // Nothing: the text is no such statement. `sql` as translate() gives it.
  static std::optional<SingleTable> find(std::string_view sql, bool standard_strings);

  [[nodiscard]] const std::string& table() const { return table_; }  // as it is written
  // Functions that the list may call, as the catalogue writes their names. Words of SQL that stand
  // before a parenthesis are among them.
  [[nodiscard]] const std::vector<std::string>& functions() const { return functions_; }
  // What the table is called within the statement.
  [[nodiscard]] const std::string& qualifier() const { return qualifier_; }
  // A column of the table: `name` is quoted already.
  [[nodiscard]] std::string column(std::string_view name) const {
    return qualifier_ + '.' + std::string(name);
  }
  // The statement with ", `columns`" at the end of its list.
  [[nodiscard]] std::string with(std::string_view columns) const;
  // "SELECT list, `columns` FROM table", as with(), of another name for the same table and without
  // what stands behind it. A '*' within the list means this table's columns, whatever is joined.
  [[nodiscard]] std::string again(std::string_view columns, std::string_view table) const;

 private:
  std::string head_, list_, qualified_list_, tail_;  // head_: up to the list; tail_: from FROM on
  std::string table_, only_, alias_, qualifier_;
  std::vector<std::string> functions_;

  class Parser;
};

}  // namespace negodbc::sql
