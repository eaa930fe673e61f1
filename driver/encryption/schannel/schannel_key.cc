#include "driver/encryption/schannel/schannel_key.h"

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "driver/base/error.h"
#include "driver/base/windows_text.h"
#include "driver/encryption/schannel/key_container.h"
#include "driver/encryption/schannel/schannel_files.h"

namespace negodbc::encryption {
namespace {

constexpr std::array<BYTE, 15> rsa_algorithm = {0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                                0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00};
constexpr std::array<BYTE, 3> version_0 = {0x02, 0x01, 0x00};
constexpr BYTE sequence = 0x30;
constexpr BYTE octet_string = 0x04;

// PKCS #8 (RFC 5208) around a PKCS #1 key, and the other way round.

void put_head(std::vector<BYTE>& der, BYTE tag, std::size_t size) {
  der.push_back(tag);
  der.push_back(0x82);  // two bytes of length, always
  der.push_back(static_cast<BYTE>(size >> 8U));
  der.push_back(static_cast<BYTE>(size));
}

SecretBytes wrapped(const SecretBytes& pkcs1) {
  std::vector<BYTE> head;
  put_head(head, sequence, version_0.size() + rsa_algorithm.size() + 4 + pkcs1.size());
  head.insert(head.end(), version_0.begin(), version_0.end());
  head.insert(head.end(), rsa_algorithm.begin(), rsa_algorithm.end());
  put_head(head, octet_string, pkcs1.size());
  SecretBytes der(head.size() + pkcs1.size());
  std::memcpy(der.data(), head.data(), head.size());
  std::memcpy(der.data() + head.size(), pkcs1.data(), pkcs1.size());
  return der;
}

// Steps over a head with this tag; false when it is another, or longer than what there is.
bool enter(std::span<const BYTE>& der, BYTE tag) {
  if (der.size() < 2 || der[0] != tag) return false;
  std::size_t size = der[1];
  std::size_t head = 2;
  if (size > 0x80) {
    const std::size_t digits = size - 0x80;
    if (digits > 4 || der.size() < 2 + digits) return false;
    size = 0;
    for (std::size_t i = 0; i < digits; ++i) size = size << 8U | der[2 + i];
    head += digits;
  }
  if (size > der.size() - head) return false;
  der = der.subspan(head, size);
  return true;
}

bool step_over(std::span<const BYTE>& der, std::span<const BYTE> part) {
  if (der.size() < part.size() || std::memcmp(der.data(), part.data(), part.size()) != 0)
    return false;
  der = der.subspan(part.size());
  return true;
}

// The RSA key in PKCS #8; nothing when it is a key of another kind.
std::span<const BYTE> unwrapped(const SecretBytes& pkcs8) {
  std::span<const BYTE> der(pkcs8.data(), pkcs8.size());
  if (enter(der, sequence) && step_over(der, version_0) && step_over(der, rsa_algorithm) &&
      enter(der, octet_string)) {
    return der;
  }
  return {};
}

SECURITY_STATUS import_by_cng(const SecretBytes& pkcs8, const Secret& password, std::wstring& name,
                              NCRYPT_KEY_HANDLE& key) {
  NCRYPT_PROV_HANDLE provider = 0;
  SECURITY_STATUS status = NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0);
  if (status != ERROR_SUCCESS) return status;
  const Wiped<wchar_t> secret(to_wide(password.reveal()));
  std::array<NCryptBuffer, 2> parameters{};
  parameters[0] = {static_cast<ULONG>((name.size() + 1) * sizeof(wchar_t)),
                   NCRYPTBUFFER_PKCS_KEY_NAME, name.data()};
  parameters[1] = {static_cast<ULONG>((secret.reveal().size() + 1) * sizeof(wchar_t)),
                   NCRYPTBUFFER_PKCS_SECRET, const_cast<wchar_t*>(secret.reveal().c_str())};
  // The user's alone, and none that can be taken out again: what a key is without further words.
  NCryptBufferDesc list = {NCRYPTBUFFER_VERSION, password.empty() ? 1U : 2U, parameters.data()};
  status = NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list, &key,
                           const_cast<BYTE*>(pkcs8.data()), pkcs8.size(), NCRYPT_SILENT_FLAG);
  NCryptFreeObject(provider);
  return status;
}

// Wine's own container; "": it is done.
std::string import_by_cryptoapi(std::span<const BYTE> pkcs1, const std::wstring& name,
                                HCRYPTPROV& provider) {
  DWORD size = 0;
  const auto decode = [&](void* into) {
    return CryptDecodeObjectEx(X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, PKCS_RSA_PRIVATE_KEY,
                               pkcs1.data(), static_cast<DWORD>(pkcs1.size()), 0, nullptr, into,
                               &size) != 0;
  };
  if (pkcs1.empty()) return "this system takes RSA keys only, not encrypted ones";
  if (!decode(nullptr)) return system_error_text(GetLastError());
  SecretBytes blob(size);
  if (!decode(blob.data())) return system_error_text(GetLastError());
  HCRYPTKEY key = 0;
  if (CryptAcquireContextW(&provider, name.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                           CRYPT_NEWKEYSET | CRYPT_SILENT) == 0) {
    return system_error_text(GetLastError());
  }
  // Nobody can take it out again: it is not CRYPT_EXPORTABLE.
  if (CryptImportKey(provider, blob.data(), size, 0, 0, &key) == 0)
    return system_error_text(GetLastError());
  CryptDestroyKey(key);
  return {};
}

}  // namespace

ClientKey::ClientKey(const std::string& path, const Secret& password)
    : container_(new_container_name()) {
  const SecretBytes file = read_file(path, "the private key");
  const auto refuse = [&path](const std::string& why) {
    throw ConnectionError("08001", "the private key " + path + " can't be used: " + why);
  };
  auto plain = pem_blocks(file, "PRIVATE KEY");
  auto rsa = pem_blocks(file, "RSA PRIVATE KEY");
  auto encrypted = pem_blocks(file, "ENCRYPTED PRIVATE KEY");
  if (plain.empty() && !rsa.empty()) plain.push_back(wrapped(rsa.front()));
  if (plain.empty() && encrypted.empty()) {
    refuse("it is none in PKCS #8; convert it with openssl pkcs8 -topk8");
  }
  delete_left_over_keys();
  const SecretBytes& pkcs8 = plain.empty() ? encrypted.front() : plain.front();
  const SECURITY_STATUS status = import_by_cng(pkcs8, password, container_, key_);
  if (status == ERROR_SUCCESS) return;
  if (status != NTE_NOT_SUPPORTED) {
    refuse(system_error_text(static_cast<unsigned long>(status)) +
           (plain.empty() ? "; is sslpassword right?" : ""));
  }
  try {
    const std::string why = import_by_cryptoapi(
        plain.empty() ? std::span<const BYTE>() : unwrapped(pkcs8), container_, provider_);
    if (!why.empty()) refuse(why);
  } catch (...) {
    if (provider_ != 0) CryptReleaseContext(provider_, 0);
    CryptAcquireContextW(&provider_, container_.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                         CRYPT_DELETEKEYSET);
    throw;
  }
}

ClientKey::~ClientKey() {
  if (key_ != 0) NCryptDeleteKey(key_, NCRYPT_SILENT_FLAG);
  if (provider_ == 0) return;
  CryptReleaseContext(provider_, 0);
  CryptAcquireContextW(&provider_, container_.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                       CRYPT_DELETEKEYSET);
}

bool ClientKey::belongs_to(PCCERT_CONTEXT certificate) const {
  const HCRYPTPROV_OR_NCRYPT_KEY_HANDLE of = key_ != 0 ? key_ : provider_;
  const DWORD use = key_ != 0 ? 0 : AT_KEYEXCHANGE;
  DWORD size = 0;
  if (CryptExportPublicKeyInfo(of, use, X509_ASN_ENCODING, nullptr, &size) == 0) return false;
  std::vector<BYTE> memory(size);
  auto* const own = reinterpret_cast<CERT_PUBLIC_KEY_INFO*>(memory.data());
  return CryptExportPublicKeyInfo(of, use, X509_ASN_ENCODING, own, &size) != 0 &&
         CertComparePublicKeyInfo(X509_ASN_ENCODING, own,
                                  &certificate->pCertInfo->SubjectPublicKeyInfo) != 0;
}

void ClientKey::attach_to(PCCERT_CONTEXT certificate) {
  CRYPT_KEY_PROV_INFO info = {};
  std::wstring provider = key_ != 0 ? MS_KEY_STORAGE_PROVIDER : MS_ENH_RSA_AES_PROV_W;
  info.pwszContainerName = container_.data();
  info.pwszProvName = provider.data();
  info.dwProvType = key_ != 0 ? 0 : PROV_RSA_AES;
  info.dwKeySpec = key_ != 0 ? 0 : AT_KEYEXCHANGE;
  if (CertSetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &info) == 0) {
    throw ConnectionError(
        "08001", "the client certificate takes no key: " + system_error_text(GetLastError()));
  }
}

}  // namespace negodbc::encryption
