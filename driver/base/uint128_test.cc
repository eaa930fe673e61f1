#include "driver/base/uint128.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "tests/support/repetition.h"

#ifdef __SIZEOF_INT128__
namespace negodbc {
namespace {

// What the class does is what the compiler's own type does.
PortableUint128 portable(Uint128 value) {
  PortableUint128 result(static_cast<std::uint64_t>(value >> 64U));
  result = result << 32U << 32U;
  return result | PortableUint128(static_cast<std::uint64_t>(value));
}

bool same(PortableUint128 a, Uint128 b) {
  return static_cast<std::uint64_t>(a) == static_cast<std::uint64_t>(b) &&
         static_cast<std::uint64_t>(a >> 32U >> 32U) == static_cast<std::uint64_t>(b >> 64U);
}

// Around the powers of two, where carries are.
std::vector<Uint128> values() {
  std::vector<Uint128> found{0, ~Uint128{0}, ~Uint128{0} / 10, ~Uint128{0} / 10 + 1};
  for (unsigned bit = 0; bit < 128; bit += 1) {
    const Uint128 power = Uint128{1} << bit;
    found.insert(found.end(), {power - 1, power, power + 1, power * 10 - 1, ~power});
  }
  std::uint64_t random = 88172645463325252U;
  for (int i = 0; i < 200; ++i) {
    Uint128 value = 0;
    for (int half = 0; half < 2; ++half) {
      random ^= random << 13U;
      random ^= random >> 7U;
      random ^= random << 17U;
      value = value << 64U | random;
    }
    found.push_back(value >> static_cast<unsigned>(i % 100));
  }
  return found;
}

constexpr std::array<std::uint32_t, 7> factors{
    1, 2, 5, 10, 1000000000, 0x80000001U, std::numeric_limits<std::uint32_t>::max()};

TEST(Uint128, CountsAsTheCompilersOwn) {
  for (const Uint128 a : values()) {
    const PortableUint128 mine = portable(a);
    ASSERT_TRUE(same(mine, a));
    EXPECT_TRUE(same(~mine, ~a));
    EXPECT_EQ(static_cast<std::int8_t>(mine), static_cast<std::int8_t>(a));
    EXPECT_EQ(static_cast<std::uint32_t>(mine), static_cast<std::uint32_t>(a));
    for (unsigned bits = 0; bits < 64; ++bits) {
      EXPECT_TRUE(same(mine << bits, a << bits)) << bits;
      EXPECT_TRUE(same(mine >> bits, a >> bits)) << bits;
    }
    for (const std::uint32_t factor : factors) {
      EXPECT_TRUE(same(mine * factor, a * factor)) << factor;
      EXPECT_TRUE(same(mine / factor, a / factor)) << factor;
      EXPECT_EQ(mine % factor, static_cast<std::uint32_t>(a % factor)) << factor;
    }
  }
}

TEST(Uint128, AddsAndComparesAsTheCompilersOwn) {
  const std::vector<Uint128> all = values();
  for (std::size_t i = 0; i < all.size(); ++i) {
    // Under a sanitizer of the pairs a part, in which each number is, also with itself.
    for (std::size_t j = i % test::fewer_by; j < all.size(); j += test::fewer_by) {
      const Uint128 a = all[i];
      const Uint128 b = all[j];
      const PortableUint128 x = portable(a);
      const PortableUint128 y = portable(b);
      ASSERT_TRUE(same(x + y, a + b));
      ASSERT_TRUE(same(x - y, a - b));
      ASSERT_TRUE(same(x | y, a | b));
      ASSERT_TRUE(same(x & y, a & b));
      ASSERT_EQ(x < y, a < b);
      ASSERT_EQ(x >= y, a >= b);
      ASSERT_EQ(x == y, a == b);
    }
  }
}

TEST(Uint128, TakesIntegersAsTheCompilersOwn) {
  EXPECT_TRUE(same(-1, static_cast<Uint128>(-1)));
  EXPECT_TRUE(same(std::numeric_limits<std::int64_t>::min(),
                   static_cast<Uint128>(std::numeric_limits<std::int64_t>::min())));
  EXPECT_TRUE(same(7, 7));
  EXPECT_TRUE(
      same(std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max()));
}

}  // namespace
}  // namespace negodbc
#endif
