// HMAC with a key that stays: OpenSSL's context is set up once, and a code costs no allocation of
// ours.
#ifndef NEGODBC_KERBEROS_MESSAGES_MAC_H_
#define NEGODBC_KERBEROS_MESSAGES_MAC_H_

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>

#include "kerberos_messages/libcrypto.h"

namespace negodbc::kerberos_messages {

// One call at a time. OpenSSL wipes the key with the context.
class Mac {
 public:
  static constexpr std::size_t kLongest = 64;  // of the digests in use

  // `digest`: OpenSSL's name. Nothing: OpenSSL can't, or can't begin anew with the same key (3.0's
  // first releases).
  static std::optional<Mac> make(const Libcrypto& library, const char* digest,
                                 std::span<const std::byte> key);

  // The first bytes of the code over all parts in a row, at most as many as the digest has.
  bool compute(std::initializer_list<std::span<const std::byte>> parts, std::span<std::byte> code);

 private:
  Mac(const Libcrypto& library, MacContextPtr context)
      : library_(&library), context_(std::move(context)) {}

  const Libcrypto* library_;
  MacContextPtr context_;
};

// Whether two codes of one size are the same, in a time that does not tell where they differ.
bool same_code(std::span<const std::byte> a, std::span<const std::byte> b);

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_MAC_H_
