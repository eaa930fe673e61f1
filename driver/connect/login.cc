#include "driver/connect/login.h"

#include <algorithm>

#include "driver/connect/auth_policy.h"
#include "driver/connect/password_auth.h"
#include "driver/connect/server_error.h"
#include "driver/wire/frontend.h"

namespace negodbc::connect {
namespace {

using Kind = wire::Authentication::Kind;

// What a PostgreSQL server reads at most before it knows who is there (MAX_STARTUP_PACKET_LENGTH).
constexpr std::size_t longest_startup = 10000;

}  // namespace

Login::Login(const LoginSettings& settings, const Host& host, std::string user,
             std::unique_ptr<IntegratedAuth> auth, std::optional<AuthMethod> expected,
             const NoticeSink& notices, LoginTimes& times, Deadline deadline)
    : settings_(settings),
      host_(host),
      notices_(notices),
      times_(times),
      deadline_(deadline),
      user_(std::move(user)),
      auth_(std::move(auth)),
      expected_(expected) {}

std::unique_ptr<Session> Login::run(ProtectedStream stream, CancelTarget target) {
  session_.reset(new Session);
  session_
      ->mark_broken();  // until the dialog is through: a server that hears no goodbye is no loss
  session_->transport_ = std::move(stream.transport);
  session_->notice_sink_ = notices_;
  session_->host_ = host_;
  encryption_ = stream.used;
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
          session_->handle(frame);
          break;
        case wire::MessageType::negotiate_protocol_version: {
          const auto version = wire::decode_negotiate_protocol_version(frame.body);
          broken("it does not speak protocol 3.0 as asked (it offers 3." +
                 std::to_string(version.newest_minor) + " and does not know " +
                 std::to_string(version.unknown_options.size()) + " options)");
        }
        case wire::MessageType::parameter_status:
          if (!done_) broken("it reported settings before the login was complete");
          session_->handle(frame);
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
          session_->handle(frame);
          finish(std::move(target));
          return std::move(session_);
        default:
          broken("it sent a message of type " + std::to_string(static_cast<int>(frame.type)) +
                 " during the login");
      }
    }
  } catch (const LoginError&) {
    throw;
  } catch (const Timeout&) {
    throw LoginError("HYT00",
                     "The login to " + name_of(host_) + " timed out while the driver was " + stage_,
                     LoginError::Verdict::next_server);
  } catch (const ConnectionError& error) {
    if (ahead()) throw NotAsExpected(true);
    broken(error.what());
  } catch (const Error& error) {  // SCRAM, a digest OpenSSL refuses, a zero byte in a name
    throw LoginError(error.state().view(),
                     "The login to " + name_of(host_) + " failed: " + error.what());
  }
}

void Login::send_startup() {
  std::vector<std::pair<std::string, std::string>> parameters = {{"user", user_}};
  if (!settings_.database.empty()) parameters.emplace_back("database", settings_.database);
  parameters.insert(parameters.end(), settings_.startup_parameters.begin(),
                    settings_.startup_parameters.end());
  wire::Frontend(session_->out_).startup(parameters);
  if (session_->out_.size() > longest_startup) {
    throw LoginError("08001", "the names and settings for the start of a session take " +
                                  std::to_string(session_->out_.size()) +
                                  " bytes; PostgreSQL takes " + std::to_string(longest_startup) +
                                  " at most");
  }
  if (expected_) add_first_token();
  send(token_ahead_ ? "waiting for the answer to the start-up message and the Kerberos token"
                    : "waiting for the answer to the start-up message");
  // The question for the token is no news; what the server says to it is.
  constexpr std::size_t question = 9;
  if (token_ahead_) session_->transport_->expect(question + 1);
}

void Login::prepare_ticket(AuthMethod method) {
  if (!auth_)
    auth_ = std::make_unique<IntegratedAuth>(settings_, host_, IntegratedAuth::Purpose::login);
  const bool binds = settings_.channel_binding != ChannelBinding::disable;
  auth_->prepare(settings_, method, binds ? session_->transport_->channel_binding() : "");
}

void Login::add_first_token() {
  stage_ = "getting a Kerberos ticket for the server";
  try {
    prepare_ticket(*expected_);
    const std::string_view token =
        timed(times_.token, [this] { return auth_->step("", deadline_); });
    wire::Frontend(session_->out_).gss_response(token);
    token_ahead_ = token_sent_ = true;
  } catch (const LoginError& error) {
    // Told if the server does ask for it; no reason to fail should it want something else today.
    if (error.state() == "HYT00") throw;
    token_failure_ = std::current_exception();
  }
}

void Login::authenticate(const wire::Authentication& request) {
  if (done_) broken("it asked for authentication again");
  const auto kind = static_cast<Kind>(request.kind);
  if (ahead() && kind != (*expected_ == AuthMethod::gss ? Kind::gss : Kind::sspi))
    throw NotAsExpected(false);  // also of these two, each has a token of its own
  // A continuation fits what began; anything else begins, once.
  switch (kind) {
    case Kind::ok:
      return authenticated();
    case Kind::gss_continue:
      return continue_integrated(request.data);
    case Kind::sasl_continue:
      if (!scram_) broken("it continued a SCRAM exchange that was not begun");
      stage_ = "hashing the password with the server's iteration count";
      wire::Frontend(session_->out_).sasl_response(scram_->final_message(request.data, deadline_));
      return send("waiting for the server's proof that it knows the password");
    case Kind::sasl_final:
      if (!scram_) broken("it ended a SCRAM exchange that was not begun");
      return scram_->verify(request.data);
    default:
      break;
  }
  if (asked_) broken("it asked for two ways of authentication");
  switch (kind) {
    case Kind::gss:
      return begin_integrated(AuthMethod::gss);
    case Kind::sspi:
      return begin_integrated(AuthMethod::sspi);
    case Kind::sasl:
      return begin_scram(request);
    case Kind::cleartext_password:
      begin_method(AuthMethod::password, "password");
      check_cleartext(settings_, host_, session_->transport_->exposed());
      return send_password(password());
    case Kind::md5_password:
      begin_method(AuthMethod::md5, "md5");
      return send_password(md5_response(password(), user_, request.data));
    default:
      throw LoginError("08001", name_of(host_) +
                                    " asks for an authentication method this driver does not know "
                                    "(number " +
                                    std::to_string(request.kind) +
                                    "); use gss or scram-sha-256 in pg_hba.conf");
  }
}

void Login::begin_method(AuthMethod method, const std::string& name, bool binds_channel) {
  check_method(settings_, host_, method, binds_channel);
  asked_ = true;
  session_->auth_method_ = name;
}

const std::string& Login::password() const {
  if (settings_.password.empty()) {
    throw LoginError("28000", name_of(host_) + " asks for a password (" + session_->auth_method_ +
                                  ") of the user " + user_ + ", and none was given");
  }
  return settings_.password.reveal();
}

void Login::send_password(std::string_view password) {
  wire::Frontend(session_->out_).password(password);
  send("waiting for the answer to the password");
}

void Login::begin_integrated(AuthMethod method) {
  begin_method(method, std::string(method_name(method)));
  if (token_ahead_) return;  // the answer is on its way
  if (token_failure_) std::rethrow_exception(token_failure_);
  prepare_ticket(method);
  continue_integrated("");
}

void Login::continue_integrated(std::string_view token) {
  if (!auth_ || session_->auth_method_.empty() || scram_ || (token_sent_ && auth_->established())) {
    broken("it sent a token for integrated login out of turn");
  }
  stage_ = "getting a Kerberos ticket for the server";
  std::string_view answer;
  try {
    answer = timed(times_.token, [&] { return auth_->step(token, deadline_); });
  } catch (const LoginError&) {
    if (!token.empty()) prefer_servers_words();
    throw;
  }
  // The last leg may have nothing to send.
  if (answer.empty() && auth_->established()) return;
  wire::Frontend(session_->out_).gss_response(answer);
  token_sent_ = true;
  send("waiting for the answer to the Kerberos token");
}

void Login::prefer_servers_words() {
  // A server that can't accept the ticket sends an error token, which the library may not
  // understand, and then says why.
  const Deadline all = deadline_;
  deadline_ = deadline_.sooner(Deadline::after(std::chrono::seconds(1)));
  std::optional<wire::Frame> frame;
  try {
    frame = receive();
  } catch (const ConnectionError&) {
    frame = std::nullopt;  // nothing more came: the library's own words stand
  }
  deadline_ = all;
  if (frame && frame->type == wire::MessageType::error_response) {
    refused(wire::decode_server_message(frame->body));
  }
}

void Login::begin_scram(const wire::Authentication& request) {
  const auto offered = request.sasl_mechanisms();
  const auto offers = [&](std::string_view name) {
    return std::find(offered.begin(), offered.end(), name) != offered.end();
  };
  std::string binding_hash;
  if (settings_.channel_binding != ChannelBinding::disable) {
    binding_hash = session_->transport_->channel_binding();
  }
  const bool bound = !binding_hash.empty() && offers("SCRAM-SHA-256-PLUS");
  begin_method(AuthMethod::scram, bound ? "scram-sha-256-plus" : "scram-sha-256", bound);
  if (!bound && !offers("SCRAM-SHA-256")) {
    throw LoginError("28000", name_of(host_) +
                                  " offers no SASL mechanism this driver can use here; it knows "
                                  "SCRAM-SHA-256, and SCRAM-SHA-256-PLUS over TLS");
  }
  auto binding = ScramBinding::unsupported;
  if (!binding_hash.empty()) binding = bound ? ScramBinding::used : ScramBinding::server_lacks;
  scram_ =
      std::make_unique<ScramClient>(scram_password(password()).reveal(), binding, binding_hash);
  wire::Frontend(session_->out_)
      .sasl_initial_response(bound ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256",
                             scram_->first_message());
  send("waiting for the server's SCRAM challenge");
}

void Login::authenticated() {
  if (scram_ && !scram_->verified()) {
    throw LoginError("28000", name_of(host_) +
                                  " let the user in without proving that it knows the password: it "
                                  "may not be the server it claims to be");
  }
  if (token_sent_ && settings_.mutual && !auth_->established()) {
    throw LoginError("28000", name_of(host_) +
                                  " let the user in without proving its own identity, and mutual "
                                  "authentication is required: check that it is the host you "
                                  "mean (" +
                                  auth_->description() + ")");
  }
  if (!asked_) {
    // GSS encryption has authenticated both sides before.
    const AuthMethod method = encryption_ == Encryption::gss ? AuthMethod::gss : AuthMethod::none;
    check_method(settings_, host_, method, false);
    session_->auth_method_ = method_name(method);
  }
  done_ = true;
  stage_ = "waiting for the server to be ready";
}

void Login::finish(CancelTarget target) {
  target.process_id = process_id_;
  target.secret_key = secret_key_;
  target.encryption = encryption_;
  if (!secret_key_.empty()) {
    session_->cancel_target_ = std::make_shared<const CancelTarget>(std::move(target));
  }
  session_->broken_ = false;
  session_->user_ = user_;
  session_->database_ = settings_.database.empty() ? user_ : settings_.database;
  session_->reader_.set_limit(wire::FrameReader::session_limit);
}

wire::Frame Login::receive() {
  Session& session = *session_;
  for (;;) {
    if (deadline_.expired()) throw Timeout("");
    if (const auto frame = session.reader_.next()) return *frame;
    const std::size_t size = session.transport_->read(session.reader_.room(), deadline_);
    if (size == 0 && ahead()) throw NotAsExpected(true);
    if (size == 0)
      broken(std::string("it closed the connection without a word while the driver was ") + stage_ +
             "; its log may say why");
    session.reader_.received(size);
  }
}

void Login::send(const char* stage) {
  stage_ = stage;
  session_->transport_->write(session_->out_, deadline_);
  wipe(session_->out_);
}

void Login::refused(const wire::ServerMessage& message) const {
  // Before it asked for anything, and about who one is or what was sent.
  const bool not_understood = message.sqlstate.starts_with("08");
  if (ahead() && (not_understood || message.sqlstate.starts_with("28")))
    throw NotAsExpected(not_understood);
  throw login_error(message, host_, asked_, remedy(message.sqlstate));
}

// What the user can do about a refusal; "" where the server's own words must do.
std::string Login::remedy(std::string_view sqlstate) const {
  if (sqlstate == "3D000") return "Check the keyword Database, or have the database created";
  if (!sqlstate.starts_with("28")) return {};
  if (!done_) return token_sent_ ? auth_->explain_refusal() : "";
  const std::string who = token_sent_ ? " (" + auth_->description() + ")" : "";
  return "Have the role " + user_ + " created, or name another one with UID" + who;
}

void Login::broken(const std::string& why) const {
  throw LoginError("08001", "The login to " + name_of(host_) + " broke off: " + why,
                   LoginError::Verdict::next_server);
}

}  // namespace negodbc::connect
