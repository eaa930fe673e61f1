// For tests of kerberos_messages/.
#ifndef NEGODBC_TESTS_SUPPORT_KERBEROS_BYTES_H_
#define NEGODBC_TESTS_SUPPORT_KERBEROS_BYTES_H_

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kerberos_messages/aes_cts.h"

namespace negodbc::kerberos_messages {

using Bytes = std::vector<std::byte>;

inline Bytes hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(std::byte(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

inline Bytes text(std::string_view characters) {
  const auto* begin = reinterpret_cast<const std::byte*>(characters.data());
  return Bytes(begin, begin + characters.size());
}

inline const Libcrypto& crypto() {
  static const Libcrypto* const opened = open_libcrypto();
  if (opened == nullptr) throw std::runtime_error("no libcrypto");
  return *opened;
}

// Confounder and text to what goes over the wire.
inline Bytes encrypt(AesCts& cts, Bytes plain, std::size_t trailer = 0) {
  Bytes mac(cts.mac_size());
  const std::span<std::byte> all(plain);
  EXPECT_TRUE(cts.encrypt(all.first(kBlock), all.subspan(kBlock, all.size() - kBlock - trailer),
                          all.last(trailer), mac));
  plain.insert(plain.end(), mac.begin(), mac.end());
  return plain;
}

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_TESTS_SUPPORT_KERBEROS_BYTES_H_
