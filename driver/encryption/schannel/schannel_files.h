// Certificates, revocation lists and keys in files, as OpenSSL has them (PEM), for Windows'
// functions.
#pragma once

#include <windows.h>
// After windows.h.
#include <wincrypt.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/secret.h"

namespace negodbc::encryption {

struct CloseStore {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
using CertificateStore = std::unique_ptr<void, CloseStore>;

struct FreeCertificate {
  void operator()(const CERT_CONTEXT* certificate) const {
    CertFreeCertificateContext(certificate);
  }
};
using Certificate = std::unique_ptr<const CERT_CONTEXT, FreeCertificate>;

// Bytes that are wiped with their owner: a key may be among them.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size = 0) : bytes_(size) {}
  SecretBytes(SecretBytes&&) = default;
  SecretBytes& operator=(SecretBytes&&) = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }
  [[nodiscard]] BYTE* data() { return bytes_.data(); }
  [[nodiscard]] const BYTE* data() const { return bytes_.data(); }
  [[nodiscard]] DWORD size() const { return static_cast<DWORD>(bytes_.size()); }
  void shrink(std::size_t size) { bytes_.resize(size); }

 private:
  std::vector<BYTE> bytes_;
};

bool file_exists(const std::string& path);

// Throws ConnectionError 08001: `what` ("the root certificates in", ...) names the file.
SecretBytes read_file(const std::string& path, const char* what);

// What stands between BEGIN and END of this label ("CERTIFICATE", "X509 CRL", "PRIVATE KEY"), in
// order; what is no base64 is left out.
std::vector<SecretBytes> pem_blocks(const SecretBytes& file, std::string_view label);

CertificateStore memory_store();

// How many of the file's certificates (revocation lists) are in the store now. The first
// certificate goes into `first`, too, when it is given.
std::size_t add_certificates(const SecretBytes& file, void* store, Certificate* first = nullptr);
std::size_t add_revocation_lists(const SecretBytes& file, void* store);

}  // namespace negodbc::encryption
