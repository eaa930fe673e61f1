// What TLS needs before a connection: certificates, keys, versions, and how much is verified.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "driver/base/secret.h"
#include "driver/connect/settings.h"

namespace negodbc::connect {

// The files a context is made of: those the settings name, else libpq's in ~/.postgresql, be they
// there or not. `root` may be "system".
struct TlsFiles {
  std::string root, crl, certificate, key;
};
TlsFiles tls_files(const LoginSettings& settings);

class TlsContext {
 public:
  // Reads the files the settings name, or libpq's defaults in ~/.postgresql where they exist
  // (root.crt, root.crl, postgresql.crt, postgresql.key). As in libpq the certificate is verified
  // whenever there is a root certificate, its name only with verify-full. sslrootcert=system takes
  // the system's authorities, and then always verifies the name too. Throws ConnectionError 08001
  // naming file and reason.
  explicit TlsContext(const LoginSettings& settings);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  [[nodiscard]] SSL_CTX* get() const { return context_; }
  [[nodiscard]] bool verifies_name() const { return verifies_name_; }
  [[nodiscard]] bool sends_name() const { return sends_name_; }
  // Whether the client's key was read with this passphrase.
  [[nodiscard]] bool opened_by(const Secret& password) const {
    return key_password_.reveal() == password.reveal();
  }
  [[nodiscard]] bool direct() const { return direct_; }

 private:
  void prefer_servers_group();
  void set_versions(const LoginSettings& settings);
  void load_roots(const LoginSettings& settings, const std::string& path);
  void load_revocations(const LoginSettings& settings, const std::string& path);
  void load_client_certificate(const LoginSettings& settings, const TlsFiles& files);

  SSL_CTX* context_;
  Secret key_password_;
  bool verifies_name_, sends_name_, direct_;
};

// OpenSSL's own words about the last failure on this thread, which are then forgotten.
std::string tls_error_text();

}  // namespace negodbc::connect
