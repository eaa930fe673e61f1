// The dialog from the StartupMessage to the first ReadyForQuery, on a stream that is set up.
#pragma once

#include <memory>
#include <string>

#include "driver/connect/cancel.h"
#include "driver/connect/encryption.h"
#include "driver/connect/identity.h"
#include "driver/connect/scram.h"
#include "driver/connect/session.h"

namespace negodbc::connect {

class Login {
 public:
  // All references must outlive the Login. `auth`: the plugin's session that gave the user's name,
  // or null.
  Login(const LoginSettings& settings, const Host& host, std::string user,
        std::unique_ptr<IntegratedAuth> auth, const NoticeSink& notices, Deadline deadline);

  // Throws LoginError, Timeout. `target` is completed and kept by the session.
  std::unique_ptr<Session> run(ProtectedStream stream, CancelTarget target);

 private:
  void send_startup();
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
  Deadline deadline_;
  std::string user_;
  std::unique_ptr<Session> session_;
  Encryption encryption_ = Encryption::none;
  bool asked_ = false;  // the server has asked for some authentication
  bool done_ = false;   // AuthenticationOk was accepted
  std::unique_ptr<IntegratedAuth> auth_;
  bool token_sent_ = false;
  std::unique_ptr<ScramClient> scram_;
  std::int32_t process_id_ = 0;
  std::string secret_key_;
  const char* stage_ = "";
};

}  // namespace negodbc::connect
