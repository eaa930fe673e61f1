// Unsigned integers of 128 bits: the compiler's where it has them, else the class here, which does
// what the driver does with them and no more (compilers for 32-bit processors have none).
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

namespace negodbc {

// Arithmetic is modulo 2^128, as that of any unsigned integer.
class PortableUint128 {
 public:
  constexpr PortableUint128() = default;
  template <std::unsigned_integral T>
  constexpr PortableUint128(T value)  // NOLINT(google-explicit-constructor): as integers widen
      : low_(value) {}
  // What is negative is 2^128 less its magnitude.
  template <std::signed_integral T>
  constexpr PortableUint128(T value)  // NOLINT(google-explicit-constructor)
      : high_(value < 0 ? ~std::uint64_t{0} : 0), low_(static_cast<std::uint64_t>(value)) {}

  // The lowest bits.
  template <std::integral T>
  explicit constexpr operator T() const {
    return static_cast<T>(low_);
  }

  friend constexpr bool operator==(PortableUint128, PortableUint128) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes what is generated for a pointer
  friend constexpr auto operator<=>(PortableUint128, PortableUint128) = default;

  constexpr PortableUint128 operator~() const { return {~high_, ~low_}; }
  friend constexpr PortableUint128 operator+(PortableUint128 a, PortableUint128 b) {
    const std::uint64_t low = a.low_ + b.low_;
    return {a.high_ + b.high_ + (low < b.low_ ? 1 : 0), low};
  }
  friend constexpr PortableUint128 operator-(PortableUint128 a, PortableUint128 b) {
    return {a.high_ - b.high_ - (a.low_ < b.low_ ? 1 : 0), a.low_ - b.low_};
  }
  friend constexpr PortableUint128 operator|(PortableUint128 a, PortableUint128 b) {
    return {a.high_ | b.high_, a.low_ | b.low_};
  }
  friend constexpr PortableUint128 operator&(PortableUint128 a, PortableUint128 b) {
    return {a.high_ & b.high_, a.low_ & b.low_};
  }
  // Fewer than 64 bits.
  friend constexpr PortableUint128 operator<<(PortableUint128 a, unsigned bits) {
    if (bits == 0) return a;
    return {a.high_ << bits | a.low_ >> (64U - bits), a.low_ << bits};
  }
  friend constexpr PortableUint128 operator>>(PortableUint128 a, unsigned bits) {
    if (bits == 0) return a;
    return {a.high_ >> bits, a.low_ >> bits | a.high_ << (64U - bits)};
  }

  // By numbers of 32 bits: no product or quotient of the steps is wider than 64.
  friend constexpr PortableUint128 operator*(PortableUint128 a, std::uint32_t b) {
    const std::uint64_t lowest = (a.low_ & half) * b;
    const std::uint64_t middle = (a.low_ >> 32U) * b + (lowest >> 32U);
    return {a.high_ * b + (middle >> 32U), middle << 32U | (lowest & half)};
  }
  friend constexpr PortableUint128 operator/(PortableUint128 a, std::uint32_t b) {
    std::uint64_t rest = 0;
    return divided(a, b, rest);
  }
  friend constexpr std::uint32_t operator%(PortableUint128 a, std::uint32_t b) {
    std::uint64_t rest = 0;
    (void)divided(a, b, rest);
    return static_cast<std::uint32_t>(rest);
  }

  constexpr PortableUint128& operator*=(std::uint32_t b) { return *this = *this * b; }
  constexpr PortableUint128& operator/=(std::uint32_t b) { return *this = *this / b; }
  constexpr PortableUint128& operator>>=(unsigned bits) { return *this = *this >> bits; }

 private:
  static constexpr std::uint64_t half = 0xFFFFFFFFU;

  constexpr PortableUint128(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  static constexpr PortableUint128 divided(PortableUint128 a, std::uint32_t b,
                                           std::uint64_t& rest) {
    const std::uint64_t high = a.high_ / b;
    const std::uint64_t above = (a.high_ % b) << 32U | a.low_ >> 32U;
    const std::uint64_t below = (above % b) << 32U | (a.low_ & half);
    rest = below % b;
    return {high, (above / b) << 32U | below / b};
  }

  // In the order that comparison needs.
  std::uint64_t high_ = 0, low_ = 0;
};

#ifdef __SIZEOF_INT128__
__extension__ using Uint128 = unsigned __int128;
#else
using Uint128 = PortableUint128;
#endif

}  // namespace negodbc
