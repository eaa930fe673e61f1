#include "kerberos_messages/mac.h"

#include <array>
#include <cstring>
#include <utility>

#include "negotiate/secret_bytes.h"

namespace negodbc::kerberos_messages {
namespace {

constexpr std::size_t kCompared = 20;  // the shortest digest's size

}  // namespace

std::optional<Mac> Mac::make(const Libcrypto& library, const char* digest,
                             std::span<const std::byte> key) {
  const MacPtr hmac(library.EVP_MAC_fetch(nullptr, "HMAC", nullptr), {&library});
  if (hmac == nullptr) return std::nullopt;
  MacContextPtr context(library.EVP_MAC_CTX_new(hmac.get()), {&library});
  const std::array<OSSL_PARAM, 2> parameters = {
      library.OSSL_PARAM_construct_utf8_string("digest", const_cast<char*>(digest), 0),
      library.OSSL_PARAM_construct_end(),
  };
  if (context == nullptr ||
      library.EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()),
                           key.size(), parameters.data()) != 1) {
    return std::nullopt;
  }
  Mac made(library, std::move(context));
  std::array<std::byte, kCompared> first{};
  std::array<std::byte, kCompared> again{};
  if (!made.compute({}, first) || !made.compute({}, again) || first != again) return std::nullopt;
  return made;
}

bool Mac::compute(std::initializer_list<std::span<const std::byte>> parts,
                  std::span<std::byte> code) {
  if (library_->EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1) return false;
  for (const std::span<const std::byte> part : parts) {
    if (library_->EVP_MAC_update(context_.get(),
                                 reinterpret_cast<const unsigned char*>(part.data()),
                                 part.size()) != 1) {
      return false;
    }
  }
  std::array<unsigned char, kLongest> whole{};
  std::size_t size = 0;
  if (library_->EVP_MAC_final(context_.get(), whole.data(), &size, whole.size()) != 1 ||
      size < code.size()) {
    return false;
  }
  std::memcpy(code.data(), whole.data(), code.size());
  auth::wipe(whole.data(), whole.size());
  return true;
}

bool same_code(std::span<const std::byte> a, std::span<const std::byte> b) {
  if (a.size() != b.size()) return false;
  std::byte differ{0};
  for (std::size_t i = 0; i < a.size(); ++i) differ |= a[i] ^ b[i];
  return differ == std::byte{0};
}

}  // namespace negodbc::kerberos_messages
