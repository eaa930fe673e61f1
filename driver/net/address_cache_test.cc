#include "driver/net/address_cache.h"

#include <gtest/gtest.h>

#include "driver/base/error.h"

#include "driver/net/ip_address.h"

namespace negodbc::net {
namespace {

using namespace std::chrono_literals;

TEST(AddressCache, RemembersForALifetimeAndNoLonger) {
  AddressCache cache(4);
  const Host host = {"127.0.0.1", "", 5432};
  const auto first = cache.resolve(host, 1h, Deadline::never());
  ASSERT_EQ(first.at(0).text, "127.0.0.1");
  EXPECT_EQ(cache.remembered(host, 1h).at(0).text, "127.0.0.1");
  EXPECT_TRUE(cache.remembered({"127.0.0.1", "", 5433}, 1h).empty());
  EXPECT_TRUE(cache.remembered(host, 0ms).empty());
  cache.forget(host);
  EXPECT_TRUE(cache.remembered(host, 1h).empty());
}

TEST(AddressCache, RemembersNothingWithoutALifetimeNorWhatWasNotResolved) {
  AddressCache cache(4);
  const Host host = {"127.0.0.1", "", 5432};
  EXPECT_FALSE(cache.resolve(host, 0ms, Deadline::never()).empty());
  EXPECT_TRUE(cache.remembered(host, 1h).empty());
  const Host given = {"db", "127.0.0.1", 5432};
  EXPECT_FALSE(cache.resolve(given, 1h, Deadline::never()).empty());
  EXPECT_TRUE(cache.remembered(given, 1h).empty());
  const Host unknown = {"no such name.invalid", "", 5432};
  EXPECT_THROW(cache.resolve(unknown, 1h, Deadline::after(5s)), ConnectionError);
  EXPECT_TRUE(cache.remembered(unknown, 1h).empty());
}

TEST(IpAddress, IsNumeric) {
  EXPECT_TRUE(is_ip_address("127.0.0.1"));
  EXPECT_TRUE(is_ip_address("::1"));
  EXPECT_FALSE(is_ip_address("localhost"));
  EXPECT_FALSE(is_ip_address("1.2.3"));
}

}  // namespace
}  // namespace negodbc::net
