// Queries of the driver's own that mean the same whatever the session's search path is.
//
// Where a schema stands before pg_catalog, or has something that fits the types better, what has no
// schema is looked up there: a query would fail, or run somebody else's code with the rights of who
// is logged in (CVE-2018-1058). So everything in such a query has its schema. Relations, functions
// and types are written so; operators are given theirs here, because nobody could read them
// otherwise. What only looks as if it were none, and is looked up all the same, must not stand in
// such a query: IN, BETWEEN, NULLIF, IS DISTINCT FROM, CASE x WHEN, JOIN ... USING, LIKE ...
// ESCAPE, ILIKE, SIMILAR TO. Nor may a type's name in quotes be without its schema
// ('void'::regtype). system_names_realm_test.cc runs them all on a hostile search path.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::sql {

// The query with OPERATOR(pg_catalog.=) for each =, and the like; LIKE is one of them. All
// operators bind alike then, from left to right: where that is not what is meant, write
// parentheses. A lone
// '*' is no product, and '-' before a digit is its sign.
std::string with_system_operators(std::string_view query);

}  // namespace negodbc::sql
