#include "tests/injected/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace negodbc::injected {
namespace {

constexpr std::chrono::milliseconds drip_every{100};
constexpr int wake_every_ms = 20;  // to look whether to stop

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool write_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = send(socket, data, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "none";
    case Fault::cut:
      return "cut";
    case Fault::silence:
      return "silence";
    case Fault::drip:
      return "drip";
  }
  return "";
}

FaultProxy::FaultProxy(std::uint16_t server_port, Fault fault, std::size_t bytes)
    : server_port_(server_port), fault_(fault), left_(bytes) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) fail("socket");
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    close(listener_);
    fail("listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

FaultProxy::~FaultProxy() {
  stop();
}

void FaultProxy::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void FaultProxy::run() {
  auto drip_at = std::chrono::steady_clock::now();
  while (!stop_) {
    std::vector<pollfd> polled;
    polled.push_back({listener_, POLLIN, 0});
    for (const Link& link : links_) {
      polled.push_back({link.client, POLLIN, 0});
      polled.push_back({link.server, POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), wake_every_ms) < 0) break;
    const bool drips = std::chrono::steady_clock::now() >= drip_at;
    if (drips) drip_at = std::chrono::steady_clock::now() + drip_every;
    for (std::size_t i = 0; i < links_.size(); ++i) {
      Link& link = links_[i];
      bool good = true;
      if (polled[1 + 2 * i].revents != 0) good = to_server(link);
      if (good && polled[2 + 2 * i].revents != 0) good = to_client(link);
      if (good && drips && !link.held.empty()) {
        good = write_all(link.client, link.held.data(), 1);
        link.held.erase(0, 1);
      }
      if (!good) close_link(link);
    }
    std::erase_if(links_, [](const Link& link) { return link.client < 0; });
    if (polled[0].revents != 0) accept_one();
  }
  for (Link& link : links_) close_link(link);
  close(listener_);
}

void FaultProxy::accept_one() {
  Link link;
  link.client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (link.client < 0) return;
  if (broken_ && fault_ == Fault::cut) {
    close(link.client);
    return;
  }
  link.first = std::exchange(first_, false);
  link.server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  if (link.server < 0 ||
      connect(link.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close_link(link);
    return;
  }
  const int on = 1;
  setsockopt(link.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(link.server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  links_.push_back(std::move(link));
}

void FaultProxy::close_link(Link& link) {
  if (link.client >= 0) close(link.client);
  if (link.server >= 0) close(link.server);
  link.client = link.server = -1;
}

bool FaultProxy::to_server(Link& link) const {
  char data[16384];
  const ssize_t size = recv(link.client, data, sizeof data, 0);
  if (size <= 0) return false;
  return link.server < 0 || write_all(link.server, data, static_cast<std::size_t>(size)) ||
         (broken_ && fault_ != Fault::cut);
}

bool FaultProxy::to_client(Link& link) {
  char data[16384];
  const ssize_t size = recv(link.server, data, sizeof data, 0);
  if (size <= 0) {
    if (!broken_ || fault_ == Fault::cut) return false;
    // A silent network does not tell that the server has gone, and what drips still comes.
    close(link.server);
    link.server = -1;
    return true;
  }
  if (link.first) heard_.append(data, static_cast<std::size_t>(size));
  return let_through(link, data, static_cast<std::size_t>(size));
}

bool FaultProxy::let_through(Link& link, const char* data, std::size_t size) {
  if (fault_ == Fault::none) return write_all(link.client, data, size);
  if (!broken_ && !link.first) return write_all(link.client, data, size);
  const std::size_t passing = broken_ ? 0 : std::min(left_, size);
  left_ -= passing;
  if (!write_all(link.client, data, passing)) return false;
  if (left_ == 0) broken_ = true;
  if (passing == size) return true;
  if (fault_ == Fault::drip) link.held.append(data + passing, size - passing);
  return fault_ != Fault::cut;
}

std::vector<std::size_t> message_borders(const std::string& heard) {
  std::vector<std::size_t> borders = {0};
  std::size_t at = 0;
  while (at + 5 <= heard.size()) {
    std::size_t size = 0;
    for (std::size_t i = 1; i <= 4; ++i)
      size = size << 8U | static_cast<unsigned char>(heard[at + i]);
    at += size + 1;
    if (at > heard.size()) break;
    borders.push_back(at);
  }
  return borders;
}

}  // namespace negodbc::injected
