// The encryption types of Kerberos that are AES, and the keys that RFC 3961 and RFC 8009 derive for
// each use of a session's key.
#ifndef NEGODBC_KERBEROS_MESSAGES_ENCTYPE_H_
#define NEGODBC_KERBEROS_MESSAGES_ENCTYPE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kerberos_messages/libcrypto.h"
#include "negotiate/secret_bytes.h"

namespace negodbc::kerberos_messages {

// Sizes in bytes.
struct Enctype {
  std::int32_t number;  // IANA's, as krb5 libraries have it
  const char* cipher;   // OpenSSL's names
  const char* digest;
  std::size_t key_size;      // of the session's key and of the one that encrypts
  std::size_t mac_key_size;  // of those that prove integrity
  std::size_t mac_size;      // what is kept of an HMAC
  bool mac_of_ciphertext;    // RFC 8009; else of the plaintext (RFC 3962)
};

inline constexpr std::size_t kBlock = 16;       // AES'
inline constexpr std::size_t kLongestMac = 24;  // of all enctypes

// NULL: none of these four (17, 18: RFC 3962; 19, 20: RFC 8009).
const Enctype* find_enctype(std::int32_t number);

enum class Purpose : std::uint8_t { kChecksum = 0x99, kEncryption = 0xAA, kIntegrity = 0x55 };

// RFC 4121, section 2.
enum class Usage : std::uint32_t {
  kAcceptorSeal = 22,
  kAcceptorSign = 23,
  kInitiatorSeal = 24,
  kInitiatorSign = 25,
};

// `base` has the enctype's key size. False: OpenSSL can't (in FIPS' mode, RFC 3962's keys).
bool derive_key(const Libcrypto& library, const Enctype& enctype, std::span<const std::byte> base,
                Usage usage, Purpose purpose, auth::SecretBytes& key);

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_ENCTYPE_H_
