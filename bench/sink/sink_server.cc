#include "bench/sink/sink_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>
#include <vector>

#include "bench/sink/sink_connection.h"

namespace negodbc::bench {
namespace {

using SinkClock = SinkConnection::Clock;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

void watch_by(int epoll, int operation, int fd, std::uint32_t events, void* who) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = who;
  checked(epoll_ctl(epoll, operation, fd, &event), "epoll_ctl");
}

FileDescriptor listen_at(std::uint16_t port) {
  FileDescriptor listener(
      checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // What is accepted has it from here: no call for each.
  setsockopt(listener.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
          "bind");
  checked(listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

constexpr int sweep_every_ms = 200;  // how late a login's time-out may be noticed

}  // namespace

class SinkServer::Worker {
 public:
  Worker(SinkServer& server, int stop_fd)
      : server_(server),
        epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        timer_(
            checked(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
        buffer_(std::size_t{64} << 10, '\0') {
    watch_by(epoll_.get(), EPOLL_CTL_ADD, stop_fd, EPOLLIN, &stopped_);
    watch_by(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), EPOLLIN, &timer_);
    // One of the workers is woken for a connection.
    watch_by(epoll_.get(), EPOLL_CTL_ADD, server.listener_.get(), EPOLLIN | EPOLLEXCLUSIVE,
             &server_);
  }

  void serve() {
    std::array<epoll_event, 64> events{};
    while (!stopped_) {
      const int count = epoll_wait(epoll_.get(), events.data(), events.size(), sweep_every_ms);
      if (count < 0 && errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
      // In between too: what is due does not wait for all of what has come.
      for (int i = 0; i < count; ++i) {
        take(events[static_cast<std::size_t>(i)]);
        go_on_with_what_is_due();
      }
      end_what_is_late();
      ended_.clear();
      set_timer();
    }
  }

 private:
  void take(const epoll_event& event) {
    if (event.data.ptr == &stopped_) {
      stopped_ = true;
    } else if (event.data.ptr == &server_) {
      accept_some();
    } else if (event.data.ptr == &timer_) {
      std::uint64_t times = 0;
      [[maybe_unused]] const ssize_t count = read(timer_.get(), &times, sizeof times);
      timer_at_ = {};
    } else {
      auto& connection = *static_cast<SinkConnection*>(event.data.ptr);
      if (!connection.ended()) serve_connection(connection, event.events);
    }
  }

  void accept_some() {
    for (int i = 0; i < 16; ++i) {
      FileDescriptor socket(
          accept4(server_.listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket) return;
      if (server_.open_.fetch_add(1) >= server_.options_.max_connections) {
        server_.open_.fetch_sub(1);
        refuse_one_too_many(socket.get());
        continue;
      }
      SinkConnection& connection =
          connections_.emplace_back(std::move(socket), server_.settings_, server_.counters_,
                                    SinkClock::now() + server_.options_.login_timeout);
      connection.self = std::prev(connections_.end());
      connection.watched = EPOLLIN;
      watch_by(epoll_.get(), EPOLL_CTL_ADD, connection.fd(), EPOLLIN, &connection);
    }
  }

  void refuse_one_too_many(int socket) {
    server_.counters_.add(Cause::too_many);
    std::string bytes;
    Answers(bytes).error("FATAL", "53300", "sorry, too many clients already");
    send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  void serve_connection(SinkConnection& connection, std::uint32_t events) {
    Conversation& conversation = connection.conversation();
    if ((events & EPOLLOUT) != 0) connection.write_rest();
    if (conversation.waiting()) {
      // What it has sent is read later; a connection that broke is not waited for.
      if ((events & (EPOLLERR | EPOLLHUP)) != 0) connection.gone();
    } else if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
      connection.read(buffer_);
      if (conversation.waiting()) hold(connection);
    }
    settle(connection);
  }

  void hold(SinkConnection& connection) {
    if (server_.options_.service_time.none()) return connection.conversation().go_on();
    held_.emplace(SinkClock::now() + server_.options_.service_time.draw(random_), &connection);
    connection.held = true;
  }

  // To what is due first.
  void set_timer() {
    if (held_.empty() || held_.begin()->first == timer_at_) return;
    timer_at_ = held_.begin()->first;
    const auto wait = std::max(held_.begin()->first - SinkClock::now(), SinkClock::duration(1));
    itimerspec at{};
    at.it_value.tv_sec = wait / std::chrono::seconds(1);
    at.it_value.tv_nsec = (wait % std::chrono::seconds(1)) / std::chrono::nanoseconds(1);
    checked(timerfd_settime(timer_.get(), 0, &at, nullptr), "timerfd_settime");
  }

  void go_on_with_what_is_due() {
    if (held_.empty()) return;
    const auto now = SinkClock::now();
    while (!held_.empty() && held_.begin()->first <= now) {
      SinkConnection& connection = *held_.begin()->second;
      held_.erase(held_.begin());
      connection.held = false;
      connection.conversation().go_on();
      settle(connection);
    }
  }

  // What epoll is to tell of it from here on, or its end.
  void settle(SinkConnection& connection) {
    if (connection.finished()) return end(connection);
    const std::uint32_t wanted =
        (connection.held || connection.conversation().over() ? 0U : std::uint32_t{EPOLLIN}) |
        (connection.unwritten() ? std::uint32_t{EPOLLOUT} : 0U);
    if (wanted == connection.watched) return;
    watch_by(epoll_.get(), EPOLL_CTL_MOD, connection.fd(), wanted, &connection);
    connection.watched = wanted;
  }

  // Closed at once; what epoll has told of it may still be among the events in hand.
  void end(SinkConnection& connection) {
    if (connection.held)
      std::erase_if(held_, [&](const auto& held) { return held.second == &connection; });
    connection.end();
    ended_.splice(ended_.end(), connections_, connection.self);
    server_.open_.fetch_sub(1);
  }

  // They stand in the order in which they came.
  void end_what_is_late() {
    const auto now = SinkClock::now();
    if (now < next_sweep_) return;
    next_sweep_ = now + std::chrono::milliseconds(sweep_every_ms);
    for (auto it = connections_.begin(); it != connections_.end();) {
      SinkConnection& connection = *it++;
      if (connection.log_in_until() > now) return;
      if (connection.conversation().logged_in() || connection.held) continue;
      connection.conversation().timed_out();
      end(connection);
    }
  }

  SinkServer& server_;
  FileDescriptor epoll_;
  FileDescriptor timer_;
  std::string buffer_;
  std::list<SinkConnection> connections_;
  std::list<SinkConnection> ended_;                             // since epoll was asked
  std::multimap<SinkClock::time_point, SinkConnection*> held_;  // by when they go on
  SinkClock::time_point timer_at_{};
  SinkClock::time_point next_sweep_{};
  std::mt19937_64 random_{std::random_device{}()};
  bool stopped_ = false;
};

SinkServer::SinkServer(const SinkServerOptions& options, const SinkSettings& settings,
                       Counters& counters)
    : options_(options),
      settings_(settings),
      counters_(counters),
      listener_(listen_at(options.port)),
      port_(port_of(listener_.get())) {}

SinkServer::~SinkServer() = default;

void SinkServer::run(int stop_fd) {
  const FileDescriptor stop(checked(eventfd(0, EFD_CLOEXEC), "eventfd"));
  const FileDescriptor failed(checked(eventfd(0, EFD_CLOEXEC), "eventfd"));
  std::vector<std::unique_ptr<Worker>> workers;
  workers.reserve(options_.threads);
  for (unsigned i = 0; i < options_.threads; ++i)
    workers.push_back(std::make_unique<Worker>(*this, stop.get()));
  std::exception_ptr failure;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (const auto& worker : workers)
      threads.emplace_back([&, worker = worker.get()] {
        try {
          worker->serve();
        } catch (...) {
          const std::lock_guard lock(mutex);
          failure = std::current_exception();
          eventfd_write(failed.get(), 1);
        }
      });
    const auto until = SinkClock::now() + options_.time_limit;
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SinkClock::now());
      if (left.count() <= 0) break;
      std::array<pollfd, 2> readable{{{stop_fd, POLLIN, 0}, {failed.get(), POLLIN, 0}}};
      const auto wait = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
      if (poll(readable.data(), readable.size(), wait) > 0) break;
    }
    eventfd_write(stop.get(), 1);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace negodbc::bench
