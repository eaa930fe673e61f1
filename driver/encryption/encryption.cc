#include "driver/encryption/encryption.h"

#include <array>

#include "driver/encryption/gss_transport.h"
#include "driver/wire/foreign_protocol.h"
#include "driver/wire/frontend.h"

namespace negodbc::encryption {
namespace {

// The one byte a server answers to SSLRequest and GSSENCRequest. Bytes behind it were injected by
// somebody who hopes that they pass for encrypted ones (CVE-2021-23214).
char answer_to_request(net::SocketTransport& socket, const std::string& request, const char* what,
                       const net::Host& host, Deadline deadline) {
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
                          net::LoginError::Verdict::next_server);
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

ProtectedStream with_tls(std::unique_ptr<net::SocketTransport> socket,
                         const EncryptionAttempt& attempt, const EncryptionOptions& options,
                         const net::Host& host, const std::shared_ptr<const TlsContext>& tls,
                         Deadline deadline) {
  if (!options.ssl_direct) {
    std::string request;
    wire::Frontend(request).ssl_request();
    const char answer = answer_to_request(*socket, request, "TLS", host, deadline);
    if (answer == 'N' && attempt.declinable) return {std::move(socket), Encryption::none};
    if (answer != 'S') declined("TLS", "sslmode", "ssl", host, answer);
  }
  return {start_tls(std::move(socket), tls, host, deadline), Encryption::tls};
}

ProtectedStream with_gss(std::unique_ptr<net::SocketTransport> socket,
                         const EncryptionOptions& options, const net::Host& host,
                         ServerTime& time) {
  // Without a ticket the server need not be asked.
  auto auth = std::make_unique<auth::IntegratedAuth>(options, host,
                                                     auth::IntegratedAuth::Purpose::encryption);
  (void)time.ask_kdc([&](Deadline deadline) { return auth->principal(deadline); });
  std::string request;
  wire::Frontend(request).gssenc_request();
  const char answer = answer_to_request(*socket, request, "GSS encryption", host, time.server());
  if (answer != 'G') declined("GSS encryption", "gssencmode", "krb_server_keyfile", host, answer);
  auto transport = std::make_unique<GssTransport>(std::move(socket), std::move(auth), host, time);
  return {std::move(transport), Encryption::gss};
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

std::vector<EncryptionAttempt> encryption_attempts(const EncryptionOptions& options, bool local) {
  if (local) {
    if (options.gssenc_mode == GssEncMode::require) {
      throw net::LoginError("08001",
                            "gssencmode=require, and a Unix-domain socket has no GSS encryption");
    }
    return {{Encryption::none}};
  }
  if (options.gssenc_mode == GssEncMode::require) return {{Encryption::gss}};
  std::vector<EncryptionAttempt> attempts = tls_attempts(options.ssl_mode);
  if (options.gssenc_mode == GssEncMode::prefer)
    attempts.insert(attempts.begin(), {Encryption::gss});
  return attempts;
}

ProtectedStream protect(std::unique_ptr<net::SocketTransport> socket,
                        const EncryptionAttempt& attempt, const EncryptionOptions& options,
                        const net::Host& host, const std::shared_ptr<const TlsContext>& tls,
                        ServerTime& time) {
  if (attempt.wanted == Encryption::tls) {
    return with_tls(std::move(socket), attempt, options, host, tls, time.server());
  }
  if (attempt.wanted == Encryption::gss) {
    try {
      return with_gss(std::move(socket), options, host, time);
    } catch (const net::LoginError& error) {
      if (options.gssenc_mode == GssEncMode::require) throw;
      throw net::LoginError(error.state().view(), error.what(),
                            net::LoginError::Verdict::other_encryption);
    }
  }
  return {std::move(socket), Encryption::none};
}

}  // namespace negodbc::encryption
