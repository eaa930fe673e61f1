#include "driver/encryption/schannel/schannel_context.h"

#include <algorithm>
#include <cstddef>

#include "driver/base/windows_text.h"
#include "driver/encryption/certificate_words.h"
#include "driver/encryption/schannel/schannel_status.h"
#include "driver/encryption/schannel/schannel_store.h"

// After windows.h.
#define SCHANNEL_USE_BLACKLISTS
#include <subauth.h>
// After subauth.h.
#include <schannel.h>

namespace negodbc::encryption {
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

// A file that is named must be there; libpq's default need not.
bool is_to_be_used(const std::string& path, const std::string& given) {
  return !path.empty() && (!given.empty() || file_exists(path));
}

struct FreeChain {
  void operator()(const CERT_CHAIN_CONTEXT* chain) const { CertFreeCertificateChain(chain); }
};
using Chain = std::unique_ptr<const CERT_CHAIN_CONTEXT, FreeChain>;

}  // namespace

TlsContext::TlsContext(const TlsOptions& options)
    : TlsContext(options, *InitSecurityInterfaceW()) {}

TlsContext::TlsContext(const TlsOptions& options, const SecurityFunctionTableW& table)
    : table_(table),
      key_password_(options.ssl_password),
      verifies_name_(options.ssl_mode == SslMode::verify_full || options.ssl_root_cert == "system"),
      sends_name_(options.ssl_sni),
      direct_(options.ssl_direct) {
  if (direct_ && options.ssl_mode < SslMode::require) {
    refuse("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full");
  }
  const TlsFiles files = tls_files(options);
  load_roots(options, files.root);
  load_revocations(options, files.crl);
  load_client_certificate(options, files);
  acquire(options);
}

TlsContext::~TlsContext() {
  if (has_credential_) table_.FreeCredentialsHandle(&credential_);
  if (engine_ != nullptr) CertFreeCertificateChainEngine(engine_);
}

void TlsContext::load_roots(const TlsOptions& options, const std::string& path) {
  if (path == "system") {
    verifies_ = true;
    return;
  }
  if (path.empty() || !file_exists(path)) {
    if (options.ssl_mode >= SslMode::verify_ca) {
      refuse(options.ssl_root_cert.empty()
                 ? "sslmode asks to verify the server's certificate, and there is no root "
                   "certificate: name one in sslrootcert, put it into "
                   "%APPDATA%\\postgresql\\root.crt, or use sslrootcert=system"
                 : "the root certificate " + path +
                       " does not exist: name one that is there by SSLrootcert");
    }
    return;
  }
  roots_ = memory_store();
  if (add_certificates(read_file(path, "the root certificates in"), roots_.get()) == 0)
    refuse("the root certificates in " + path +
           " can't be read: there are none. Name a PEM file of certificates by SSLrootcert");
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

void TlsContext::load_revocations(const TlsOptions& options, const std::string& path) {
  if (!is_to_be_used(path, options.ssl_crl)) return;
  revocations_ = memory_store();
  if (add_revocation_lists(read_file(path, "the revocation list"), revocations_.get()) == 0)
    refuse("the revocation list " + path +
           " can't be read: there is none. Name a PEM file by SSLcrl");
}

void TlsContext::load_client_certificate(const TlsOptions& options, const TlsFiles& files) {
  if (names_store(options.ssl_cert)) {
    if (!options.ssl_key.empty()) {
      refuse("the client certificate " + options.ssl_cert +
             " has its key in Windows' store: leave sslkey out");
    }
    own_ = certificate_of_store(options.ssl_cert);
    is_of_store_ = true;
    return;
  }
  if (!is_to_be_used(files.certificate, options.ssl_cert)) return;
  own_chain_ = memory_store();
  if (add_certificates(read_file(files.certificate, "the client certificate"), own_chain_.get(),
                       &own_) == 0) {
    refuse("the client certificate " + files.certificate +
           " can't be read: there is none. Name a PEM file by SSLcert");
  }
  if (!is_to_be_used(files.key, options.ssl_key)) {
    refuse("the client certificate " + files.certificate +
           " has no private key: name it in sslkey");
  }
  key_ = std::make_unique<ClientKey>(files.key, options.ssl_password);
  if (!key_->belongs_to(own_.get())) {
    refuse("the private key " + files.key + " does not belong to the certificate " +
           files.certificate + ": name its own by SSLkey");
  }
  key_->attach_to(own_.get());
}

void TlsContext::acquire(const TlsOptions& options) {
  const std::size_t lowest = version_index(options.ssl_min_version, "ssl_min_protocol_version", 0);
  const std::size_t highest =
      version_index(options.ssl_max_version, "ssl_max_protocol_version", std::size(versions) - 1);
  DWORD enabled = 0;
  DWORD disabled = 0;
  for (std::size_t i = 0; i < std::size(versions); ++i) {
    (i >= lowest && i <= highest ? enabled : disabled) |= versions[i].bit;
  }
  // What is verified is verified here, by the options.
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
  PCCERT_CONTEXT own = own_.get();
  if (own != nullptr) {
    newer.cCreds = 1;
    newer.paCred = &own;
  }
  SECURITY_STATUS status = ask(&newer);
  if (status != SEC_E_OK) {
    SCHANNEL_CRED older = {};
    older.dwVersion = SCHANNEL_CRED_VERSION;
    older.grbitEnabledProtocols = enabled;
    older.dwFlags = flags;
    older.cCreds = newer.cCreds;
    older.paCred = newer.paCred;
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
  // A user's certificate of the same authority is no server's.
  char server[] = szOID_PKIX_KP_SERVER_AUTH;
  LPSTR usages[] = {server};
  wanted.RequestedUsage.dwType = USAGE_MATCH_TYPE_AND;
  wanted.RequestedUsage.Usage = {1, usages};
  // What is not trusted yet says where its issuer can be had: nobody is asked, and waited for.
  const CERT_CHAIN_CONTEXT* found = nullptr;
  if (CertGetCertificateChain(engine_, certificate, nullptr, certificate->hCertStore, &wanted,
                              CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, nullptr, &found) == 0) {
    return system_error_text(GetLastError());
  }
  const Chain chain(found);
  const DWORD errors = chain->TrustStatus.dwErrorStatus;
  if (errors == CERT_TRUST_NO_ERROR) {
    const CERT_SIMPLE_CHAIN& path = *chain->rgpChain[0];
    for (DWORD i = 0; i < path.cElement && revocations_ != nullptr; ++i) {
      const DWORD issuer = std::min(i + 1, path.cElement - 1);  // a root is its own
      std::string why =
          revocation(path.rgpElement[i]->pCertContext, path.rgpElement[issuer]->pCertContext);
      if (!why.empty()) return why;
    }
    return {};
  }
  if ((errors & CERT_TRUST_IS_NOT_TIME_VALID) != 0)
    return std::string("it has expired or is not valid yet. ") + remedy_run_out;
  if ((errors & (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN)) != 0)
    return std::string("it was not issued by a trusted root. ") + remedy_unknown_authority;
  if ((errors & CERT_TRUST_IS_NOT_VALID_FOR_USAGE) != 0)
    return std::string("it is not for servers (its extended key usage). ") + remedy_distrust;
  return std::string("its chain is not valid. ") + remedy_distrust;
}

std::string TlsContext::revocation(PCCERT_CONTEXT certificate, PCCERT_CONTEXT issuer) const {
  // As OpenSSL: every certificate needs a list of its issuer's that is valid now.
  std::string why = std::string("there is no revocation list of its issuer. ") + remedy_no_list;
  for (const CRL_CONTEXT* list = CertEnumCRLsInStore(revocations_.get(), nullptr); list != nullptr;
       list = CertEnumCRLsInStore(revocations_.get(), list)) {
    if (CertCompareCertificateName(X509_ASN_ENCODING, &list->pCrlInfo->Issuer,
                                   &certificate->pCertInfo->Issuer) == 0) {
      continue;
    }
    if (CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_CRL,
                                          const_cast<CRL_CONTEXT*>(list),
                                          CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT,
                                          const_cast<CERT_CONTEXT*>(issuer), 0, nullptr) == 0) {
      why = std::string("the revocation list of its issuer is not signed by it. ") + remedy_no_list;
      continue;
    }
    if (CertVerifyCRLTimeValidity(nullptr, list->pCrlInfo) != 0) {
      why = std::string("the revocation list of its issuer has run out. ") + remedy_old_list;
      continue;
    }
    CRL_ENTRY* entry = nullptr;
    if (CertFindCertificateInCRL(certificate, list, 0, nullptr, &entry) == 0 || entry != nullptr) {
      CertFreeCRLContext(list);
      return std::string("it was revoked. ") + remedy_revoked;
    }
    why.clear();
  }
  return why;
}

}  // namespace negodbc::encryption
