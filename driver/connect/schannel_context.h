// Schannel's part of what tls.h promises.
#pragma once

#include <windows.h>
// After windows.h.
#include <wincrypt.h>

#include <memory>
#include <string>
#include <vector>

#include "driver/connect/tls.h"
#include "negodbc/sspi.h"

namespace negodbc::connect {

struct CloseStore {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
using CertificateStore = std::unique_ptr<void, CloseStore>;

class TlsContext {
 public:
  // Client certificates and revocation lists from files are not supported: HYC00 where the settings
  // name one. `table`: Schannel's, which must outlive the context.
  TlsContext(const LoginSettings& settings, const SecurityFunctionTableW& table);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  [[nodiscard]] const SecurityFunctionTableW& table() const { return table_; }
  [[nodiscard]] CredHandle* credential() const { return &credential_; }
  [[nodiscard]] bool sends_name() const { return sends_name_; }
  [[nodiscard]] bool direct() const { return direct_; }

  [[nodiscard]] bool verifies_name() const { return verifies_name_; }

  // Why the server's certificate is not trusted; "" where it is, or need not be.
  [[nodiscard]] std::string distrust(PCCERT_CONTEXT certificate) const;

 private:
  void load_roots(const LoginSettings& settings);
  void acquire(const LoginSettings& settings);

  const SecurityFunctionTableW& table_;
  mutable CredHandle credential_ = {};
  bool has_credential_ = false;
  CertificateStore roots_;  // none: the system's
  HCERTCHAINENGINE engine_ = nullptr;
  bool verifies_ = false;
  bool verifies_name_, sends_name_, direct_;
};

}  // namespace negodbc::connect
