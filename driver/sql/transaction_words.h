// What statements do to transactions, by their first words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace negodbc::sql {

enum class Surround : std::uint8_t {
  savepoint,         // anything that neither of the below is
  savepoint_before,  // COPY: what stands behind it would be taken for its data
  nothing,  // BEGIN, COMMIT, SAVEPOINT and the like: they manage the transaction themselves
  alone,    // VACUUM, CREATE DATABASE and the like: the server refuses them within a transaction
};

// By the first words of the text's statements. `alone` is what a text of one statement can be.
Surround surround(std::string_view sql, bool standard_strings);

// Which of the text's statements, from 0, ask for a commit: COMMIT, END, PREPARE TRANSACTION. Where
// the transaction has failed the server rolls back instead, and says so by the tag alone.
std::vector<std::size_t> commits_asked(std::string_view sql, bool standard_strings);

// Whether one of the text's statements is a COPY that sends rows to the client.
bool copies_out(std::string_view sql, bool standard_strings);

// Whether the text is a CALL: where no transaction is open, its procedure may commit by itself.
bool is_call(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
