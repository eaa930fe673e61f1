// What is kept of a password between logins. That nothing is derived is seen by a deadline that has
// run out already, which a derivation of more than 4096 iterations looks at.
#include "driver/auth/scram_keys.h"

#include <gtest/gtest.h>

#include "driver/auth/base64.h"
#include "driver/auth/scram.h"
#include "driver/auth/ways.h"
#include "driver/net/transport.h"

namespace negodbc::auth {
namespace {

constexpr unsigned looked_at = 5000;  // iterations

Deadline run_out() {
  return Deadline::after(std::chrono::milliseconds(-1));
}

// What a server knows; `password` is what it was told when the role was made.
struct KnowingServer {
  std::string password = "right";
  std::string salt = "salt";
  unsigned iterations = looked_at;

  [[nodiscard]] std::string first(const std::string& client_first) const {
    const std::string nonce = client_first.substr(client_first.find("r=") + 2);
    return "r=" + nonce + "server,s=" + base64_encode(salt) + ",i=" + std::to_string(iterations);
  }
  // Its signature; "" when the proof is of another password.
  [[nodiscard]] std::string last(const std::string& client_first,
                                 const std::string& client_last) const {
    const ScramKeys keys = derive_scram_keys(password, salt, iterations, Deadline::never());
    const std::size_t proof_at = client_last.rfind(",p=");
    const std::string message = client_first.substr(client_first.find("n=")) + "," +
                                first(client_first) + "," + client_last.substr(0, proof_at);
    Sha256 key = HmacSha256(view(sha256(view(keys.client))))(message);
    const std::string proof = *base64_decode(client_last.substr(proof_at + 3));
    for (std::size_t i = 0; i < key.size(); ++i)
      key[i] = static_cast<unsigned char>(key[i] ^ static_cast<unsigned char>(proof[i]));
    if (key != keys.client) return {};
    return "v=" + base64_encode(view(HmacSha256(view(keys.server))(message)));
  }
};

enum class LoginEnd { in, refused };

// Throws net::Timeout when it has to derive keys and the deadline has run out.
LoginEnd log_in(ScramKeyCache& cache, const KnowingServer& server, Deadline deadline,
                const std::string& password = "right", const std::string& whose = "server:user") {
  ScramClient client(password, ScramBinding::unsupported, "");
  client.keep_keys_in(cache, whose);
  const std::string first = client.first_message();
  const std::string signature =
      server.last(first, client.final_message(server.first(first), deadline));
  if (signature.empty()) return LoginEnd::refused;
  client.verify(signature);
  return LoginEnd::in;
}

TEST(ScramKeysKept, ASecondLoginDerivesNothing) {
  ScramKeyCache cache;
  const KnowingServer server;
  EXPECT_THROW(log_in(cache, server, run_out()), net::Timeout);
  EXPECT_EQ(log_in(cache, server, Deadline::never()), LoginEnd::in);
  EXPECT_EQ(log_in(cache, server, run_out()), LoginEnd::in);
  EXPECT_EQ(log_in(cache, server, run_out()), LoginEnd::in);
}

TEST(ScramKeysKept, WithoutACacheEachLoginDerivesThem) {
  const KnowingServer server;
  for (int i = 0; i < 2; ++i) {
    ScramClient client("right", ScramBinding::unsupported, "");
    const std::string first = client.first_message();
    client.verify(server.last(first, client.final_message(server.first(first), Deadline::never())));
    ScramClient again("right", ScramBinding::unsupported, "");
    EXPECT_THROW(again.final_message(server.first(again.first_message()), run_out()), net::Timeout);
  }
}

TEST(ScramKeysKept, WhateverTheyDependOnMakesThemAnew) {
  ScramKeyCache cache;
  const KnowingServer server;
  ASSERT_EQ(log_in(cache, server, Deadline::never()), LoginEnd::in);
  KnowingServer salted_anew = server;
  salted_anew.salt = "tlas";
  EXPECT_THROW(log_in(cache, salted_anew, run_out()), net::Timeout);
  KnowingServer slower = server;
  ++slower.iterations;
  EXPECT_THROW(log_in(cache, slower, run_out()), net::Timeout);
  EXPECT_THROW(log_in(cache, server, run_out(), "left"), net::Timeout);
  EXPECT_THROW(log_in(cache, server, run_out(), "right", "server:other"), net::Timeout);
  EXPECT_THROW(log_in(cache, server, run_out(), "right", "other:user"), net::Timeout);
  EXPECT_EQ(log_in(cache, server, run_out()), LoginEnd::in);
}

TEST(ScramKeysKept, APasswordThatIsRefusedIsNotKept) {
  ScramKeyCache cache;
  const KnowingServer server;
  EXPECT_EQ(log_in(cache, server, Deadline::never(), "wrong"), LoginEnd::refused);
  EXPECT_THROW(log_in(cache, server, run_out(), "wrong"), net::Timeout);
}

// With the same salt: what an administrator's script does, and a server that lies.
TEST(ScramKeysKept, WhatTheServerRefusesIsForgotten) {
  ScramKeyCache cache;
  KnowingServer server;
  ASSERT_EQ(log_in(cache, server, Deadline::never()), LoginEnd::in);
  server.password = "changed";
  EXPECT_EQ(log_in(cache, server, run_out()), LoginEnd::refused);
  EXPECT_THROW(log_in(cache, server, run_out()), net::Timeout);
  EXPECT_EQ(log_in(cache, server, Deadline::never(), "changed"), LoginEnd::in);
  EXPECT_EQ(log_in(cache, server, run_out(), "changed"), LoginEnd::in);
}

TEST(ScramKeysKept, AServerThatDoesNotKnowThePasswordGainsNothing) {
  ScramKeyCache cache;
  const KnowingServer server;
  ASSERT_EQ(log_in(cache, server, Deadline::never()), LoginEnd::in);
  {
    ScramClient client("right", ScramBinding::unsupported, "");
    client.keep_keys_in(cache, "server:user");
    client.final_message(server.first(client.first_message()), run_out());
    EXPECT_THROW(client.verify("v=" + base64_encode(std::string(32, 'x'))), ScramError);
    EXPECT_FALSE(client.verified());
  }
  EXPECT_THROW(log_in(cache, server, run_out()), net::Timeout);
}

TEST(ScramKeysKept, ThereIsABound) {
  ScramKeyCache cache;
  KnowingServer server;
  // Whose keys those between are, nobody looks at.
  ScramKeys keys;
  for (std::size_t i = 0; i <= ScramKeyCache::capacity; ++i) {
    const std::string salt = "salt" + std::to_string(i);
    if (i == 0 || i == ScramKeyCache::capacity)
      keys = derive_scram_keys("right", salt, looked_at, Deadline::never());
    cache.put(cache.place("server:user", "right", salt, looked_at), keys);
  }
  server.salt = "salt0";
  EXPECT_THROW(log_in(cache, server, run_out()), net::Timeout);
  server.salt = "salt" + std::to_string(ScramKeyCache::capacity);
  EXPECT_EQ(log_in(cache, server, run_out()), LoginEnd::in);
}

// Parts of the key don't run into each other, and another process' keys lie elsewhere.
TEST(ScramKeysKept, PlacesAreOfOneCacheAndOfOneLogin) {
  const ScramKeyCache cache;
  EXPECT_EQ(cache.place("a", "b", "c", 1), cache.place("a", "b", "c", 1));
  EXPECT_NE(cache.place("a", "b", "c", 1), cache.place("ab", "", "c", 1));
  EXPECT_NE(cache.place("a", "b", "c", 1), cache.place("a", "bc", "", 1));
  EXPECT_NE(cache.place("a", "b", "c", 1), ScramKeyCache().place("a", "b", "c", 1));
  EXPECT_EQ(cache.place("a", "b", "c", 1).size(), 32U);
}

// The way of login itself, with the process' cache and the option that switches it off.
TEST(ScramKeysKept, TheOptionSwitchesThemOff) {
  const KnowingServer server;
  const net::Host host{"keys.example.org", "", 5432};
  const TicketOptions ticket;
  const auto attempt = [&](const AuthOptions& options, Deadline deadline) {
    auto exchange = begin_scram({options, ticket, host, "user", false, "", nullptr});
    std::string out;
    const char* stage = "";
    const auto continued = [&](wire::Authentication::Kind kind, const std::string& data) {
      out.clear();
      exchange->answer({static_cast<std::int32_t>(kind), data}, {out, deadline, stage});
    };
    continued(wire::Authentication::Kind::sasl, std::string("SCRAM-SHA-256\0\0", 15));
    const std::string first = out.substr(out.find("n,,"));
    continued(wire::Authentication::Kind::sasl_continue, server.first(first));
    continued(wire::Authentication::Kind::sasl_final, server.last(first, out.substr(5)));
    exchange->check_proved();
  };
  AuthOptions options;
  options.password = Secret("right");
  options.keep_scram_keys = false;
  attempt(options, Deadline::never());
  EXPECT_THROW(attempt(options, run_out()), net::Timeout);
  options.keep_scram_keys = true;
  EXPECT_THROW(attempt(options, run_out()), net::Timeout);
  attempt(options, Deadline::never());
  attempt(options, run_out());
  options.keep_scram_keys = false;
  EXPECT_THROW(attempt(options, run_out()), net::Timeout);
}

}  // namespace
}  // namespace negodbc::auth
