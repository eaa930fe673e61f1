// OpenSSL's digests, fetched once a process: a fetch costs more than a short digest.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <string>
#include <string_view>

namespace negodbc::connect {

using Sha256 = std::array<unsigned char, 32>;

const EVP_MD* sha256_algorithm();
Sha256 sha256(std::string_view bytes);

// HMAC-SHA-256 with one key, over any number of messages.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;
  ~HmacSha256();
  Sha256 operator()(std::string_view message);

 private:
  EVP_MAC_CTX* context_;
};

// 32 lower-case hexadecimal digits. Throws Error HYC00 where OpenSSL refuses MD5 (FIPS).
std::string md5_hex(std::string_view bytes);

inline std::string_view view(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace negodbc::connect
