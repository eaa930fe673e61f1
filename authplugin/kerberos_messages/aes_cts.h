// Encryption of RFC 3962 and RFC 8009 for one key and usage: AES in CBC mode with ciphertext
// stealing (the last two blocks always change places, the first vector is zero) and a truncated
// HMAC, in place. Contexts keep their keys, so that a message allocates nothing here.
#ifndef NEGODBC_KERBEROS_MESSAGES_AES_CTS_H_
#define NEGODBC_KERBEROS_MESSAGES_AES_CTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kerberos_messages/enctype.h"
#include "kerberos_messages/mac.h"

namespace negodbc::kerberos_messages {

enum class Direction : std::uint8_t { kEncrypt, kDecrypt };

// One call at a time. OpenSSL wipes the keys with their contexts.
class AesCts {
 public:
  // `base`: the session's key, of which the keys in use are derived. Nothing: OpenSSL can't.
  static std::optional<AesCts> make(const Libcrypto& library, const Enctype& enctype,
                                    std::span<const std::byte> base, Usage usage,
                                    Direction direction);
  // With the keys that are derived, `integrity` for the code.
  static std::optional<AesCts> with_keys(const Libcrypto& library, const Enctype& enctype,
                                         std::span<const std::byte> encryption,
                                         std::span<const std::byte> integrity, Direction direction);

  std::size_t mac_size() const { return enctype_->mac_size; }

  // Encrypts, where they lie, the confounder (one block, random), the data and the trailer (nothing
  // or one block) as one text. `mac` has mac_size() bytes. False: OpenSSL has failed, and all of it
  // is to be thrown away. For kEncrypt.
  bool encrypt(std::span<std::byte> confounder, std::span<std::byte> data,
               std::span<std::byte> trailer, std::span<std::byte> mac);

  // Decrypts what lies in a row, the code at its end, where it lies; without the code it is then
  // the confounder and the text. False: it is not what the key's owner has encrypted. Then nothing
  // of the text is left there. For kDecrypt.
  bool decrypt(std::span<std::byte> row);

 private:
  AesCts(const Libcrypto& library, const Enctype& enctype, CipherContextPtr cipher, Mac mac,
         Direction direction)
      : library_(&library),
        enctype_(&enctype),
        cipher_(std::move(cipher)),
        mac_(std::move(mac)),
        direction_(direction) {}

  // Whole blocks, going on where the call before has ended.
  bool go_on(std::byte* into, const std::byte* from, std::size_t size);
  bool begin();
  bool decrypt_text(std::span<std::byte> text);

  const Libcrypto* library_;
  const Enctype* enctype_;
  CipherContextPtr cipher_;
  Mac mac_;
  Direction direction_;
};

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_AES_CTS_H_
