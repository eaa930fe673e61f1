#include "driver/encryption/openssl/openssl_certificate.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <functional>
#include <memory>
#include <vector>

#include "driver/encryption/certificate_words.h"
#include "driver/net/ip_address.h"

namespace negodbc::encryption {

bool certificate_names(X509* certificate, const std::string& host) {
  if (host.empty()) return false;
  if (net::is_ip_address(host) && X509_check_ip_asc(certificate, host.c_str(), 0) == 1) return true;
  return X509_check_host(certificate, host.data(), host.size(),
                         X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

namespace {

// Each name of the certificate's list: what kind it is of, and its bytes.
void each_name(X509* certificate, const std::function<void(int kind, std::string name)>& show) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> list(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  // sk_GENERAL_NAME_num() and _value() without their C casts.
  const auto* const stack = reinterpret_cast<const OPENSSL_STACK*>(list.get());
  for (int i = 0; list != nullptr && i < OPENSSL_sk_num(stack); ++i) {
    const auto* const name = static_cast<const GENERAL_NAME*>(OPENSSL_sk_value(stack, i));
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    const ASN1_STRING* const text = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    show(name->type, {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text))});
  }
}

}  // namespace

std::vector<std::string> names_in(X509* certificate) {
  std::vector<std::string> names;
  each_name(certificate, [&](int kind, std::string name) {
    names.push_back(kind == GEN_DNS ? std::move(name) : net::ip_address_text(name));
  });
  return names;
}

std::string held_names(X509* certificate) {
  std::vector<std::string> names;
  each_name(certificate, [&](int kind, std::string name) {
    if (kind == GEN_DNS) names.push_back(std::move(name));
  });
  return told_names(names);
}

std::string channel_binding_hash(X509* certificate) {
  int digest_nid = NID_undef;
  if (X509_get_signature_info(certificate, &digest_nid, nullptr, nullptr, nullptr) != 1) return {};
  if (digest_nid == NID_undef) return {};
  if (digest_nid == NID_md5 || digest_nid == NID_sha1) digest_nid = NID_sha256;
  const EVP_MD* const digest = EVP_get_digestbynid(digest_nid);
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (digest == nullptr || X509_digest(certificate, digest, hash, &size) != 1) return {};
  return {reinterpret_cast<const char*>(hash), size};
}

}  // namespace negodbc::encryption
