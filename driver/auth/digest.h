// Digests and random bytes, by OpenSSL (digest_posix.cc), on Windows by BCrypt. Throws Error HY000
// where the library can't do it.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace negodbc::auth {

using Sha256 = std::array<unsigned char, 32>;

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
  struct State;
  std::unique_ptr<State> state_;
};

// 32 lower-case hexadecimal digits. Throws Error HYC00 where the library refuses MD5 (FIPS).
std::string md5_hex(std::string_view bytes);

// Lower-case hexadecimal digits, two a byte.
std::string to_hex(std::span<const unsigned char> bytes);

// Good enough for keys and nonces.
void random_bytes(std::span<unsigned char> into);

// In a time that does not depend on where they differ; false for different sizes.
bool same_secret(std::string_view a, std::string_view b) noexcept;

inline std::string_view view(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace negodbc::auth
