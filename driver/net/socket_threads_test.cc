// A connection is no thread's: what one has begun does not end with it.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>

#include "driver/login/testing/scripted_peer.h"
#include "driver/net/resolve.h"
#include "driver/net/socket_transport.h"

namespace negodbc::net {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;
using namespace std::chrono_literals;

std::string some_of(SocketTransport& transport) {
  std::array<char, 64> into{};
  return {into.data(), transport.read(into, Deadline::after(10s))};
}

TEST(SocketTransport, OutlivesTheThreadThatHasConnectedIt) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    connection.read(4);
    connection.send("pong");
    connection.sleep_until_closed();
  });
  std::unique_ptr<SocketTransport> transport;
  std::thread([&] {
    const Deadline soon = Deadline::after(10s);
    transport = std::make_unique<SocketTransport>(
        resolve({"127.0.0.1", "", peer.port()}, soon).at(0), SocketOptions{}, soon);
  }).join();
  std::thread([&] { transport->write("ping", Deadline::after(10s)); }).join();
  EXPECT_EQ(some_of(*transport), "pong");
}

TEST(SocketTransport, OfWhichOneThreadReadsIsNotDisturbedByTheEndOfOneThatWrote) {
  const ScriptedPeer peer([](const PeerConnection& connection) {
    for (int i = 0; i < 10; ++i) {
      connection.read(4);
      std::this_thread::sleep_for(20ms);  // the writer has ended
      connection.send("pong");
    }
    connection.sleep_until_closed();
  });
  const Deadline soon = Deadline::after(10s);
  SocketTransport transport(resolve({"127.0.0.1", "", peer.port()}, soon).at(0), SocketOptions{},
                            soon);
  for (int i = 0; i < 10; ++i) {
    std::thread writer([&] { transport.write("ping", Deadline::after(10s)); });
    EXPECT_EQ(some_of(transport), "pong");
    writer.join();
  }
}

}  // namespace
}  // namespace negodbc::net
