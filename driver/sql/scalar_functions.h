// The scalar functions of ODBC, written as PostgreSQL's.
//
// ODBC reference, appendix E "Scalar Functions". A function that is not in the table keeps its
// name: many are spelled alike, and the server knows those that it does not have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

// `arguments`: PostgreSQL already. Throws Error 42000 when an argument that must be a word (an
// interval, a data type) is not known, or the number of arguments is wrong.
std::string scalar_function(std::string_view name, const std::vector<std::string>& arguments);

}  // namespace negodbc::sql
