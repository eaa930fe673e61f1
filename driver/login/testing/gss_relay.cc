#include "driver/login/testing/gss_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "driver/wire/cursor.h"

namespace negodbc::login::testing {
namespace {

int connected_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the relay can't reach the server");
  }
  return socket;
}

// Fewer bytes at the end of the stream.
std::string read_from(int socket, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = recv(socket, bytes.data(), size, MSG_WAITALL);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

bool send_to(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

GssRelay::GssRelay(std::uint16_t server_port)
    : peer_(std::make_unique<ScriptedPeer>(
          [this, server_port](const PeerConnection& client) { relay(client, server_port); })) {}

void GssRelay::change(Direction direction, int skip, Change change) {
  const std::lock_guard lock(mutex_);
  direction_ = direction;
  skip_ = skip;
  change_ = std::move(change);
}

bool GssRelay::changed() const {
  const std::lock_guard lock(mutex_);
  return skip_ < 0;
}

std::string GssRelay::passed(Direction direction, std::string packet) {
  const std::lock_guard lock(mutex_);
  if (direction != direction_ || skip_ < 0 || skip_-- > 0) return packet;
  return change_(packet);
}

void GssRelay::pump(int from, int to, Direction direction) {
  for (;;) {
    std::string packet = read_from(from, 4);
    if (packet.size() < 4) break;
    packet += read_from(from, wire::load_u32(packet.data()));
    if (!send_to(to, passed(direction, std::move(packet)))) break;
  }
  shutdown(to, SHUT_WR);
}

void GssRelay::relay(const PeerConnection& client, std::uint16_t server_port) {
  const int server = connected_to(server_port);
  constexpr std::size_t request_size = 8;  // GSSENCRequest
  send_to(server, read_from(client.socket(), request_size));
  client.send(read_from(server, 1));
  std::thread up([&] { pump(client.socket(), server, Direction::to_server); });
  pump(server, client.socket(), Direction::to_client);
  up.join();
  close(server);
}

}  // namespace negodbc::login::testing
