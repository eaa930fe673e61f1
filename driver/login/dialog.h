// The dialog from the StartupMessage to the first ReadyForQuery, on a stream that is set up.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "driver/auth/auth_exchange.h"
#include "driver/base/server_time.h"
#include "driver/encryption/encryption.h"
#include "driver/login/login_settings.h"
#include "driver/session/cancel.h"
#include "driver/session/new_session.h"

namespace negodbc::login {

// The server does not ask for the way of login whose first message was sent ahead of its question,
// or can't cope with that. Nothing secret was sent; a login that waits for the question may do.
class NotAsExpected : public std::exception {
 public:
  explicit NotAsExpected(bool broke_down) : broke_down_(broke_down) {}
  // It asked for nothing: it went away, or did not understand.
  [[nodiscard]] bool broke_down() const { return broke_down_; }
  [[nodiscard]] const char* what() const noexcept override {
    return "the server asks for another way of login than expected";
  }

 private:
  bool broke_down_;
};

class Dialog {
 public:
  // All references must outlive the Dialog. `known_ticket`: the plugin's session that gave the
  // user's name, or null. `expected`: gss or sspi when the server is known to ask for it: the first
  // token then leaves with the StartupMessage. What ways of login compute is added to `times`.
  Dialog(const LoginSettings& settings, const net::Host& host, std::string user,
         std::unique_ptr<auth::IntegratedAuth> known_ticket,
         std::optional<auth::AuthMethod> expected, const session::NoticeSink& notices,
         session::LoginTimes& times, ServerTime& time);

  // Throws LoginError, Timeout; NotAsExpected, where something was expected. `target` is completed
  // and kept by the session.
  std::unique_ptr<session::Session> run(encryption::ProtectedStream stream,
                                        session::CancelTarget target);
  // Whether the server has asked for a way of login that the settings accept.
  [[nodiscard]] bool asked() const { return asked_; }

 private:
  void send_startup();
  // A token was sent that the server has not asked for so far.
  [[nodiscard]] bool ahead() const { return token_ahead_ && !asked_; }
  [[nodiscard]] auth::Circumstances circumstances();
  void authenticate(const wire::Authentication& request);
  void answer(const wire::Authentication& request, bool continues);
  void prefer_servers_words();
  void authenticated();
  std::unique_ptr<session::Session> run_to_the_end(session::CancelTarget target);
  std::unique_ptr<session::Session> finish(session::CancelTarget target);

  wire::Frame receive();
  wire::Frame receive(Deadline deadline);
  void send();                              // what is outgoing, wiped afterwards
  [[nodiscard]] std::string shown() const;  // to the server, for texts
  void told(auth::LoginOutcome outcome, const std::string& words) const;
  [[noreturn]] void refused(const wire::ServerMessage& message) const;
  [[noreturn]] void broken(const std::string& why) const;  // 08001, the next server may do

  const LoginSettings& settings_;
  const net::Host& host_;
  const session::NoticeSink& notices_;
  session::LoginTimes& times_;
  ServerTime& time_;
  std::string user_;
  std::optional<session::NewSession> session_;
  encryption::Encryption encryption_ = encryption::Encryption::none;
  bool asked_ = false;  // the server has asked for some authentication
  bool done_ = false;   // AuthenticationOk was accepted
  std::unique_ptr<auth::IntegratedAuth> known_ticket_;
  auth::IntegratedAuth* encrypting_ticket_ = nullptr;  // the stream's
  std::optional<auth::AuthMethod> expected_;
  std::unique_ptr<auth::AuthExchange> exchange_;
  bool token_ahead_ = false;
  std::string auth_method_;
  std::int32_t process_id_ = 0;
  std::string secret_key_;
  const char* stage_ = "";
};

}  // namespace negodbc::login
