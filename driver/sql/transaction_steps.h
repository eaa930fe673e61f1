// What the statements of a text do to savepoints and to the transaction, one after the other.
//
// PostgreSQL documentation: SAVEPOINT, RELEASE SAVEPOINT, ROLLBACK TO SAVEPOINT. The server's
// command tags say that it was done, but not to which savepoint, and call both kinds of ROLLBACK by
// the same name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::sql {

struct TransactionStep {
  enum class Kind : std::uint8_t { savepoint, release, roll_back_to, end };
  Kind kind;
  std::string name;  // of the savepoint, as the server knows it
  friend bool operator==(const TransactionStep&, const TransactionStep&) = default;
};

// Of `sql` as translate() gives it, with `parameters` of them. end: COMMIT, ROLLBACK, PREPARE
// TRANSACTION and what else they are called.
std::vector<TransactionStep> transaction_steps(std::string_view sql, std::size_t parameters,
                                               bool standard_strings);

}  // namespace negodbc::sql
