#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>

#include "driver/base/error.h"
#include "driver/base/server_time.h"
#include "driver/encryption/encryption.h"
#include "driver/encryption/openssl/openssl_certificate.h"
#include "driver/encryption/openssl/openssl_fault.h"
#include "driver/encryption/openssl/openssl_transport.h"
#include "driver/encryption/shown_certificates.h"

namespace negodbc::encryption {
namespace {

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
  return text;
}

std::string text_of(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (memory == nullptr || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_ONELINE) < 0)
    return {};
  char* text = nullptr;
  // BIO_get_mem_data() without its C cast.
  const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, static_cast<void*>(&text));
  return size > 0 ? on_one_line({text, static_cast<std::size_t>(size)}) : "";
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm fields = {};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return 0;
  constexpr int first_year = 1900;
  const std::chrono::year_month_day date(
      std::chrono::year(fields.tm_year + first_year),
      std::chrono::month(static_cast<unsigned>(fields.tm_mon + 1)),
      std::chrono::day(static_cast<unsigned>(fields.tm_mday)));
  return std::chrono::seconds(
             std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(fields.tm_hour) +
             std::chrono::minutes(fields.tm_min) + std::chrono::seconds(fields.tm_sec))
      .count();
}

CertificateFacts facts_of(X509* certificate) {
  CertificateFacts facts;
  facts.subject = text_of(X509_get_subject_name(certificate));
  facts.issuer = text_of(X509_get_issuer_name(certificate));
  for (std::string& name : names_in(certificate)) facts.names.push_back(on_one_line(name));
  facts.valid_from = seconds_of(X509_get0_notBefore(certificate));
  facts.valid_until = seconds_of(X509_get0_notAfter(certificate));
  return facts;
}

// What the options' own authorities and lists say of the chain.
void judge(const EncryptionOptions& options, X509* leaf, STACK_OF(X509) * chain,
           ShownCertificates& shown) {
  std::shared_ptr<const TlsContext> context;
  try {
    context = tls_context_for(options);
  } catch (const ConnectionError& error) {
    shown.verified = true;
    shown.distrust = error.what();
    return;
  }
  shown.verified = SSL_CTX_get_verify_mode(context->get()) != SSL_VERIFY_NONE;
  if (!shown.verified) return;
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> verification(
      X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  if (verification == nullptr ||
      X509_STORE_CTX_init(verification.get(), SSL_CTX_get_cert_store(context->get()), leaf,
                          chain) != 1 ||
      X509_STORE_CTX_set_default(verification.get(), "ssl_server") != 1) {
    shown.distrust = "OpenSSL can't verify it";
  } else if (X509_verify_cert(verification.get()) != 1) {
    shown.distrust = distrust_text(X509_STORE_CTX_get_error(verification.get()));
  }
  ERR_clear_error();
}

}  // namespace

ShownCertificates look_at_certificates(std::unique_ptr<net::SocketTransport> socket,
                                       const EncryptionOptions& options, const net::Host& host,
                                       Deadline deadline) {
  ShownCertificates shown;
  auto context = std::make_shared<const TlsContext>(options, TlsContext::Trusting());
  ServerTime time(deadline);
  constexpr EncryptionAttempt attempts[] = {{Encryption::tls, true}, {Encryption::none}};
  std::size_t at = 0;
  const ProtectedStream stream = protect(
      std::move(socket), attempts, at, options, host,
      [&]() -> std::shared_ptr<const TlsContext> { return context; }, time);
  shown.offered = stream.used == Encryption::tls;
  if (!shown.offered) return shown;
  const SSL* const session = static_cast<const OpensslTransport&>(*stream.transport).session();
  shown.protocol = stream.transport->description();
  STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(session);
  // sk_X509_num() and _value() without their C casts.
  const auto* const stack = reinterpret_cast<const OPENSSL_STACK*>(chain);
  for (int i = 0; i < OPENSSL_sk_num(stack); ++i)
    shown.chain.push_back(facts_of(static_cast<X509*>(OPENSSL_sk_value(stack, i))));
  if (X509* const leaf = SSL_get0_peer_certificate(session)) {
    shown.names_host = certificate_names(leaf, host.name.empty() ? host.address : host.name);
    judge(options, leaf, chain, shown);
  }
  return shown;
}

}  // namespace negodbc::encryption
