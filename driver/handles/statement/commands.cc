#include "driver/handles/statement/commands.h"

#include <algorithm>

namespace negodbc::odbc {
namespace {

constexpr Command commands[] = {
    {"SELECT", SQL_DIAG_SELECT_CURSOR, "SELECT CURSOR", false},
    {"INSERT", SQL_DIAG_INSERT, "INSERT", true},
    {"UPDATE", SQL_DIAG_UPDATE_WHERE, "UPDATE WHERE", true},
    {"DELETE", SQL_DIAG_DELETE_WHERE, "DELETE WHERE", true},
    {"MERGE", SQL_DIAG_UNKNOWN_STATEMENT, "", true},
    {"CREATE TABLE", SQL_DIAG_CREATE_TABLE, "CREATE TABLE", false},
    {"CREATE VIEW", SQL_DIAG_CREATE_VIEW, "CREATE VIEW", false},
    {"CREATE INDEX", SQL_DIAG_CREATE_INDEX, "CREATE INDEX", false},
    {"CREATE SCHEMA", SQL_DIAG_CREATE_SCHEMA, "CREATE SCHEMA", false},
    {"CREATE DOMAIN", SQL_DIAG_CREATE_DOMAIN, "CREATE DOMAIN", false},
    {"ALTER TABLE", SQL_DIAG_ALTER_TABLE, "ALTER TABLE", false},
    {"ALTER DOMAIN", SQL_DIAG_ALTER_DOMAIN, "ALTER DOMAIN", false},
    {"DROP TABLE", SQL_DIAG_DROP_TABLE, "DROP TABLE", false},
    {"DROP VIEW", SQL_DIAG_DROP_VIEW, "DROP VIEW", false},
    {"DROP INDEX", SQL_DIAG_DROP_INDEX, "DROP INDEX", false},
    {"DROP SCHEMA", SQL_DIAG_DROP_SCHEMA, "DROP SCHEMA", false},
    {"DROP DOMAIN", SQL_DIAG_DROP_DOMAIN, "DROP DOMAIN", false},
    {"GRANT", SQL_DIAG_GRANT, "GRANT", false},
    {"REVOKE", SQL_DIAG_REVOKE, "REVOKE", false},
    {"CALL", SQL_DIAG_CALL, "CALL", false},
};

}  // namespace

// "UPDATE 0" and "CREATE TABLE" are both tags: the name ends before the first count.
const Command* find_command(std::string_view tag) {
  const auto* found = std::find_if(std::begin(commands), std::end(commands), [&](const Command& c) {
    return tag.substr(0, c.tag.size()) == c.tag &&
           (tag.size() == c.tag.size() || tag[c.tag.size()] == ' ');
  });
  return found == std::end(commands) ? nullptr : found;
}

bool changes_descriptions(std::string_view tag) {
  constexpr std::string_view first_words[] = {"ALTER", "DROP", "DISCARD", "DEALLOCATE"};
  return std::any_of(std::begin(first_words), std::end(first_words),
                     [&](std::string_view word) { return tag.starts_with(word); });
}

}  // namespace negodbc::odbc
