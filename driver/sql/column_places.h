// Parameters that stand where a column's value does: an item of INSERT's VALUES, "column = ?" in
// SET or as a condition, "? = column", "column BETWEEN ? AND ?", "column IN (?, ?)", IS DISTINCT
// FROM, "CASE column WHEN ?", "? = ANY (SELECT column ...)", "(a, b) = (?, ?)", "coalesce(column,
// ?)"; each of them in brackets too. What a call or a subquery gives is as a column.
//
// There the server infers the column's type, whatever it is; in an expression ("column / ?", "? >
// ?", "SELECT ?") what it infers may be another than the value's own.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace negodbc::sql {

enum class ColumnPlace : std::uint8_t {
  none,
  assigned,  // an item of VALUES, behind SET; of a common type (coalesce, a CASE's results)
  ordered,   // compared by <, >, <=, >= or BETWEEN
  equated,   // compared by =, <>, IN, IS DISTINCT FROM, CASE or nullif
};

// Of $1 to $count; of one that stands at several places the first of these kinds in this order.
// Takes time linear in the text.
std::vector<ColumnPlace> column_places(std::string_view sql, std::size_t count,
                                       bool standard_strings);

}  // namespace negodbc::sql
