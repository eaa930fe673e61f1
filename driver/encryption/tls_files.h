// The files a TLS context is made of.
#pragma once

#include <string>

#include "driver/encryption/encryption_options.h"

namespace negodbc::encryption {

// Those the settings name, else libpq's (os_user.h: libpq_directory), be they there or not. `root`
// may be "system".
struct TlsFiles {
  std::string root, crl, certificate, key;
};
TlsFiles tls_files(const TlsOptions& options);

}  // namespace negodbc::encryption
