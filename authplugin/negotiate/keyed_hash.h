// What stands for a secret in a key: the same for the same secret, and of no use to who finds it.
#ifndef NEGODBC_NEGOTIATE_KEYED_HASH_H_
#define NEGODBC_NEGOTIATE_KEYED_HASH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace negodbc::auth {

using KeyedHash = std::array<std::uint64_t, 2>;

// SipHash-2-4 with 128 bits.
KeyedHash sip_hash(const std::array<std::uint64_t, 2>& key, std::span<const std::byte> data);

// With a random key of this process, made at the first call. May throw when the system has no
// random numbers.
KeyedHash keyed_hash(std::span<const std::byte> secret);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_KEYED_HASH_H_
