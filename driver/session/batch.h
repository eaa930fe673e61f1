// Statements executed with many sets of parameters in one flight: Bind and Execute for each set, or
// for several that one statement takes at once; one Sync behind all.
//
// The sets of a flight stand or fall together: without a transaction of its own they are one to the
// server, so a set that fails undoes those before it. Whoever wants the others executes them again.
// A flight fits the buffers on its way, so that neither side waits for the other to read: while it
// is written nobody reads the replies. Where these are rows, it must not end with a large value
// (has_room_for).
//
// What was added may be sent before the flight is complete (send_part), so that the server works
// while the rest is encoded. From then to send() the session must not be asked for anything else;
// a batch that ends in between gives the session up, as nobody would read the replies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/session/conversation.h"
#include "driver/session/spool.h"

namespace negodbc::session {

class Batch {
 public:
  static constexpr std::size_t most_sets = 1000;
  static constexpr std::size_t most_bytes = std::size_t{64} << 10U;

  explicit Batch(Conversation& server) : server_(server) {}
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // `values` are those of `sets` sets. A statement without a name is parsed with the flight.
  // `prepared` and `sql` are held up to send(). Throws Error (22021, HY001) and leaves the batch as
  // it was.
  void add(const Prepared& prepared, std::string_view sql, Conversation::Values values,
           std::size_t sets);
  [[nodiscard]] std::size_t size() const { return sets_; }
  // Nothing more should be added, so that the flight fits the buffers on its way.
  [[nodiscard]] bool full() const { return sets_ >= most_sets || messages_.size() >= most_bytes; }

  // Whether so many bytes of values can be added to what is there; to an empty batch always.
  [[nodiscard]] bool has_room_for(std::size_t bytes) const {
    return sets_ == 0 || messages_.size() + bytes <= most_bytes;
  }

  struct Result {
    std::size_t done = 0;       // sets that were executed; one of the next Execute's failed
    std::int64_t affected = 0;  // rows, by all of them
    std::optional<Error> error;
    bool undone = false;  // with an error: nothing of the flight is left, and work can go on
  };
  // What is to be done with the rows of statements that return some: every execution is then of one
  // set.
  enum class Rows : std::uint8_t { dropped, first_of_each };

  // Whether what was added is worth a system call of its own.
  [[nodiscard]] bool has_part() const { return messages_.size() - sent_ >= least_part; }
  // Sends what was added so far; `framing` is that of send(). Throws ConnectionError.
  void send_part(const Framing& framing, Deadline deadline);
  [[nodiscard]] bool under_way() const { return before_.has_value(); }

  // Throws ConnectionError, and Error for what fails before the first set. Empty afterwards.
  Result send(const Framing& framing, Deadline deadline, Rows rows = Rows::dropped);
  // After send() with first_of_each, called for one set after the other of those that were done:
  // its first row, or null where it has none. Valid until the next call. It may have other columns
  // than were described, when they have changed since.
  const wire::RowFields* next_first_row();

 private:
  static constexpr std::size_t least_part = std::size_t{8} << 10U;

  void complete(std::string_view messages, const Framing& framing, Deadline deadline);
  void receive(Result& result, const std::vector<std::size_t>& widths, Rows rows,
               Deadline deadline);
  Conversation& server_;
  std::optional<Before> before_;      // of a flight under way
  std::size_t sent_ = 0;              // of messages_
  const Prepared* parsed_ = nullptr;  // what the unnamed statement is
  std::string messages_;
  std::vector<std::size_t> widths_;  // the sets of each Execute
  std::size_t sets_ = 0;
  Spool first_rows_;  // and a completion behind each, also where there is no row
  std::string kept_row_;
  wire::RowFields row_;
};

}  // namespace negodbc::session
