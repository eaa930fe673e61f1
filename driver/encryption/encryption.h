// How the stream to a server is protected: which attempts a login makes, and the request that
// begins each.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "driver/base/server_time.h"
#include "driver/encryption/encryption_options.h"
#include "driver/encryption/tls.h"
#include "driver/net/host.h"
#include "driver/net/login_error.h"
#include "driver/net/socket_transport.h"

namespace negodbc::auth {
class IntegratedAuth;
}

namespace negodbc::encryption {

enum class Encryption { none, tls, gss };

struct EncryptionAttempt {
  Encryption wanted;
  // When the server says no, or there is no ticket, the same connection goes on with the next one.
  bool declinable = false;
  // The login takes a ticket in any case: without one nothing is gained by going on.
  bool ticket_is_needed = false;
  // Only when the server has refused all before it, without having asked who is there.
  bool last_resort = false;
};

// In the order of libpq's sslmode and gssencmode. One that failed for what may be its
// (un)encryptedness is followed by the next, on a new connection. A Unix-domain socket needs none.
// With sslmode=verify-ca and verify-full gssencmode=prefer counts only where a ticket proves the
// server's name as well: see README.md.
std::vector<EncryptionAttempt> encryption_attempts(const EncryptionOptions& options, bool local,
                                                   bool ticket_is_needed = false);

// The same by sslmode alone.
std::vector<EncryptionAttempt> tls_attempts(SslMode mode);

// Makes the context, or has it. Throws ConnectionError.
using TlsContextSource = std::function<std::shared_ptr<const TlsContext>()>;

struct ProtectedStream {
  std::unique_ptr<net::Transport> transport;
  Encryption used = Encryption::none;
  auth::IntegratedAuth* ticket = nullptr;  // the transport's, where that is GSS encryption
};

// Asks for the encryption of attempts[at] and sets it up, in the server's time; `at` moves on where
// that is declined, and tells, also when this throws, which attempt it was. `tls` is
// called for Encryption::tls only. Throws LoginError: verdict other_encryption when the server
// declines what is not declinable, or the set-up fails; next_host when no KDC answers; final when
// there is no ticket and one is needed, or the server behaves as no server does; Timeout.
ProtectedStream protect(std::unique_ptr<net::SocketTransport> socket,
                        std::span<const EncryptionAttempt> attempts, std::size_t& at,
                        const EncryptionOptions& options, const net::Host& host,
                        const TlsContextSource& tls, ServerTime& time);

}  // namespace negodbc::encryption
