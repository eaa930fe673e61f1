// The sink at a real port: many connections, holding back, time-outs, bounds.
#include "bench/sink/sink_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/sink/sink_client_test.h"

namespace negodbc::bench {
namespace {

using TestClock = std::chrono::steady_clock;

// Serves on a thread of its own until it is stopped.
class RunningSink {
 public:
  explicit RunningSink(const SinkServerOptions& options)
      : server_(options, settings_, counters_), thread_([this] { server_.run(stop_.get()); }) {}
  RunningSink(const RunningSink&) = delete;
  RunningSink& operator=(const RunningSink&) = delete;
  ~RunningSink() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }
  const Counters& counters() const { return counters_; }

 private:
  const SinkSettings settings_ = [] {
    SinkSettings settings;
    settings.way = Way::trust;
    return settings;
  }();
  Counters counters_;
  const FileDescriptor stop_{eventfd(0, EFD_CLOEXEC)};
  SinkServer server_;
  std::thread thread_;
};

class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("connect");
  }
  void say(const std::string& bytes) {
    if (send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("send");
  }
  // Up to ReadyForQuery or the end of the stream; what is there.
  std::string answer() {
    std::string bytes;
    std::array<char, 4096> part{};
    while (short_types(bytes).find('Z') == std::string::npos) {
      pollfd readable{fd_.get(), POLLIN, 0};
      if (poll(&readable, 1, 10'000) <= 0) throw std::runtime_error("no answer");
      const ssize_t count = recv(fd_.get(), part.data(), part.size(), 0);
      if (count <= 0) break;
      bytes.append(part.data(), static_cast<std::size_t>(count));
    }
    return bytes;
  }
  void close() { fd_.reset(); }
  // How long ago the last bytes came, whenever they are read.
  std::chrono::milliseconds silent_for() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
      throw std::runtime_error("TCP_INFO");
    return std::chrono::milliseconds(info.tcpi_last_data_recv);
  }

 private:
  FileDescriptor fd_;
};

// Till the sink has counted it: what the client does is noticed a little later.
template <typename Counted>
void expect_counted(const RunningSink& sink, Counted what, std::uint64_t count) {
  const auto until = TestClock::now() + std::chrono::seconds(10);
  while (sink.counters().of(what) < count && TestClock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(sink.counters().of(what), count);
}

TEST(SinkServerTest, ManyConnectionsOnFewThreads) {
  SinkServerOptions options;
  options.threads = 2;
  RunningSink sink(options);
  std::vector<SocketClient> clients;
  constexpr int count = 300;
  clients.reserve(count);
  for (int i = 0; i < count; ++i) clients.emplace_back(sink.port());
  for (SocketClient& client : clients) client.say(startup_of("u"));
  for (SocketClient& client : clients) EXPECT_EQ(short_types(client.answer()), "RSKZ");
  const std::string query = said([](wire::Frontend& to) { to.query("SELECT 1"); });
  for (SocketClient& client : clients) client.say(query);
  for (SocketClient& client : clients) EXPECT_EQ(short_types(client.answer()), "TDCZ");
  for (SocketClient& client : clients) client.say(said([](wire::Frontend& to) { to.terminate(); }));
  expect_counted(sink, Accepted::terminated, 300);
  EXPECT_EQ(sink.counters().logins(), 300U);
}

TEST(SinkServerTest, ALoginIsHeldBackForTheServiceTimeAndOthersAreNot) {
  SinkServerOptions options;
  options.service_time = ServiceTime(std::chrono::milliseconds(150));
  RunningSink sink(options);
  const auto begin = TestClock::now();
  std::vector<SocketClient> clients;
  constexpr int count = 50;
  clients.reserve(count);
  for (int i = 0; i < count; ++i) clients.emplace_back(sink.port());
  for (SocketClient& client : clients) client.say(startup_of("u"));
  for (SocketClient& client : clients) EXPECT_EQ(short_types(client.answer()), "RSKZ");
  const auto took = TestClock::now() - begin;
  EXPECT_GE(took, std::chrono::milliseconds(150));
  EXPECT_LT(took, std::chrono::milliseconds(50 * 150));
}

TEST(SinkServerTest, WhatIsDueDoesNotWaitForAllThatHasCome) {
  SinkServerOptions options;
  options.service_time = ServiceTime(std::chrono::milliseconds(1));
  RunningSink sink(options);
  SocketClient waits(sink.port());  // accepted before the others are
  std::vector<SocketClient> busy;
  constexpr int count = 40;
  busy.reserve(count);
  for (int i = 0; i < count; ++i) busy.emplace_back(sink.port());
  for (SocketClient& client : busy) client.say(startup_of("u"));
  for (SocketClient& client : busy) EXPECT_EQ(short_types(client.answer()), "RSKZ");
  const std::string query = said([](wire::Frontend& to) { to.query("SELECT 1"); });
  std::string queries;
  while (queries.size() < 16'000) queries += query;
  // What the first asks for takes so long that the rest has come when the sink asks what has.
  for (int i = 0; i < 4; ++i) busy[0].say(queries);
  waits.say(startup_of("u"));
  for (std::size_t i = 1; i + 1 < busy.size(); ++i) busy[i].say(queries);
  busy.back().say(query);
  EXPECT_EQ(short_types(busy.back().answer()), "TDCZ");
  EXPECT_EQ(short_types(waits.answer()), "RSKZ");
  EXPECT_GT(waits.silent_for(), busy.back().silent_for());
}

TEST(SinkServerTest, AClientThatGoesWhileItIsHeldBackIsForgotten) {
  SinkServerOptions options;
  options.service_time = ServiceTime(std::chrono::milliseconds(100));
  RunningSink sink(options);
  SocketClient gone(sink.port());
  gone.say(startup_of("u"));
  expect_counted(sink, Accepted::trust, 1);
  gone.say("more");  // not read any more: its end is a reset
  gone.close();
  SocketClient other(sink.port());
  other.say(startup_of("u"));
  EXPECT_EQ(short_types(other.answer()), "RSKZ");
}

TEST(SinkServerTest, WhoDoesNotLogInWithinTheTimeIsClosed) {
  SinkServerOptions options;
  options.login_timeout = std::chrono::milliseconds(100);
  RunningSink sink(options);
  SocketClient stays(sink.port());
  stays.say(startup_of("u"));
  EXPECT_EQ(short_types(stays.answer()), "RSKZ");
  SocketClient silent(sink.port());
  silent.say("\1");
  EXPECT_EQ(types_in(silent.answer()), "E");
  expect_counted(sink, Cause::timed_out, 1);
  stays.say(said([](wire::Frontend& to) { to.query("SELECT 1"); }));  // a session may last
  EXPECT_EQ(short_types(stays.answer()), "TDCZ");
}

TEST(SinkServerTest, OneConnectionTooManyIsToldSo) {
  SinkServerOptions options;
  options.max_connections = 1;
  RunningSink sink(options);
  SocketClient first(sink.port());
  first.say(startup_of("u"));
  EXPECT_EQ(short_types(first.answer()), "RSKZ");
  SocketClient second(sink.port());
  EXPECT_NE(second.answer().find("53300"), std::string::npos);
  first.close();
  expect_counted(sink, Accepted::gone, 1);
  SocketClient third(sink.port());
  third.say(startup_of("u"));
  EXPECT_EQ(short_types(third.answer()), "RSKZ");
}

TEST(SinkServerTest, ItEndsByItsTimeLimit) {
  SinkServerOptions options;
  options.time_limit = std::chrono::milliseconds(50);
  SinkSettings settings;
  Counters counters;
  SinkServer server(options, settings, counters);
  const FileDescriptor never(eventfd(0, EFD_CLOEXEC));
  server.run(never.get());
}

TEST(SinkServerTest, ServiceTimesAreThoseThatWereMeasured) {
  Histogram measured;
  for (int i = 1; i <= 100; ++i) measured.record(std::chrono::milliseconds(i));
  const ServiceTime times(measured);
  std::mt19937_64 random(1);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto drawn = times.draw(random);
    ASSERT_GE(drawn, std::chrono::microseconds(990));
    ASSERT_LE(drawn, std::chrono::milliseconds(101));
    sum += seconds(drawn);
  }
  EXPECT_NEAR(sum / 10'000, 0.0505, 0.002);
  EXPECT_TRUE(ServiceTime().none());
  EXPECT_THROW(ServiceTime{Histogram()}, std::runtime_error);
}

TEST(SinkServerTest, ServiceTimesComeFromAStormsReport) {
  Histogram login;
  login.record(std::chrono::milliseconds(7));
  const nlohmann::json round{{"result", {{"login", login.to_json()}}}};
  const nlohmann::json report{{"targets",
                               {{{"name", "a"}, {"rounds", nlohmann::json::array()}},
                                {{"name", "b"}, {"rounds", {round, round}}}}}};
  const std::string path = testing::TempDir() + "negodbc-sink-report.json";
  std::ofstream(path) << report;
  EXPECT_EQ(logins_of_report(path, "b").count(), 2U);
  EXPECT_EQ(logins_of_report(path, "").count(), 0U);
  EXPECT_THROW(logins_of_report(path, "c"), std::runtime_error);
  std::ofstream(path) << "no report";
  EXPECT_THROW(logins_of_report(path, ""), std::runtime_error);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace negodbc::bench
