#include "driver/login/known_servers.h"

#include <gtest/gtest.h>

#include <set>

namespace negodbc::login {
namespace {

TEST(KnownServers, AreUnknownUntilSet) {
  KnownServers servers;
  EXPECT_EQ(servers.way("a"), KnownServers::Way::unknown);
  servers.set("a", KnownServers::Way::gss);
  servers.set("b", KnownServers::Way::other);
  servers.set("a", KnownServers::Way::sspi);
  EXPECT_EQ(servers.way("a"), KnownServers::Way::sspi);
  EXPECT_EQ(servers.way("b"), KnownServers::Way::other);
  servers.clear();
  EXPECT_EQ(servers.way("b"), KnownServers::Way::unknown);
}

TEST(KnownServers, KeyHoldsWhatDecidesTheWay) {
  const LoginSettings plain;
  const net::Host host = {"db", "", 5432};
  const net::Address address = {{}, 0, "10.0.0.1"};
  std::set<std::string> keys = {
      server_key(plain, host, address, "u", encryption::Encryption::none),
      server_key(plain, host, address, "v", encryption::Encryption::none),
      server_key(plain, host, address, "u", encryption::Encryption::tls),
      server_key(plain, {"db2", "", 5432}, address, "u", encryption::Encryption::none),
      server_key(plain, {"db", "", 5433}, address, "u", encryption::Encryption::none),
      server_key(plain, host, {{}, 0, "10.0.0.2"}, "u", encryption::Encryption::none)};
  std::size_t expected = keys.size();
  EXPECT_EQ(expected, 6U);
  constexpr std::string LoginSettings::*fields[] = {
      &LoginSettings::database, &LoginSettings::auth_package, &LoginSettings::kerberos_service,
      &LoginSettings::realm, &LoginSettings::server_spn};
  for (const auto field : fields) {
    LoginSettings other;
    other.*field = "x";
    keys.insert(server_key(other, host, address, "u", encryption::Encryption::none));
    EXPECT_EQ(keys.size(), ++expected);
  }
}

}  // namespace
}  // namespace negodbc::login
