// What Windows has not, or Wine.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "driver/connect/testing/login_failure.h"
#include "driver/connect/testing/scripted_peer.h"

namespace negodbc::connect::testing {
namespace {

TEST(Connector, ComesByUnixSocket) {
  std::string directory = "/tmp/negodbc-connect-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  {
    const ScriptedPeer peer(
        [](const PeerConnection& connection) {
          connection.read_startup();
          connection.send(logged_in());
          connection.sleep_until_closed();
        },
        directory);
    LoginSettings settings = peer.settings();
    settings.ssl_mode = SslMode::prefer;  // nothing to encrypt here
    settings.hosts = {{directory, "", 5432}};
    EXPECT_EQ(login(settings, nullptr)->auth_method(), "none");
    settings.hosts = {{directory, "", 5433}};
    EXPECT_EQ(failure_of(settings).state, "08001");
  }
  std::filesystem::remove_all(directory);
}

TEST(Resolve, TakesPathsAsTheyAre) {
  EXPECT_THROW(resolve({"/" + std::string(200, 'x'), "", 1}, Deadline::never()), ConnectionError);
  EXPECT_TRUE(resolve({"@abstract", "", 1}, Deadline::never()).at(0).is_local());
}

// Wine's WSAPoll tells of the end only when nothing is pending.
TEST(Session, NoticesADeadServerThoughBytesArePending) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.read_startup();
    connection.send(logged_in() + error("FATAL", "57P01", "bye"));
  });
  const auto session = login(peer.settings(), nullptr);
  for (int i = 0; i < 200 && !session->dead(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(session->dead());
}

}  // namespace
}  // namespace negodbc::connect::testing
