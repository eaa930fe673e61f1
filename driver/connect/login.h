// The dialog from the StartupMessage to the first ReadyForQuery, on a stream that is set up.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "driver/connect/cancel.h"
#include "driver/connect/encryption.h"
#include "driver/connect/identity.h"
#include "driver/connect/scram.h"
#include "driver/connect/session.h"

namespace negodbc::connect {

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

class Login {
 public:
  // All references must outlive the Login. `auth`: the plugin's session that gave the user's name,
  // or null. `expected`: gss or sspi when the server is known to ask for it: the first token then
  // leaves with the StartupMessage. What the plugin takes is added to `times`.
  Login(const LoginSettings& settings, const Host& host, std::string user,
        std::unique_ptr<IntegratedAuth> auth, std::optional<AuthMethod> expected,
        const NoticeSink& notices, LoginTimes& times, Deadline deadline);

  // Throws LoginError, Timeout; NotAsExpected, where something was expected. `target` is completed
  // and kept by the session.
  std::unique_ptr<Session> run(ProtectedStream stream, CancelTarget target);
  // Whether the server has asked for a way of login that the settings accept.
  [[nodiscard]] bool asked() const { return asked_; }

 private:
  void send_startup();
  // For the first step: of the package that suits, bound to the TLS session if there is one.
  void prepare_ticket(AuthMethod method);
  void add_first_token();
  // A token was sent that the server has not asked for so far.
  [[nodiscard]] bool ahead() const { return token_ahead_ && !asked_; }
  void authenticate(const wire::Authentication& request);
  void send_password(std::string_view password);
  void begin_integrated(AuthMethod method);
  void continue_integrated(std::string_view token);
  void prefer_servers_words();
  void begin_scram(const wire::Authentication& request);
  void authenticated();
  void finish(CancelTarget target);

  wire::Frame receive();
  void send(const char* stage);  // the session's buffer, wiped afterwards; `stage` for error texts
  void begin_method(AuthMethod method, const std::string& name, bool binds_channel = false);
  const std::string& password() const;
  [[noreturn]] void refused(const wire::ServerMessage& message) const;
  [[nodiscard]] std::string remedy(std::string_view sqlstate) const;
  [[noreturn]] void broken(const std::string& why) const;  // 08001, the next server may do

  const LoginSettings& settings_;
  const Host& host_;
  const NoticeSink& notices_;
  LoginTimes& times_;
  Deadline deadline_;
  std::string user_;
  std::unique_ptr<Session> session_;
  Encryption encryption_ = Encryption::none;
  bool asked_ = false;  // the server has asked for some authentication
  bool done_ = false;   // AuthenticationOk was accepted
  std::unique_ptr<IntegratedAuth> auth_;
  std::optional<AuthMethod> expected_;
  bool token_ahead_ = false;
  std::exception_ptr token_failure_;  // why there was no token to send ahead
  bool token_sent_ = false;
  std::unique_ptr<ScramClient> scram_;
  std::int32_t process_id_ = 0;
  std::string secret_key_;
  const char* stage_ = "";
};

}  // namespace negodbc::connect
