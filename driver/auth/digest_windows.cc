#include <windows.h>
// After windows.h.
#include <bcrypt.h>

#include "driver/auth/digest.h"
#include "driver/base/error.h"

namespace negodbc::auth {
namespace {

[[noreturn]] void unavailable(const char* what) {
  throw Error("HY000", std::string("Windows can't compute ") + what);
}

// An algorithm of BCrypt; nullptr where there is none. Kept until the process ends.
class Algorithm {
 public:
  explicit Algorithm(const wchar_t* name, ULONG flags = 0) {
    if (BCryptOpenAlgorithmProvider(&handle_, name, nullptr, flags) < 0) handle_ = nullptr;
  }
  [[nodiscard]] BCRYPT_ALG_HANDLE get() const { return handle_; }

 private:
  BCRYPT_ALG_HANDLE handle_ = nullptr;
};

PUCHAR bytes_of(std::string_view text) {
  // BCrypt's parameters lack a const; it only reads.
  return reinterpret_cast<PUCHAR>(const_cast<char*>(text.data()));
}

// One digest from its beginning to its end.
class Hash {
 public:
  Hash(const Algorithm& algorithm, std::string_view key) {
    if (algorithm.get() == nullptr ||
        BCryptCreateHash(algorithm.get(), &handle_, nullptr, 0, bytes_of(key),
                         static_cast<ULONG>(key.size()), 0) < 0) {
      handle_ = nullptr;
    }
  }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() {
    if (handle_ != nullptr) BCryptDestroyHash(handle_);
  }
  bool digest(std::string_view bytes, std::span<unsigned char> into) {
    return handle_ != nullptr &&
           BCryptHashData(handle_, bytes_of(bytes), static_cast<ULONG>(bytes.size()), 0) >= 0 &&
           BCryptFinishHash(handle_, into.data(), static_cast<ULONG>(into.size()), 0) >= 0;
  }

 private:
  BCRYPT_HASH_HANDLE handle_ = nullptr;
};

}  // namespace

Sha256 sha256(std::string_view bytes) {
  static const Algorithm algorithm(BCRYPT_SHA256_ALGORITHM);
  Sha256 digest;
  if (!Hash(algorithm, {}).digest(bytes, digest)) unavailable("SHA-256");
  return digest;
}

struct HmacSha256::State {
  // Finishing a reusable hash begins it anew, with its key.
  const Algorithm& algorithm;
  Hash hash;
};

HmacSha256::HmacSha256(std::string_view key) {
  static const Algorithm algorithm(BCRYPT_SHA256_ALGORITHM,
                                   BCRYPT_ALG_HANDLE_HMAC_FLAG | BCRYPT_HASH_REUSABLE_FLAG);
  state_.reset(new State{algorithm, {algorithm, key}});
}

HmacSha256::~HmacSha256() = default;

Sha256 HmacSha256::operator()(std::string_view message) {
  Sha256 digest;
  if (!state_->hash.digest(message, digest)) unavailable("HMAC-SHA-256");
  return digest;
}

std::string md5_hex(std::string_view bytes) {
  static const Algorithm algorithm(BCRYPT_MD5_ALGORITHM);
  unsigned char digest[16];
  if (!Hash(algorithm, {}).digest(bytes, digest)) {
    throw Error("HYC00",
                "the server asks for an MD5 password, and this Windows refuses MD5; "
                "give the role a SCRAM-SHA-256 password");
  }
  return to_hex(digest);
}

void random_bytes(std::span<unsigned char> into) {
  if (BCryptGenRandom(nullptr, into.data(), static_cast<ULONG>(into.size()),
                      BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
    throw Error("HY000", "Windows has no random numbers");
  }
}

}  // namespace negodbc::auth
