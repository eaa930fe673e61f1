// Which server of a list is taken, and what is said when none will do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/os_user.h"
#include "driver/login/identity.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"
#include "driver/net/resolve.h"
#include "tests/support/private_directory.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using namespace std::string_literals;

ScriptedPeer::Script trusting(const std::string& more = "") {
  return [more](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(authentication(0) + more + logged_in().substr(9));
    peer.sleep_until_closed();
  };
}

net::Host at(const ScriptedPeer& peer) {
  return {"127.0.0.1", "", peer.port()};
}

TEST(Connector, TellsAClosedPort) {
  LoginSettings settings;
  settings.user = "u";
  settings.hosts = {{"127.0.0.1", "", closed_port()}};
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr("Cannot connect to 127.0.0.1:"), HasSubstr("Connection refused"),
                    HasSubstr("Is the server running")));
}

TEST(Connector, TellsAnUnknownHost) {
  LoginSettings settings;
  settings.user = "u";
  settings.timeout = 5s;
  settings.hosts = {{"no-such-host.invalid", "", 5432}};
  const Failure failure = failure_of(settings);
  EXPECT_THAT(failure.state, AnyOf(Eq("08001"), Eq("HYT00")));  // HYT00 where name servers hang
  EXPECT_THAT(failure.text, HasSubstr("no-such-host.invalid"));
}

TEST(Connector, GoesOnToTheNextServer) {
  const ScriptedPeer starting([](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(error("FATAL", "57P03", "the database system is starting up"));
  });
  const ScriptedPeer good(trusting());
  LoginSettings settings = good.settings();
  settings.hosts = {{"127.0.0.1", "", closed_port()}, at(starting), at(good)};
  const auto session = login(settings, nullptr);
  EXPECT_EQ(session->host().port, good.port());
}

TEST(Connector, LeavesTheNextServerItsPartOfTheTime) {
  const ScriptedPeer silent([](const PeerConnection& peer) { peer.sleep_until_closed(); });
  const ScriptedPeer good(trusting());
  LoginSettings settings = good.settings();
  settings.timeout = 1s;
  settings.hosts = {at(silent), at(good)};
  EXPECT_EQ(login(settings, nullptr)->host().port, good.port());
}

TEST(Connector, DoesNotTryOtherServersWithRefusedCredentials) {
  const ScriptedPeer refusing([](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(error("FATAL", "28P01", "wrong"));
  });
  const ScriptedPeer good(trusting());
  LoginSettings settings = good.settings();
  settings.hosts = {at(refusing), at(good)};
  EXPECT_EQ(failure_of(settings).state, "28000");
}

TEST(Connector, TellsEveryServerThatFailed) {
  LoginSettings settings;
  settings.user = "u";
  const auto first = closed_port();
  const auto second = closed_port();
  settings.hosts = {{"127.0.0.1", "", first}, {"127.0.0.1", "", second}};
  EXPECT_THAT(failure_of(settings).text, AllOf(HasSubstr(":" + std::to_string(first)),
                                               HasSubstr(":" + std::to_string(second))));
}

TEST(Connector, MapsTheServersStates) {
  const std::pair<const char*, const char*> states[] = {{"28000", "28000"}, {"28P01", "28000"},
                                                        {"3D000", "08004"}, {"53300", "08004"},
                                                        {"57P03", "08001"}, {"22023", "08004"}};
  for (const auto& [from, to] : states) {
    const std::string state = from;
    const ScriptedPeer peer([state](const PeerConnection& connection) {
      connection.read_startup();
      connection.send(error("FATAL", state, "the server's words"));
    });
    const Failure failure = failure_of(peer.settings());
    EXPECT_EQ(failure.state, to);
    EXPECT_THAT(failure.text, HasSubstr("the server's words (" + state + ")"));
  }
}

TEST(Connector, TakesTheKindOfServerAskedFor) {
  const ScriptedPeer primary(trusting(parameter("in_hot_standby", "off") +
                                      parameter("default_transaction_read_only", "off")));
  const ScriptedPeer standby(trusting(parameter("in_hot_standby", "on") +
                                      parameter("default_transaction_read_only", "off")));
  const auto taken = [&](TargetSession wanted, std::vector<net::Host> hosts) -> int {
    LoginSettings settings = primary.settings();
    settings.target_session = wanted;
    settings.hosts = std::move(hosts);
    try {
      return login(settings, nullptr)->host().port;
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "08001");
      EXPECT_THAT(error.what(), HasSubstr("target_session_attrs="));
      return 0;
    }
  };
  const net::Host p = at(primary);
  const net::Host s = at(standby);
  EXPECT_EQ(taken(TargetSession::any, {s, p}), s.port);
  EXPECT_EQ(taken(TargetSession::read_write, {s, p}), p.port);
  EXPECT_EQ(taken(TargetSession::primary, {s, p}), p.port);
  EXPECT_EQ(taken(TargetSession::read_only, {p, s}), s.port);
  EXPECT_EQ(taken(TargetSession::standby, {p, s}), s.port);
  EXPECT_EQ(taken(TargetSession::prefer_standby, {p, s}), s.port);
  EXPECT_EQ(taken(TargetSession::prefer_standby, {p, p}), p.port);
  EXPECT_EQ(taken(TargetSession::standby, {p}), 0);
}

// Tells its kind only when it is asked, and then this.
ScriptedPeer::Script old_server(const std::string& answer) {
  return [answer](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(logged_in());
    if (peer.read_message() != "QSELECT pg_catalog.pg_is_in_recovery()\0"s) return;
    peer.send(answer);
    peer.sleep_until_closed();
  };
}

const std::string one_column = message('T', "\0\1recovery\0"s + std::string(18, '\0'));
const std::string completed = message('C', "SELECT 1\0"s) + ready();
std::string row(const std::string& value) {
  return message('D', "\0\1\0\0\0\1"s + value);
}

TEST(Connector, AsksServersThatDoNotReportTheirKind) {
  const ScriptedPeer primary(old_server(one_column + row("f") + completed));
  const ScriptedPeer standby(old_server(one_column + row("t") + completed));
  LoginSettings settings = primary.settings();
  settings.target_session = TargetSession::primary;
  settings.hosts = {at(standby), at(primary)};
  EXPECT_EQ(login(settings, nullptr)->host().port, primary.port());
}

TEST(Connector, TakesNoServerThatDoesNotSayItsKind) {
  const std::string null = message('D', "\0\1\xff\xff\xff\xff"s);
  const std::string answers[] = {
      completed,
      one_column + completed,
      one_column + row("x") + completed,
      one_column + null + completed,
      one_column + row("f") + row("f") + completed,
      row("f") + completed,
      message('T', "\0\0"s) + row("f") + completed,
      one_column + message('D', "\0\0"s) + completed,
      message('I', "") + ready(),
      message('?', "f") + ready(),
      error("ERROR", "42883", "there is no such function") + ready(),
  };
  for (const std::string& answer : answers) {
    const ScriptedPeer peer(old_server(answer));
    LoginSettings settings = peer.settings();
    settings.target_session = TargetSession::primary;
    EXPECT_THAT(failure_of(settings).text,
                AnyOf(HasSubstr("not what was asked for"), HasSubstr("no such function")))
        << answer;
  }
}

TEST(Connector, RefusesAStartThatNoServerTakes) {
  const ScriptedPeer peer(trusting());
  LoginSettings settings = peer.settings();
  settings.startup_parameters = {{"options", std::string(20000, 'x')}};
  EXPECT_THAT(failure_of(settings).text, HasSubstr("10000 at most"));
  settings.startup_parameters = {};
  settings.user = "a\0b"s;
  EXPECT_THROW(login(settings, nullptr), Error);
}

TEST(Connector, SendsEverythingInTheStartupMessage) {
  std::string startup;
  {
    const ScriptedPeer peer([&](const PeerConnection& connection) {
      startup = connection.read_startup();
      connection.send(logged_in());
      connection.sleep_until_closed();
    });
    LoginSettings settings = peer.settings();
    settings.database = "d";
    settings.startup_parameters = {{"client_encoding", "UTF8"}, {"DateStyle", "ISO"}};
    EXPECT_EQ(login(settings, nullptr)->database(), "d");
  }
  EXPECT_EQ(startup, "\0\3\0\0user\0u\0database\0d\0client_encoding\0UTF8\0DateStyle\0ISO\0\0"s);
}

TEST(Resolve, TakesNumbersAsTheyAre) {
  EXPECT_EQ(net::resolve({"127.0.0.1", "", 1}, Deadline::never()).at(0).text, "127.0.0.1");
  EXPECT_EQ(net::resolve({"::1", "", 1}, Deadline::never()).at(0).text, "::1");
  EXPECT_EQ(net::resolve({"any name at all", "10.0.0.1", 1}, Deadline::never()).at(0).text,
            "10.0.0.1");
  EXPECT_THROW(net::resolve({"", "localhost", 1}, Deadline::never()),
               ConnectionError);  // hostaddr is numeric
  EXPECT_FALSE(net::resolve({"localhost", "", 1}, Deadline::never()).empty());
}

TEST(Identity, IsTheGivenUserOrTheOperatingSystems) {
  LoginSettings settings;
  settings.user = "given";
  const test::PrivateDirectory directory;
  settings.auth_plugin = directory.file("plugin");
  EXPECT_EQ(find_identity(settings, {"h", "", 1}, Deadline::never()).user, "given");
  settings.user = "";
  EXPECT_EQ(find_identity(settings, {"h", "", 1}, Deadline::never()).user,
            os_user_name());  // no plugin
  settings.integrated = auth::IntegratedLogin::required;
  EXPECT_THROW(find_identity(settings, {"h", "", 1}, Deadline::never()), net::LoginError);
}

TEST(Identity, StripsTheRealm) {
  EXPECT_EQ(user_of_principal("alice@REALM", true), "alice");
  EXPECT_EQ(user_of_principal("alice@REALM", false), "alice@REALM");
  EXPECT_EQ(user_of_principal("a@b@REALM", true), "a@b");
  EXPECT_EQ(user_of_principal("alice", true), "alice");
}

}  // namespace
}  // namespace negodbc::login::testing
