#include "driver/login/dialog.h"

#include <algorithm>

#include "driver/auth/auth_exchange.h"
#include "driver/auth/auth_policy.h"
#include "driver/login/login_log.h"
#include "driver/login/refusal_remedy.h"
#include "driver/login/server_error.h"
#include "driver/wire/frontend.h"

namespace negodbc::login {
namespace {

using Kind = wire::Authentication::Kind;

// What a PostgreSQL server reads at most before it knows who is there (MAX_STARTUP_PACKET_LENGTH).
constexpr std::size_t longest_startup = 10000;

}  // namespace

Dialog::Dialog(const LoginSettings& settings, const net::Host& host, std::string user,
               std::unique_ptr<auth::IntegratedAuth> known_ticket,
               std::optional<auth::AuthMethod> expected, const session::NoticeSink& notices,
               session::LoginTimes& times, ServerTime& time)
    : settings_(settings),
      host_(host),
      notices_(notices),
      times_(times),
      time_(time),
      user_(std::move(user)),
      known_ticket_(std::move(known_ticket)),
      expected_(expected) {}

std::unique_ptr<session::Session> Dialog::run(encryption::ProtectedStream stream,
                                              session::CancelTarget target) {
  encryption_ = stream.used;
  encrypting_ticket_ = stream.ticket;
  session_.emplace(std::move(stream.transport), host_, notices_);
  try {
    return run_to_the_end(std::move(target));
  } catch (const net::LoginError& error) {
    told(auth::LoginOutcome::broken_off, error.what());
    throw;
  }
}

// Throws nothing but LoginError, NotAsExpected.
std::unique_ptr<session::Session> Dialog::run_to_the_end(session::CancelTarget target) {
  try {
    send_startup();
    for (;;) {
      const wire::Frame frame = receive();
      switch (frame.type) {
        case wire::MessageType::authentication:
          authenticate(wire::decode_authentication(frame.body));
          break;
        case wire::MessageType::error_response:
          refused(wire::decode_server_message(frame.body));
        case wire::MessageType::notice_response:
          session_->keep(frame);
          break;
        case wire::MessageType::negotiate_protocol_version: {
          const auto version = wire::decode_negotiate_protocol_version(frame.body);
          broken("it does not speak protocol 3.0 as asked (it offers 3." +
                 std::to_string(version.newest_minor) + " and does not know " +
                 std::to_string(version.unknown_options.size()) + " options)");
        }
        case wire::MessageType::parameter_status:
          if (!done_) broken("it reported settings before the login was complete");
          session_->keep(frame);
          break;
        case wire::MessageType::backend_key_data: {
          if (!done_) broken("it gave a cancellation key before the login was complete");
          const auto key = wire::decode_key_data(frame.body);
          process_id_ = key.process_id;
          secret_key_ = key.secret_key;
          break;
        }
        case wire::MessageType::ready_for_query:
          if (!done_) broken("it was ready for queries before the login was complete");
          session_->keep(frame);
          return finish(std::move(target));
        default:
          broken("it sent a message of type " + std::to_string(static_cast<int>(frame.type)) +
                 " during the login");
      }
    }
  } catch (const net::LoginError&) {
    throw;
  } catch (const net::Timeout&) {
    throw net::LoginError(
        "HYT00",
        "The login to " + host_and_port(host_) + " timed out while the driver was " + stage_ +
            "; connect_timeout allows more time, should it be a PostgreSQL server",
        net::LoginError::Verdict::next_server);
  } catch (const auth::OutOfTurn& error) {
    broken(error.what());
  } catch (const wire::ProtocolError& error) {
    if (ahead()) throw NotAsExpected(true);
    broken(std::string(error.what()) + "; if it is no PostgreSQL server, correct Server or Port");
  } catch (const ConnectionError& error) {
    if (ahead()) throw NotAsExpected(true);
    broken(error.what());
  } catch (const Error& error) {  // SCRAM, a digest OpenSSL refuses, a zero byte in a name
    throw net::LoginError(error.state().view(),
                          "The login to " + host_and_port(host_) + " failed: " + error.what());
  }
}

void Dialog::send_startup() {
  std::vector<std::pair<std::string, std::string>> parameters = {{"user", user_}};
  if (!settings_.database.empty()) parameters.emplace_back("database", settings_.database);
  parameters.insert(parameters.end(), settings_.startup_parameters.begin(),
                    settings_.startup_parameters.end());
  std::string& out = session_->outgoing();
  wire::Frontend(out).startup(parameters);
  if (out.size() > longest_startup) {
    throw net::LoginError("08001", "the names and settings for the start of a session take " +
                                       std::to_string(out.size()) + " bytes; PostgreSQL takes " +
                                       std::to_string(longest_startup) + " at most");
  }
  if (expected_) {
    auth::AheadExchange ahead = session::timed(times_.token, [&] {
      return time_.ask_kdc([&](Deadline deadline) {
        return auth::ticket_ahead(*expected_, circumstances(), {out, deadline, stage_});
      });
    });
    exchange_ = std::move(ahead.exchange);
    token_ahead_ = ahead.sent;
  }
  stage_ = token_ahead_ ? "waiting for the answer to the start-up message and the Kerberos token"
                        : "waiting for the answer to the start-up message";
  send();
  // The question for the token is no news; what the server says to it is.
  constexpr std::size_t question = 9;
  if (token_ahead_) session_->transport().expect(question + 1);
}

auth::Circumstances Dialog::circumstances() {
  return {settings_,
          settings_,
          host_,
          user_,
          session_->transport().exposed(),
          session_->transport().channel_binding(),
          std::move(known_ticket_)};
}

void Dialog::authenticate(const wire::Authentication& request) {
  if (done_) broken("it asked for authentication again");
  if (ahead() && !exchange_->is_begun_by(request)) throw NotAsExpected(false);
  // A continuation fits what began; anything else begins, once.
  switch (static_cast<Kind>(request.kind)) {
    case Kind::ok:
      return authenticated();
    case Kind::gss_continue:
    case Kind::sasl_continue:
    case Kind::sasl_final:
      if (!asked_) broken("it continued an authentication that was not begun");
      return answer(request, true);
    default:
      break;
  }
  if (asked_) broken("it asked for two ways of authentication");
  if (!exchange_ || !exchange_->is_begun_by(request))
    exchange_ = auth::begin_exchange(request, circumstances());
  asked_ = true;
  auth_method_ = exchange_->name();
  answer(request, false);
}

void Dialog::answer(const wire::Authentication& request, bool continues) {
  try {
    session::timed(times_.token, [&] {
      time_.ask_kdc([&](Deadline deadline) {
        exchange_->answer(request, {session_->outgoing(), deadline, stage_});
      });
    });
  } catch (const net::LoginError&) {
    if (continues) prefer_servers_words();
    throw;
  }
  if (!session_->outgoing().empty()) send();
}

void Dialog::prefer_servers_words() {
  // A server that can't accept the ticket sends an error token, which the library may not
  // understand, and then says why.
  std::optional<wire::Frame> frame;
  try {
    frame = receive(time_.server().sooner(Deadline::after(std::chrono::seconds(1))));
  } catch (const ConnectionError&) {
    frame = std::nullopt;  // nothing more came: the library's own words stand
  }
  if (frame && frame->type == wire::MessageType::error_response) {
    refused(wire::decode_server_message(frame->body));
  }
}

void Dialog::authenticated() {
  if (exchange_) exchange_->check_proved();
  if (!asked_) {
    // GSS encryption has authenticated both sides before.
    const auto method =
        encryption_ == encryption::Encryption::gss ? auth::AuthMethod::gss : auth::AuthMethod::none;
    auth::check_method(settings_, host_, method, false);
    auth_method_ = auth::method_name(method);
  }
  if (const LoginLog log(settings_); log.on()) log.authenticated(auth_method_, shown());
  done_ = true;
  stage_ = "waiting for the server to be ready";
}

std::unique_ptr<session::Session> Dialog::finish(session::CancelTarget target) {
  if (const std::string remark = exchange_ ? exchange_->remark() : "";
      !remark.empty() && notices_) {
    wire::ServerMessage notice;
    notice.severity = "WARNING";
    notice.sqlstate = "01000";
    notice.text = remark;
    notices_(notice);
  }
  told(auth::LoginOutcome::accepted, "");
  target.process_id = process_id_;
  target.secret_key = secret_key_;
  target.encryption = encryption_;
  const std::string& database = settings_.database.empty() ? user_ : settings_.database;
  return session_->take({user_, database, auth_method_, std::move(target)});
}

wire::Frame Dialog::receive() {
  return receive(time_.server());
}

wire::Frame Dialog::receive(Deadline deadline) {
  const auto frame = session_->receive(deadline);
  if (frame) return *frame;
  if (ahead()) throw NotAsExpected(true);
  broken(std::string("it closed the connection without a word while the driver was ") + stage_ +
         "; its log may say why");
}

void Dialog::send() {
  session_->send(time_.server());
}

std::string Dialog::shown() const {
  if (exchange_) return exchange_->description();
  return encrypting_ticket_ != nullptr ? encrypting_ticket_->description() : "";
}

void Dialog::told(auth::LoginOutcome outcome, const std::string& words) const {
  if (exchange_) exchange_->ended(outcome, words);
  // What encrypts the session is what logs in where the server asks for nothing more.
  if (encrypting_ticket_ != nullptr)
    encrypting_ticket_->ended(exchange_ ? auth::LoginOutcome::accepted : outcome,
                              exchange_ ? "" : words);
}

void Dialog::refused(const wire::ServerMessage& message) const {
  // Before it asked for anything, and about who one is or what was sent.
  const bool not_understood = message.sqlstate.starts_with("08");
  if (ahead() && (not_understood || message.sqlstate.starts_with("28")))
    throw NotAsExpected(not_understood);
  const bool by_encryption = !exchange_ && encrypting_ticket_ != nullptr;
  const RefusedLogin known = {settings_, user_, done_,
                              exchange_       ? exchange_->explain_refusal()
                              : by_encryption ? encrypting_ticket_->explain_refusal(user_)
                                              : "",
                              shown()};
  const net::LoginError error =
      login_error(message, host_, asked_ || done_, remedy_for(message, known));
  // Only now: an explanation is of what was known before the server's words.
  told(auth::LoginOutcome::refused,
       std::string(message.text) + " (" + std::string(message.sqlstate) + ")");
  throw error;
}

void Dialog::broken(const std::string& why) const {
  throw net::LoginError("08001", "The login to " + host_and_port(host_) + " broke off: " + why,
                        net::LoginError::Verdict::next_server);
}

}  // namespace negodbc::login
