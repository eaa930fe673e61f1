// What is told of names that have no address.
#include "driver/net/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "driver/base/error.h"

namespace negodbc::net {
namespace {

TEST(Resolve, TellsByWhichNameOneThatIsNotAsciiIsKnown) {
  try {
    (void)resolve({"bücher.invalid", "", 5432}, Deadline::after(std::chrono::seconds(20)));
    FAIL() << "a name of RFC 2606 has an address";
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08001");
    EXPECT_THAT(error.what(), ::testing::HasSubstr("xn--"));
  }
}

}  // namespace
}  // namespace negodbc::net
