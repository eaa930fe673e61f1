// @@IDENTITY: the number that the last insert made, as programs written for SQL Server (and
// psqlodbc, which has it too) ask for it.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::sql {

// Whether the text asks for it outside of strings, names and comments.
bool asks_for_identity(std::string_view sql, bool standard_strings);

// `sql` with what asks the server for it. `insert` is the text of the last INSERT, or its
// beginning, as far as it names the table; of none, or of a table that numbers nothing, it is NULL.
std::string with_identity(std::string_view sql, std::string_view insert, bool standard_strings);

// The table as INSERT INTO names it; "": the text is no such statement.
std::string inserted_table(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
