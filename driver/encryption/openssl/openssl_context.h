// OpenSSL's part of what tls.h promises.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "driver/base/secret.h"
#include "driver/encryption/tls.h"
#include "driver/encryption/tls_files.h"

namespace negodbc::encryption {

class TlsContext {
 public:
  explicit TlsContext(const TlsOptions& options);
  // One that verifies nothing and has no certificate to show: for looking at a server's.
  struct Trusting {};
  TlsContext(const TlsOptions& options, Trusting);
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
  [[nodiscard]] bool may_be_kept() const { return true; }  // another login may use it

  // Another text after a change of the system's authorities.
  static std::string system_authorities();

 private:
  void set_up(const TlsOptions& options);
  void prefer_servers_group();
  void set_versions(const TlsOptions& options);
  void load_roots(const TlsOptions& options, const std::string& path);
  void load_revocations(const TlsOptions& options, const std::string& path);
  void load_client_certificate(const TlsOptions& options, const TlsFiles& files);

  SSL_CTX* context_;
  Secret key_password_;
  bool verifies_name_, sends_name_, direct_;
};

}  // namespace negodbc::encryption
