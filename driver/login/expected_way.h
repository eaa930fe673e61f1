// Whether the first token of an integrated login may leave before the server has asked for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/login/known_servers.h"

namespace negodbc::login {

// For one login on one stream. Never for a password; never where the settings rule the method out
// (require_auth, channel_binding, integrated login switched off); never over GSS encryption, where
// no token is asked for. What was seen of the server counts for more than what the settings assert.
class ExpectedWay {
 public:
  enum class Attempt {
    first,
    after_disagreement,  // expects nothing
    after_breakdown      // the same, and the server fell silent when it was sent a token unasked
  };
  ExpectedWay(const LoginSettings& settings, Attempt attempt, const net::Host& host,
              const net::Address& address, const std::string& user,
              encryption::Encryption encryption);

  [[nodiscard]] std::optional<auth::AuthMethod> method() const { return method_; }
  // The login has succeeded, by this method (of Session::auth_method()).
  void was(std::string_view method);
  // The server asked for something else, or broke down: nothing is expected of it from now on,
  // until a login by ticket has succeeded without that.
  void was_wrong();
  // It did not answer in time. If it had asked for the token, and the token was there already, then
  // it can't take one ahead, and nothing is expected of it any more.
  void timed_out(bool asked);

 private:
  [[nodiscard]] std::optional<auth::AuthMethod> expect(const LoginSettings& settings,
                                                       const net::Host& host,
                                                       encryption::Encryption encryption) const;

  std::string key_;
  Attempt attempt_;
  KnownServers::Way known_;
  std::optional<auth::AuthMethod> method_;
  bool learns_;
};

}  // namespace negodbc::login
