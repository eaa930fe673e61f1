// AuthenticationSASL with SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (PostgreSQL's protocol, "SASL
// Authentication").
#include "driver/auth/password_exchange.h"
#include "driver/auth/password_hashes.h"
#include "driver/auth/scram.h"
#include "driver/auth/ways.h"
#include "driver/net/login_error.h"
#include "driver/wire/frontend.h"

namespace negodbc::auth {
namespace {

using Kind = wire::Authentication::Kind;

class ScramExchange final : public AuthExchange {
 public:
  ScramExchange(const Circumstances& circumstances, ScramBinding binding)
      : host_(circumstances.host),
        bound_(binding == ScramBinding::used),
        client_(scram_password(required_password(circumstances, name())).reveal(), binding,
                binding == ScramBinding::unsupported ? "" : circumstances.tls_hash) {
    if (circumstances.options.keep_scram_keys)
      client_.keep_keys_in(ScramKeyCache::of_process(), whose(circumstances));
  }

  [[nodiscard]] std::string name() const override {
    return bound_ ? "scram-sha-256-plus" : "scram-sha-256";
  }
  [[nodiscard]] bool is_begun_by(const wire::Authentication& request) const override {
    return static_cast<Kind>(request.kind) == Kind::sasl;
  }

  void answer(const wire::Authentication& request, Turn turn) override {
    switch (static_cast<Kind>(request.kind)) {
      case Kind::sasl:
        wire::Frontend(turn.out).sasl_initial_response(
            bound_ ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256", client_.first_message());
        turn.stage = "waiting for the server's SCRAM challenge";
        return;
      case Kind::sasl_continue:
        turn.stage = "hashing the password with the server's iteration count";
        wire::Frontend(turn.out).sasl_response(client_.final_message(request.data, turn.deadline));
        turn.stage = "waiting for the server's proof that it knows the password";
        return;
      case Kind::sasl_final:
        return client_.verify(request.data);
      default:
        throw OutOfTurn("it asked for two ways of authentication");
    }
  }

  void check_proved() const override {
    if (client_.verified()) return;
    throw net::LoginError("28000", host_and_port(host_) +
                                       " let the user in without proving that it knows the "
                                       "password: it may not be the server it claims to be");
  }

 private:
  static std::string whose(const Circumstances& circumstances) {
    const net::Host& host = circumstances.host;
    std::string all = host_and_port(host);
    for (const std::string& part : {host.address, circumstances.user}) {
      all.push_back('\0');
      all += part;
    }
    return all;
  }

  const net::Host& host_;
  const bool bound_;
  ScramClient client_;
};

}  // namespace

bool can_bind_scram(const Circumstances& circumstances) {
  return circumstances.options.channel_binding != ChannelBinding::disable &&
         !circumstances.tls_hash.empty();
}

std::unique_ptr<AuthExchange> begin_scram_plus(Circumstances circumstances) {
  return std::make_unique<ScramExchange>(circumstances, ScramBinding::used);
}

std::unique_ptr<AuthExchange> begin_scram(Circumstances circumstances) {
  return std::make_unique<ScramExchange>(circumstances, can_bind_scram(circumstances)
                                                            ? ScramBinding::server_lacks
                                                            : ScramBinding::unsupported);
}

}  // namespace negodbc::auth
