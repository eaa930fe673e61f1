#include "driver/dialog/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::dialog {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;
using testing::AllOf;
using testing::HasSubstr;

dsn::Settings settings_for(const ScriptedPeer& peer) {
  dsn::Settings settings;
  settings.set(dsn::Key::server, "127.0.0.1");
  settings.set(dsn::Key::port, std::to_string(peer.port()));
  settings.set(dsn::Key::user, "alice");
  settings.set(dsn::Key::database, "sales");
  settings.set(dsn::Key::trusted_connection, "No");
  settings.set(dsn::Key::ssl_mode, "disable");
  return settings;
}

TEST(Trial, TellsWhatTheLoginCameTo) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.read_startup();
    connection.send(login::testing::logged_in());
    connection.sleep_until_closed();
  });
  const Outcome outcome = try_login(settings_for(peer));
  EXPECT_TRUE(outcome.good);
  EXPECT_THAT(outcome.text,
              AllOf(HasSubstr("Connected to 127.0.0.1"), HasSubstr("database sales, as alice"),
                    HasSubstr("neither ticket nor password"), HasSubstr("is not encrypted")));
}

TEST(Trial, TellsWhyItFailed) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.read_startup();
    connection.send(login::testing::error("FATAL", "28000", "no entry for alice"));
  });
  const Outcome outcome = try_login(settings_for(peer));
  EXPECT_FALSE(outcome.good);
  EXPECT_THAT(outcome.text, AllOf(HasSubstr("no entry for alice"), HasSubstr("(SQLSTATE 28000)")));
}

TEST(Trial, AValueThatIsNoneIsAnOutcome) {
  dsn::Settings settings;
  settings.set(dsn::Key::port, "none");
  EXPECT_THAT(try_login(settings).text, HasSubstr("expected a number"));
}

}  // namespace
}  // namespace negodbc::dialog
