// What a user may ask of the encryption of a connection: libpq's sslmode, gssencmode and their
// kin.
#pragma once

#include <string>

#include "driver/auth/ticket_options.h"
#include "driver/base/secret.h"

namespace negodbc::encryption {

enum class SslMode { disable, allow, prefer, require, verify_ca, verify_full };  // libpq's meanings
// when_refused: only where a server lets nobody in without it, and there is a ticket.
enum class GssEncMode { disable, prefer, require, when_refused };

struct TlsOptions {
  SslMode ssl_mode = SslMode::prefer;
  std::string ssl_cert, ssl_key, ssl_root_cert, ssl_crl;
  Secret ssl_password;
  std::string ssl_min_version = "TLSv1.2";
  std::string ssl_max_version;
  bool ssl_sni = true;
  bool ssl_direct = false;  // sslnegotiation=direct (PostgreSQL 17)
};

// GSS encryption takes a ticket.
struct EncryptionOptions : TlsOptions, auth::TicketOptions {
  GssEncMode gssenc_mode = GssEncMode::disable;
};

}  // namespace negodbc::encryption
