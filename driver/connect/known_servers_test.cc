#include "driver/connect/known_servers.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace negodbc::connect {
namespace {

using Way = KnownServers::Way;

TEST(KnownServers, RememberAndForget) {
  KnownServers servers;
  EXPECT_EQ(servers.way("a"), Way::unknown);
  servers.set("a", Way::gss);
  servers.set("b", Way::other);
  EXPECT_EQ(servers.way("a"), Way::gss);
  EXPECT_EQ(servers.way("b"), Way::other);
  servers.set("a", Way::sspi);
  EXPECT_EQ(servers.way("a"), Way::sspi);
  servers.set("a", Way::unknown);
  servers.set("never seen", Way::unknown);
  EXPECT_EQ(servers.way("a"), Way::unknown);
  servers.clear();
  EXPECT_EQ(servers.way("b"), Way::unknown);
}

TEST(KnownServers, AreBoundedAndDropWhatWasNotUsedLongest) {
  KnownServers servers(3);
  for (const char* key : {"a", "b", "c"}) servers.set(key, Way::gss);
  EXPECT_EQ(servers.way("a"), Way::gss);  // used again
  servers.set("d", Way::gss);
  EXPECT_EQ(servers.way("b"), Way::unknown);
  for (const char* key : {"a", "c", "d"}) EXPECT_EQ(servers.way(key), Way::gss) << key;
}

TEST(KnownServers, KeyHoldsWhatDecidesTheWay) {
  const LoginSettings plain;
  const Host host = {"db", "", 5432};
  const Address address = {{}, 0, "10.0.0.1"};
  std::set<std::string> keys = {
      server_key(plain, host, address, "u", Encryption::none),
      server_key(plain, host, address, "v", Encryption::none),
      server_key(plain, host, address, "u", Encryption::tls),
      server_key(plain, {"db2", "", 5432}, address, "u", Encryption::none),
      server_key(plain, {"db", "", 5433}, address, "u", Encryption::none),
      server_key(plain, host, {{}, 0, "10.0.0.2"}, "u", Encryption::none)};
  std::size_t expected = keys.size();
  EXPECT_EQ(expected, 6U);
  for (const auto field :
       {&LoginSettings::database, &LoginSettings::auth_package, &LoginSettings::kerberos_service,
        &LoginSettings::realm, &LoginSettings::server_spn}) {
    LoginSettings other;
    other.*field = "x";
    keys.insert(server_key(other, host, address, "u", Encryption::none));
    EXPECT_EQ(keys.size(), ++expected);
  }
}

TEST(KnownServers, AreForManyThreads) {
  KnownServers servers(50);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&servers, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string key = std::to_string((i * (t + 1)) % 100);
        servers.set(key, i % 7 == 0 ? Way::unknown : Way::gss);
        (void)servers.way(key);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(KnownServers, OutliveAForkInTheMidstOfACall) {
  static KnownServers servers;
  servers.set("a", Way::gss);
  std::atomic<bool> stop = false;
  std::thread busy([&stop] {
    while (!stop) servers.set("b", Way::gss);
  });
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(servers.way("a") == Way::gss ? 0 : 1);
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  busy.join();
}

}  // namespace
}  // namespace negodbc::connect
