// One login by Kerberos ticket or Windows session, done by the plugin through its C ABI.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/auth/auth_options.h"
#include "driver/auth/diagnosis_log.h"
#include "driver/auth/ticket_options.h"
#include "driver/auth/ticket_remedy.h"
#include "driver/base/deadline.h"
#include "driver/net/host.h"
#include "driver/net/login_error.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::auth {

// What has become of a login, as the server has said; broken_off: it has said nothing.
enum class LoginOutcome { accepted, refused, broken_off };

class IntegratedAuth {
 public:
  enum class Purpose { login, encryption };  // encryption also requires confidentiality

  // Loads the plugin and opens a session for the host's service; touches no network and no
  // credential. Every member throws LoginError with a text that names cause, SPN, principal,
  // credential source, library and remedy: 28000 (credential or identity), 08001 (no library, no
  // KDC), HYT00, HYC00, HY001.
  IntegratedAuth(const TicketOptions& ticket, const net::Host& host, Purpose purpose);
  IntegratedAuth(const IntegratedAuth&) = delete;
  IntegratedAuth& operator=(const IntegratedAuth&) = delete;
  ~IntegratedAuth();

  // "alice@REALM": acquires the credential.
  std::string principal(Deadline deadline);
  // Before the first step: what the server asks for (gss or sspi), and the TLS session the login is
  // bound to, by its tls-server-end-point hash (RFC 5929; may be empty); an acceptor that knows
  // bindings then refuses the ticket on any other.
  void prepare(const TicketOptions& ticket, AuthMethod method, const std::string& tls_hash);
  // The token for the server, valid until the next call; may be empty (and must then still be sent,
  // unless established). First input: "".
  std::string_view step(std::string_view input, Deadline deadline);
  [[nodiscard]] bool established() const { return established_; }
  // Whether the server gets a ticket to act with for the user: known from the first token on.
  [[nodiscard]] bool delegated() const;

  // What was tried, for texts: "SPN postgres/db, principal alice@R, credential cache FILE:/...;
  // Heimdal 7.8".
  [[nodiscard]] std::string description() const;
  // What has become of the login, once: the plugin's record tells it, and is written to the
  // diagnosis log. Untold, it is written at the end.
  void ended(LoginOutcome outcome, const std::string& words);
  // The plugin's record, as far as it tells any; its texts live until the session's next call.
  [[nodiscard]] negodbc_auth_diagnosis diagnosis() const;
  // What a server's refusal to log `user` in means at this point, as a sentence ("": nobody in
  // particular).
  [[nodiscard]] std::string explain_refusal(std::string_view user) const;

  // After established(): GSS encryption. A sealed message is longer by at most frame_overhead().
  [[nodiscard]] std::size_t frame_overhead() const;
  // Both throw ConnectionError 08S01. Seals into `sealed`, which has room for the text and
  // frame_overhead(); the size of what was made.
  std::size_t protect(std::string_view plain, std::span<char> sealed);
  // Opens a message where it lies. The text is valid until the next call, and no longer than the
  // message's memory. After a failure nothing of it is left there.
  std::string_view unprotect(std::span<char> sealed);

 private:
  void open(const TicketOptions& ticket, const std::string& bindings);
  [[noreturn]] void fail(negodbc_auth_status status) const;
  void write_log() const;
  [[noreturn]] void fail_encryption() const;

  const negodbc_auth_api& api_;
  const Purpose purpose_;
  std::string package_;
  net::Host host_;
  const TicketWishes wishes_;
  const bool mutual_;  // the server must prove itself
  mutable DiagnosisLog log_;
  negodbc_auth_session* session_ = nullptr;
  std::vector<char> opened_;  // for a plugin that does not open messages where they lie
  bool established_ = false, ended_ = false;
  mutable bool tried_ = false;
};

}  // namespace negodbc::auth
