// Memory that is wiped before it is given back: tokens, passwords, plaintext.
#ifndef NEGODBC_NEGOTIATE_SECRET_BYTES_H_
#define NEGODBC_NEGOTIATE_SECRET_BYTES_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace negodbc::auth {

// Overwrites with zeros in a way the compiler may not drop.
inline void wipe(void* memory, std::size_t size) noexcept {
  volatile unsigned char* byte = static_cast<volatile unsigned char*>(memory);
  for (std::size_t i = 0; i < size; ++i) byte[i] = 0;
}

template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

// A vector and not a string: a string keeps short texts inside itself, where nothing wipes them.
using SecretBytes = std::vector<std::byte, WipingAllocator<std::byte>>;

inline SecretBytes copy_bytes(const void* memory, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(memory);
  return size == 0 ? SecretBytes() : SecretBytes(begin, begin + size);
}

// A zero-terminated secret text.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view text) : text_(text.begin(), text.end()) {
    text_.push_back('\0');
  }
  const char* c_str() const { return text_.empty() ? "" : text_.data(); }
  bool given() const { return !text_.empty(); }
  std::string_view view() const { return c_str(); }

 private:
  std::vector<char, WipingAllocator<char>> text_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SECRET_BYTES_H_
