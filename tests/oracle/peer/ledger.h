// The table of DIFFERENCES.md that says by which calls the drivers may differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace negodbc::peer {

struct Difference {
  std::size_t call = 0;
  std::string where;  // "get_data numeric(10,2) C_BIT: outcome"
  std::string theirs, ours;
};
std::string to_text(const Difference& difference);

// In `where`, `theirs` and `ours` a * stands for anything; of several patterns, `one` or `another`,
// which stand on lines of their own here, any will do.
struct Line {
  std::string what, where, theirs, ours;
  std::string shown_by;  // a sequence (calls.h) that shows it
};

// The lines between the comments of `name`. Throws std::runtime_error: there is no such table, or
// a line of other columns.
std::vector<Line> lines_of(const std::string& markdown, const std::string& name);

bool matches(std::string_view pattern, std::string_view text);
// Of the lines the first that is about it; null: none.
const Line* line_about(const std::vector<Line>& lines, const Difference& difference);

}  // namespace negodbc::peer
