// The seam to the library that does TLS: OpenSSL (openssl_*.cc), on Windows Schannel
// (schannel_*.cc).
#pragma once

#include <memory>

#include "driver/encryption/encryption_options.h"
#include "driver/net/host.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

// What TLS needs before a connection: certificates, keys, versions, and how much is verified. Not
// changed after it is made; any threads may share it.
class TlsContext;

// The context for these options. Reads the files they name, or libpq's defaults where they exist
// (root.crt, root.crl, postgresql.crt, postgresql.key in ~/.postgresql, on Windows in
// %APPDATA%\postgresql). As in libpq the certificate is verified whenever there is a root
// certificate, its name only with verify-full. sslrootcert=system takes the system's authorities,
// and then always verifies the name too. A context may be shared by logins whose settings and files
// are the same. Any thread. Throws ConnectionError 08001 naming file and reason.
std::shared_ptr<const TlsContext> tls_context_for(const TlsOptions& options);

// Shakes hands over the socket, and verifies what the context says. Throws LoginError 08001
// (verdict other_encryption where another kind of connection may do), Timeout.
std::unique_ptr<net::Transport> start_tls(std::unique_ptr<net::SocketTransport> socket,
                                          std::shared_ptr<const TlsContext> context,
                                          const net::Host& host, Deadline deadline);

}  // namespace negodbc::encryption
