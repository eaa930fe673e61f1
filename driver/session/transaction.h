// What becomes of what is done in a transaction: as long as it is open, and when it or a part of it
// ends, by whatever way.
//
// Told by the server's answers: command tags, and the state in ReadyForQuery. The driver's own
// savepoints are not followed: what one of them undoes has failed, so nobody remembers it as done.
// Used like the Conversation that has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/sql/transaction_steps.h"

namespace negodbc::session {

enum class Fate : std::uint8_t { open, kept, undone };
// Of something that was done; null: nothing can undo it any more. Outlives the transaction.
using Standing = std::shared_ptr<const Fate>;

class Transaction {
 public:
  // A flight begins, in which these steps may be done.
  void expect(std::vector<sql::TransactionStep> steps);
  // Whether some of them are still to be answered.
  [[nodiscard]] bool expects() const { return next_ < steps_.size(); }
  // A command has ended, with this tag.
  void completed(std::string_view tag);
  // ReadyForQuery came, with this state of the transaction.
  void ready(char status);
  // Of what was done last, with the transaction in this state behind it.
  Standing standing(char status);

 private:
  using Kind = sql::TransactionStep::Kind;
  // What was done from a savepoint on, or from the begin, up to the next savepoint.
  struct Part {
    bool savepoint = false;  // one that can be gone back to
    std::string name;
    std::shared_ptr<Fate> fate;  // null: nothing was done
  };
  const sql::TransactionStep* take(std::initializer_list<Kind> kinds);
  [[nodiscard]] std::size_t find(const std::string& name) const;
  void end(std::size_t first, Fate fate);
  void release(const std::string& name);
  void roll_back_to(const std::string& name);

  std::vector<sql::TransactionStep> steps_;
  std::size_t next_ = 0;
  std::vector<Part> parts_;
};

}  // namespace negodbc::session
