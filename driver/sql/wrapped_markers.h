// Parameters of a statement within a function's call.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace negodbc::sql {

// INSERT or UPDATE, by the first word: what gives a column a parameter's value.
bool assigns_columns(std::string_view sql, bool standard_strings);

// `sql` as translate() gives it, with the parameters of these numbers ($1 is 1) between `before`
// and `after`. Takes time linear in the text.
std::string wrapped_markers(std::string_view sql, std::span<const std::size_t> numbers,
                            std::string_view before, std::string_view after, bool standard_strings);

}  // namespace negodbc::sql
