#include "driver/encryption/schannel/schannel_files.h"

#include <filesystem>
#include <fstream>

#include "driver/base/error.h"
#include "driver/base/path.h"
#include "driver/base/windows_text.h"

namespace negodbc::encryption {

bool file_exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path_of(path), ignored);
}

SecretBytes read_file(const std::string& path, const char* what) {
  constexpr std::streamoff largest = std::streamoff{16} << 20U;
  std::ifstream file(path_of(path), std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? std::streamoff{file.tellg()} : -1;
  SecretBytes bytes(size < 0 || size > largest ? 0 : static_cast<std::size_t>(size));
  file.seekg(0);
  if (size < 0 || size > largest ||
      !file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    throw ConnectionError("08001", std::string(what) + " " + path + " can't be read: " +
                                       (size > largest      ? "it is too large"
                                        : file_exists(path) ? "not allowed, or not a file"
                                                            : "it does not exist") +
                                       ". Name one that this user can read");
  }
  return bytes;
}

std::vector<SecretBytes> pem_blocks(const SecretBytes& file, std::string_view label) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::string begin = "-----BEGIN " + std::string(label) + "-----";
  const std::string end = "-----END " + std::string(label) + "-----";
  std::vector<SecretBytes> blocks;
  for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at)) {
    at += begin.size();
    const std::size_t stop = text.find(end, at);
    if (stop == std::string_view::npos) break;
    const auto size = static_cast<DWORD>(stop - at);
    DWORD length = 0;
    if (CryptStringToBinaryA(text.data() + at, size, CRYPT_STRING_BASE64, nullptr, &length, nullptr,
                             nullptr) == 0) {
      continue;
    }
    SecretBytes bytes(length);
    if (CryptStringToBinaryA(text.data() + at, size, CRYPT_STRING_BASE64, bytes.data(), &length,
                             nullptr, nullptr) != 0) {
      bytes.shrink(length);
      blocks.push_back(std::move(bytes));
    }
  }
  return blocks;
}

CertificateStore memory_store() {
  CertificateStore store(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr));
  if (store == nullptr)
    throw ConnectionError("08001", "no certificate store: " + system_error_text(GetLastError()));
  return store;
}

std::size_t add_certificates(const SecretBytes& file, void* store, Certificate* first) {
  std::size_t count = 0;
  for (const SecretBytes& block : pem_blocks(file, "CERTIFICATE")) {
    const CERT_CONTEXT* added = nullptr;
    if (CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, block.data(), block.size(),
                                         CERT_STORE_ADD_REPLACE_EXISTING, &added) == 0) {
      continue;
    }
    Certificate owned(added);
    if (count == 0 && first != nullptr) *first = std::move(owned);
    ++count;
  }
  return count;
}

std::size_t add_revocation_lists(const SecretBytes& file, void* store) {
  std::size_t count = 0;
  for (const SecretBytes& block : pem_blocks(file, "X509 CRL")) {
    if (CertAddEncodedCRLToStore(store, X509_ASN_ENCODING, block.data(), block.size(),
                                 CERT_STORE_ADD_ALWAYS, nullptr) != 0) {
      ++count;
    }
  }
  return count;
}

}  // namespace negodbc::encryption
