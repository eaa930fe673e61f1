// What a login tells the log, where there is one for logins.
//
// `login_begins` with what was asked for; `attempt` for each address and kind of encryption,
// `attempt_failed` where another may follow; `authenticated` with what was shown to the server; at
// the end `login` or `login_failed`, with the times. The cause of a failure is the `error` of the
// call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"
#include "driver/encryption/encryption.h"
#include "driver/login/login_settings.h"
#include "driver/net/resolve.h"
#include "driver/session/session.h"

namespace negodbc::login {

class LoginLog {
 public:
  explicit LoginLog(const LoginSettings& settings)
      : settings_(settings),
        log_(settings.log != nullptr && settings.log->tells(log::Level::logins) ? settings.log
                                                                                : nullptr) {}
  // Whether what is told is wanted: what costs something to make is not made for nobody.
  [[nodiscard]] bool on() const { return log_ != nullptr; }

  // Each does nothing unless on().
  void begins() const;
  void attempt(const net::Host& host, const net::Address& address,
               encryption::Encryption wanted) const;
  void attempt_failed(const ConnectionError& error) const;
  // `shown`: AuthExchange::description().
  void authenticated(const std::string& method, const std::string& shown) const;
  void succeeded(const session::Session& session, const session::LoginTimes& times) const;
  void failed(const session::LoginTimes& times) const;

 private:
  // These fields, and the times behind them.
  void write_end(std::string_view event, std::vector<log::Field> fields,
                 const session::LoginTimes& times) const;

  const LoginSettings& settings_;
  log::Log* const log_;
};

}  // namespace negodbc::login
