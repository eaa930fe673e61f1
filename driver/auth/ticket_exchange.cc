#include "driver/auth/ticket_exchange.h"

#include <utility>

#include "driver/auth/auth_policy.h"
#include "driver/auth/ways.h"
#include "driver/net/login_error.h"
#include "driver/wire/frontend.h"

namespace negodbc::auth {
namespace {

using Kind = wire::Authentication::Kind;

}  // namespace

TicketExchange::TicketExchange(AuthMethod method, Circumstances circumstances)
    : method_(method),
      auth_(std::move(circumstances.known_ticket)),
      circumstances_(std::move(circumstances)) {}

std::string TicketExchange::name() const {
  return std::string(method_name(method_));
}

bool TicketExchange::is_begun_by(const wire::Authentication& request) const {
  // Each of the two has a token of its own.
  return static_cast<Kind>(request.kind) == (method_ == AuthMethod::gss ? Kind::gss : Kind::sspi);
}

void TicketExchange::prepare() {
  if (!auth_) {
    auth_ = std::make_unique<IntegratedAuth>(circumstances_.ticket, circumstances_.host,
                                             IntegratedAuth::Purpose::login);
  }
  const bool binds = circumstances_.options.channel_binding != ChannelBinding::disable;
  auth_->prepare(circumstances_.ticket, method_, binds ? circumstances_.tls_hash : "");
}

bool TicketExchange::go_ahead(Turn turn) {
  turn.stage = "getting a Kerberos ticket for the server";
  try {
    prepare();
    wire::Frontend(turn.out).gss_response(auth_->step("", turn.deadline));
    sent_ = true;
  } catch (const net::LoginError& error) {
    if (error.state() == "HYT00") throw;
    failure_ = std::current_exception();
  }
  return sent_;
}

void TicketExchange::answer(const wire::Authentication& request, Turn turn) {
  if (is_begun_by(request)) {
    if (asked_) throw OutOfTurn("it asked for two ways of authentication");
    asked_ = true;
    if (sent_) return;  // the answer is on its way
    if (failure_) std::rethrow_exception(failure_);
    prepare();
    return step("", turn);
  }
  if (static_cast<Kind>(request.kind) != Kind::gss_continue || !asked_ || auth_->established())
    throw OutOfTurn("it sent a token for integrated login out of turn");
  step(request.data, turn);
}

void TicketExchange::step(std::string_view token, Turn turn) {
  turn.stage = "getting a Kerberos ticket for the server";
  const std::string_view answer = auth_->step(token, turn.deadline);
  // The last leg may have nothing to send.
  if (answer.empty() && auth_->established()) return;
  wire::Frontend(turn.out).gss_response(answer);
  sent_ = true;
  turn.stage = "waiting for the answer to the Kerberos token";
}

void TicketExchange::check_proved() const {
  if (!sent_ || !circumstances_.ticket.mutual || auth_->established()) return;
  throw net::LoginError("28000", host_and_port(circumstances_.host) +
                                     " let the user in without proving its own identity, and "
                                     "mutual authentication is required: check that it is the "
                                     "host you mean (" +
                                     auth_->description() + ")");
}

std::string TicketExchange::remark() const {
  const bool asked = circumstances_.ticket.delegation == NEGODBC_AUTH_DELEGATE_FULL;
  if (!asked || !sent_ || auth_->delegated()) return "";
  return "The ticket was not forwarded to " + host_and_port(circumstances_.host) +
         ", although GssDelegation=full asks for it: get one that is forwardable (kinit -f; "
         "forwardable = true in krb5.conf), or have the administrator allow it (" +
         auth_->description() + ")";
}

void TicketExchange::ended(LoginOutcome outcome, const std::string& words) {
  if (auth_) auth_->ended(outcome, words);
}

std::string TicketExchange::explain_refusal() const {
  return sent_ ? auth_->explain_refusal(circumstances_.user) : "";
}

std::string TicketExchange::description() const {
  return sent_ ? auth_->description() : "";
}

std::unique_ptr<AuthExchange> begin_gss(Circumstances circumstances) {
  return std::make_unique<TicketExchange>(AuthMethod::gss, std::move(circumstances));
}

std::unique_ptr<AuthExchange> begin_sspi(Circumstances circumstances) {
  return std::make_unique<TicketExchange>(AuthMethod::sspi, std::move(circumstances));
}

AheadExchange ticket_ahead(AuthMethod method, Circumstances circumstances, Turn turn) {
  auto exchange = std::make_unique<TicketExchange>(method, std::move(circumstances));
  const bool sent = exchange->go_ahead(turn);
  return {std::move(exchange), sent};
}

}  // namespace negodbc::auth
