// Names from the application made into conditions of a query over pg_catalog.
//
// ODBC reference: "Arguments in Catalog Functions". All text is quoted as an E'' literal, so that
// it means the same whatever standard_conforming_strings says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace negodbc::catalog {

std::string quote_literal(std::string_view text);

enum class Match {
  ordinary,    // exactly this name
  pattern,     // % and _, escaped by a backslash
  identifier,  // SQL_ATTR_METADATA_ID: folded to lower case unless in double quotes
};

// " AND <column> ..." or "" where nothing restricts: a null pointer, or a pattern of % alone.
// Throws Error HY009 for a missing identifier.
std::string condition(std::string_view column, const std::optional<std::string>& name, Match match);

}  // namespace negodbc::catalog
