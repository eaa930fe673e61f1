// The private key of a client certificate, from a file to where Schannel takes it.
#pragma once

#include <windows.h>
// After windows.h.
#include <ncrypt.h>
#include <wincrypt.h>

#include <string>

#include "driver/base/secret.h"

namespace negodbc::encryption {

// Schannel works in another process and takes only keys that are kept: one without a container (of
// PKCS12_NO_PERSIST_KEY, or of CNG without a name) is not found there, and the handshake ends with
// SEC_E_NO_CREDENTIALS. So the key is put into a container of this user's, from which it can't be
// taken out, with a name that tells whose it is (key_container.h). It is deleted with this object;
// what a process has left that was killed, the next one deletes that comes here.
//
// PEM: PKCS #8 (any kind of key, also encrypted) and PKCS #1 (RSA). Windows keeps it by CNG; where
// CNG takes no keys (Wine 8.0) by CryptoAPI, which knows RSA keys only.
class ClientKey {
 public:
  // Throws ConnectionError 08001 naming the file and the reason.
  ClientKey(const std::string& path, const Secret& password);
  ClientKey(const ClientKey&) = delete;
  ClientKey& operator=(const ClientKey&) = delete;
  ~ClientKey();

  [[nodiscard]] bool belongs_to(PCCERT_CONTEXT certificate) const;
  // From now on the certificate says where its key is.
  void attach_to(PCCERT_CONTEXT certificate);

 private:
  std::wstring container_;
  NCRYPT_KEY_HANDLE key_ = 0;  // by CNG
  HCRYPTPROV provider_ = 0;    // by CryptoAPI
};

}  // namespace negodbc::encryption
