// Certificates made by a test, for itself.
#pragma once

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace negodbc::encryption::testing {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

inline Key rsa_key() {
  return {EVP_RSA_gen(2048), &EVP_PKEY_free};
}

// Self-signed, with subject alternative names ("DNS:a,IP:1.2.3.4") when any are given.
inline Certificate certificate(const Key& key, const char* common_name, const char* alternatives,
                               const EVP_MD* digest) {
  Certificate made(X509_new(), &X509_free);
  X509_set_version(made.get(), 2);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* const subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(made.get(), subject);
  if (alternatives != nullptr) {
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternatives);
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  if (X509_sign(made.get(), key.get(), digest) <= 0) throw std::runtime_error("no certificate");
  return made;
}

}  // namespace negodbc::encryption::testing
