// What a server shows of itself by TLS, whether it is to be trusted or not: for finding out why it
// is not. OpenSSL only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/encryption/encryption_options.h"
#include "driver/net/host.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

// Texts are one line each, without control characters.
struct CertificateFacts {
  std::string subject, issuer;
  std::vector<std::string> names;                // DNS names and IP addresses
  std::int64_t valid_from = 0, valid_until = 0;  // seconds since 1970
};

struct ShownCertificates {
  bool offered = false;                 // the server does TLS
  std::string protocol;                 // "TLSv1.3, TLS_AES_256_GCM_SHA384"
  std::vector<CertificateFacts> chain;  // the server's own first
  bool names_host = false;              // the first one is for the host
  // Whether these options verify it, and what they find wrong with the chain (not with the name).
  bool verified = false;
  std::string distrust;
};

// Asks for TLS and shakes hands, without a certificate of the client's; nothing else is sent.
// Throws as protect() does.
ShownCertificates look_at_certificates(std::unique_ptr<net::SocketTransport> socket,
                                       const EncryptionOptions& options, const net::Host& host,
                                       Deadline deadline);

}  // namespace negodbc::encryption
