// The replies to what a statement sent: results one after the other, rows one after the other.
//
// Rows are decoded where they lie: in the session's receive buffer while the stream is live, or in
// a spool. A session talks about one thing at a time; when another statement wants it, the stream
// under way is detached: the rest of its replies is read into its spool (memory, then an unlinked
// temporary file, so that memory stays bounded) and it goes on from there, without the user
// noticing.
//
// What is told has happened: the completion of a command and the end of rows are told when the
// ReadyForQuery of the flight is in, so an error that follows CommandComplete (at commit) is the
// statement's. A text of several statements is one transaction to the server: results without rows
// are read on until one with rows or the end, and an error takes back those that were not told yet.
// A stream that has lost something (the server, its spool, memory) fails for good: every later call
// throws why.
//
// What may change something, in a transaction of its own, is told when it stands: the first of its
// rows too, unless they are more than first_portion bytes. Then whoever comes to their end is told,
// or who closes.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/session/portions.h"
#include "driver/session/spool.h"
#include "driver/wire/backend.h"

namespace negodbc::session {

// What an ErrorResponse says, kept until it is reported.
Error to_error(const wire::ServerMessage& message);
// 25S03: of a commit that was asked for and answered with ROLLBACK.
Error not_committed();

class Conversation;

// What a flight will be answered with, behind the answers to what stands before the statement.
struct Replies {
  int executions = 0;  // Execute messages of the statement; 0: whatever comes up to a ReadyForQuery
  std::vector<wire::Field> fields;  // of a prepared statement: no RowDescription comes
  std::optional<Portal> portal;     // its rows come in portions
  bool reads = false;               // by its text, with nothing else in its transaction
  bool commits = false;             // its end is the end of a transaction that may change something
  std::shared_ptr<Habits> habits;   // may be null
  std::vector<std::size_t> asks_commit;  // see Framing
};

class ResultStream {
 public:
  ~ResultStream();  // as close(), but nobody is told
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  // Goes on to the next result: one with rows, or the completion of a command. False: no more. What
  // is left of the current result is skipped. Waits for the first row, so that a statement which
  // fails before it throws here. Throws Error with the server's words; nothing follows an error.
  bool next_result(Deadline deadline);

  [[nodiscard]] bool has_rows() const { return current_.rows; }  // the current result has columns
  [[nodiscard]] const std::vector<wire::Field>& fields() const { return current_.fields; }
  // -1: not known (yet). Of rows their number once their end has been received.
  [[nodiscard]] std::int64_t affected_rows() const;
  // The same; what is under way is waited for, as long as it comes without a pause and is not much.
  std::int64_t count_rows(Deadline deadline);
  [[nodiscard]] const std::string& command_tag() const { return current_.tag; }

  // Goes on to the next row of the current result; false at its end. Throws like next_result.
  bool next_row(Deadline deadline);
  // The current row; views valid until the next call of next_row, next_result or close. They are
  // moved by detach, so take them anew after anything that uses the session.
  [[nodiscard]] const wire::RowFields& row() const { return row_; }
  // Throws what the stream has failed by.
  void require_whole() const;

  // Reads the rest of the replies away from the session into the spool. The current row stays. What
  // it throws is its caller's (HYT00, HY008: within the deadline the rest has not come; HY000: the
  // spool cannot be written): the stream has lost nothing then, and goes on. ConnectionError.
  void detach(Deadline deadline);
  // Reads the rest of the replies and drops them; the session is free after that. Throws the error
  // that is among them and was not told yet. Of what comes in portions no further one is asked for.
  // Before the deadline nothing is cancelled, also of what only reads by its text, which may call
  // functions that change something: what was done stays.
  void close(Deadline deadline);
  [[nodiscard]] bool live() const { return conversation_ != nullptr; }
  // The error among what was detached, which is told when reading comes to it; null: there is none.
  [[nodiscard]] const Error* error_ahead() const {
    return spooled_error_ ? &*spooled_error_ : nullptr;
  }

 private:
  friend class Conversation;
  struct Result {
    bool rows = false;
    std::vector<wire::Field> fields;
    std::string tag;
    std::int64_t affected = -1;
  };

  ResultStream(Conversation& conversation, Replies replies);
  std::optional<wire::Frame> next_frame(Deadline deadline);
  bool goes_on();
  void read_results(Deadline deadline);
  void await_end(Deadline deadline);
  bool find_row(Deadline deadline);
  void take_row(std::string_view body, Deadline deadline);
  bool begins_result(const wire::Frame& frame);
  void complete(Result& result, std::string_view tag);
  void end_rows(Result& result);
  void drop_rest(Deadline deadline);
  // Of an ErrorResponse, and of what is an error although the server says none.
  [[nodiscard]] std::optional<Error> error_in(const wire::Frame& frame) const;
  void note_error(const wire::Frame& frame);
  void keep_row();
  void require_completion();
  void leave_session();
  void land();
  void fail(const Error& error) noexcept;
  void fail_without_memory() noexcept;
  void abandon() noexcept;
  // Portals (portal.cc)
  bool go_past(const wire::Frame& frame, Deadline deadline);
  void start_portion();
  void begin_portion();
  std::int32_t next_limit();
  void ask_more(Deadline deadline);
  void ask_ahead(Deadline deadline);
  void take_in(Deadline deadline);
  void take_rest(std::int32_t rows, Deadline deadline);
  void lose_rest(const Error& error);
  void portal_has_ended();
  void end_portal();
  void spool(const wire::Frame& frame);
  void put_back_pending();
  template <class F>
  auto guarded(F&& work);
  [[nodiscard]] bool in_rows() const { return current_.rows && rows_follow_ && ahead_.empty(); }

  Conversation* conversation_;          // null once detached or at its end
  Spool spool_;                         // what was read before what the session still has
  std::optional<wire::Frame> pending_;  // looked at, not yet used
  std::vector<wire::Field> expected_;   // of a prepared statement: no RowDescription comes
  Result current_;
  std::deque<Result> ahead_;  // read already; the last may have rows
  bool rows_follow_ = false;  // of the result read last
  std::string_view row_body_;
  std::string kept_row_;      // the current row's bytes after detach
  std::string kept_pending_;  // pending_'s, after more was received
  wire::RowFields row_;
  std::optional<Error> error_;          // reported when ReadyForQuery has come
  std::optional<Error> spooled_error_;  // among what was detached, and not told yet
  bool failed_ = false;                 // for good, also where no memory was left to say why
  std::optional<Error> failure_;        // why
  int ready_expected_;              // ReadyForQuery messages still to come, from session and spool
  int executions_;                  // see Replies; those still to be answered
  bool completed_ = false;          // a command was, or the rest is not waited for
  bool behind_ = false;             // what comes now answers what stands behind the statement
  bool reads_;                      // see Replies
  std::optional<Portal> portal_;    // until its rows have ended or are given up
  Conversation* home_ = nullptr;    // of a portal in a transaction
  std::optional<Error> rest_lost_;  // why no further portion can be asked for
  std::shared_ptr<Habits> habits_;
  std::vector<std::size_t> asks_commit_;  // see Replies
  std::size_t completions_ = 0;           // of the text's statements
  std::int64_t rows_ = 0;                 // of the current result
  std::size_t row_bytes_ = 0;             // of these, on the wire
  std::int64_t ask_at_ = -1;              // the row with which the next portion is asked for
  bool first_portion_ = true;
};

}  // namespace negodbc::session
