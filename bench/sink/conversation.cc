#include "bench/sink/conversation.h"

#include <array>
#include <atomic>
#include <utility>

#include "driver/auth/digest.h"
#include "driver/wire/cursor.h"

namespace negodbc::bench {
namespace {

using AuthenticationKind = wire::Authentication::Kind;

std::int32_t number_of_kind(AuthenticationKind kind) {
  return static_cast<std::int32_t>(kind);
}

// What a PostgreSQL 15 reports of itself after a login, in its order; the client's own words from
// the StartupMessage where it has some.
Settings settings_of(const Startup& startup) {
  Settings settings{{"application_name", ""},
                    {"client_encoding", "UTF8"},
                    {"DateStyle", "ISO, MDY"},
                    {"default_transaction_read_only", "off"},
                    {"in_hot_standby", "off"},
                    {"integer_datetimes", "on"},
                    {"IntervalStyle", "postgres"},
                    {"is_superuser", "off"},
                    {"server_encoding", "UTF8"},
                    {"server_version", "15.0 (negodbc-login-sink, no database)"},
                    {"session_authorization", std::string(startup.value("user"))},
                    {"standard_conforming_strings", "on"},
                    {"TimeZone", "UTC"}};
  for (const char* name : {"application_name", "TimeZone"}) {
    const std::string_view asked = startup.value(name);
    for (auto& [key, value] : settings)
      if (key == name && !asked.empty()) value = asked;
  }
  return settings;
}

std::uint32_t random_key() {
  std::array<unsigned char, 4> bytes{};
  auth::random_bytes(bytes);
  return wire::load_u32(reinterpret_cast<const char*>(bytes.data()));
}

}  // namespace

Conversation::Conversation(const SinkSettings& settings, Counters& counters, Line& line)
    : settings_(settings), counters_(counters), line_(line) {
  counters_.add(Accepted::connections);
}

template <typename Work>
void Conversation::guarded(const Work& work) {
  try {
    work();
  } catch (const Refusal& refusal) {
    refuse(refusal);
  } catch (const wire::ProtocolError&) {
    refuse(Refusal(Cause::malformed, "08P01", "malformed message"));
  } catch (const std::exception& error) {  // a library's, of memory
    refuse(Refusal(Cause::malformed, "XX000", error.what()));
  }
}

void Conversation::receive(std::string_view bytes) {
  if (over()) return;
  guarded([&] {
    if (channel_ == nullptr) {
      reader_.add(bytes);
    } else {
      const bool stood = channel_->established();
      std::string plain;
      std::string raw;
      try {
        channel_->open(bytes, plain, raw);
      } catch (const Refusal& refusal) {
        unreadable_ = refusal;
      }
      write_raw(raw);
      if (!stood && channel_->established())
        counters_.add(encrypted_by_ ? Accepted::gss_encryption : Accepted::tls);
      reader_.add(plain);
    }
    read_all();
  });
}

void Conversation::read_all() {
  while (!over() && !waiting() && read_one()) {
  }
  if (unreadable_ && !over() && !waiting()) throw Refusal(*unreadable_);
}

// False when there is no whole message.
bool Conversation::read_one() {
  if (stage_ == Stage::startup) {
    if (channel_ != nullptr && !channel_->established()) return false;
    const auto body = reader_.untyped(longest_startup);
    if (body) start(parse_startup(*body));
    return body.has_value();
  }
  const std::uint32_t longest = stage_ == Stage::session ? longest_statement
                                : stage_ == Stage::gss   ? longest_token
                                                         : longest_password;
  const auto request = reader_.typed(longest);
  if (!request) return false;
  switch (stage_) {
    case Stage::gss:
      token(password_message(*request));
      break;
    case Stage::scram_first:
      sasl_first(password_message(*request));
      break;
    case Stage::scram_final:
      sasl_final(password_message(*request));
      break;
    default:
      if (request->type == 'X') {
        counters_.add(Accepted::terminated);
        stage_ = Stage::over;
      } else if (dialog_->answer(*request, out_)) {
        flush();
      }
  }
  return true;
}

std::string_view Conversation::password_message(const Request& request) const {
  if (request.type != 'p')
    throw Refusal(Cause::malformed, "08P01",
                  "expected an answer to the question for authentication");
  return request.body;
}

void Conversation::start(const Startup& startup) {
  switch (startup.kind) {
    case Startup::Kind::cancel:
      counters_.add(Accepted::cancel_requests);
      stage_ = Stage::over;
      return;
    case Startup::Kind::tls:
      return ask_for_tls();
    case Startup::Kind::gss_encryption:
      return ask_for_gss_encryption();
    case Startup::Kind::session:
      return log_in(startup);
  }
}

// What follows a request that is accepted must come encrypted: a middleman could have put it there.
void Conversation::ask_for_tls() {
  if (std::exchange(asked_for_tls_, true) || channel_ != nullptr)
    throw Refusal(Cause::malformed, "08P01", "SSLRequest where it may not be");
  if (settings_.tls == nullptr) {
    counters_.add(Accepted::tls_declined);
    return line_.write("N");
  }
  if (!reader_.empty())
    throw Refusal(Cause::early_bytes, "08P01", "received unencrypted data after SSL request");
  line_.write("S");
  channel_ = settings_.tls->channel();
}

void Conversation::ask_for_gss_encryption() {
  if (std::exchange(asked_for_gss_encryption_, true) || channel_ != nullptr)
    throw Refusal(Cause::malformed, "08P01", "GSSENCRequest where it may not be");
  if (settings_.acceptor == nullptr || !settings_.gss_encryption) {
    counters_.add(Accepted::gss_encryption_declined);
    return line_.write("N");
  }
  if (!reader_.empty())
    throw Refusal(Cause::early_bytes, "08P01",
                  "received unencrypted data after GSSAPI encryption request");
  line_.write("G");
  encrypted_by_ = settings_.acceptor->begin();
  channel_ = make_gss_channel(*encrypted_by_);
}

void Conversation::log_in(const Startup& startup) {
  user_ = startup.value("user");
  reported_ = settings_of(startup);
  const auto own = settings_.ways.find(user_);
  Answers out(out_);
  switch (own == settings_.ways.end() ? settings_.way : own->second) {
    case Way::trust:
      return authenticated(Accepted::trust);
    case Way::scram: {
      const auto known = settings_.verifiers.find(user_);
      if (known == settings_.verifiers.end())
        impossible_ = impossible_verifier(user_, settings_.iterations);
      scram_.emplace(impossible_ ? *impossible_ : known->second, random_nonce());
      out.authentication(number_of_kind(AuthenticationKind::sasl),
                         std::string_view("SCRAM-SHA-256\0\0", 15));
      stage_ = Stage::scram_first;
      return flush();
    }
    case Way::gss:
      if (encrypted_by_ != nullptr) {
        check_principal(*encrypted_by_);
        return authenticated(Accepted::gss_of_encryption);
      }
      if (settings_.acceptor == nullptr)
        throw Refusal(Cause::unknown_user, "28000", "the sink has no keytab");
      context_ = settings_.acceptor->begin();
      out.authentication(number_of_kind(AuthenticationKind::gss));
      stage_ = Stage::gss;
      return flush();
  }
}

void Conversation::token(std::string_view body) {
  std::string answer;
  bool complete = false;
  try {
    complete = context_->accept(body, answer);
  } catch (const Refusal& refused) {
    throw Refusal(refused.cause, "28000",
                  "GSSAPI authentication failed for user \"" + user_ + "\": " + refused.what());
  }
  if (!answer.empty()) {
    Answers(out_).authentication(number_of_kind(AuthenticationKind::gss_continue), answer);
    flush();
  }
  if (!complete) return;
  check_principal(*context_);
  context_.reset();
  authenticated(Accepted::gss);
}

// As with include_realm=0: whose name without its realm is the user's.
void Conversation::check_principal(const AcceptedContext& context) const {
  const std::string client = context.client();
  if (client.substr(0, client.find('@')) != user_)
    throw Refusal(
        Cause::other_principal, "28000",
        "GSSAPI authentication failed for user \"" + user_ + "\": the ticket is " + client + "'s");
}

void Conversation::sasl_first(std::string_view body) {
  const SaslInitialResponse initial = parse_sasl_initial_response(body);
  if (initial.mechanism != "SCRAM-SHA-256")
    throw Refusal(Cause::malformed, "08P01",
                  "client selected an invalid SASL authentication mechanism");
  Answers(out_).authentication(number_of_kind(AuthenticationKind::sasl_continue),
                               scram_->first_message(initial.response));
  stage_ = Stage::scram_final;
  flush();
}

void Conversation::sasl_final(std::string_view body) {
  std::string verdict;
  try {
    verdict = scram_->final_message(body);
  } catch (const Refusal& refused) {
    if (refused.cause != Cause::wrong_password) throw;
    throw Refusal(impossible_ ? Cause::unknown_user : Cause::wrong_password, "28P01",
                  "password authentication failed for user \"" + user_ + "\"");
  }
  Answers(out_).authentication(number_of_kind(AuthenticationKind::sasl_final), verdict);
  authenticated(Accepted::scram);
}

// PostgreSQL writes what comes from here on at once, when it is ready.
void Conversation::authenticated(Accepted way) {
  counters_.add(way);
  Answers(out_).authentication(number_of_kind(AuthenticationKind::ok));
  stage_ = Stage::waiting;
}

void Conversation::go_on() {
  guarded([&] {
    begin_session();
    read_all();
  });
}

void Conversation::begin_session() {
  static std::atomic<std::uint32_t> last_process{0};
  Answers out(out_);
  for (const auto& [name, value] : reported_) out.parameter_status(name, value);
  out.backend_key_data(++last_process & 0x7fffffffU, random_key());
  out.ready_for_query('I');
  dialog_.emplace(reported_, counters_);
  stage_ = Stage::session;
  flush();
}

void Conversation::flush() {
  if (out_.empty()) return;
  if (channel_ == nullptr) {
    line_.write(out_);
  } else {
    std::string raw;
    channel_->seal(out_, raw);
    line_.write(raw);
  }
  out_.clear();
}

void Conversation::write_raw(std::string& raw) {
  if (!raw.empty()) line_.write(raw);
}

void Conversation::refuse(const Refusal& refusal) {
  counters_.add(refusal.cause);
  const bool tell = !refusal.sqlstate.empty() && (channel_ == nullptr || channel_->established());
  stage_ = Stage::over;
  if (!tell) return;
  Answers(out_).error("FATAL", refusal.sqlstate, refusal.what());
  try {
    flush();
  } catch (const Refusal&) {  // sealing fails: there is nobody to tell
  }
}

void Conversation::closed() {
  if (over()) return;
  if (logged_in()) {
    counters_.add(Accepted::gone);
  } else {
    counters_.add(Cause::went);
  }
  stage_ = Stage::over;
}

void Conversation::timed_out() {
  if (!over())
    refuse(Refusal(Cause::timed_out, "57014", "canceling authentication due to timeout"));
}

}  // namespace negodbc::bench
