#include "bench/proxy/delay_proxy.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <unordered_map>

#include "bench/proxy/link.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::system_error system_error(const char* what) {
  return std::system_error(errno, std::generic_category(), what);
}

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

// An IPv4 address of the host if it has one.
Address resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    throw std::runtime_error("the host " + host + " is not known: " + gai_strerror(error));
  }
  const addrinfo* chosen = found;
  while (chosen->ai_family != AF_INET && chosen->ai_next != nullptr) chosen = chosen->ai_next;
  if (chosen->ai_family != AF_INET) chosen = found;
  Address address;
  std::memcpy(&address.bytes, chosen->ai_addr, chosen->ai_addrlen);
  address.size = chosen->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

FileDescriptor listen_on_loopback(std::uint16_t port) {
  FileDescriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener) throw system_error("socket");
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw system_error("bind to 127.0.0.1");
  }
  if (listen(listener.get(), SOMAXCONN) != 0) throw system_error("listen");
  return listener;
}

void send_at_once(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// What epoll events are about; links have their number times two plus the side.
constexpr std::uint64_t listener_token = 0;
constexpr std::uint64_t stop_token = 1;

}  // namespace

class DelayProxy::Loop {
 public:
  explicit Loop(const ProxyOptions& options)
      : options_(options),
        server_(resolve(options.host, options.port)),
        listener_(listen_on_loopback(options.listen_port)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw system_error("epoll_create1");
  }

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

  ProxySummary run(int stop_fd) {
    const auto deadline = Clock::now() + options_.time_limit;
    watch(stop_fd, stop_token, EPOLLIN, EPOLL_CTL_ADD);
    watch_listener();
    while (!stopped_ && Clock::now() < deadline) {
      serve_events(next_wake_up(deadline));
      deliver_what_is_due();
    }
    while (!links_.empty()) end(links_.begin()->first);
    return summary_;
  }

 private:
  struct Delivery {
    std::uint64_t link;
    Side to;
  };

  void watch(int fd, std::uint64_t token, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = token;
    if (epoll_ctl(epoll_.get(), operation, fd, &event) != 0) throw system_error("epoll_ctl");
  }

  void watch_listener() {
    const bool wanted = links_.size() < options_.max_connections;
    if (wanted == accepting_) return;
    accepting_ = wanted;
    watch(listener_.get(), listener_token, EPOLLIN, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL);
  }

  Clock::time_point next_wake_up(Clock::time_point deadline) const {
    return deliveries_.empty() ? deadline : std::min(deadline, deliveries_.begin()->first);
  }

  void serve_events(Clock::time_point until) {
    const auto wait = std::max(Clock::duration(0), until - Clock::now());
    timespec timeout{};
    timeout.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(wait).count();
    timeout.tv_nsec = (wait % std::chrono::seconds(1)).count();
    std::array<epoll_event, 64> events;
    const int count =
        epoll_pwait2(epoll_.get(), events.data(), int{events.size()}, &timeout, nullptr);
    if (count < 0 && errno != EINTR) throw system_error("epoll_pwait2");
    for (int i = 0; i < count; ++i) serve(events[static_cast<std::size_t>(i)]);
  }

  void serve(const epoll_event& event) {
    if (event.data.u64 == stop_token) {
      stopped_ = true;
    } else if (event.data.u64 == listener_token) {
      accept_one();
    } else {
      serve_link(event.data.u64 / 2, event.data.u64 % 2 == 0 ? client_side : server_side,
                 event.events);
    }
  }

  void accept_one() {
    FileDescriptor client(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client) return;
    ++summary_.connections;
    FileDescriptor server(
        socket(server_.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!server || (connect(server.get(), reinterpret_cast<const sockaddr*>(&server_.bytes),
                            server_.size) != 0 &&
                    errno != EINPROGRESS)) {
      ++summary_.refused_by_server;
      ++summary_.connections_by_waits[0];
      return;
    }
    send_at_once(client.get());
    send_at_once(server.get());
    const std::uint64_t id = ++last_id_;
    update(id, *links_.emplace(id, std::make_unique<Link>(std::move(client), std::move(server)))
                    .first->second);
    watch_listener();
  }

  void serve_link(std::uint64_t id, Side side, std::uint32_t events) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;  // ended by an earlier event of the same batch
    Link& link = *found->second;
    if ((events & EPOLLOUT) != 0 && !link.write(side)) return end(id);
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
      const int chunks = link.read(side);
      if (chunks < 0) {
        if (side == server_side && errno == ECONNREFUSED) ++summary_.refused_by_server;
        return end(id);
      }
      if (chunks > 0) {
        deliveries_.emplace(link.due(side, options_.delay, options_.delay_connect),
                            Delivery{id, other(side)});
      }
    }
    settle(id, link);
  }

  void deliver_what_is_due() {
    const auto now = Clock::now();
    while (!deliveries_.empty() && deliveries_.begin()->first <= now) {
      const Delivery delivery = deliveries_.begin()->second;
      deliveries_.erase(deliveries_.begin());
      const auto found = links_.find(delivery.link);
      if (found == links_.end()) continue;
      Link& link = *found->second;
      link.arrived(delivery.to);
      if (!link.write(delivery.to)) {
        end(delivery.link);
      } else {
        settle(delivery.link, link);
      }
    }
  }

  void settle(std::uint64_t id, Link& link) {
    if (link.finished()) {
      end(id);
    } else {
      update(id, link);
    }
  }

  void update(std::uint64_t id, Link& link) {
    for (const Side side : {client_side, server_side}) {
      const std::uint32_t wanted = link.interest(side);
      std::uint32_t& watched = link.watched(side);
      if (wanted == watched) continue;
      // A side that nothing is wanted of is not watched at all: epoll would report its end for
      // ever.
      const int operation = wanted == 0    ? EPOLL_CTL_DEL
                            : watched == 0 ? EPOLL_CTL_ADD
                                           : EPOLL_CTL_MOD;
      watch(link.fd(side), id * 2 + side, wanted, operation);
      watched = wanted;
    }
  }

  void end(std::uint64_t id) {
    const auto found = links_.find(id);
    const Link& link = *found->second;
    summary_.bytes_from_client += link.bytes_read(client_side);
    summary_.bytes_from_server += link.bytes_read(server_side);
    summary_.waits += link.waits();
    ++summary_.connections_by_waits[link.waits()];
    links_.erase(found);
    watch_listener();
  }

  const ProxyOptions options_;
  const Address server_;
  FileDescriptor listener_;
  FileDescriptor epoll_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Link>> links_;
  std::multimap<Clock::time_point, Delivery> deliveries_;  // by when they are due
  std::uint64_t last_id_ = 0;
  bool accepting_ = false;
  bool stopped_ = false;
  ProxySummary summary_;
};

DelayProxy::DelayProxy(const ProxyOptions& options) : loop_(std::make_unique<Loop>(options)) {}
DelayProxy::~DelayProxy() = default;
std::uint16_t DelayProxy::port() const {
  return loop_->port();
}
ProxySummary DelayProxy::run(int stop_fd) {
  return loop_->run(stop_fd);
}

nlohmann::json ProxySummary::to_json() const {
  auto by_waits = nlohmann::json::object();
  for (const auto& [number, count] : connections_by_waits) by_waits[std::to_string(number)] = count;
  return {{"connections", connections},
          {"refused_by_server", refused_by_server},
          {"bytes_from_client", bytes_from_client},
          {"bytes_from_server", bytes_from_server},
          {"waits", waits},
          {"connections_by_waits", by_waits}};
}

std::string ProxySummary::to_text() const {
  std::ostringstream text;
  text << connections << " connections, " << refused_by_server << " refused by the server, "
       << bytes_from_client << " bytes from clients, " << bytes_from_server << " from the server\n";
  for (const auto& [number, count] : connections_by_waits) {
    text << count << (count == 1 ? " connection" : " connections") << " with " << number
         << (number == 1 ? " wait" : " waits") << "\n";
  }
  return text.str();
}

}  // namespace negodbc::bench
