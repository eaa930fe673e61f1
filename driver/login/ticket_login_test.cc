// What becomes of a login by ticket, and who is told: the diagnosis log, the user, the next server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "driver/login/testing/integrated.h"
#include "driver/login/testing/login_failure.h"
#include "driver/net/login_error.h"
#include "tests/support/private_directory.h"

namespace negodbc::login::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

// What the plugin is told, and with it the log: once, at the end.
TEST(TicketLogin, TheLogTellsWhatHasBecomeOfIt) {
  struct Case {
    std::string answer;
    const char* told;
  };
  const std::string handshake = authentication(8, "reply-1");
  const Case cases[] = {
      {handshake + logged_in(), "\"outcome\":1,\"words\":\"\""},
      {handshake + authentication(0) + error("FATAL", "28000", "role is not known"),
       "\"outcome\":2,\"words\":\"role is not known (28000)\""},
      {error("FATAL", "28000", "bad ticket"), "\"outcome\":2,\"words\":\"bad ticket (28000)\""},
      {handshake + message('?', ""), "\"outcome\":3,\"words\":\"The login to "},
  };
  for (const Case& each : cases) {
    const test::PrivateDirectory directory;
    const ScriptedPeer peer(asks_for(7, each.answer));
    LoginSettings settings = integrated(peer, "ok");
    settings.diagnosis_log = directory.file("log");
    try {
      login(settings, nullptr);
    } catch (const ConnectionError&) {
    }
    std::ifstream log(settings.diagnosis_log);
    std::string line;
    std::getline(log, line);
    EXPECT_THAT(line, HasSubstr(each.told));
    EXPECT_FALSE(std::getline(log, line)) << line;
  }
}

TEST(TicketLogin, ATicketThatWasNotForwardedIsTold) {
  for (const auto& [script, told] : {std::pair("ok", true), std::pair("forwarded", false)}) {
    const ScriptedPeer peer(asks_for(7, authentication(8, "reply-1") + logged_in()));
    LoginSettings settings = integrated(peer, script);
    settings.delegation = NEGODBC_AUTH_DELEGATE_FULL;
    std::string notice;
    login(settings, [&](const wire::ServerMessage& message) { notice = message.text; });
    EXPECT_EQ(notice.find("was not forwarded") != std::string::npos, told) << notice;
  }
}

net::Host named(const ScriptedPeer& peer, const std::string& name) {
  return {name, "127.0.0.1", peer.port()};
}

TEST(TicketLogin, WhatAKdcTakesIsNoServersShareOfTheTime) {
  const ScriptedPeer first(asks_for(7, authentication(8, "reply-1") + logged_in()));
  const ScriptedPeer second(asks_for(7, authentication(8, "reply-1") + logged_in()));
  LoginSettings settings = integrated(first, "late1600");
  settings.timeout = 3s;
  settings.hosts = {named(first, "first"), named(second, "second"), named(second, "third")};
  EXPECT_EQ(login(settings, nullptr)->host().name, "first");
}

TEST(TicketLogin, AServerOfARealmWhoseKdcIsSilentIsPassedOver) {
  const ScriptedPeer first(asks_for(7, ""));
  const ScriptedPeer second(asks_for(7, authentication(8, "reply-1") + logged_in()));
  LoginSettings settings = integrated(first, "silent-at-first");
  settings.timeout = 2s;
  settings.hosts = {named(first, "first"), named(second, "second")};
  EXPECT_EQ(login(settings, nullptr)->host().name, "second");
  // The only one's time-out is told as it is.
  settings.hosts = {named(first, "first")};
  settings.timeout = 200ms;
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "HYT00");
  EXPECT_THAT(failure.text, HasSubstr("Integrated login to first"));
}

TEST(TicketLogin, AKdcsNoEndsTheLoginWhateverOtherServersThereAre) {
  const ScriptedPeer first(asks_for(7, ""));
  const ScriptedPeer second(asks_for(7, authentication(8, "reply-1") + logged_in()));
  LoginSettings settings = integrated(first, "fail8");  // E_TARGET_UNKNOWN
  settings.hosts = {named(first, "first"), named(second, "second")};
  EXPECT_EQ(failure_of(settings).state, "28000");
}

}  // namespace
}  // namespace negodbc::login::testing
