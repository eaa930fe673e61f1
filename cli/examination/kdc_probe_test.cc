// KDCs that answer, hang, or are none.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "cli/examination/kdc_probe.h"
#include "cli/examination/testing/messages.h"
#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

// A KDC on a port of 127.0.0.1, by UDP or TCP, which answers everything in the same way.
class FakeKdc {
 public:
  FakeKdc(bool tcp, std::string answer)
      : tcp_(tcp),
        answer_(std::move(answer)),
        socket_(::socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, any, size), 0);
    EXPECT_EQ(::getsockname(socket_, any, &size), 0);
    port = ntohs(address.sin_port);
    if (tcp) {
      EXPECT_EQ(::listen(socket_, 4), 0);
    }
    thread_ = std::thread([this] { serve(); });
  }
  FakeKdc(const FakeKdc&) = delete;
  FakeKdc& operator=(const FakeKdc&) = delete;
  ~FakeKdc() {
    over_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    if (!tcp_) {
      // shutdown() does not wake who waits for a datagram.
      sockaddr_in address = {};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(port);
      const int other = ::socket(AF_INET, SOCK_DGRAM, 0);
      (void)::sendto(other, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
      ::close(other);
    }
    thread_.join();
    ::close(socket_);
  }
  std::uint16_t port = 0;

 private:
  void serve() {
    std::array<char, 4096> question{};
    while (!over_) {
      if (tcp_) {
        const int peer = ::accept(socket_, nullptr, nullptr);
        if (peer < 0) return;
        (void)::recv(peer, question.data(), question.size(), 0);
        (void)::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        ::close(peer);
      } else {
        sockaddr_storage from = {};
        socklen_t size = sizeof from;
        (void)::recvfrom(socket_, question.data(), question.size(), 0,
                         reinterpret_cast<sockaddr*>(&from), &size);
        if (!over_ && !answer_.empty())
          (void)::sendto(socket_, answer_.data(), answer_.size(), 0,
                         reinterpret_cast<sockaddr*>(&from), size);
      }
    }
  }

  const bool tcp_;
  const std::string answer_;
  const int socket_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

KdcProbe probe(std::uint16_t port, bool tcp, std::chrono::milliseconds patience) {
  KdcPlace place;
  place.host = "127.0.0.1";
  place.port = port;
  place.udp = !tcp;
  place.tcp = tcp;
  return probe_kdcs({place}, "R.TEST", Deadline::after(patience)).at(0);
}

TEST(KdcProbes, Answers_by_both_protocols_tell_the_clock) {
  const std::string error = kdc_error(6, "20260131120000Z");
  const FakeKdc by_udp(false, error);
  const FakeKdc by_tcp(true, big_endian(static_cast<std::uint32_t>(error.size()), 4) + error);
  const KdcReply udp = probe(by_udp.port, false, std::chrono::seconds(10)).udp;
  const KdcReply tcp = probe(by_tcp.port, true, std::chrono::seconds(10)).tcp;
  for (const KdcReply& reply : {udp, tcp}) {
    EXPECT_TRUE(reply.answered) << reply.fault;
    EXPECT_EQ(reply.error, 6);
    ASSERT_TRUE(reply.clock_ms);
    const std::int64_t before = 1769860800 - seconds_now();
    EXPECT_NEAR(static_cast<double>(*reply.clock_ms) / 1000, static_cast<double>(before), 3);
  }
}

TEST(KdcProbes, Who_says_nothing_is_waited_for_until_the_deadline) {
  const FakeKdc silent(false, "");
  const auto begun = std::chrono::steady_clock::now();
  const KdcProbe found = probe(silent.port, false, std::chrono::milliseconds(300));
  EXPECT_FALSE(found.udp.answered);
  EXPECT_TRUE(found.udp.fault.starts_with("no answer in ")) << found.udp.fault;
  EXPECT_TRUE(found.udp.out_of_time);
  EXPECT_FALSE(found.tcp.asked);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(290));
}

TEST(KdcProbes, Strangers_and_closed_ports_are_told) {
  const FakeKdc web(true, "HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(probe(web.port, true, std::chrono::seconds(10)).tcp.fault, "it sends something else");
  const FakeKdc mute(true, "");
  EXPECT_EQ(probe(mute.port, true, std::chrono::seconds(10)).tcp.fault, "it closes the connection");
  std::uint16_t closed = 0;
  {
    const FakeKdc gone(true, "");
    closed = gone.port;
  }
  EXPECT_EQ(probe(closed, true, std::chrono::seconds(10)).tcp.fault, "refused");
  EXPECT_EQ(probe(closed, false, std::chrono::seconds(10)).udp.fault, "refused");
}

}  // namespace
}  // namespace negodbc::cli
