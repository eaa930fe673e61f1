#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "driver/auth/digest.h"
#include "driver/base/error.h"
#include "driver/base/openssl_library.h"

namespace negodbc::auth {
namespace {

struct Algorithms {
  EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Algorithms() = default;
  Algorithms(const Algorithms&) = delete;
  Algorithms& operator=(const Algorithms&) = delete;
  ~Algorithms() {
    EVP_MD_free(sha256);
    EVP_MAC_free(hmac);
  }
};

const Algorithms& algorithms() {
  need_openssl();
  static const Algorithms fetched;
  return fetched;
}

[[noreturn]] void unavailable(const char* what) {
  throw Error("HY000", std::string("OpenSSL can't compute ") + what + "; check its configuration");
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest;
  const EVP_MD* const algorithm = algorithms().sha256;
  if (algorithm == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm, nullptr) != 1) {
    unavailable("SHA-256");
  }
  return digest;
}

struct HmacSha256::State {
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(algorithms().hmac);
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MAC_CTX_free(context); }
};

HmacSha256::HmacSha256(std::string_view key) : state_(std::make_unique<State>()) {
  char name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                   OSSL_PARAM_construct_end()};
  // OpenSSL takes a null key for "the key as before": an empty one needs an address.
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
  if (state_->context == nullptr ||
      EVP_MAC_init(state_->context, bytes, key.size(), parameters) != 1) {
    unavailable("HMAC-SHA-256");
  }
}

HmacSha256::~HmacSha256() = default;

Sha256 HmacSha256::operator()(std::string_view message) {
  EVP_MAC_CTX* const context = state_->context;
  Sha256 digest;
  if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()),
                     message.size()) != 1 ||
      EVP_MAC_final(context, digest.data(), nullptr, digest.size()) != 1) {
    unavailable("HMAC-SHA-256");
  }
  return digest;
}

std::string md5_hex(std::string_view bytes) {
  need_openssl();
  EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  unsigned char digest[16];
  const bool done =
      md5 != nullptr && EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, md5, nullptr) == 1;
  EVP_MD_free(md5);
  if (!done) {
    throw Error("HYC00",
                "the server asks for an MD5 password, and this OpenSSL refuses MD5; "
                "give the role a SCRAM-SHA-256 password");
  }
  return to_hex(digest);
}

void random_bytes(std::span<unsigned char> into) {
  need_openssl();
  if (RAND_bytes(into.data(), static_cast<int>(into.size())) != 1) {
    throw Error("HY000", "OpenSSL has no random numbers");
  }
}

}  // namespace negodbc::auth
