// What surrounds a statement in its flight: the transaction it belongs to, and what an error does
// to that transaction.
//
// BEGIN and SAVEPOINT go before the statement, RELEASE behind it, each as messages of its own in
// the same flight: no round trip, and no change to the statement's text. psqlodbc's `Protocol`
// keyword ("7.4-0", "-1", "-2") chooses the reaction to errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "driver/sql/transaction_steps.h"

namespace negodbc::session {

// In the order of Protocol's choices.
enum class OnError : std::uint8_t {
  leave,                  // the transaction stays failed until it is ended
  roll_back_transaction,  // the whole transaction is rolled back
  roll_back_statement,    // the statement is undone, the transaction goes on
};

// How a savepoint may surround a statement.
enum class Savepoint : std::uint8_t {
  around,  // SAVEPOINT before, RELEASE behind it
  before,  // SAVEPOINT only: COPY would take the messages behind it for its data
  none,    // a statement that begins or ends transactions and savepoints itself
};

struct Framing {
  bool begin = false;                // manual commit: open a transaction when none is open
  std::string begin_text = "BEGIN";  // with isolation level and access mode
  OnError on_error = OnError::leave;
  Savepoint savepoint = Savepoint::around;
  bool ends_transaction = false;  // the statement may do so, or undo a part of it
  bool question = false;          // of the driver's own: it leaves nothing behind
  bool redefines = false;         // it changes tables, which no portal may be reading then
  std::vector<sql::TransactionStep> steps = {};  // what its statements do to the transaction
  // Which of the text's statements, from 0, ask for a commit: one that is answered with ROLLBACK
  // has failed.
  std::vector<std::size_t> asks_commit{};
};

// The name of the driver's own savepoint.
inline constexpr char savepoint_name[] = "_negodbc_statement";

}  // namespace negodbc::session
