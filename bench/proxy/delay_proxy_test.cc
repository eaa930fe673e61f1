#include "bench/proxy/delay_proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "bench/base/file_descriptor.h"

namespace negodbc::bench {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds delay{10};

FileDescriptor listener(std::uint16_t& port) {
  FileDescriptor fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(fd.get(), 64), 0);
  EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return fd;
}

FileDescriptor connected_to(std::uint16_t port) {
  FileDescriptor fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

std::string read_exactly(int fd, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = recv(fd, bytes.data() + got, size - got, 0);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

void write_all(int fd, const std::string& bytes) {
  std::size_t put = 0;
  while (put < bytes.size()) {
    const ssize_t count = send(fd, bytes.data() + put, bytes.size() - put, MSG_NOSIGNAL);
    ASSERT_GT(count, 0);
    put += static_cast<std::size_t>(count);
  }
}

// A proxy in a thread of its own, in front of a listener of the test's.
class DelayProxyTest : public testing::Test {
 protected:
  void start(milliseconds held_back = delay, bool delay_connect = true) {
    ProxyOptions options;
    options.host = "127.0.0.1";
    options.port = server_port_;
    options.delay = held_back;
    options.delay_connect = delay_connect;
    options.time_limit = std::chrono::seconds(60);
    proxy_ = std::make_unique<DelayProxy>(options);
    thread_ = std::thread([this] { summary_ = proxy_->run(stop_.get()); });
  }

  const ProxySummary& stop() {
    const std::uint64_t one = 1;
    EXPECT_EQ(write(stop_.get(), &one, sizeof one), ssize_t{sizeof one});
    thread_.join();
    return summary_;
  }

  void TearDown() override {
    if (thread_.joinable()) stop();
  }

  FileDescriptor accept_one() { return FileDescriptor(accept(listener_.get(), nullptr, nullptr)); }

  std::uint16_t server_port_ = 0;
  FileDescriptor listener_ = listener(server_port_);
  FileDescriptor stop_{eventfd(0, 0)};
  std::unique_ptr<DelayProxy> proxy_;
  std::thread thread_;
  ProxySummary summary_;
};

TEST_F(DelayProxyTest, TheConnectionTakesARoundTripOfItsOwn) {
  start();
  const auto begin = Clock::now();
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  write_all(client.get(), "ask");
  EXPECT_EQ(read_exactly(server.get(), 3), "ask");
  EXPECT_GE(Clock::now() - begin, 3 * delay);
  write_all(server.get(), "answer");
  EXPECT_EQ(read_exactly(client.get(), 6), "answer");
  EXPECT_GE(Clock::now() - begin, 4 * delay);
}

TEST_F(DelayProxyTest, OnlyTheFirstAnswerWaitsForTheConnection) {
  const milliseconds held_back{100};
  start(held_back);
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  for (int i = 0; i < 2; ++i) {
    const auto begin = Clock::now();
    write_all(client.get(), "ask");
    EXPECT_EQ(read_exactly(server.get(), 3), "ask");
    write_all(server.get(), "answer");
    EXPECT_EQ(read_exactly(client.get(), 6), "answer");
    const auto took = Clock::now() - begin;
    if (i == 0) {
      EXPECT_GE(took, 4 * held_back);
    } else {
      EXPECT_LT(took, 4 * held_back);
    }
  }
}

TEST_F(DelayProxyTest, WhatAServerSaysByItselfComesWithTheConnection) {
  start();
  const auto begin = Clock::now();
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  write_all(server.get(), "welcome");
  EXPECT_EQ(read_exactly(client.get(), 7), "welcome");
  EXPECT_GE(Clock::now() - begin, 4 * delay);
}

TEST_F(DelayProxyTest, TheConnectionIsFreeWhereThatIsWanted) {
  const milliseconds held_back{100};
  start(held_back, false);
  const auto begin = Clock::now();
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  write_all(client.get(), "ask");
  EXPECT_EQ(read_exactly(server.get(), 3), "ask");
  EXPECT_LT(Clock::now() - begin, 3 * held_back);
}

TEST_F(DelayProxyTest, HoldsEveryByteBackEachWay) {
  start();
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  const auto begin = Clock::now();
  write_all(client.get(), "ask");
  EXPECT_EQ(read_exactly(server.get(), 3), "ask");
  const auto asked = Clock::now();
  EXPECT_GE(asked - begin, delay);
  write_all(server.get(), "answer");
  EXPECT_EQ(read_exactly(client.get(), 6), "answer");
  EXPECT_GE(Clock::now() - asked, delay);
}

TEST_F(DelayProxyTest, CountsATurnOnceHoweverManyPiecesThereAre) {
  start(milliseconds(1));
  {
    const FileDescriptor client = connected_to(proxy_->port());
    const FileDescriptor server = accept_one();
    for (int turn = 0; turn < 3; ++turn) {
      for (const char* piece : {"a", "b"}) {
        write_all(client.get(), piece);
        EXPECT_EQ(read_exactly(server.get(), 1), piece);
      }
      for (const char* piece : {"c", "d", "e"}) {
        write_all(server.get(), piece);
        EXPECT_EQ(read_exactly(client.get(), 1), piece);
      }
    }
    write_all(client.get(), "X");
    EXPECT_EQ(read_exactly(server.get(), 1), "X");
  }
  const ProxySummary& summary = stop();
  EXPECT_EQ(summary.connections, 1u);
  EXPECT_EQ(summary.waits, 3u);
  EXPECT_EQ(summary.bytes_from_client, 7u);
  EXPECT_EQ(summary.bytes_from_server, 9u);
  EXPECT_EQ(summary.connections_by_waits, (std::map<std::uint64_t, std::uint64_t>{{3, 1}}));
}

TEST_F(DelayProxyTest, AServerThatSpeaksFirstIsNotWaitedFor) {
  start(milliseconds(1));
  {
    const FileDescriptor client = connected_to(proxy_->port());
    const FileDescriptor server = accept_one();
    write_all(server.get(), "welcome");
    EXPECT_EQ(read_exactly(client.get(), 7), "welcome");
  }
  EXPECT_EQ(stop().waits, 0u);
}

TEST_F(DelayProxyTest, AFarewellToWhoHasClosedIsNotWaitedFor) {
  start(milliseconds(1));
  {
    const FileDescriptor client = connected_to(proxy_->port());
    const FileDescriptor server = accept_one();
    write_all(client.get(), "goodbye");
    shutdown(client.get(), SHUT_WR);
    EXPECT_EQ(read_exactly(server.get(), 100), "goodbye");
    write_all(server.get(), "farewell");
    shutdown(server.get(), SHUT_WR);
    EXPECT_EQ(read_exactly(client.get(), 100), "farewell");
  }
  EXPECT_EQ(stop().waits, 0u);
}

TEST_F(DelayProxyTest, PassesTheEndOfEachStreamOnBehindItsBytes) {
  start();
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  write_all(client.get(), "last words");
  shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(read_exactly(server.get(), 100), "last words");
  write_all(server.get(), "understood");
  shutdown(server.get(), SHUT_WR);
  EXPECT_EQ(read_exactly(client.get(), 100), "understood");
}

TEST_F(DelayProxyTest, CarriesMoreThanItHoldsUnchanged) {
  start(milliseconds(1));
  std::string sent(std::size_t{24} << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 2654435761u >> 13);
  const FileDescriptor client = connected_to(proxy_->port());
  const FileDescriptor server = accept_one();
  std::thread writer([&] { write_all(server.get(), sent); });
  std::this_thread::sleep_for(milliseconds(50));  // the proxy's store runs full
  const std::string received = read_exactly(client.get(), sent.size());
  writer.join();
  EXPECT_TRUE(received == sent);
}

TEST_F(DelayProxyTest, ServesManyConnectionsAtOnce) {
  start();
  constexpr std::size_t count = 50;
  std::vector<FileDescriptor> clients;
  std::vector<FileDescriptor> servers;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(connected_to(proxy_->port()));
    servers.push_back(accept_one());
  }
  for (auto& client : clients) write_all(client.get(), "ask");
  for (auto& server : servers) EXPECT_EQ(read_exactly(server.get(), 3), "ask");
  for (auto& server : servers) write_all(server.get(), "answer");
  for (auto& client : clients) EXPECT_EQ(read_exactly(client.get(), 6), "answer");
  const ProxySummary& summary = stop();
  EXPECT_EQ(summary.connections, count);
  EXPECT_EQ(summary.connections_by_waits, (std::map<std::uint64_t, std::uint64_t>{{1, count}}));
  EXPECT_EQ(summary.to_json()["connections_by_waits"]["1"], count);
  EXPECT_NE(summary.to_text().find("50 connections with 1 wait\n"), std::string::npos);
}

TEST_F(DelayProxyTest, ClosesAConnectionThatTheServerRefuses) {
  listener_.reset();
  start();
  const FileDescriptor client = connected_to(proxy_->port());
  EXPECT_EQ(read_exactly(client.get(), 1), "");
  EXPECT_EQ(stop().refused_by_server, 1u);
}

TEST(DelayProxy, EndsByItselfAtTheTimeLimit) {
  std::uint16_t port = 0;
  const FileDescriptor server = listener(port);
  ProxyOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.time_limit = milliseconds(20);
  const FileDescriptor never(eventfd(0, 0));
  EXPECT_EQ(DelayProxy(options).run(never.get()).connections, 0u);
}

TEST(DelayProxy, RefusesAHostThatIsNotKnown) {
  ProxyOptions options;
  options.host = "no-such-host.invalid";
  EXPECT_THROW(DelayProxy{options}, std::runtime_error);
}

}  // namespace
}  // namespace negodbc::bench
