// Between a driver and the realm's server: counts what the server sends.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace negodbc::odbc::testing {

// Also for the connections of cancel requests. It ends when the last has ended.
class CountingRelay {
 public:
  CountingRelay() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener_, as_name(address), size) != 0 || listen(listener_, 8) != 0 ||
        getsockname(listener_, as_name(address), &size) != 0)
      throw std::runtime_error("no socket for the relay");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~CountingRelay() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (std::thread& each : connections_) each.join();
    close(listener_);
  }
  CountingRelay(const CountingRelay&) = delete;
  CountingRelay& operator=(const CountingRelay&) = delete;

  [[nodiscard]] std::string connection_string() const {
    return "Driver={negodbc};Server=127.0.0.1;Port=" + std::to_string(port_) +
           ";Database=negodbc;UID=trust_user;SSLmode=disable;Trusted_Connection=No;";
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static sockaddr* as_name(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

  void serve() {
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      connections_.emplace_back([this, client] { relay(client); });
    }
  }

  void relay(int client) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const char* const port = std::getenv("NEGODBC_PGPORT");
    sockaddr_in address = loopback(std::stoi(port != nullptr ? port : "0"));
    if (connect(server, as_name(address), sizeof address) == 0) {
      while (pass(client, server)) {
      }
    }
    close(server);
    close(client);
  }

  // False: one of them has closed.
  bool pass(int client, int server) {
    std::array<pollfd, 2> ends = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (poll(ends.data(), ends.size(), -1) < 0) return false;
    if (ends[0].revents != 0 && !move(client, server)) return false;
    return ends[1].revents == 0 || move(server, client, &bytes_);
  }

  static bool move(int from, int to, std::atomic<std::uint64_t>* count = nullptr) {
    std::array<char, 65536> part;
    const ssize_t size = recv(from, part.data(), part.size(), 0);
    if (size <= 0) return false;
    if (count != nullptr) *count += static_cast<std::uint64_t>(size);
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t more =
          send(to, part.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (more <= 0) return false;
      sent += more;
    }
    return true;
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace negodbc::odbc::testing
