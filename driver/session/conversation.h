// Serialises what statements want of one session. Used under the connection handle's lock.
//
// Every function that executes something writes all its messages in one flight and waits once. What
// surrounds the statement (BEGIN, SAVEPOINT, RELEASE; framing.h) travels in the same flight; only
// the undoing after an error costs a round trip more.
//
// A deadline that runs out while the server works sends a CancelRequest; the server's answer to
// that is thrown as Error HYT00 and the session goes on. When no answer comes within answer_time,
// Unanswered is thrown: the session is owed the answers then, and whoever uses it next waits for
// them, up to cancel_grace after the CancelRequest; then the session is given up: ConnectionError
// HYT01. Should the answers say that it was done after all, in a transaction, it is undone: with
// the transaction it began, or by making the transaction fail (its COMMIT is a rollback, which the
// tag says).
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

#include "driver/session/flight.h"
#include "driver/session/framing.h"
#include "driver/session/portions.h"
#include "driver/session/prepared.h"
#include "driver/session/session.h"
#include "driver/session/stream.h"
#include "driver/session/transaction.h"

namespace negodbc::session {

class Conversation {
 public:
  static constexpr std::chrono::seconds cancel_grace{10};
  // What a call waits beyond its deadline for the answer to a CancelRequest.
  static constexpr std::chrono::milliseconds answer_time{500};
  // For closing and freeing where the application has set no time-out.
  static constexpr std::chrono::seconds close_time{60};

  explicit Conversation(std::unique_ptr<session::Session> session) : session_(std::move(session)) {}
  // Streams may outlive it: a live one ends here, without reading what is left.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] session::Session& session() { return *session_; }
  [[nodiscard]] const session::Session& session() const { return *session_; }

  using Types = std::span<const std::uint32_t>;
  using Values = std::span<const wire::BindValue>;

  // Each detaches the live stream first (within the deadline: HYT00), writes its messages in one
  // flight and returns when the first result is there (next_result() was called once); errors of
  // the server are thrown, those that come before the statement is accepted as Refused.
  std::unique_ptr<ResultStream> simple(std::string_view sql, const Framing& framing,
                                       Deadline deadline, const Portions& portions = {});
  // Parse, Bind, Describe, Execute, Sync of the unnamed statement.
  std::unique_ptr<ResultStream> extended(std::string_view sql, Types types, Values values,
                                         const Framing& framing, Deadline deadline,
                                         const Portions& portions = {});
  // Parse, Bind, Describe, Execute of each in turn and one Sync: one transaction to the server,
  // where none is open. Refused is what the first of them meets.
  std::unique_ptr<ResultStream> several(std::span<const Part> parts, const Framing& framing,
                                        Deadline deadline);
  // Bind, Execute, Sync of a named statement. `formats`: one for each column, or none (text). The
  // server refuses when the columns have other names or types than it said before, but not when
  // they are another table's: what comes from tables is described in the same flight.
  std::unique_ptr<ResultStream> execute(const Prepared& prepared, Values values,
                                        std::span<const wire::Format> formats,
                                        const Framing& framing, Deadline deadline,
                                        const Portions& portions = {});
  // The first execution and the preparation in one flight; fills `prepared` also when the execution
  // fails (its name stays empty when Parse failed).
  std::unique_ptr<ResultStream> prepare_and_execute(std::string_view sql, Types types,
                                                    Values values, const Framing& framing,
                                                    Prepared& prepared, Deadline deadline,
                                                    const Portions& portions = {});
  // A question of the driver's own, which reads: like simple(), but where a portal keeps a
  // transaction of the server's open it is asked within that one, and the portal stays.
  std::unique_ptr<ResultStream> ask(std::string_view sql, const Framing& framing,
                                    Deadline deadline);

  // Parse, Describe, Sync: what can be known before execution. It opens no transaction, but an
  // error is undone in one that is open. `named`: the statement stays known to the server.
  Prepared prepare(std::string_view sql, Types types, bool named, Framing framing,
                   Deadline deadline);
  // The statement is closed with the next flight; costs no round trip.
  void forget(Prepared& prepared);
  // For COMMIT, ROLLBACK and the like: runs to the end; gives the command tag.
  std::string run(std::string_view sql, Deadline deadline);

  // Back to the state after the login, for the next user of a pooled connection: an open
  // transaction is rolled back now; `queries` (DISCARD ALL, settings) go first in the next flight,
  // so they cost no round trip. When one fails there, the session is given up: ConnectionError
  // 08S01.
  void reset(std::vector<std::string> queries, Deadline deadline);

  // The transaction's state after all that was sent; reads outstanding replies away first.
  char transaction_status(Deadline deadline);

  // Reads outstanding replies away; portals stay.
  void settle_all(Deadline deadline) { make_room(deadline); }
  // Before a transaction ends: the rows of its portals are read into their spools, all of them, or
  // what is little; streams that have more fail when they come to it.
  void keep_portals(Deadline deadline);
  void keep_little(Deadline deadline);

  // Of what was done last, which has been answered to the end.
  [[nodiscard]] Standing standing() {
    return transaction_.standing(session_->transaction_status());
  }
  // What a text does to the transaction is all answered behind this, so that standings tell it.
  void settle_steps(Deadline deadline) {
    if (transaction_.expects()) make_room(deadline);
  }

  // False once the server has refused a savepoint as something it does not know: errors then leave
  // the transaction failed, as without savepoints nothing else is true.
  [[nodiscard]] bool has_savepoints() const { return savepoints_ != Savepoints::no; }
  // Whether trying one cannot cost a transaction: one was set before, or the server is PostgreSQL
  // by what it has reported of itself.
  [[nodiscard]] bool surely_has_savepoints() const;

 private:
  friend class ResultStream;
  friend class Batch;
  enum class Savepoints : std::uint8_t { unknown, yes, no };

  // --- flight.cc
  // Sends `messages` with what surrounds them and reads the answers to what stands before them.
  // `acceptance`: of the statement, see Flight.
  void launch(std::string_view messages, Way way, const Framing& framing, Deadline deadline,
              wire::MessageType acceptance = wire::MessageType::parse_complete);
  // The same in two steps, with the statement's messages appended to the session's outgoing ones in
  // between; these may be sent in parts. Between the steps nothing else may be asked.
  Before open_flight(const Framing& framing, Deadline deadline);
  // False: the server knows no savepoints; the whole flight is to be made anew, without one.
  bool close_flight(const Before& before, Way way, const Framing& framing, Deadline deadline);
  Before plan(const Framing& framing);
  void read_resets(std::size_t count, Deadline deadline);
  bool read_savepoint(bool begins, Deadline deadline);
  // Nobody uses the session afterwards, and nothing is owed to it.
  void make_room(Deadline deadline);
  void settle(Deadline deadline);
  void send(Deadline deadline);
  // What was sent unasked would be taken for the answer to what is asked now. Throws
  // ConnectionError 08S01; the session is lost then.
  void refuse_unasked();
  // The last ReadyForQuery of a flight has come: undoes what an error has left, as planned, and
  // what was done of a statement that was told to have failed.
  void land() noexcept;
  std::string undoing();
  wire::Frame receive(Deadline deadline);
  // Of a flight that another statement waits for: nothing is cancelled when the deadline runs out
  // (HYT00) or that statement is cancelled (HY008), and receiving may go on.
  wire::Frame receive_for_another(Deadline deadline);
  wire::Frame counted(const wire::Frame& frame);
  // What receive() would give when it is a row that has arrived: its body. Nothing: receive()
  // tells.
  std::optional<std::string_view> receive_arrived_row(Deadline deadline);
  void note_progress(wire::MessageType type);
  void late(Deadline deadline);
  [[nodiscard]] int owed() const { return owed_; }
  void refuse_copy();  // copy.cc
  wire::Frame expect(std::initializer_list<wire::MessageType> wanted, Deadline deadline);
  void drain(Deadline deadline);
  [[noreturn]] void fail(const wire::Frame& error, Deadline deadline);
  Error error_from(const wire::Frame& frame) const;  // copy.cc

  void describe_prepared(Prepared& prepared, Deadline deadline);
  std::string next_name() { return "negodbc_" + std::to_string(++last_name_); }
  std::unique_ptr<ResultStream> start(Replies replies, Deadline deadline);
  // What `work` throws while the statement of the flight is not accepted becomes Refused.
  template <class F>
  auto refusing(F&& work);

  // --- portal.cc
  struct RowPlan {
    Replies replies;
    std::string portal;  // its name; "": none
    std::int32_t limit = 0;
    Way way = Way::extended;
  };
  RowPlan plan_rows(const Portions& portions, const Framing& framing, Deadline deadline);
  void ask_portion(Portal& portal, std::int32_t rows, Deadline deadline);
  void launch_portion(ResultStream& stream, std::int32_t rows, Deadline deadline);
  void forget_portal(const ResultStream& stream);
  void sync_implicit();
  void sync_when_left() noexcept;
  void end_implicit(Deadline deadline);
  static Error rolled_back();
  void lose_portals(const Error& error);
  std::unique_ptr<ResultStream> ask_within(std::string_view sql, Deadline deadline);
  static void put_command(wire::Frontend& out, std::string_view sql);
  // Behind what is to be sent already: all that `write` writes, or nothing of it when it throws.
  template <class F>
  void put(F&& write) {
    std::string& out = session_->outgoing();
    const std::size_t before = out.size();
    try {
      wire::Frontend frontend(out);
      std::forward<F>(write)(frontend);
    } catch (...) {
      out.resize(before);
      throw;
    }
  }
  static const std::string& set_savepoint();
  static const std::string& release_savepoint();

  std::unique_ptr<session::Session> session_;
  ResultStream* live_ = nullptr;
  std::string messages_;  // a statement's, while a flight is made
  std::vector<std::string> to_close_;
  std::vector<std::string> to_close_portals_;
  std::vector<ResultStream*> portals_;  // that may give more rows in the transaction that is open
  bool implicit_ = false;  // the live stream's portal keeps the server's own transaction open
  std::vector<std::string> resets_;
  std::uint64_t last_name_ = 0;
  Savepoints savepoints_ = Savepoints::unknown;
  Transaction transaction_;
  Flight flight_;  // the one under way
  int owed_ = 0;   // ReadyForQuery messages that are still to come, of whatever flight
};

}  // namespace negodbc::session
