// The replies to what a statement sent: results one after the other, rows one after the other.
//
// Rows are decoded where they lie: in the session's receive buffer while the stream is live, or in
// a spool. A session talks about one thing at a time; when another statement wants it, the stream
// under way is detached: the rest of its replies is read into its spool (memory, then an unlinked
// temporary file, so that memory stays bounded) and it goes on from there, without the user
// noticing.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  ResultStream(Conversation& conversation, int ready_expected, std::vector<wire::Field> fields);
  std::optional<wire::Frame> next_frame(Deadline deadline);
  bool find_result(Deadline deadline);
  bool find_row(Deadline deadline);
  bool begins_result(const wire::Frame& frame);
  void complete_command(std::string_view tag);
  void take_ready_if_there();
  void leave_session();
  void give_up();

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
  int ready_expected_;  // ReadyForQuery messages still to come
  bool has_rows_ = false;
  bool in_rows_ = false;  // rows of the current result may follow
};

// A statement known to the server by name, and what the server said of it.
struct Prepared {
  std::string name;                            // "" : the unnamed statement
  std::vector<std::uint32_t> declared_types;   // as sent in Parse
  std::vector<std::uint32_t> parameter_types;  // as the server understands them
  std::vector<wire::Field> fields;             // empty: returns no rows
};

// Serialises what statements want of one session. Used under the connection handle's lock.
//
// A deadline that runs out while the server works sends a CancelRequest; the server's answer to
// that is thrown as Error HYT00 and the session goes on. When no answer comes within cancel_grace,
// the session is given up: ConnectionError HYT01.
class Conversation {
 public:
  static constexpr std::chrono::seconds cancel_grace{10};

  explicit Conversation(std::unique_ptr<connect::Session> session) : session_(std::move(session)) {}
  // Streams may outlive it: a live one ends here, without reading what is left.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] connect::Session& session() { return *session_; }
  [[nodiscard]] const connect::Session& session() const { return *session_; }

  struct Begin {
    bool wanted = false;  // manual commit: open a transaction in the same flight when none is open
    std::string text = "BEGIN";  // with isolation level and access mode as the connection has them
  };
  using Types = std::span<const std::uint32_t>;
  using Values = std::span<const wire::BindValue>;

  // Each detaches the live stream first, writes its messages in one flight and returns when the
  // first result is there (next_result() was called once); errors of the server are thrown.
  std::unique_ptr<ResultStream> simple(const std::string& sql, const Begin& begin,
                                       Deadline deadline);
  // Parse, Bind, Describe, Execute, Sync of the unnamed statement.
  std::unique_ptr<ResultStream> extended(const std::string& sql, Types types, Values values,
                                         const Begin& begin, Deadline deadline);
  // Bind, Execute, Sync.
  std::unique_ptr<ResultStream> execute(const Prepared& prepared, Values values, const Begin& begin,
                                        Deadline deadline);
  // The first execution and the preparation in one flight; fills `prepared` also when the execution
  // fails (its name stays empty when Parse failed).
  std::unique_ptr<ResultStream> prepare_and_execute(const std::string& sql, Types types,
                                                    Values values, const Begin& begin,
                                                    Prepared& prepared, Deadline deadline);

  // Parse, Describe, Sync: what can be known before execution. In manual commit mode it opens no
  // transaction.
  Prepared prepare(const std::string& sql, Types types, Deadline deadline);
  // The statement is closed with the next flight; costs no round trip.
  void forget(Prepared& prepared);
  // For COMMIT, ROLLBACK and the like: runs to the end; gives the command tag.
  std::string run(const std::string& sql, Deadline deadline);

  // The transaction's state after all that was sent; reads outstanding replies away first.
  char transaction_status();

 private:
  friend class ResultStream;
  wire::Frontend open_flight();
  void make_room();
  void send(Deadline deadline);
  bool put_begin(const Begin& begin);
  void read_begin(Deadline deadline);
  void describe_prepared(Prepared& prepared, Deadline deadline);
  wire::Frame receive(Deadline deadline);
  wire::Frame expect(std::initializer_list<wire::MessageType> wanted, Deadline deadline);
  [[noreturn]] void fail(const wire::Frame& error, Deadline deadline);
  Error error_from(const wire::Frame& frame) const;
  std::unique_ptr<ResultStream> start(std::vector<wire::Field> fields, int ready_expected,
                                      Deadline deadline);

  std::unique_ptr<connect::Session> session_;
  ResultStream* live_ = nullptr;
  std::vector<std::string> to_close_;
  std::uint64_t last_name_ = 0;
  bool sync_follows_ = false;  // the flight under way ends with a Sync
  bool copy_refused_ = false;  // COPY FROM STDIN was answered with CopyFail in the flight under way
  bool timed_out_ = false;     // a CancelRequest was sent for the flight under way
};

}  // namespace negodbc::result
