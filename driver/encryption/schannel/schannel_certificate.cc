#include "driver/encryption/schannel/schannel_certificate.h"

#include <winsock2.h>
// After winsock2.h.
#include <ws2tcpip.h>

#include <bcrypt.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "driver/base/utf.h"
#include "driver/base/windows_text.h"
#include "driver/encryption/certificate_words.h"

namespace negodbc::encryption {
namespace {

struct FreeLocal {
  void operator()(void* memory) const { LocalFree(memory); }
};

std::string without_last_dot(std::string name) {
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

// RFC 6125: a wildcard stands for exactly one whole label, the leftmost of three or more.
bool matches(const std::string& pattern, const std::string& host) {
  const std::string name = without_last_dot(host);
  if (!pattern.starts_with("*.")) return iequals(without_last_dot(pattern), name);
  const std::string_view rest = std::string_view(pattern).substr(1);
  const std::size_t dot = name.find('.');
  return dot != std::string::npos && dot > 0 && rest.find('.', 1) != std::string_view::npos &&
         iequals(without_last_dot(std::string(rest)), std::string_view(name).substr(dot));
}

// The host's bytes when it is numeric.
std::string address_bytes(const std::string& host) {
  in_addr four = {};
  in6_addr six = {};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1)
    return {reinterpret_cast<const char*>(&four), sizeof four};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1)
    return {reinterpret_cast<const char*>(&six), sizeof six};
  return {};
}

struct Digest {
  const char* signature;
  const wchar_t* digest;
};
constexpr Digest digests[] = {
    {"1.2.840.113549.1.1.4", BCRYPT_SHA256_ALGORITHM},   // MD5 with RSA
    {"1.2.840.113549.1.1.5", BCRYPT_SHA256_ALGORITHM},   // SHA-1 with RSA
    {"1.2.840.113549.1.1.11", BCRYPT_SHA256_ALGORITHM},  // SHA-2 with RSA
    {"1.2.840.113549.1.1.12", BCRYPT_SHA384_ALGORITHM},
    {"1.2.840.113549.1.1.13", BCRYPT_SHA512_ALGORITHM},
    {"1.2.840.10045.4.1", BCRYPT_SHA256_ALGORITHM},    // ECDSA with SHA-1
    {"1.2.840.10045.4.3.2", BCRYPT_SHA256_ALGORITHM},  // ECDSA with SHA-2
    {"1.2.840.10045.4.3.3", BCRYPT_SHA384_ALGORITHM},
    {"1.2.840.10045.4.3.4", BCRYPT_SHA512_ALGORITHM},
};

}  // namespace

bool certificate_names(PCCERT_CONTEXT certificate, const std::string& host) {
  if (host.empty()) return false;
  const std::string address = address_bytes(host);
  const CERT_INFO& info = *certificate->pCertInfo;
  bool has_names = false;
  if (const CERT_EXTENSION* extension =
          CertFindExtension(szOID_SUBJECT_ALT_NAME2, info.cExtension, info.rgExtension)) {
    CERT_ALT_NAME_INFO* list = nullptr;
    DWORD size = 0;
    if (CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ALTERNATE_NAME, extension->Value.pbData,
                            extension->Value.cbData, CRYPT_DECODE_ALLOC_FLAG, nullptr,
                            static_cast<void*>(&list), &size) == 0) {
      return false;
    }
    const std::unique_ptr<CERT_ALT_NAME_INFO, FreeLocal> end(list);
    for (DWORD i = 0; i < list->cAltEntry; ++i) {
      const CERT_ALT_NAME_ENTRY& entry = list->rgAltEntry[i];
      if (entry.dwAltNameChoice == CERT_ALT_NAME_DNS_NAME) {
        has_names = true;
        if (address.empty() && matches(from_wide(entry.pwszDNSName), host)) return true;
      } else if (entry.dwAltNameChoice == CERT_ALT_NAME_IP_ADDRESS) {
        has_names = true;
        if (!address.empty() && entry.IPAddress.cbData == address.size() &&
            std::memcmp(entry.IPAddress.pbData, address.data(), address.size()) == 0) {
          return true;
        }
      }
    }
  }
  if (has_names) return false;
  wchar_t common_name[256] = L"";
  char attribute[] = szOID_COMMON_NAME;
  const DWORD size = CertGetNameStringW(certificate, CERT_NAME_ATTR_TYPE, 0, attribute, common_name,
                                        static_cast<DWORD>(std::size(common_name)));
  return size > 1 && matches(from_wide(common_name), host);
}

std::string held_names(PCCERT_CONTEXT certificate) {
  std::vector<std::string> names;
  const CERT_INFO& info = *certificate->pCertInfo;
  const CERT_EXTENSION* const extension =
      CertFindExtension(szOID_SUBJECT_ALT_NAME2, info.cExtension, info.rgExtension);
  CERT_ALT_NAME_INFO* list = nullptr;
  DWORD size = 0;
  if (extension != nullptr &&
      CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ALTERNATE_NAME, extension->Value.pbData,
                          extension->Value.cbData, CRYPT_DECODE_ALLOC_FLAG, nullptr,
                          static_cast<void*>(&list), &size) != 0) {
    const std::unique_ptr<CERT_ALT_NAME_INFO, FreeLocal> end(list);
    for (DWORD i = 0; i < list->cAltEntry; ++i) {
      if (list->rgAltEntry[i].dwAltNameChoice == CERT_ALT_NAME_DNS_NAME)
        names.push_back(from_wide(list->rgAltEntry[i].pwszDNSName));
    }
  }
  return told_names(names);
}

std::string channel_binding_hash(PCCERT_CONTEXT certificate) {
  const std::string_view signature = certificate->pCertInfo->SignatureAlgorithm.pszObjId;
  for (const Digest& row : digests) {
    if (signature != row.signature) continue;
    BCRYPT_ALG_HANDLE algorithm = nullptr;
    if (BCryptOpenAlgorithmProvider(&algorithm, row.digest, nullptr, 0) < 0) return {};
    DWORD size = 0;
    ULONG written = 0;
    std::vector<UCHAR> hash;
    BCRYPT_HASH_HANDLE handle = nullptr;
    bool done = BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, reinterpret_cast<PUCHAR>(&size),
                                  sizeof size, &written, 0) >= 0 &&
                BCryptCreateHash(algorithm, &handle, nullptr, 0, nullptr, 0, 0) >= 0;
    if (done) {
      hash.resize(size);
      done =
          BCryptHashData(handle, certificate->pbCertEncoded, certificate->cbCertEncoded, 0) >= 0 &&
          BCryptFinishHash(handle, hash.data(), size, 0) >= 0;
    }
    if (handle != nullptr) BCryptDestroyHash(handle);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return done ? std::string(hash.begin(), hash.end()) : std::string();
  }
  return {};
}

}  // namespace negodbc::encryption
