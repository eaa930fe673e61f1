// A flight: the messages that are sent at once, a statement's and those that surround it, and what
// is known of the answers to them while they come.
#pragma once

#include <cstddef>
#include <cstdint>

#include "driver/base/deadline.h"
#include "driver/wire/backend.h"

namespace negodbc::session {

enum class Undo : std::uint8_t { nothing, statement, transaction };

// How a statement is sent. implicit: no Sync follows, the server's own transaction stays open for a
// portal.
enum class Way : std::uint8_t { extended, simple, implicit };

// What stands before a statement in its flight.
struct Before {
  std::size_t resets = 0;
  std::size_t statements = 0;  // that are closed
  std::size_t portals = 0;
  bool begins = false;
  bool savepoint = false;
  [[nodiscard]] bool framed() const { return begins || savepoint; }
  // Only to see whether the server knows savepoints: released before the statement.
  [[nodiscard]] bool tries_savepoint() const { return begins && savepoint; }
  [[nodiscard]] std::size_t commands() const {
    return (begins ? 1U : 0U) + (savepoint ? 1U : 0U) + (tries_savepoint() ? 1U : 0U);
  }
};

// The one under way, or the last one. Each begins with a new one of these.
struct Flight {
  bool from_idle = false;     // no transaction was open
  bool releases = false;      // a savepoint is released behind the statement
  bool question = false;      // it is none of the application's statements
  bool sync_follows = false;  // it ends with a Sync
  Undo undo = Undo::nothing;  // after an error in it

  // What says that its statement is accepted, and how many of these are to come up to its own.
  wire::MessageType acceptance = wire::MessageType::parse_complete;
  std::size_t acceptances_left = 0;
  std::size_t binds_left = 0;  // BindCompletes up to the statement's own
  int commands_before = 0;     // BEGIN and SAVEPOINT that are to be answered
  bool unfinished = false;     // an execution has begun to be answered, and its end is to come

  bool copy_refused = false;                 // COPY FROM STDIN was answered with CopyFail
  bool disowned = false;                     // an error was told, with its answer still to come
  bool timed_out = false;                    // a CancelRequest was sent
  Deadline give_up = Deadline::never();      // after that: for the answer to be waited for
  Deadline give_up_all = Deadline::never();  // and for the session to be given up
  Deadline last = Deadline::never();         // of what was received last
};

}  // namespace negodbc::session
