// Logins through a plugin that does what a test says, against a scripted server.
#include "driver/auth/integrated_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "driver/auth/plugin_loader.h"
#include "driver/encryption/gss_frames.h"
#include "driver/login/testing/integrated.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"
#include "tests/support/private_directory.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(IntegratedLogin, TakesTheTokensToTheServerAndBack) {
  for (const auto& [kind, name] : {std::pair(7, "gss"), std::pair(9, "sspi")}) {
    std::string token;
    {
      const ScriptedPeer peer(asks_for(kind, authentication(8, "reply-1") + logged_in(), &token));
      LoginSettings settings = integrated(peer, "ok");
      settings.user = "";
      const auto session = login(settings, nullptr);
      EXPECT_EQ(session->user(), "alice");  // the principal's, without its realm
      EXPECT_EQ(session->auth_method(), name);
    }
    EXPECT_EQ(token, "ptoken-1");
  }
}

TEST(IntegratedLogin, TakesThePackageThatSuitsWhatTheServerAsksFor) {
  struct Case {
    std::int32_t kind;
    const char* given;
    bool ntlm;
    const char* taken;
  };
  const Case cases[] = {{7, "", false, "Kerberos"},
                        {9, "", false, "Negotiate"},
                        {7, "", true, "Negotiate"},
                        {7, "Negotiate", false, "Negotiate"},
                        {9, "Kerberos", false, "Kerberos"}};
  for (const Case& each : cases) {
    std::string token;
    {
      const ScriptedPeer peer(
          asks_for(each.kind, authentication(8, "reply-1") + logged_in(), &token));
      LoginSettings settings = integrated(peer, "package");
      settings.auth_package = each.given;
      settings.allow_ntlm = each.ntlm;
      settings.user = "";
      login(settings, nullptr);
    }
    EXPECT_EQ(token, std::string("p") + each.taken);
  }
}

TEST(IntegratedLogin, AsksForTheLifetimeOfTicketsThatIsWantedNoneIncluded) {
  for (const auto& [wanted, asked] : {std::pair(0U, NEGODBC_AUTH_OFF), std::pair(60U, 60U)}) {
    std::string token;
    {
      const ScriptedPeer peer(asks_for(7, authentication(8, "reply-1") + logged_in(), &token));
      LoginSettings settings = integrated(peer, "lifetime");
      settings.min_ticket_lifetime_s = wanted;
      settings.user = "";
      login(settings, nullptr);
    }
    EXPECT_EQ(token, "p" + std::to_string(asked));
  }
}

TEST(IntegratedLogin, KeepsTheRealmWhenToldTo) {
  const ScriptedPeer peer(asks_for(7, authentication(8, "reply-1") + logged_in()));
  LoginSettings settings = integrated(peer, "ok");
  settings.user = "";
  settings.strip_realm = false;
  EXPECT_EQ(login(settings, nullptr)->user(), "alice@TEST");
}

TEST(IntegratedLogin, IsDoneWhenTheServerAsksForItAutomatically) {
  const ScriptedPeer peer(asks_for(7, authentication(8, "reply-1") + logged_in()));
  LoginSettings settings = integrated(peer, "ok");
  settings.integrated = auth::IntegratedLogin::automatic;
  settings.password = Secret("p");
  EXPECT_EQ(login(settings, nullptr)->auth_method(), "gss");
  settings.integrated = auth::IntegratedLogin::never;
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("Trusted_Connection=No"));
}

TEST(IntegratedLogin, DoesNotAcceptAServerThatDidNotProveItself) {
  const ScriptedPeer peer(asks_for(7, logged_in()));
  Failure failure = failure_of(integrated(peer, "ok"));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr("without proving its own identity"), HasSubstr("SPN ok/127.0.0.1")));
  LoginSettings settings = integrated(peer, "ok");
  settings.mutual = false;
  EXPECT_EQ(failure_of(settings).text, "");
}

TEST(IntegratedLogin, MapsWhatThePluginSays) {
  const std::pair<int, const char*> states[] = {
      {1, "08001"},  {2, "HY001"},  {3, "08001"},  {4, "08001"},  {5, "28000"},  {6, "28000"},
      {7, "08001"},  {8, "28000"},  {9, "28000"},  {10, "28000"}, {11, "28000"}, {12, "28000"},
      {13, "28000"}, {15, "HYT00"}, {16, "HYC00"}, {18, "08001"}, {99, "08001"}};
  for (const auto& [status, state] : states) {
    const ScriptedPeer peer(asks_for(7, ""));
    const Failure failure = failure_of(integrated(peer, "fail" + std::to_string(status)));
    EXPECT_EQ(failure.state, state) << status;
    // The keyword that has named the service, where the KDC does not know it.
    const char* const remedy = status == 8 ? "Leave KrbSrvName=fail8 out" : "Change the script.";
    EXPECT_THAT(
        failure.text,
        AllOf(HasSubstr("Integrated login to 127.0.0.1:"), HasSubstr("as the script says"),
              HasSubstr("SPN fail" + std::to_string(status) + "/127.0.0.1"),
              HasSubstr("principal alice@TEST"), HasSubstr("credential cache FILE:/tmp/scripted"),
              HasSubstr("scripted 1.0"), HasSubstr(remedy)));
  }
}

TEST(IntegratedLogin, EndsInTime) {
  const ScriptedPeer peer(asks_for(7, ""));
  LoginSettings settings = integrated(peer, "slow");
  settings.timeout = 200ms;
  Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "HYT00");
  settings.user = "";  // the principal is asked for first
  failure = failure_of(settings);
  EXPECT_EQ(failure.state, "HYT00");
}

TEST(IntegratedLogin, ExplainsARefusal) {
  const std::string refusal =
      error("FATAL", "28000", "GSSAPI authentication failed for user \"u\"");
  const ScriptedPeer wrong_keytab(asks_for(7, refusal));
  Failure failure = failure_of(integrated(wrong_keytab, "ok"));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("GSSAPI authentication failed"), HasSubstr("keytab"),
                                  HasSubstr("SPN")));
  const ScriptedPeer wrong_user(asks_for(7, authentication(8, "reply-1") + refusal));
  failure = failure_of(integrated(wrong_user, "ok"));
  EXPECT_THAT(failure.text, AllOf(HasSubstr("pg_ident.conf"), HasSubstr("alice@TEST")));
}

TEST(IntegratedLogin, TheServerMisbehavesAfterTheToken) {
  const ScriptedPeer closing([](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(authentication(7));
    peer.read_message();
  });
  Failure failure = failure_of(integrated(closing, "ok"));
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("waiting for the answer to the Kerberos token"));

  const ScriptedPeer garbage(asks_for(7, authentication(8, "garbage")));
  failure = failure_of(integrated(garbage, "ok"));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("token is malformed"));

  const ScriptedPeer chatty(
      asks_for(7, authentication(8, "reply-1") + authentication(8, "reply-1")));
  failure = failure_of(integrated(chatty, "ok"));
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("out of turn"));

  const ScriptedPeer silent(asks_for(7, ""));
  LoginSettings settings = integrated(silent, "ok");
  settings.timeout = 200ms;
  EXPECT_EQ(failure_of(settings).state, "HYT00");
}

TEST(IntegratedLogin, ATicketIsNotTouchedWhenAUserIsGivenAndNobodyAsks) {
  const ScriptedPeer peer([](const PeerConnection& c) {
    c.read_startup();
    c.send(logged_in());
    c.sleep_until_closed();
  });
  LoginSettings settings = integrated(peer, "fail5");
  settings.integrated = auth::IntegratedLogin::automatic;
  EXPECT_EQ(failure_of(settings).text, "");  // trust, and no plugin call that could fail
}

TEST(GssEncryption, AHostileServerIsToldInTime) {
  const auto failure_with = [](const std::string& answer, const std::string& packet,
                               std::chrono::milliseconds timeout = 5s) {
    const ScriptedPeer peer([=](const PeerConnection& c) {
      c.read_startup();
      c.send(answer);
      if (packet == "close") return;
      if (answer == "G") c.read(4 + 7);  // "token-1"
      c.send(packet);
      c.sleep_until_closed();
    });
    LoginSettings settings = integrated(peer, "ok");
    settings.gssenc_mode = encryption::GssEncMode::require;
    settings.timeout = timeout;
    return failure_of(settings);
  };
  Failure failure = failure_with("N", "");
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("does not offer GSS encryption, and gssencmode requires it"));
  failure = failure_with("Gmore", "");
  EXPECT_THAT(failure.text, HasSubstr("tampering"));
  failure = failure_with("G", "\x7f\xff\xff\xff"s);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("2147483647 bytes"));
  failure = failure_with("G", "\0\0\0\0"s);
  EXPECT_THAT(failure.text, HasSubstr("0 bytes"));
  failure = failure_with("G", "\0\0\0\x07garbage"s);
  EXPECT_EQ(failure.state, "28000");
  failure = failure_with("G", "close");
  EXPECT_EQ(failure.state, "08001");
  failure = failure_with("G", "\0\0"s, 200ms);
  EXPECT_EQ(failure.state, "HYT00");
}

// A packet as the scripted plugin would have sealed it.
std::string packet_of(const std::string& content) {
  std::string packet;
  encryption::GssFrames::write(content, packet);
  return packet;
}

ScriptedPeer::Script encrypts(std::size_t token_size, const std::string& reply,
                              const std::string& then) {
  return [=](const PeerConnection& c) {
    c.read_startup();
    c.send("G");
    c.read(4 + token_size);
    c.send(packet_of(reply));
    if (c.read(4).size() == 4) c.send(then);
    c.sleep_until_closed();
  };
}

TEST(GssEncryption, TokensOf64KiB) {
  constexpr std::size_t size = std::size_t{64} << 10U;
  std::string reply = "reply-1";
  reply.resize(size, ' ');
  const ScriptedPeer peer(encrypts(size, reply, packet_of("S" + logged_in())));
  LoginSettings settings = integrated(peer, "large");
  settings.gssenc_mode = encryption::GssEncMode::require;
  EXPECT_EQ(login(settings, nullptr)->encryption(), "GSS");
  // The same as an authentication inside the protocol, where a message has no more than that.
  std::string token;
  {
    const ScriptedPeer plain(asks_for(7, authentication(8, reply) + logged_in(), &token));
    EXPECT_EQ(login(integrated(plain, "large"), nullptr)->auth_method(), "gss");
  }
  EXPECT_EQ(token.size(), 1 + size);

  const ScriptedPeer longer([](const PeerConnection& c) {
    c.read_startup();
    c.send("G");
    c.read(4 + 7);
    c.send("\0\x01\0\x01"s);
    c.sleep_until_closed();
  });
  settings = integrated(longer, "ok");
  settings.gssenc_mode = encryption::GssEncMode::require;
  EXPECT_THAT(failure_of(settings).text, HasSubstr("65537 bytes"));
}

TEST(GssEncryption, WhatIsNotSealedEndsTheConnection) {
  const auto failure_with = [](const std::string& script, const std::string& then) {
    const ScriptedPeer peer(encrypts(7, "reply-1", then));
    LoginSettings settings = integrated(peer, script);
    settings.gssenc_mode = encryption::GssEncMode::require;
    return failure_of(settings);
  };
  Failure failure = failure_with("ok", packet_of(logged_in()));
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("GSS encryption of the connection"));
  failure = failure_with("ok", packet_of("S" + std::string(std::size_t{16} * 1024, 'x')));
  EXPECT_THAT(failure.text, HasSubstr("16385 bytes"));
  failure = failure_with("unsealed", packet_of("S" + logged_in()));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("a required protection was not granted"));
}

TEST(PluginLoader, LoadsOnceAPath) {
  const auto& first = auth::load_plugin(NEGODBC_SCRIPTED_PLUGIN);
  EXPECT_EQ(&first, &auth::load_plugin(NEGODBC_SCRIPTED_PLUGIN));
  EXPECT_STREQ(first.name, "scripted");
}

// "/…/libnegodbc_scripted_plugin_<age>.so" (or .dll): beside the plugin the other tests use.
std::string plugin_of(const std::string& age) {
  std::string path = NEGODBC_SCRIPTED_PLUGIN;
  return path.insert(path.rfind('.'), "_" + age);
}

TEST(PluginLoader, TakesOlderAndNewerPluginsOfItsVersion) {
  for (const auto* age : {"older", "newer"}) {
    const ScriptedPeer peer(asks_for(7, authentication(8, "reply-1") + logged_in()));
    LoginSettings settings = integrated(peer, "ok");
    settings.auth_plugin = plugin_of(age);
    EXPECT_EQ(login(settings, nullptr)->auth_method(), "gss") << age;
  }
}

TEST(PluginLoader, RefusesPluginsItCannotTalkTo) {
  for (const auto& [age, why] :
       {std::pair("too_new", "version 1 of the ABI"), std::pair("without", "version 1 of the ABI"),
        std::pair("too_small", "version 1 of the ABI"),
        std::pair("incomplete", "its table of functions is incomplete")}) {
    const ScriptedPeer peer(asks_for(7, ""));
    LoginSettings settings = integrated(peer, "ok");
    settings.auth_plugin = plugin_of(age);
    const Failure failure = failure_of(settings);
    EXPECT_EQ(failure.state, "08001");
    EXPECT_THAT(failure.text, AllOf(HasSubstr(settings.auth_plugin), HasSubstr(why)));
  }
}

TEST(PluginLoader, RefusesWhatIsNoPlugin) {
  const auto refusal = [](const std::string& path) -> std::string {
    try {
      auth::load_plugin(path);
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "08001");
      EXPECT_THAT(error.what(), HasSubstr(path));
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("libnegodbc-auth.so"), HasSubstr("not absolute"));
  EXPECT_THAT(refusal("./libnegodbc-auth.so"), HasSubstr("not absolute"));
  const test::PrivateDirectory directory;
  EXPECT_THAT(refusal(directory.file("libnegodbc-auth.so")), HasSubstr("can't be used"));
  EXPECT_THAT(refusal("/proc/self/exe"), HasSubstr("can't be used"));
}

}  // namespace
}  // namespace negodbc::login::testing
