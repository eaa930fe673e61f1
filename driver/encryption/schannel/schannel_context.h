// Schannel's part of what tls.h promises.
#pragma once

#include <windows.h>
// After windows.h.
#include <wincrypt.h>

#include <memory>
#include <string>

#include "driver/encryption/schannel/schannel_files.h"
#include "driver/encryption/schannel/schannel_key.h"
#include "driver/encryption/tls.h"
#include "driver/encryption/tls_files.h"
#include "negodbc/sspi.h"

namespace negodbc::encryption {

class TlsContext {
 public:
  explicit TlsContext(const TlsOptions& options);
  // `table`: Schannel's, which must outlive the context.
  TlsContext(const TlsOptions& options, const SecurityFunctionTableW& table);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  [[nodiscard]] const SecurityFunctionTableW& table() const { return table_; }
  [[nodiscard]] CredHandle* credential() const { return &credential_; }
  [[nodiscard]] bool sends_name() const { return sends_name_; }
  [[nodiscard]] bool direct() const { return direct_; }
  // Whether the client's key was read with this passphrase.
  [[nodiscard]] bool opened_by(const Secret& password) const {
    return key_password_.reveal() == password.reveal();
  }
  // Whether another login may use it. A key in its container is not kept longer than its sessions,
  // and a store is another for another user.
  [[nodiscard]] bool may_be_kept() const { return key_ == nullptr && !is_of_store_; }

  // Windows looks at its authorities at every login: the user's and the machine's.
  static std::string system_authorities() { return {}; }

  [[nodiscard]] bool verifies_name() const { return verifies_name_; }

  // Why the server's certificate is not trusted; "" where it is, or need not be.
  [[nodiscard]] std::string distrust(PCCERT_CONTEXT certificate) const;

 private:
  void load_roots(const TlsOptions& options, const std::string& path);
  void load_revocations(const TlsOptions& options, const std::string& path);
  void load_client_certificate(const TlsOptions& options, const TlsFiles& files);
  void acquire(const TlsOptions& options);
  // Why the certificate counts as revoked by what its issuer has listed; "" where it does not.
  [[nodiscard]] std::string revocation(PCCERT_CONTEXT certificate, PCCERT_CONTEXT issuer) const;

  const SecurityFunctionTableW& table_;
  mutable CredHandle credential_ = {};
  bool has_credential_ = false;
  CertificateStore roots_;  // none: the system's
  HCERTCHAINENGINE engine_ = nullptr;
  CertificateStore revocations_;  // none: not asked for
  CertificateStore own_chain_;
  Certificate own_;  // none: the client has no certificate
  std::unique_ptr<ClientKey> key_;
  Secret key_password_;
  bool is_of_store_ = false;  // the client's certificate
  bool verifies_ = false;
  bool verifies_name_, sends_name_, direct_;
};

}  // namespace negodbc::encryption
