// Whose ticket a login sends: that of the identity of its own moment, whatever the process, its
// environment and other users of the library in it have done before.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/identity_fixture.h"

namespace negodbc::test {
namespace {

using IdentityRealm = IdentityFixture;

TEST_P(IdentityRealm, Two_copies_of_the_plugin_do_not_share_names) {
  const std::string copy = scratch("copy.so");
  std::filesystem::copy_file(plugin_file(), copy);
  const negodbc_auth_api* const other = load_plugin_file(copy);
  ASSERT_NE(other, nullptr);
  ASSERT_NE(other, load_plugin());
  const std::string alice = environment("NEGODBC_CCACHE_VALID");
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options asked = options();
  // In both copies the n-th private cache is made for another user.
  for (int n = 0; n < 3; ++n) {
    asked.credential_cache = n % 2 == 0 ? alice.c_str() : bob.c_str();
    PluginSession first(asked);
    ASSERT_EQ(name_of(first), principal(n % 2 == 0 ? "alice" : "bob"));
    asked.credential_cache = n % 2 == 0 ? bob.c_str() : alice.c_str();
    PluginSession second(asked, other);
    ASSERT_EQ(name_of(second), principal(n % 2 == 0 ? "bob" : "alice"));
    EXPECT_EQ(seen_by_acceptor(first), principal(n % 2 == 0 ? "alice" : "bob"));
    EXPECT_EQ(seen_by_acceptor(second), principal(n % 2 == 0 ? "bob" : "alice"));
  }
}

INSTANTIATE_TEST_SUITE_P(Libraries, IdentityRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
