// GSS encryption as a stream, with a plugin whose sealed message is the message behind an S.
#include "driver/encryption/gss_transport.h"

#include <gtest/gtest.h>

#include "driver/login/testing/integrated.h"

namespace negodbc::login::testing {
namespace {

using encryption::GssFrames;
using encryption::GssTransport;
using namespace std::chrono_literals;

std::string gss_packet(const std::string& content) {
  std::string packet;
  GssFrames::write(content, packet);
  return packet;
}

// Shakes hands, sends, and waits for what the test does.
ScriptedPeer::Script agrees_and_sends(const std::string& packets) {
  return [=](const PeerConnection& c) {
    c.read(4 + 7);  // token-1
    c.send(gss_packet("reply-1") + packets);
    c.sleep_until_closed();
  };
}

class GssStream : public ::testing::Test {
 protected:
  std::unique_ptr<GssTransport> open(const ScriptedPeer& peer,
                                     const std::string& plugin = NEGODBC_SCRIPTED_PLUGIN) {
    LoginSettings settings = integrated(peer, "ok");
    settings.auth_plugin = plugin;
    const net::Host& host = settings.hosts.front();
    const net::Address address = net::resolve(host, deadline_).front();
    ServerTime time(deadline_);
    return std::make_unique<GssTransport>(
        std::make_unique<net::SocketTransport>(address, settings, deadline_),
        std::make_unique<auth::IntegratedAuth>(settings, host,
                                               auth::IntegratedAuth::Purpose::encryption),
        host, time);
  }
  std::string read(GssTransport& stream, std::size_t most) const {
    std::string room(most, '\0');
    room.resize(stream.read(room, deadline_));
    return room;
  }
  const Deadline deadline_ = Deadline::after(5s);
};

// The older plugin opens messages into other memory only.
TEST_F(GssStream, NothingIsReadAfterAPacketThatWasAltered) {
  std::string older = NEGODBC_SCRIPTED_PLUGIN;
  older.insert(older.rfind('.'), "_older");
  for (const std::string& plugin : {std::string(NEGODBC_SCRIPTED_PLUGIN), older}) {
    const ScriptedPeer peer(agrees_and_sends(gss_packet("Ssealed") + gss_packet("S") +
                                             gss_packet("Stoo") + gss_packet("altered") +
                                             gss_packet("Slater")));
    const auto stream = open(peer, plugin);
    EXPECT_EQ(read(*stream, 2), "se");
    EXPECT_TRUE(stream->readable());
    EXPECT_EQ(read(*stream, 100), "aled");
    EXPECT_EQ(read(*stream, 100), "too") << "a packet may hold nothing";
    EXPECT_THROW(read(*stream, 100), ConnectionError);
    // The plugin's session refuses whatever comes next.
    EXPECT_THROW(read(*stream, 100), ConnectionError);
  }
}

// As long as packets may be, and more of them than are received at once.
TEST_F(GssStream, IsReadAsItWasSent) {
  std::string sent;
  std::string packets;
  for (std::size_t i = 0; i < 40; ++i) {
    const std::string piece(i % 3 == 0 ? GssFrames::longest_piece - 1 : 1000 * i,
                            static_cast<char>('a' + i % 26));
    sent += piece.substr(0, GssFrames::longest_piece - 1);
    packets += gss_packet("S" + piece.substr(0, GssFrames::longest_piece - 1));
  }
  const ScriptedPeer peer(agrees_and_sends(packets));
  const auto stream = open(peer);
  std::string received;
  while (received.size() < sent.size()) received += read(*stream, 5000);
  EXPECT_TRUE(received == sent);
  EXPECT_FALSE(stream->readable());
}

TEST_F(GssStream, WhatIsWrittenIsSealedInPieces) {
  const std::string sent(40000, 'x');
  std::string received;
  {
    const ScriptedPeer peer([&](const PeerConnection& c) {
      c.read(4 + 7);
      c.send(gss_packet("reply-1"));
      for (const std::size_t size : {16379U, 16379U, 7242U}) received += c.read(4 + 1 + size);
      c.sleep_until_closed();
    });
    open(peer)->write(sent, deadline_);
  }
  const std::string whole = gss_packet("S" + std::string(16379, 'x'));
  EXPECT_TRUE(received == whole + whole + gss_packet("S" + std::string(7242, 'x')));
}

}  // namespace
}  // namespace negodbc::login::testing
