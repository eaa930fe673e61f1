// A logged-in conversation with one server process. What a login gives and statements talk through.
//
// A Session belongs to the process that logged in. In a child made by fork() it is dead, and gives
// no byte to the server that the parent talks to.
//
// A Session is used by one thread at a time (the connection handle's lock), except cancel(),
// interrupt() and dead().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/deadline.h"
#include "driver/base/process.h"
#include "driver/base/stop_time.h"
#include "driver/net/host.h"
#include "driver/net/transport.h"
#include "driver/session/login_times.h"
#include "driver/wire/backend.h"

namespace negodbc::session {

// Takes a NoticeResponse, whenever one comes (01000 in ODBC).
using NoticeSink = std::function<void(const wire::ServerMessage&)>;

// How to reach the same server again, for a CancelRequest. Immutable after login.
struct CancelTarget;

// HYT01: receive() has waited in vain; nothing is lost, and it may be called again.
class NotInTime : public ConnectionError {
 public:
  explicit NotInTime(const std::string& what) : ConnectionError("HYT01", what) {}
};

class Session {
 public:
  ~Session();  // sends Terminate, if it can be sent without waiting; never blocks
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Buffer for messages to come; flush() writes it. Fill it through wire::Frontend.
  [[nodiscard]] std::string& outgoing() { return out_; }
  // Throws ConnectionError: HYT01 when the deadline runs out, HY008 when interrupt() ended the
  // wait, 08S01, with what the server said before it went, if anything; the session is then lost.
  void flush(Deadline deadline);

  // The next message that is an answer: ParameterStatus, NoticeResponse and NotificationResponse
  // are handled here and not returned; ReadyForQuery is returned after transaction_status() is set.
  // The view is valid until the next call. A FATAL or PANIC ErrorResponse is returned like any; the
  // end of the stream after it throws ConnectionError 08S01 with its text. NotInTime when the
  // deadline runs out, however much the server talks meanwhile, or the time that interrupt() left:
  // nothing is lost then, and receive() may be called again (to cancel, to drain).
  wire::Frame receive(Deadline deadline);
  // The same, of what has already arrived in the buffer: no system call.
  std::optional<wire::Frame> receive_buffered();
  // The same, of a row; nothing: it is none, or has not arrived.
  std::optional<std::string_view> receive_buffered_row() {
    return spent_ ? std::nullopt : reader_.next_row();
  }

  [[nodiscard]] char transaction_status() const { return transaction_status_; }  // 'I', 'T', 'E'
  [[nodiscard]] std::string_view parameter(
      std::string_view name) const;  // ParameterStatus; "" unknown
  // Whether text that comes and goes is UTF-8, as the driver takes it to be: the last
  // client_encoding that the server reported. A statement that changes it is known by what is
  // received behind it.
  [[nodiscard]] bool speaks_utf8() const { return speaks_utf8_; }
  [[nodiscard]] int server_version() const {
    return server_version_;
  }  // 150004 for 15.4; 0 unknown

  // After an exception no message border is known any more: mark the session as lost. dead() says
  // so.
  void mark_broken() { broken_ = true; }
  [[nodiscard]] bool broken() const { return broken_; }
  // Whether this is a child of the process that logged in.
  [[nodiscard]] bool is_inherited() const { return owner_ != process_number(); }
  // Whether the server is gone; no round trip. Safe from any thread.
  [[nodiscard]] bool dead() const;
  // For a session that is dead() and whose answers nobody waits for: throws ConnectionError 08S01
  // with what the server said before it went. It often did, and nobody has read it yet. The session
  // gives no message after that.
  [[noreturn]] void tell_loss();
  // What protects the stream: "TLSv1.3, TLS_AES_256_GCM_SHA384", "GSS", "" for nothing.
  [[nodiscard]] std::string encryption() const { return transport_->description(); }

  // Asks the server to cancel what it is doing, over a connection of its own, with TLS if the
  // session has it. Safe from any thread, as long as the Session lives. Best effort: true when the
  // request was delivered. Waits within the deadline until the server has acted, but no longer than
  // `closing` once the request is delivered.
  bool cancel(Deadline deadline, std::chrono::milliseconds closing = std::chrono::hours(1)) const;
  // The same for another thread than the one that waits: the wait ends even when the server does
  // not answer, interrupt_grace later. While what is waited for is another statement's
  // (Shield) nothing is asked of the server and the wait ends at once.
  bool interrupt(Deadline deadline);
  // Whether an answer ends within what has been received since watch(true): a command was
  // completed, or failed. It may be read later than that.
  [[nodiscard]] bool saw_end() const { return saw_end_; }
  void watch(bool on) {
    watching_ = on;
    saw_end_ = on && reader_.received_end().has_value();
  }
  // FrameReader's.
  [[nodiscard]] std::optional<wire::FrameReader::End> received_end() const {
    return reader_.received_end();
  }
  [[nodiscard]] bool received_suspension() const { return reader_.received_suspension(); }
  // Receives more of what comes anyway, which stays to be taken; frames that were taken end here.
  // False: nothing has come within the deadline, or it is no use to wait (receive() says why), or
  // `most` bytes are there already.
  bool read_ahead(std::size_t most, Deadline deadline);
  // What interrupt() has left behind has no effect any more.
  void calm() { stop_.clear(); }
  // How long it has waited for the server to say something, since the login.
  [[nodiscard]] Deadline::Clock::duration waited() const { return waited_; }
  static constexpr std::chrono::seconds interrupt_grace{3};

  // What is received while it lives is another statement's than the one that waits.
  class Shield {
   public:
    explicit Shield(Session& session) : session_(session) { session_.shielded_ = true; }
    ~Shield() { session_.shielded_ = false; }
    Shield(const Shield&) = delete;
    Shield& operator=(const Shield&) = delete;

   private:
    Session& session_;
  };

  // How this session came to be; for SQLGetInfo and diagnosis.
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] const net::Host& host() const { return host_; }
  [[nodiscard]] const std::string& auth_method() const {
    return auth_method_;
  }  // "gss", "scram-sha-256", ...

  [[nodiscard]] const LoginTimes& login_times() const { return login_times_; }
  void set_login_times(const LoginTimes& times) { login_times_ = times; }

  void set_notice_sink(NoticeSink sink) { notice_sink_ = std::move(sink); }

 private:
  friend class NewSession;
  Session() = default;
  std::optional<wire::Frame> next_buffered();
  bool handle(const wire::Frame& frame);  // true: dealt with here
  std::size_t read(Deadline deadline);
  void remember_parameter(std::string_view name, std::string_view value);
  void remember_last_words(const wire::ServerMessage& message);
  void hear_last_words();
  [[noreturn]] void end_of_stream();
  void refuse_child() const;

  StopTime stop_;  // no wait goes beyond this time
  Deadline::Clock::duration waited_{};
  const unsigned long owner_ = process_number();
  std::unique_ptr<net::Transport> transport_;
  wire::FrameReader reader_;
  std::string out_;
  std::map<std::string, std::string, std::less<>> parameters_;
  std::shared_ptr<const CancelTarget> cancel_target_;
  NoticeSink notice_sink_;
  std::string last_words_;  // of a server that goes: why
  std::string user_, database_, auth_method_;
  net::Host host_;
  char transaction_status_ = 'I';
  int server_version_ = 0;
  bool speaks_utf8_ = true;
  LoginTimes login_times_;
  std::atomic<bool> broken_ = false;
  std::atomic<bool> shielded_ = false;
  bool watching_ = false;
  bool saw_end_ = false;
  bool spent_ = false;  // what came last was dropped: what may still come has lost its place
};

}  // namespace negodbc::session
