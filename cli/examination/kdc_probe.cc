#include "cli/examination/kdc_probe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <random>

#include "cli/examination/kerberos_messages.h"
#include "driver/base/error.h"
#include "driver/net/resolve.h"

namespace negodbc::cli {
namespace {

using Clock = Deadline::Clock;

// No account is asked for that exists, so none can be locked.
constexpr char nobody[] = "negodbc-doctor";
constexpr std::size_t most_addresses = 4;  // of a place
constexpr std::size_t longest_kdc_answer = std::size_t{64} << 10U;
constexpr std::chrono::milliseconds again_after{1000};  // a datagram may be lost

std::int64_t wall_clock_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string connect_fault(int error) {
  return error == ECONNREFUSED ? "refused" : std::strerror(error);
}

// One question to one address.
class KdcQuestion {
 public:
  KdcQuestion(const net::Address& address, bool tcp, const std::string& request, KdcReply& reply)
      : tcp_(tcp), reply_(reply), request_(request) {
    reply_.asked = true;
    socket_ = socket(address.storage.ss_family,
                     (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (tcp) {
      // RFC 4120, 7.2.2: four bytes of length before each message.
      const auto size = static_cast<std::uint32_t>(request.size());
      for (const unsigned shift : {24U, 16U, 8U, 0U})
        unsent_ += static_cast<char>((size >> shift) & 0xFFU);
      unsent_ += request;
    }
    if (socket_ < 0 ||
        (connect(socket_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 &&
         errno != EINPROGRESS)) {
      fail(errno);
    } else if (!tcp) {
      send_datagram();
    }
  }
  KdcQuestion(const KdcQuestion&) = delete;
  KdcQuestion& operator=(const KdcQuestion&) = delete;
  ~KdcQuestion() {
    if (socket_ >= 0) close(socket_);
  }

  // Over, also where another address has answered.
  [[nodiscard]] bool over() const { return over_ || reply_.answered; }
  [[nodiscard]] pollfd waits_for() const {
    const auto events = static_cast<short>(unsent_.empty() ? POLLIN : POLLOUT);
    return {over() ? -1 : socket_, events, 0};
  }
  void ready() {
    if (!unsent_.empty()) {
      const ssize_t sent = send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (sent < 0) return fail_unless_waiting();
      unsent_.erase(0, static_cast<std::size_t>(sent));
      return;
    }
    std::array<char, 8192> part{};
    const ssize_t got = recv(socket_, part.data(), part.size(), 0);
    if (got < 0) return fail_unless_waiting();
    if (tcp_ && got == 0) return end("it closes the connection");
    if (!tcp_) received_.clear();
    received_.append(part.data(), static_cast<std::size_t>(got));
    if (received_.size() > longest_kdc_answer) return end("it sends something else");
    look();
  }
  void tick() {
    if (tcp_ || over() || Clock::now() - sent_at_ < again_after) return;
    send_datagram();
  }

 private:
  void send_datagram() {
    sent_at_ = Clock::now();
    if (send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) fail_unless_waiting();
  }
  void look() {
    std::string_view message = received_;
    if (tcp_) {
      if (message.size() < 4) return;
      std::size_t size = 0;
      for (const char byte : message.substr(0, 4))
        size = (size << 8U) | static_cast<unsigned char>(byte);
      message.remove_prefix(4);
      if (size > longest_kdc_answer) return end("it sends something else");
      if (message.size() < size) return;
      message = message.substr(0, size);
    }
    const std::optional<KdcAnswer> answer = kdc_answer(message);
    if (!answer) return end("it sends something else");
    const std::int64_t now = wall_clock_us();
    reply_.answered = true;
    reply_.fault.clear();
    reply_.error = answer->code;
    const auto took = Clock::now() - begun_;
    reply_.milliseconds = std::chrono::duration<double, std::milli>(took).count();
    // It looked at its clock somewhere between question and answer.
    const auto half = std::chrono::duration_cast<std::chrono::microseconds>(took / 2).count();
    if (answer->time != 0) reply_.clock_ms = (answer->time - (now - half)) / 1000;
  }
  void fail_unless_waiting() {
    if (errno != EAGAIN && errno != EINTR && errno != EINPROGRESS) fail(errno);
  }
  void fail(int error) { end(connect_fault(error)); }
  void end(const std::string& why) {
    over_ = true;
    if (!reply_.answered) reply_.fault = why;
  }

  const bool tcp_;
  KdcReply& reply_;
  const std::string& request_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point sent_at_ = begun_;
  int socket_ = -1;
  bool over_ = false;
  std::string unsent_, received_;
};

void ask_all(std::vector<std::unique_ptr<KdcQuestion>>& questions, Deadline deadline) {
  while (!deadline.expired()) {
    std::vector<pollfd> waits;
    bool more = false;
    for (const auto& question : questions) {
      question->tick();
      waits.push_back(question->waits_for());
      more = more || !question->over();
    }
    if (!more) return;
    const Deadline turn = deadline.sooner(Deadline::after(again_after / 4));
    if (poll(waits.data(), waits.size(), turn.poll_timeout()) <= 0) continue;
    for (std::size_t i = 0; i < waits.size(); ++i)
      if (waits[i].revents != 0 && !questions[i]->over()) questions[i]->ready();
  }
}

}  // namespace

std::vector<KdcProbe> probe_kdcs(const std::vector<KdcPlace>& places, const std::string& realm,
                                 Deadline deadline) {
  std::vector<KdcProbe> probes;
  probes.reserve(places.size());  // questions refer into it
  const std::string request = as_request(nobody, realm, std::random_device()());
  std::vector<std::unique_ptr<KdcQuestion>> questions;
  for (const KdcPlace& place : places) {
    KdcProbe& probe = probes.emplace_back();
    probe.place = place;
    if (place.host.empty()) continue;
    try {
      std::vector<net::Address> addresses = net::resolve(
          {place.host, "", place.port}, deadline.sooner(Deadline::after(std::chrono::seconds(2))));
      if (addresses.size() > most_addresses) addresses.resize(most_addresses);
      for (const net::Address& address : addresses) {
        probe.addresses.push_back(address.text);
        for (const bool tcp : {false, true}) {
          if (!(tcp ? place.tcp : place.udp)) continue;
          questions.push_back(
              std::make_unique<KdcQuestion>(address, tcp, request, tcp ? probe.tcp : probe.udp));
        }
      }
    } catch (const ConnectionError& error) {
      probe.fault = error.what();
    }
  }
  const Clock::time_point begun = Clock::now();
  ask_all(questions, deadline);
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
  for (KdcProbe& probe : probes)
    for (KdcReply* reply : {&probe.udp, &probe.tcp})
      if (reply->asked && !reply->answered && reply->fault.empty()) {
        reply->fault = "no answer in " + std::to_string(waited) + " ms";
        reply->out_of_time = true;
      }
  return probes;
}

}  // namespace negodbc::cli
