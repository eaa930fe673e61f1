#include "kerberos_messages/enctype.h"

#include <array>
#include <optional>

#include "kerberos_messages/mac.h"

namespace negodbc::kerberos_messages {
namespace {

constexpr std::array kEnctypes = {
    Enctype{17, "AES-128-CBC", "SHA1", 16, 16, 12, false},
    Enctype{18, "AES-256-CBC", "SHA1", 32, 32, 12, false},
    Enctype{19, "AES-128-CBC", "SHA256", 16, 16, 16, true},
    Enctype{20, "AES-256-CBC", "SHA384", 32, 24, 24, true},
};

// The usage, which way round numbers travel, and what the key is for.
using Constant = std::array<std::byte, 5>;
Constant constant_of(Usage usage, Purpose purpose) {
  const auto number = static_cast<std::uint32_t>(usage);
  return {std::byte(number >> 24U), std::byte(number >> 16U & 0xFFU),
          std::byte(number >> 8U & 0xFFU), std::byte(number & 0xFFU), std::byte(purpose)};
}

// DK of RFC 3961.
bool derive_by_rfc3961(const Libcrypto& library, const Enctype& enctype,
                       std::span<const std::byte> base, Constant constant, auth::SecretBytes& key) {
  const KdfPtr kdf(library.EVP_KDF_fetch(nullptr, "KRB5KDF", nullptr), {&library});
  if (kdf == nullptr) return false;
  const KdfContextPtr context(library.EVP_KDF_CTX_new(kdf.get()), {&library});
  if (context == nullptr) return false;
  // Read only, whatever its type says.
  std::array<OSSL_PARAM, 4> parameters = {
      library.OSSL_PARAM_construct_utf8_string("cipher", const_cast<char*>(enctype.cipher), 0),
      library.OSSL_PARAM_construct_octet_string("key", const_cast<std::byte*>(base.data()),
                                                base.size()),
      library.OSSL_PARAM_construct_octet_string("constant", constant.data(), constant.size()),
      library.OSSL_PARAM_construct_end(),
  };
  return library.EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()),
                                key.size(), parameters.data()) == 1;
}

// KDF-HMAC-SHA2 of RFC 8009: one round of SP 800-108's counter mode is enough for its keys.
bool derive_by_rfc8009(const Libcrypto& library, const Enctype& enctype,
                       std::span<const std::byte> base, Constant constant, auth::SecretBytes& key) {
  const auto bits = static_cast<std::uint32_t>(key.size() * 8);
  constexpr std::array kFirst = {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
  const std::array rest = {std::byte{0}, std::byte{0}, std::byte{0}, std::byte(bits >> 8U),
                           std::byte(bits & 0xFFU)};
  std::optional<Mac> mac = Mac::make(library, enctype.digest, base);
  return mac && mac->compute({kFirst, constant, rest}, key);
}

}  // namespace

const Enctype* find_enctype(std::int32_t number) {
  for (const Enctype& each : kEnctypes) {
    if (each.number == number) return &each;
  }
  return nullptr;
}

bool derive_key(const Libcrypto& library, const Enctype& enctype, std::span<const std::byte> base,
                Usage usage, Purpose purpose, auth::SecretBytes& key) {
  if (base.size() != enctype.key_size) return false;
  key.assign(purpose == Purpose::kEncryption ? enctype.key_size : enctype.mac_key_size,
             std::byte{0});
  const Constant constant = constant_of(usage, purpose);
  return enctype.mac_of_ciphertext ? derive_by_rfc8009(library, enctype, base, constant, key)
                                   : derive_by_rfc3961(library, enctype, base, constant, key);
}

}  // namespace negodbc::kerberos_messages
