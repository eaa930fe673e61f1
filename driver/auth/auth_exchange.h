// One way of login, from the server's request for it to the proof of both sides. Each way is a file
// of its own (ticket_exchange, scram_exchange, password_exchange); ways.cc has a line for each.
//
// States: begun (made by begin_exchange() or, unasked, by ticket_ahead()); answering, once for each
// of the server's requests; proved, or not, when the server lets the user in. An exchange belongs
// to one login and one thread; after an exception it is of no more use than to explain_refusal().
#pragma once

#include <memory>
#include <string>

#include "driver/auth/auth_options.h"
#include "driver/auth/integrated_auth.h"
#include "driver/auth/ticket_options.h"
#include "driver/base/deadline.h"
#include "driver/base/error.h"
#include "driver/net/host.h"
#include "driver/wire/backend.h"

namespace negodbc::auth {

// What a way may need to know. The options and the host must outlive the exchange.
struct Circumstances {
  const AuthOptions& options;
  const TicketOptions& ticket;
  const net::Host& host;
  std::string user;
  bool exposed = true;   // others may read the stream
  std::string tls_hash;  // tls-server-end-point of the server's certificate (RFC 5929); "": no TLS
  // The plugin's session that gave the user's name, good for one login; or null.
  std::unique_ptr<IntegratedAuth> known_ticket;
};

// The server's request fits nothing that came before.
class OutOfTurn : public Error {
 public:
  explicit OutOfTurn(const std::string& what) : Error("08001", what) {}
};

// One answer under way.
struct Turn {
  std::string& out;    // the message to send is put here; nothing: the server goes on
  Deadline deadline;   // for what computes or asks a KDC
  const char*& stage;  // what is being done, at the end what is waited for; for texts
};

class AuthExchange {
 public:
  AuthExchange() = default;
  AuthExchange(const AuthExchange&) = delete;
  AuthExchange& operator=(const AuthExchange&) = delete;
  virtual ~AuthExchange() = default;

  // "gss", "scram-sha-256": what is told of the session later.
  [[nodiscard]] virtual std::string name() const = 0;

  // Whether this is the request that begins it. Only asked of what was begun unasked.
  [[nodiscard]] virtual bool is_begun_by(const wire::Authentication& request) const = 0;

  // Answers the request that began it, then each further one. Throws LoginError with the cause,
  // OutOfTurn, net::Timeout, Error of what computes.
  virtual void answer(const wire::Authentication& request, Turn turn) = 0;

  // The server lets the user in: throws LoginError 28000 when it has not proved what this way has
  // it prove.
  virtual void check_proved() const {}

  // What has become of the login, for the records of the way.
  virtual void ended(LoginOutcome /*outcome*/, const std::string& /*words*/) {}

  // What to tell the user of a login that has succeeded; "" nothing.
  [[nodiscard]] virtual std::string remark() const { return {}; }

  // What a server's refusal means at this point, as a sentence; "" where its words must do.
  [[nodiscard]] virtual std::string explain_refusal() const { return {}; }
  // What was shown to the server, for texts; "" nothing worth telling.
  [[nodiscard]] virtual std::string description() const { return {}; }
};

// The way that the server asks for: of several mechanisms the first of ways.cc that this login can
// use. Throws LoginError: 28000 when the options forbid it (check_method()) or something it needs
// is missing, 08001 when it is not known.
std::unique_ptr<AuthExchange> begin_exchange(const wire::Authentication& request,
                                             Circumstances circumstances);

// A login by ticket whose first token leaves before the server has asked for it, as it will
// (AuthMethod::gss or sspi). `sent`: whether there was a token; when not, why is told if the server
// does ask. Throws net::LoginError HYT00 only.
struct AheadExchange {
  std::unique_ptr<AuthExchange> exchange;
  bool sent = false;
};
AheadExchange ticket_ahead(AuthMethod method, Circumstances circumstances, Turn turn);

}  // namespace negodbc::auth
