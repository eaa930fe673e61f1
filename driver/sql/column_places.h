// Parameters that stand where a column's value does: an item of INSERT's VALUES, "column = ?" in
// SET or as a condition, "column BETWEEN ? AND ?", "column IN (?, ?)".
//
// There the server infers the column's type, whatever it is; in an expression ("column / ?", "? >
// ?", "SELECT ?") what it infers may be another than the value's own.
#pragma once

#include <string_view>
#include <vector>

namespace negodbc::sql {

// Of $1 to $count, each wherever it stands. Takes time linear in the text.
std::vector<bool> column_places(std::string_view sql, std::size_t count, bool standard_strings);

}  // namespace negodbc::sql
