// AuthenticationSASL with OAUTHBEARER (RFC 7628; PostgreSQL 18, "OAUTHBEARER Authentication"): a
// token that somebody else has fetched. Nothing of the server is proved: TLS does that.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "driver/auth/ways.h"
#include "driver/net/login_error.h"
#include "driver/wire/frontend.h"
#include "driver/wire/server_words.h"

namespace negodbc::auth {
namespace {

using Kind = wire::Authentication::Kind;

// Key and value pairs end in it, and so does the list of them (RFC 7628 section 3.1).
constexpr char separator = '\x01';

// b64token of RFC 6750 section 2.1: nothing that could end the pair early.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  });
}

class OauthExchange final : public AuthExchange {
 public:
  explicit OauthExchange(Circumstances circumstances) : circumstances_(std::move(circumstances)) {}

  [[nodiscard]] std::string name() const override { return "oauth"; }
  [[nodiscard]] bool is_begun_by(const wire::Authentication& request) const override {
    return static_cast<Kind>(request.kind) == Kind::sasl;
  }

  void answer(const wire::Authentication& request, Turn turn) override {
    if (is_begun_by(request)) return send_token(turn);
    if (static_cast<Kind>(request.kind) != Kind::sasl_continue || !refusal_.empty())
      throw OutOfTurn("it went on with a login by token that was over");
    // The reason, which takes an answer before the server says so in its own words.
    refusal_ = reason_of(request.data);
    wire::Frontend(turn.out).sasl_response(std::string(1, separator));
    turn.stage = "waiting for the server's refusal of the token";
  }

  [[nodiscard]] std::string explain_refusal() const override {
    return "The server did not take the token of OAuthToken" + refusal_ +
           ": it may have expired, or be another issuer's or for another scope than pg_hba.conf "
           "asks for";
  }

 private:
  void send_token(Turn turn) const {
    std::string message = "n,,";
    message += separator;
    message += "auth=Bearer " + circumstances_.options.oauth_token.reveal();
    message += separator;
    message += separator;
    wire::Frontend(turn.out).sasl_initial_response("OAUTHBEARER", message);
    wipe(message);
    turn.stage = "waiting for the answer to the token";
  }

  // " (invalid_token, scope openid)" of {"status": ..., "scope": ...}; who sends it may be anybody.
  static std::string reason_of(std::string_view json) {
    const auto reason = nlohmann::json::parse(json, nullptr, false);
    std::string text;
    const auto add = [&](const char* name, const char* label) {
      if (!reason.is_object() || !reason.contains(name) || !reason[name].is_string()) return;
      text += text.empty() ? " (" : ", ";
      text += label + wire::on_one_line(reason[name].get<std::string>());
    };
    add("status", "");
    add("scope", "scope ");
    add("openid-configuration", "issuer's configuration at ");
    return text.empty() ? " (it gave no reason)" : text + ")";
  }

  const Circumstances circumstances_;
  std::string refusal_;
};

}  // namespace

bool has_oauth_token(const Circumstances& circumstances) {
  return !circumstances.options.oauth_token.empty();
}

std::unique_ptr<AuthExchange> begin_oauth(Circumstances circumstances) {
  if (circumstances.exposed && !circumstances.options.allow_cleartext) {
    throw net::LoginError("28000", host_and_port(circumstances.host) +
                                       " asks for an OAuth token over a connection that is not "
                                       "encrypted; it was not sent. Use sslmode=verify-full");
  }
  if (!is_token(circumstances.options.oauth_token.reveal())) {
    throw net::LoginError("28000",
                          "OAuthToken is no bearer token (RFC 6750): letters, digits and -._~+/= "
                          "only; it was not sent");
  }
  return std::make_unique<OauthExchange>(std::move(circumstances));
}

}  // namespace negodbc::auth
