// Statements executed with many sets of parameters in one flight: Bind and Execute for each set, or
// for several that one statement takes at once; one Sync behind all.
//
// The sets of a flight stand or fall together: without a transaction of its own they are one to the
// server, so a set that fails undoes those before it. Whoever wants the others executes them again.
// For statements that return no rows: their replies are small, so that neither side waits for the
// other to read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/result/conversation.h"

namespace negodbc::result {

class Batch {
 public:
  static constexpr std::size_t most_sets = 1000;
  static constexpr std::size_t most_bytes = std::size_t{64} << 10U;

  explicit Batch(Conversation& server) : server_(server) {}

  // `values` are those of `sets` sets. A statement without a name is parsed with the flight.
  // `prepared` and `sql` are held up to send(). Throws Error (22021, HY001) and leaves the batch as
  // it was.
  void add(const Prepared& prepared, std::string_view sql, Conversation::Values values,
           std::size_t sets);
  [[nodiscard]] std::size_t size() const { return sets_; }
  // Nothing more should be added, so that the flight fits the buffers on its way.
  [[nodiscard]] bool full() const { return sets_ >= most_sets || messages_.size() >= most_bytes; }

  struct Result {
    std::size_t done = 0;       // sets that were executed; one of the next Execute's failed
    std::int64_t affected = 0;  // rows, by all of them
    std::optional<Error> error;
    bool undone = false;  // with an error: nothing of the flight is left, and work can go on
  };
  // Throws ConnectionError, and Error for what fails before the first set. Empty afterwards.
  Result send(const Framing& framing, Deadline deadline);

 private:
  Conversation& server_;
  const Prepared* parsed_ = nullptr;  // what the unnamed statement is
  std::string messages_;
  std::vector<std::size_t> widths_;  // the sets of each Execute
  std::size_t sets_ = 0;
};

}  // namespace negodbc::result
