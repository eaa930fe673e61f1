// How the stream to a server is protected: which attempts a login makes, and the request that
// begins each.
#pragma once

#include <memory>
#include <vector>

#include "driver/base/server_time.h"
#include "driver/encryption/encryption_options.h"
#include "driver/encryption/tls.h"
#include "driver/net/host.h"
#include "driver/net/login_error.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

enum class Encryption { none, tls, gss };

struct EncryptionAttempt {
  Encryption wanted;
  bool declinable = false;  // when the server says no, this same connection goes on without
};

// In the order of libpq's sslmode and gssencmode; each but the first is a new connection, made when
// the one before failed for what may be its (un)encryptedness. A Unix-domain socket needs none.
std::vector<EncryptionAttempt> encryption_attempts(const EncryptionOptions& options, bool local);

// The same by sslmode alone.
std::vector<EncryptionAttempt> tls_attempts(SslMode mode);

struct ProtectedStream {
  std::unique_ptr<net::Transport> transport;
  Encryption used = Encryption::none;
};

// Asks for the encryption and sets it up, in the server's time. `tls` is needed for Encryption::tls
// only. Throws LoginError: 08001 with verdict other_encryption when the server declines or the
// set-up fails; Timeout.
ProtectedStream protect(std::unique_ptr<net::SocketTransport> socket,
                        const EncryptionAttempt& attempt, const EncryptionOptions& options,
                        const net::Host& host, const std::shared_ptr<const TlsContext>& tls,
                        ServerTime& time);

}  // namespace negodbc::encryption
