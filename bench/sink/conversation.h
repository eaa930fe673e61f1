// One client's conversation, from its first byte to Terminate. No I/O: bytes come in by receive(),
// and what is to be written goes to the Line, in the pieces in which PostgreSQL writes it.
//
// One thread at a time; the settings are shared by all conversations and outlive them.
#ifndef NEGODBC_BENCH_SINK_CONVERSATION_H
#define NEGODBC_BENCH_SINK_CONVERSATION_H

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bench/sink/channel.h"
#include "bench/sink/counters.h"
#include "bench/sink/gss_acceptor.h"
#include "bench/sink/requests.h"
#include "bench/sink/scram_server.h"
#include "bench/sink/statements.h"

namespace negodbc::bench {

// How a user is to log in: a line of pg_hba.conf.
enum class Way : std::uint8_t { trust, scram, gss };

struct SinkSettings {
  Way way = Way::gss;  // of users that have none of their own
  std::map<std::string, Way, std::less<>> ways;
  std::map<std::string, ScramVerifier, std::less<>> verifiers;
  unsigned iterations = 4096;             // for users without a verifier
  std::unique_ptr<GssAcceptor> acceptor;  // null: no logins by ticket, no GSS encryption
  bool gss_encryption = true;             // accepted where there is an acceptor
  std::unique_ptr<TlsServer> tls;         // null: declined
};

// Where a conversation writes to.
class Line {
 public:
  virtual ~Line() = default;
  virtual void write(std::string_view bytes) = 0;
};

class Conversation {
 public:
  Conversation(const SinkSettings& settings, Counters& counters, Line& line);

  // What the client has sent. Nothing is thrown: what is wrong with it is said to the client,
  // counted, and ends the conversation.
  void receive(std::string_view bytes);
  // The client has closed its side, or the connection broke.
  void closed();
  // The time to log in has run out.
  void timed_out();

  // Authenticated, and nothing is answered until go_on(): here a server would start the session.
  // Until then receive() is not to be called.
  bool waiting() const { return stage_ == Stage::waiting; }
  void go_on();

  bool logged_in() const { return stage_ == Stage::session; }
  bool over() const { return stage_ == Stage::over; }  // the connection is to be closed

 private:
  enum class Stage : std::uint8_t {
    startup,
    gss,
    scram_first,
    scram_final,
    waiting,
    session,
    over
  };

  template <typename Work>
  void guarded(const Work& work);
  void read_all();
  bool read_one();
  void start(const Startup& startup);
  void ask_for_tls();
  void ask_for_gss_encryption();
  void log_in(const Startup& startup);
  void token(std::string_view body);
  void sasl_first(std::string_view body);
  void sasl_final(std::string_view body);
  void check_principal(const AcceptedContext& context) const;
  void authenticated(Accepted way);
  void begin_session();
  std::string_view password_message(const Request& request) const;
  void flush();
  void write_raw(std::string& raw);
  void refuse(const Refusal& refusal);

  const SinkSettings& settings_;
  Counters& counters_;
  Line& line_;
  Stage stage_ = Stage::startup;
  bool asked_for_tls_ = false;
  bool asked_for_gss_encryption_ = false;
  RequestReader reader_;
  std::optional<Refusal> unreadable_;              // what came behind that which the reader has
  std::string out_;                                // in clear, not yet written
  std::unique_ptr<AcceptedContext> encrypted_by_;  // of GSS encryption
  std::unique_ptr<Channel> channel_;               // nothing is encrypted where there is none
  std::unique_ptr<AcceptedContext> context_;       // of a login by ticket
  std::optional<ScramVerifier> impossible_;        // of a user without a password
  std::optional<ScramServer> scram_;
  std::string user_;
  Settings reported_;
  std::optional<SessionDialog> dialog_;
};

}  // namespace negodbc::bench

#endif
