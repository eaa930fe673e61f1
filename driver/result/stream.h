// The replies to what a statement sent: results one after the other, rows one after the other.
//
// Rows are decoded where they lie: in the session's receive buffer while the stream is live, or in a spool.
// A session talks about one thing at a time; when another statement wants it, the stream under way is
// detached: the rest of its replies is read into its spool (memory, then an unlinked temporary file, so that
// memory stays bounded) and it goes on from there, without the user noticing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/connect/session.h"
#include "driver/result/spool.h"
#include "driver/wire/backend.h"

namespace negodbc::result {

// What an ErrorResponse says, kept until it is reported.
Error to_error(const wire::ServerMessage& message);

class Conversation;

class ResultStream {
 public:
  ~ResultStream();  // discards what is left
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  // Goes on to the next result: one with rows, or the completion of a command. False: no more. What is left
  // of the current result is skipped. Throws Error with the server's words when the server reports one; the
  // stream can be asked for further results after that (there are none in PostgreSQL's protocol).
  bool next_result(Deadline deadline);

  [[nodiscard]] bool has_rows() const { return has_rows_; }               // the current result has columns
  [[nodiscard]] const std::vector<wire::Field>& fields() const { return fields_; }
  [[nodiscard]] std::int64_t affected_rows() const { return affected_; }  // -1: not known (yet)
  [[nodiscard]] const std::string& command_tag() const { return tag_; }

  // Goes on to the next row of the current result; false at its end. Throws like next_result.
  bool next_row(Deadline deadline);
  // The current row; views valid until the next call of next_row, next_result, or detach.
  [[nodiscard]] const wire::RowFields& row() const { return row_; }

  // Reads the rest of the replies away from the session into the spool. The current row stays valid.
  void detach(Deadline deadline);
  // Throws the rest away; the session is free after that.
  void close(Deadline deadline);
  [[nodiscard]] bool live() const { return conversation_ != nullptr; }

 private:
  friend class Conversation;
  explicit ResultStream(Conversation* conversation) : conversation_(conversation) {}
  std::optional<wire::Frame> next_frame(Deadline deadline);
  bool handle(const wire::Frame& frame);
  void left_session();

  Conversation* conversation_;  // null once detached or at its end
  Spool spool_;
  std::string kept_row_;        // the current row's bytes after detach
  std::vector<wire::Field> fields_;
  wire::RowFields row_;
  std::string tag_;
  std::int64_t affected_ = -1;
  int skip_commands_ = 0;       // completions of messages that the driver put in front (BEGIN)
  int ready_expected_ = 1;      // ReadyForQuery messages still to come
  bool has_rows_ = false;
  bool in_rows_ = false;        // rows of the current result may follow
  bool done_ = false;
};

// A statement known to the server by name, and what the server said of it.
struct Prepared {
  std::string name;                           // "" : the unnamed statement
  std::vector<std::uint32_t> declared_types;  // as sent in Parse
  std::vector<std::uint32_t> parameter_types; // as the server understands them
  std::vector<wire::Field> fields;            // empty: returns no rows
};

// Serialises what statements want of one session. Used under the connection handle's lock.
class Conversation {
 public:
  explicit Conversation(std::unique_ptr<connect::Session> session) : session_(std::move(session)) {}
  ~Conversation();

  [[nodiscard]] connect::Session& session() { return *session_; }
  [[nodiscard]] const connect::Session& session() const { return *session_; }

  struct Begin {
    bool wanted = false;        // manual commit: open a transaction in the same flight when none is open
    std::string text = "BEGIN"; // with isolation level and access mode as the connection has them
  };

  // Every call detaches the live stream first, and returns when the request has been written and the first
  // result is there (next_result() was called once); errors of the server are thrown.
  std::unique_ptr<ResultStream> simple(const std::string& sql, const Begin& begin, Deadline deadline);
  // One flight: Parse, Bind, Describe, Execute, Sync of the unnamed statement.
  std::unique_ptr<ResultStream> extended(const std::string& sql, std::span<const std::uint32_t> types,
                                         std::span<const wire::BindValue> values, const Begin& begin,
                                         Deadline deadline);
  // Parse, Describe, Sync: what SQLPrepare needs to know before execution.
  Prepared prepare(const std::string& sql, std::span<const std::uint32_t> types, Deadline deadline);
  // Bind, Execute, Sync.
  std::unique_ptr<ResultStream> execute(const Prepared& prepared, std::span<const wire::BindValue> values,
                                        const Begin& begin, Deadline deadline);
  // The statement is closed with the next flight; costs no round trip.
  void forget(const Prepared& prepared);
  // For COMMIT, ROLLBACK and the like: runs to the end.
  void run(const std::string& sql, Deadline deadline);

 private:
  friend class ResultStream;
  std::unique_ptr<ResultStream> start(int skip_commands, int ready_expected, std::vector<wire::Field> fields,
                                      Deadline deadline);
  void make_room(Deadline deadline);

  std::unique_ptr<connect::Session> session_;
  ResultStream* live_ = nullptr;
  std::vector<std::string> to_close_;
  std::uint64_t next_name_ = 1;
};

}  // namespace negodbc::result
