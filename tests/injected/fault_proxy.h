// A proxy on loopback between the driver and the server, that lets the server's answers through up
// to a certain byte.
//
// Behind that byte the connection is cut, or nothing comes any more, or a byte now and then. What
// the driver sends is passed on as long as the server takes it. Connections made later (to cancel,
// or to try again) find the same: refused, silent, dripping.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace negodbc::injected {

enum class Fault : std::uint8_t { none, cut, silence, drip };
const char* name_of(Fault fault);

class FaultProxy {
 public:
  // Throws std::system_error. `bytes`: of the first connection's answers, those that pass.
  FaultProxy(std::uint16_t server_port, Fault fault, std::size_t bytes);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // What the server has said on the first connection. After stop().
  [[nodiscard]] const std::string& heard() const { return heard_; }
  void stop();

 private:
  struct Link {
    int client = -1;
    int server = -1;
    bool first = false;
    std::string held;  // for the client, when it drips
  };
  void run();
  void accept_one();
  bool to_server(Link& link) const;
  bool to_client(Link& link);
  static void close_link(Link& link);
  bool let_through(Link& link, const char* data, std::size_t size);

  std::uint16_t server_port_;
  Fault fault_;
  std::size_t left_;     // bytes that still pass
  bool broken_ = false;  // the byte was reached
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<Link> links_;
  bool first_ = true;
  std::string heard_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Where messages end in what a server has said.
std::vector<std::size_t> message_borders(const std::string& heard);

}  // namespace negodbc::injected
