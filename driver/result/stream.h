// The replies to what a statement sent: results one after the other, rows one after the other.
//
// Rows are decoded where they lie: in the session's receive buffer while the stream is live, or in
// a spool. A session talks about one thing at a time; when another statement wants it, the stream
// under way is detached: the rest of its replies is read into its spool (memory, then an unlinked
// temporary file, so that memory stays bounded) and it goes on from there, without the user
// noticing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/result/spool.h"
#include "driver/wire/backend.h"

namespace negodbc::result {

// What an ErrorResponse says, kept until it is reported.
Error to_error(const wire::ServerMessage& message);

class Conversation;

// What a flight will be answered with, behind the answers to what stands before the statement.
struct Replies {
  int ready;       // ReadyForQuery messages
  int executions;  // Execute messages of the statement; 0: whatever comes up to a ReadyForQuery
  std::vector<wire::Field> fields;  // of a prepared statement: no RowDescription comes
};

class ResultStream {
 public:
  ~ResultStream();  // as close(), without a deadline
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  // Goes on to the next result: one with rows, or the completion of a command. False: no more. What
  // is left of the current result is skipped. Waits for the first row, so that a statement which
  // fails before it throws here. Throws Error with the server's words; nothing follows an error.
  bool next_result(Deadline deadline);

  [[nodiscard]] bool has_rows() const { return has_rows_; }  // the current result has columns
  [[nodiscard]] const std::vector<wire::Field>& fields() const { return fields_; }
  [[nodiscard]] std::int64_t affected_rows() const { return affected_; }  // -1: not known (yet)
  [[nodiscard]] const std::string& command_tag() const { return tag_; }

  // Goes on to the next row of the current result; false at its end. Throws like next_result.
  bool next_row(Deadline deadline);
  // The current row; views valid until the next call of next_row, next_result or close. They are
  // moved by detach, so take them anew after anything that uses the session.
  [[nodiscard]] const wire::RowFields& row() const { return row_; }

  // Reads the rest of the replies away from the session into the spool. The current row stays.
  void detach(Deadline deadline);
  // Reads the rest of the replies and drops them; the session is free after that. Nothing is
  // cancelled: an INSERT ... RETURNING whose rows nobody reads is still committed.
  void close(Deadline deadline);
  [[nodiscard]] bool live() const { return conversation_ != nullptr; }

 private:
  friend class Conversation;
  ResultStream(Conversation& conversation, Replies replies);
  std::optional<wire::Frame> next_frame(Deadline deadline);
  bool find_result(Deadline deadline);
  bool find_row(Deadline deadline);
  bool begins_result(const wire::Frame& frame);
  void complete_command(std::string_view tag);
  void take_ready_if_there();
  void leave_session();
  void land();
  void give_up();
  void abandon();

  Conversation* conversation_;  // null once detached or at its end
  Spool spool_;
  std::optional<wire::Frame> pending_;  // looked at, not yet used
  std::vector<wire::Field> expected_;   // of a prepared statement: no RowDescription comes
  std::vector<wire::Field> fields_;
  std::string_view row_body_;
  std::string kept_row_;  // the current row's bytes after detach
  wire::RowFields row_;
  std::optional<Error> error_;  // reported when ReadyForQuery has come
  std::string tag_;
  std::int64_t affected_ = -1;
  int ready_expected_;   // ReadyForQuery messages still to come
  int executions_;       // see Replies; those still to be answered
  bool behind_ = false;  // what comes now answers what stands behind the statement
  bool has_rows_ = false;
  bool in_rows_ = false;  // rows of the current result may follow
};

}  // namespace negodbc::result
