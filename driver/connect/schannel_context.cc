#include "driver/connect/schannel_context.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "driver/base/windows_text.h"
#include "driver/connect/schannel_status.h"
#include "driver/connect/tls_files.h"

// After windows.h.
#define SCHANNEL_USE_BLACKLISTS
#include <subauth.h>
// After subauth.h.
#include <schannel.h>

namespace negodbc::connect {
namespace {

[[noreturn]] void refuse(const std::string& what, const char* state = "08001") {
  throw ConnectionError(state, what);
}

struct Version {
  const char* name;
  DWORD bit;
};
constexpr Version versions[] = {{"TLSv1", SP_PROT_TLS1_0_CLIENT},
                                {"TLSv1.1", SP_PROT_TLS1_1_CLIENT},
                                {"TLSv1.2", SP_PROT_TLS1_2_CLIENT},
                                {"TLSv1.3", SP_PROT_TLS1_3_CLIENT}};

std::size_t version_index(const std::string& name, const char* setting, std::size_t otherwise) {
  if (name.empty()) return otherwise;
  const auto* const found =
      std::find_if(std::begin(versions), std::end(versions),
                   [&](const Version& version) { return name == version.name; });
  if (found == std::end(versions)) {
    refuse(std::string(setting) + "=" + name +
           " is not a version of TLS: TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3");
  }
  return static_cast<std::size_t>(found - std::begin(versions));
}

std::filesystem::path path_of(const std::string& utf8) {
  return to_wide(utf8);
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path_of(path), ignored);
}

// Every certificate of a PEM file; how many there were.
std::size_t add_certificates(const std::string& path, void* store) {
  std::ifstream file(path_of(path), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  std::size_t count = 0;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const std::size_t stop = text.find(end, at);
    if (stop == std::string::npos) break;
    const auto size = static_cast<DWORD>(stop + end.size() - at);
    DWORD length = 0;
    if (CryptStringToBinaryA(text.data() + at, size, CRYPT_STRING_BASE64HEADER, nullptr, &length,
                             nullptr, nullptr) == 0) {
      continue;
    }
    std::vector<BYTE> bytes(length);
    if (CryptStringToBinaryA(text.data() + at, size, CRYPT_STRING_BASE64HEADER, bytes.data(),
                             &length, nullptr, nullptr) != 0 &&
        CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, bytes.data(), length,
                                         CERT_STORE_ADD_REPLACE_EXISTING, nullptr) != 0) {
      ++count;
    }
  }
  return count;
}

struct FreeChain {
  void operator()(const CERT_CHAIN_CONTEXT* chain) const { CertFreeCertificateChain(chain); }
};
using Chain = std::unique_ptr<const CERT_CHAIN_CONTEXT, FreeChain>;

}  // namespace

std::shared_ptr<const TlsContext> tls_context_for(const LoginSettings& settings) {
  return std::make_shared<const TlsContext>(settings, *InitSecurityInterfaceW());
}

TlsContext::TlsContext(const LoginSettings& settings, const SecurityFunctionTableW& table)
    : table_(table),
      verifies_name_(settings.ssl_mode == SslMode::verify_full ||
                     settings.ssl_root_cert == "system"),
      sends_name_(settings.ssl_sni),
      direct_(settings.ssl_direct) {
  if (direct_ && settings.ssl_mode < SslMode::require) {
    refuse("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full");
  }
  if (!settings.ssl_cert.empty()) refuse("sslcert is not supported on Windows", "HYC00");
  if (!settings.ssl_crl.empty()) refuse("sslcrl is not supported on Windows", "HYC00");
  load_roots(settings);
  acquire(settings);
}

TlsContext::~TlsContext() {
  if (has_credential_) table_.FreeCredentialsHandle(&credential_);
  if (engine_ != nullptr) CertFreeCertificateChainEngine(engine_);
}

void TlsContext::load_roots(const LoginSettings& settings) {
  const std::string path = tls_files(settings).root;
  if (path == "system") {
    verifies_ = true;
    return;
  }
  if (path.empty() || !exists(path)) {
    if (settings.ssl_mode >= SslMode::verify_ca) {
      refuse(settings.ssl_root_cert.empty()
                 ? "sslmode asks to verify the server's certificate, and there is no root "
                   "certificate: name one in sslrootcert, put it into "
                   "%APPDATA%\\postgresql\\root.crt, or use sslrootcert=system"
                 : "the root certificate " + path + " does not exist");
    }
    return;
  }
  roots_.reset(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr));
  if (roots_ == nullptr || add_certificates(path, roots_.get()) == 0) {
    refuse("the root certificates in " + path + " can't be read");
  }
  CERT_CHAIN_ENGINE_CONFIG config = {};
  // Without what Windows 8 has added, which not every implementation takes.
  config.cbSize = offsetof(CERT_CHAIN_ENGINE_CONFIG, dwExclusiveFlags);
  config.hExclusiveRoot = roots_.get();
  if (CertCreateCertificateChainEngine(&config, &engine_) == 0) {
    refuse("the root certificates in " + path +
           " can't be used: " + system_error_text(GetLastError()));
  }
  verifies_ = true;
}

void TlsContext::acquire(const LoginSettings& settings) {
  const std::size_t lowest = version_index(settings.ssl_min_version, "ssl_min_protocol_version", 0);
  const std::size_t highest =
      version_index(settings.ssl_max_version, "ssl_max_protocol_version", std::size(versions) - 1);
  DWORD enabled = 0;
  DWORD disabled = 0;
  for (std::size_t i = 0; i < std::size(versions); ++i) {
    (i >= lowest && i <= highest ? enabled : disabled) |= versions[i].bit;
  }
  // What is verified is verified here, by the settings.
  constexpr DWORD flags =
      SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | SCH_USE_STRONG_CRYPTO;
  wchar_t package[] = UNISP_NAME_W;
  TimeStamp expiry = {};
  const auto ask = [&](void* data) {
    return table_.AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr, data,
                                            nullptr, nullptr, &credential_, &expiry);
  };
  // The newer struct is needed for TLS 1.3; older systems know only the other.
  TLS_PARAMETERS parameters = {};
  parameters.grbitDisabledProtocols = disabled;
  SCH_CREDENTIALS newer = {};
  newer.dwVersion = SCH_CREDENTIALS_VERSION;
  newer.dwFlags = flags;
  newer.cTlsParameters = 1;
  newer.pTlsParameters = &parameters;
  SECURITY_STATUS status = ask(&newer);
  if (status != SEC_E_OK) {
    SCHANNEL_CRED older = {};
    older.dwVersion = SCHANNEL_CRED_VERSION;
    older.grbitEnabledProtocols = enabled;
    older.dwFlags = flags;
    status = ask(&older);
  }
  if (status != SEC_E_OK) {
    refuse("Schannel does not offer the versions of TLS asked for: " + schannel_error_text(status));
  }
  has_credential_ = true;
}

std::string TlsContext::distrust(PCCERT_CONTEXT certificate) const {
  if (!verifies_) return {};
  CERT_CHAIN_PARA wanted = {};
  wanted.cbSize = sizeof wanted;
  const CERT_CHAIN_CONTEXT* found = nullptr;
  if (CertGetCertificateChain(engine_, certificate, nullptr, certificate->hCertStore, &wanted, 0,
                              nullptr, &found) == 0) {
    return system_error_text(GetLastError());
  }
  const Chain chain(found);
  const DWORD errors = chain->TrustStatus.dwErrorStatus;
  if (errors == CERT_TRUST_NO_ERROR) return {};
  if ((errors & CERT_TRUST_IS_NOT_TIME_VALID) != 0) return "it has expired or is not valid yet";
  if ((errors & (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN)) != 0)
    return "it was not issued by a trusted root";
  return "its chain is not valid";
}

}  // namespace negodbc::connect
