// Memory that is wiped before it is given back: tokens, passwords, plaintext.
#ifndef NEGODBC_NEGOTIATE_SECRET_BYTES_H_
#define NEGODBC_NEGOTIATE_SECRET_BYTES_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "negotiate/pool.h"

namespace negodbc::auth {

// Overwrites with zeros in a way the compiler may not drop.
inline void wipe(void* memory, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(memory, 0, size);
  asm volatile("" : : "r"(memory) : "memory");
}

// Vectors and not strings: a string keeps short texts inside itself, where nothing wipes them. The
// pool wipes what it gets back.
using SecretBytes = std::vector<std::byte, PoolAllocator<std::byte>>;

inline SecretBytes copy_bytes(const void* memory, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(memory);
  return size == 0 ? SecretBytes() : SecretBytes(begin, begin + size);
}

// A zero-terminated secret text. Copies share it: there is one in memory, until the last one ends.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view text) {
    auto made = std::make_shared<Characters>();
    made->reserve(text.size() + 1);
    made->assign(text.begin(), text.end());
    made->push_back('\0');
    text_ = std::move(made);
  }
  const char* c_str() const { return text_ == nullptr ? "" : text_->data(); }
  bool given() const { return text_ != nullptr; }
  std::string_view view() const { return c_str(); }

 private:
  using Characters = std::vector<char, PoolAllocator<char>>;
  std::shared_ptr<const Characters> text_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SECRET_BYTES_H_
