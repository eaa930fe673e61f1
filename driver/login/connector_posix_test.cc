// What Windows has not, or Wine.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"
#include "driver/net/socket_transport.h"
#include "tests/support/private_directory.h"

namespace negodbc::login::testing {
namespace {

TEST(Connector, ComesByUnixSocket) {
  const test::PrivateDirectory directory;
  const ScriptedPeer peer(
      [](const PeerConnection& connection) {
        connection.read_startup();
        connection.send(logged_in());
        connection.sleep_until_closed();
      },
      directory.path());
  LoginSettings settings = peer.settings();
  settings.ssl_mode = encryption::SslMode::prefer;  // nothing to encrypt here
  settings.hosts = {{directory.path(), "", 5432}};
  EXPECT_EQ(login(settings, nullptr)->auth_method(), "none");
  settings.hosts = {{directory.path(), "", 5433}};
  EXPECT_EQ(failure_of(settings).state, "08001");
}

TEST(Resolve, TakesPathsAsTheyAre) {
  EXPECT_THROW(net::resolve({"/" + std::string(200, 'x'), "", 1}, Deadline::never()),
               ConnectionError);
  EXPECT_TRUE(net::resolve({"@abstract", "", 1}, Deadline::never()).at(0).is_local());
}

// Each byte of what is less than expected is heard, and nothing is expected of the bytes behind it.
TEST(SocketTransport, LosesNothingWhenItWasWrongToExpectMore) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.send("ab");
    if (connection.read(1) != "!") return;
    connection.send("c");
    if (connection.read(1) != "!") return;
    connection.send("d");
  });
  const Deadline soon = Deadline::after(std::chrono::seconds(30));
  net::SocketTransport transport(net::resolve({"127.0.0.1", "", peer.port()}, soon).at(0),
                                 LoginSettings(), soon);
  char bytes[8];
  transport.expect(3);
  EXPECT_EQ(transport.read(bytes, soon), 2U);
  transport.write("!", soon);
  EXPECT_EQ(transport.read(bytes, soon), 1U);
  transport.write("!", soon);
  transport.expect(3);  // the end is no less worth hearing
  EXPECT_EQ(transport.read(bytes, soon), 1U);
  EXPECT_EQ(transport.read(bytes, soon), 0U);
}

TEST(SocketTransport, IsNotWokenByLessThanItExpects) {
  std::promise<void> sent;
  const ScriptedPeer peer([&](const PeerConnection& connection) {
    connection.send("a");
    sent.set_value();
    if (connection.read(1) == "!") connection.send("b");
    connection.sleep_until_closed();
  });
  const Deadline soon = Deadline::after(std::chrono::seconds(30));
  net::SocketTransport transport(net::resolve({"127.0.0.1", "", peer.port()}, soon).at(0),
                                 LoginSettings(), soon);
  transport.expect(2);
  sent.get_future().wait();
  EXPECT_FALSE(transport.readable());
  transport.write("!", soon);
  while (!transport.readable() && !soon.expired()) std::this_thread::yield();
  char bytes[8];
  EXPECT_EQ(transport.read(bytes, soon), 2U);
}

TEST(SocketTransport, ExpectsNoLongerThanItMay) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.send("a");
    connection.sleep_until_closed();
  });
  const Deadline soon = Deadline::after(std::chrono::seconds(30));
  net::SocketTransport transport(net::resolve({"127.0.0.1", "", peer.port()}, soon).at(0),
                                 LoginSettings(), soon);
  char bytes[8];
  transport.expect(2);
  EXPECT_EQ(transport.read(bytes, soon), 1U);
  transport.expect(2);
  EXPECT_THROW(transport.read(bytes, Deadline::after(std::chrono::milliseconds(1))), net::Timeout);
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
}  // namespace negodbc::login::testing
