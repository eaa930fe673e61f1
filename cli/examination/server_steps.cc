// The server, as far as it can be asked without logging in: whether it takes connections, and what
// it asks of who logs in.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "cli/examination/examination.h"
#include "cli/examination/words.h"
#include "driver/base/error.h"
#include "driver/base/server_time.h"
#include "driver/encryption/encryption.h"
#include "driver/login/identity.h"
#include "driver/net/socket_transport.h"
#include "driver/wire/backend.h"
#include "driver/wire/frontend.h"

namespace negodbc::cli {
namespace {

using Kind = wire::Authentication::Kind;

struct QuestionName {
  Kind kind;
  const char* name;
};

constexpr QuestionName question_names[] = {
    {Kind::ok, "nothing: it lets this user in as it is (trust, or a client certificate)"},
    {Kind::cleartext_password, "a password, as it is"},
    {Kind::md5_password, "a password, hashed (md5)"},
    {Kind::gss, "a Kerberos ticket (gss)"},
    {Kind::sspi, "a Kerberos ticket or NTLM (sspi)"},
};

std::string text_of(const wire::Authentication& request) {
  if (request.kind == static_cast<std::int32_t>(Kind::sasl)) {
    std::vector<std::string> names;
    for (const std::string_view name : request.sasl_mechanisms()) names.emplace_back(name);
    return "a password that is not sent, or a token (" + joined(names) + ")";
  }
  for (const QuestionName& each : question_names)
    if (request.kind == static_cast<std::int32_t>(each.kind)) return each.name;
  return "a way of login that is not known here (" + std::to_string(request.kind) + ")";
}

bool is_for_ticket(const wire::Authentication& request) {
  return request.kind == static_cast<std::int32_t>(Kind::gss) ||
         request.kind == static_cast<std::int32_t>(Kind::sspi);
}

// As the login would protect it, without GSS encryption: nothing where it insists on that.
std::unique_ptr<net::Transport> open_stream(const Examination& examination, Deadline deadline,
                                            std::string& protection) {
  const login::LoginSettings& settings = examination.settings;
  const net::Host& host = examination.server->host;
  std::vector<encryption::EncryptionAttempt> attempts =
      encryption::encryption_attempts(settings, examination.server->address.is_local());
  std::erase_if(attempts, [](const encryption::EncryptionAttempt& attempt) {
    return attempt.wanted == encryption::Encryption::gss;
  });
  if (attempts.empty()) return nullptr;
  auto socket =
      std::make_unique<net::SocketTransport>(examination.server->address, settings, deadline);
  const auto tls = [&] { return encryption::tls_context_for(settings); };
  ServerTime time(deadline);
  std::size_t at = 0;
  encryption::ProtectedStream stream =
      encryption::protect(std::move(socket), attempts, at, settings, host, tls, time);
  protection = stream.used == encryption::Encryption::tls ? "over TLS"
               : examination.server->address.is_local()   ? "over a socket of this machine"
                                                          : "without encryption";
  return std::move(stream.transport);
}

std::string startup_for(const std::string& user, const std::string& database) {
  std::string out;
  std::vector<std::pair<std::string, std::string>> parameters = {{"user", user}};
  if (!database.empty()) parameters.emplace_back("database", database);
  wire::Frontend(out).startup(parameters);
  return out;
}

// The first message that is a question or a refusal; nothing when the server closes before.
std::optional<wire::Frame> first_answer(net::Transport& stream, wire::FrameReader& reader,
                                        Deadline deadline) {
  for (;;) {
    while (const std::optional<wire::Frame> frame = reader.next())
      if (frame->type != wire::MessageType::notice_response) return frame;
    const std::size_t size = stream.read(reader.room(), deadline);
    if (size == 0) return std::nullopt;
    reader.received(size);
  }
}

}  // namespace

Finding examine_server(Examination& examination) {
  Finding finding;
  const login::LoginSettings& settings = examination.settings;
  std::size_t reached = 0;
  bool unheard = false;  // time has run out for one
  const auto add_failure = [&](const std::string& where, const Error& error, const char* of) {
    const bool late = error.state() == timed_out_state;
    unheard = unheard || late;
    finding.facts.push_back({where, late ? "its time has run out" : error.what(), of});
  };
  for (const net::Host& host : settings.hosts) {
    try {
      for (const net::Address& address : net::resolve(host, examination.share())) {
        const std::string where = address.is_local()
                                      ? address.text
                                      : address.text + ", port " + std::to_string(host.port);
        const auto begun = Deadline::Clock::now();
        try {
          const net::SocketTransport socket(address, settings, examination.share());
          ++reached;
          if (!examination.server) examination.server = {host, address};
          const auto took =
              std::chrono::duration_cast<std::chrono::microseconds>(Deadline::Clock::now() - begun);
          finding.facts.push_back(
              {where, "takes connections, after " + std::to_string(took.count()) + " us",
               host.name});
        } catch (const ConnectionError& error) {
          add_failure(where, error, host.name.c_str());
        }
      }
    } catch (const ConnectionError& error) {
      add_failure(host_and_port(host), error, "");
    }
  }
  finding.text = std::to_string(reached) + " of " + std::to_string(finding.facts.size()) +
                 (finding.facts.size() == 1 ? " address" : " addresses") + " takes connections";
  if (reached > 1) finding.text = std::to_string(reached) + " addresses take connections";
  if (reached == 0) {
    finding.verdict = Verdict::note;
    finding.text =
        unheard ? "no address has taken a connection in time" : "no address takes connections";
  }
  return finding;
}

// As psql does it that asks for a password afterwards: the server sees somebody who goes away
// before an answer, which counts as no attempt.
Finding examine_question(Examination& examination) {
  Finding finding;
  const login::LoginSettings& settings = examination.settings;
  const Deadline deadline = examination.share();
  std::string user = examination.user;
  if (user.empty()) {
    finding.verdict = Verdict::skipped;
    finding.text = "not asked: it is not known yet who logs in";
    return finding;
  }
  std::string protection;
  const std::unique_ptr<net::Transport> stream = open_stream(examination, deadline, protection);
  if (stream == nullptr) {
    finding.verdict = Verdict::skipped;
    finding.text = "not asked: gssencmode=require lets nothing out before the ticket";
    return finding;
  }
  stream->write(startup_for(user, settings.database), deadline);
  wire::FrameReader reader;
  const std::optional<wire::Frame> frame = first_answer(*stream, reader, deadline);
  const std::string of = "of " + user + ", " + protection + ": ";
  if (!frame) {
    finding.verdict = Verdict::note;
    finding.text = of + "nothing, it closes the connection";
  } else if (frame->type == wire::MessageType::error_response) {
    const wire::ServerMessage message = wire::decode_server_message(frame->body);
    finding.verdict = Verdict::note;
    finding.text = of + "nothing, it refuses: " + std::string(message.text) + " (" +
                   std::string(message.sqlstate) + ")";
    if (settings.gssenc_mode != encryption::GssEncMode::disable) {
      finding.notes.emplace_back(
          "that was without GSS encryption, by which the login may come to another line of the "
          "server's pg_hba.conf");
    }
  } else if (frame->type == wire::MessageType::authentication) {
    const wire::Authentication request = wire::decode_authentication(frame->body);
    finding.text = of + text_of(request);
    if (examination.insists() && !is_for_ticket(request)) {
      finding.verdict = Verdict::note;
      finding.notes.emplace_back(
          "Trusted_Connection=Yes needs a gss line that comes first in the server's pg_hba.conf");
    }
  } else {
    finding.verdict = Verdict::note;
    finding.text = of + "something that is no question of PostgreSQL's";
  }
  return finding;
}

}  // namespace negodbc::cli
