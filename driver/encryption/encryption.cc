#include "driver/encryption/encryption.h"

#include <array>

#include "driver/encryption/gss_transport.h"
#include "driver/wire/foreign_protocol.h"
#include "driver/wire/frontend.h"

namespace negodbc::encryption {
namespace {

// The one byte a server answers to SSLRequest and GSSENCRequest. Bytes behind it were injected by
// somebody who hopes that they pass for encrypted ones (CVE-2021-23222), or for the answer to the
// next request. `broken` is the verdict on a server that breaks off instead.
char answer_to_request(net::SocketTransport& socket, const std::string& request, const char* what,
                       const net::Host& host, net::LoginError::Verdict broken, Deadline deadline) {
  const std::string stranger = "; if it is no PostgreSQL server, correct Server or Port";
  std::array<char, 64> answer = {};
  std::size_t size = 0;
  try {
    socket.write(request, deadline);
    size = socket.read(answer, deadline);
  } catch (const net::Timeout&) {
    throw;
  } catch (const ConnectionError& error) {
    throw net::LoginError("08001",
                          host_and_port(host) + " broke the connection off when asked for " + what +
                              " (" + error.what() + ")" + stranger,
                          broken);
  }
  if (size == 0) {
    throw net::LoginError(
        "08001", host_and_port(host) + " closed the connection when asked for " + what + stranger,
        net::LoginError::Verdict::other_encryption);
  }
  const std::string_view foreign = wire::foreign_protocol({answer.data(), size});
  if (!foreign.empty()) {
    throw net::LoginError("08001",
                          host_and_port(host) + " is no PostgreSQL server: it answers in " +
                              std::string(foreign) + "; correct Server or Port",
                          net::LoginError::Verdict::next_server);
  }
  if (size > 1 && (answer[0] == 'S' || answer[0] == 'N' || answer[0] == 'G')) {
    throw net::LoginError("08001", host_and_port(host) + " sent data before the " + what +
                                       " began; somebody may be tampering with the connection");
  }
  return answer[0];
}

// `setting` is ours, `server_setting` PostgreSQL's.
void declined(const char* what, const char* setting, const char* server_setting,
              const net::Host& host, char answer) {
  if (answer == 'N') {
    throw net::LoginError("08001",
                          host_and_port(host) + " does not offer " + what + ", and " + setting +
                              " requires it: have it turned on there (" + server_setting +
                              "), or do without",
                          net::LoginError::Verdict::other_encryption);
  }
  // What an error says before encryption can't be trusted, so it is not shown.
  throw net::LoginError(
      "08001",
      host_and_port(host) + " answered the request for " + what +
          (answer == 'E' ? " with an error" : " with something else than yes or no") +
          "; is it a PostgreSQL server? If not, correct Server or Port",
      net::LoginError::Verdict::other_encryption);
}

using Verdict = net::LoginError::Verdict;

// Null: the server does without, and the socket is as it was. So with with_gss().
std::unique_ptr<net::Transport> with_tls(std::unique_ptr<net::SocketTransport>& socket,
                                         const EncryptionAttempt& attempt,
                                         const EncryptionOptions& options, const net::Host& host,
                                         const TlsContextSource& tls, Deadline deadline) {
  const std::shared_ptr<const TlsContext> context = tls();
  if (!options.ssl_direct) {
    std::string request;
    wire::Frontend(request).ssl_request();
    const char answer =
        answer_to_request(*socket, request, "TLS", host, Verdict::next_server, deadline);
    if (answer == 'N' && attempt.declinable) return nullptr;
    if (answer != 'S') declined("TLS", "sslmode", "ssl", host, answer);
  }
  return start_tls(std::move(socket), context, host, deadline);
}

// What a ticket can't do for the encryption is no reason to give up where it is not needed.
[[noreturn]] void without_ticket(const net::LoginError& error, const EncryptionAttempt& attempt,
                                 const EncryptionOptions& options) {
  if (error.verdict() != Verdict::final || attempt.ticket_is_needed ||
      options.gssenc_mode == GssEncMode::require) {
    throw net::LoginError(error);
  }
  throw net::LoginError(error.state().view(), error.what(), Verdict::other_encryption);
}

// Null also without a ticket: then the server need not be asked.
std::unique_ptr<net::Transport> with_gss(std::unique_ptr<net::SocketTransport>& socket,
                                         const EncryptionAttempt& attempt,
                                         const EncryptionOptions& options, const net::Host& host,
                                         ServerTime& time, auth::IntegratedAuth*& ticket) {
  std::unique_ptr<auth::IntegratedAuth> auth;
  try {
    auth = std::make_unique<auth::IntegratedAuth>(options, host,
                                                  auth::IntegratedAuth::Purpose::encryption);
    (void)time.ask_kdc([&](Deadline deadline) { return auth->principal(deadline); });
  } catch (const net::LoginError& error) {
    const bool needed = attempt.ticket_is_needed || !attempt.declinable;
    if (!needed && error.verdict() == Verdict::final) return nullptr;
    without_ticket(error, attempt, options);
  }
  std::string request;
  wire::Frontend(request).gssenc_request();
  const Verdict broken =
      options.gssenc_mode == GssEncMode::require ? Verdict::next_server : Verdict::other_encryption;
  const char answer =
      answer_to_request(*socket, request, "GSS encryption", host, broken, time.server());
  if (answer == 'N' && attempt.declinable) return nullptr;
  if (answer != 'G') declined("GSS encryption", "gssencmode", "krb_server_keyfile", host, answer);
  try {
    auto transport = std::make_unique<GssTransport>(std::move(socket), std::move(auth), host, time);
    ticket = &transport->ticket();
    return transport;
  } catch (const net::LoginError& error) {
    without_ticket(error, attempt, options);
  }
}

// Whether encryption by a ticket shows the server's name as surely as a verified certificate: by
// the principal that was named, not by one that DNS has told. That the server proves it is always
// asked for; NTLM can't.
bool proves_the_name(const EncryptionOptions& options) {
  return (options.canonicalize == NEGODBC_AUTH_CANONICALIZE_NONE || !options.server_spn.empty()) &&
         !options.allow_ntlm;
}

// What is tried before sslmode's ways: nothing where TLS has to verify the server, and a ticket
// would not.
bool gss_comes_first(const EncryptionOptions& options) {
  if (options.gssenc_mode != GssEncMode::prefer) return false;
  return options.ssl_mode < SslMode::verify_ca || proves_the_name(options);
}

}  // namespace

std::vector<EncryptionAttempt> tls_attempts(SslMode mode) {
  switch (mode) {
    case SslMode::disable:
      return {{Encryption::none}};
    case SslMode::allow:
      return {{Encryption::none}, {Encryption::tls}};
    case SslMode::prefer:
      return {{Encryption::tls, true}, {Encryption::none}};
    case SslMode::require:
    case SslMode::verify_ca:
    case SslMode::verify_full:
      break;
  }
  return {{Encryption::tls}};
}

std::vector<EncryptionAttempt> encryption_attempts(const EncryptionOptions& options, bool local,
                                                   bool ticket_is_needed) {
  if (local) {
    if (options.gssenc_mode == GssEncMode::require) {
      throw net::LoginError("08001",
                            "gssencmode=require, and a Unix-domain socket has no GSS encryption");
    }
    return {{Encryption::none}};
  }
  if (options.gssenc_mode == GssEncMode::require) return {{Encryption::gss}};
  std::vector<EncryptionAttempt> attempts = tls_attempts(options.ssl_mode);
  if (gss_comes_first(options))
    attempts.insert(attempts.begin(), {Encryption::gss, true, ticket_is_needed});
  if (options.gssenc_mode == GssEncMode::when_refused)
    attempts.push_back({Encryption::gss, false, false, true});
  return attempts;
}

ProtectedStream protect(std::unique_ptr<net::SocketTransport> socket,
                        std::span<const EncryptionAttempt> attempts, std::size_t& at,
                        const EncryptionOptions& options, const net::Host& host,
                        const TlsContextSource& tls, ServerTime& time) {
  for (;; ++at) {
    const EncryptionAttempt& attempt = attempts[at];
    if (attempt.wanted == Encryption::none) return {std::move(socket), Encryption::none, nullptr};
    auth::IntegratedAuth* ticket = nullptr;
    auto stream = attempt.wanted == Encryption::tls
                      ? with_tls(socket, attempt, options, host, tls, time.server())
                      : with_gss(socket, attempt, options, host, time, ticket);
    if (stream) return {std::move(stream), attempt.wanted, ticket};
  }
}

}  // namespace negodbc::encryption
