// AuthenticationCleartextPassword and AuthenticationMD5Password: one message, nothing proved.
#include "driver/auth/password_exchange.h"

#include "driver/auth/auth_policy.h"
#include "driver/auth/password_hashes.h"
#include "driver/auth/ways.h"
#include "driver/net/login_error.h"
#include "driver/wire/frontend.h"

namespace negodbc::auth {
namespace {

using Kind = wire::Authentication::Kind;

class PasswordExchange final : public AuthExchange {
 public:
  PasswordExchange(AuthMethod method, Circumstances circumstances)
      : method_(method), circumstances_(std::move(circumstances)) {}

  [[nodiscard]] std::string name() const override { return std::string(method_name(method_)); }
  [[nodiscard]] bool is_begun_by(const wire::Authentication& request) const override {
    return static_cast<Kind>(request.kind) ==
           (method_ == AuthMethod::md5 ? Kind::md5_password : Kind::cleartext_password);
  }

  void answer(const wire::Authentication& request, Turn turn) override {
    if (!is_begun_by(request)) throw OutOfTurn("it went on with what was no dialog");
    const std::string& password = required_password(circumstances_, name());
    if (method_ == AuthMethod::md5) {
      wire::Frontend(turn.out).password(md5_response(password, circumstances_.user, request.data));
    } else {
      wire::Frontend(turn.out).password(password);
    }
    turn.stage = "waiting for the answer to the password";
  }

 private:
  const AuthMethod method_;
  const Circumstances circumstances_;
};

}  // namespace

const std::string& required_password(const Circumstances& circumstances,
                                     const std::string& method) {
  if (circumstances.options.password.empty()) {
    throw net::LoginError("28000", host_and_port(circumstances.host) + " asks for a password (" +
                                       method + ") of the user " + circumstances.user +
                                       ", and none was given: give it by PWD");
  }
  return circumstances.options.password.reveal();
}

std::unique_ptr<AuthExchange> begin_cleartext(Circumstances circumstances) {
  check_cleartext(circumstances.options, circumstances.host, circumstances.exposed);
  return std::make_unique<PasswordExchange>(AuthMethod::password, std::move(circumstances));
}

std::unique_ptr<AuthExchange> begin_md5(Circumstances circumstances) {
  return std::make_unique<PasswordExchange>(AuthMethod::md5, std::move(circumstances));
}

}  // namespace negodbc::auth
