// How the stream to a server is protected: which attempts a login makes, and the request that
// begins each.
#pragma once

#include <memory>
#include <vector>

#include "driver/connect/login_error.h"
#include "driver/connect/settings.h"
#include "driver/connect/socket_transport.h"
#include "driver/connect/tls.h"

namespace negodbc::connect {

enum class Encryption { none, tls, gss };

struct EncryptionAttempt {
  Encryption wanted;
  bool declinable = false;  // when the server says no, this same connection goes on without
};

// In the order of libpq's sslmode and gssencmode; each but the first is a new connection, made when
// the one before failed for what may be its (un)encryptedness. A Unix-domain socket needs none.
std::vector<EncryptionAttempt> encryption_attempts(const LoginSettings& settings, bool local);

// The same by sslmode alone.
std::vector<EncryptionAttempt> tls_attempts(SslMode mode);

struct ProtectedStream {
  std::unique_ptr<Transport> transport;
  Encryption used = Encryption::none;
};

// Asks for the encryption and sets it up. `tls` is needed for Encryption::tls only. Throws
// LoginError: 08001 with verdict other_encryption when the server declines or the set-up fails;
// Timeout.
ProtectedStream protect(std::unique_ptr<SocketTransport> socket, const EncryptionAttempt& attempt,
                        const LoginSettings& settings, const Host& host,
                        const std::shared_ptr<const TlsContext>& tls, Deadline deadline);

}  // namespace negodbc::connect
