#include "driver/encryption/openssl/openssl_fault.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cstring>

#include "driver/encryption/certificate_words.h"

namespace negodbc::encryption {
namespace {

struct Remedy {
  int reason;  // of ERR_LIB_SSL
  const char* text;
};

constexpr const char* versions =
    "no version of TLS suits both; correct ssl_min_protocol_version and ssl_max_protocol_version "
    "here, or those of the server's postgresql.conf";
constexpr const char* own_certificate =
    "the server does not take the client's certificate; name another by SSLcert, or have its "
    "authority added to ssl_ca_file there";

constexpr Remedy remedies[] = {
    {SSL_R_WRONG_VERSION_NUMBER, "it speaks no TLS; correct Server or Port"},
    {SSL_R_UNSUPPORTED_PROTOCOL, versions},
    {SSL_R_NO_PROTOCOLS_AVAILABLE, versions},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, versions},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
     "no cipher or certificate suits both; have ssl_ciphers of the server's postgresql.conf "
     "corrected"},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, own_certificate},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, own_certificate},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, own_certificate},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, own_certificate},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
     "the client's certificate has run out; name a new one by SSLcert"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
     "the client's certificate was revoked; name a new one by SSLcert"},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
     "the server wants a certificate of the client; name one by SSLcert and SSLkey"},
};

const char* remedy_of(unsigned long code) {
  for (const Remedy& row : remedies)
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == row.reason) return row.text;
  return "";
}

}  // namespace

std::string tls_error_text() {
  unsigned long code = ERR_peek_last_error();
  // "system lib", "PEM lib": only that another part has failed, and that part's error came first.
  const int reason_code = ERR_GET_REASON(code);
  if (reason_code == ERR_R_SYS_LIB || reason_code == ERR_R_PEM_LIB) code = ERR_peek_error();
  std::string text;
  if (code != 0) {
    const char* const reason = ERR_reason_error_string(code);
    text = ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code))
           : reason == nullptr    ? ""
                                  : reason;
    const char* const remedy = ERR_SYSTEM_ERROR(code) ? "" : remedy_of(code);
    if (*remedy != '\0') text += std::string("; ") + remedy;
  }
  ERR_clear_error();
  return text.empty() ? "unknown reason" : text;
}

std::string distrust_text(long verify_result) {
  const char* remedy = remedy_distrust;
  switch (verify_result) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      remedy = remedy_unknown_authority;
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      remedy = remedy_run_out;
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      remedy = remedy_not_yet_valid;
      break;
    case X509_V_ERR_CERT_REVOKED:
      remedy = remedy_revoked;
      break;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      remedy = remedy_no_list;
      break;
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      remedy = remedy_old_list;
      break;
    default:
      break;
  }
  return std::string("its certificate is not trusted: ") +
         X509_verify_cert_error_string(verify_result) + ". " + remedy;
}

}  // namespace negodbc::encryption
