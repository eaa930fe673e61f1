#include "driver/connect/testing/scripted_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "driver/wire/cursor.h"

namespace negodbc::connect::testing {
namespace {

using namespace std::string_literals;

std::string u32(std::uint32_t value) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<char>(value >> shift));
  return out;
}

int listen_on_loopback(std::uint16_t& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port for the scripted peer");
  }
  port = ntohs(address.sin_port);
  return listener;
}

int listen_on_path(const std::string& path) {
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 8) != 0) {
    throw std::runtime_error("no socket for the scripted peer");
  }
  return listener;
}

}  // namespace

PeerConnection::~PeerConnection() {
  close(socket_);
}

bool PeerConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::string PeerConnection::read(std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = recv(socket_, bytes.data() + done, size - done, 0);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

std::string PeerConnection::read_startup() const {
  const std::string length = read(4);
  return length.size() < 4 ? "" : read(wire::load_u32(length.data()) - 4);
}

std::string PeerConnection::read_message() const {
  const std::string head = read(5);
  if (head.size() < 5) return head;
  return head.substr(0, 1) + read(wire::load_u32(head.data() + 1) - 4);
}

bool PeerConnection::wait_for_bytes(std::chrono::milliseconds time) const {
  pollfd entry = {socket_, POLLIN, 0};
  return poll(&entry, 1, static_cast<int>(time.count())) > 0;
}

bool PeerConnection::wait_for_end() const {
  return read(1).empty();
}

void PeerConnection::sleep_until_closed() const {
  while (!read(1).empty()) {
  }
}

ScriptedPeer::ScriptedPeer(Script script, const std::string& local_path)
    : listener_(local_path.empty() ? listen_on_loopback(port_) : listen_on_path(local_path)) {
  if (pipe(stop_) != 0) throw std::runtime_error("no pipe for the scripted peer");
  thread_ = std::thread([this, script = std::move(script)] { serve(script); });
}

ScriptedPeer::~ScriptedPeer() {
  close(stop_[1]);
  thread_.join();
  close(stop_[0]);
  close(listener_);
}

void ScriptedPeer::serve(const Script& script) {
  for (;;) {
    pollfd entries[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (poll(entries, 2, -1) < 0) continue;
    if (entries[0].revents == 0) return;
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const timeval patience = {10, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    script(PeerConnection(socket));
  }
}

LoginSettings ScriptedPeer::settings() const {
  LoginSettings settings;
  settings.hosts = {{"127.0.0.1", "", port_}};
  settings.user = "u";
  settings.ssl_mode = SslMode::disable;
  settings.integrated = IntegratedLogin::never;
  settings.timeout = std::chrono::seconds(5);
  return settings;
}

std::string message(char type, std::string_view body) {
  return std::string(1, type) + u32(static_cast<std::uint32_t>(body.size() + 4)) +
         std::string(body);
}

std::string authentication(std::int32_t kind, std::string_view data) {
  return message('R', u32(static_cast<std::uint32_t>(kind)) + std::string(data));
}

std::string parameter(std::string_view name, std::string_view value) {
  return message('S', std::string(name) + '\0' + std::string(value) + '\0');
}

std::string error(std::string_view severity, std::string_view state, std::string_view text) {
  return message('E', "S" + std::string(severity) + '\0' + "V" + std::string(severity) + '\0' +
                          "C" + std::string(state) + '\0' + "M" + std::string(text) + '\0' + '\0');
}

std::string ready() {
  return message('Z', "I");
}

std::string logged_in() {
  return authentication(0) + parameter("server_version", "15.4 (Debian)") +
         message('K', "\0\0\0\x07key!"s) + ready();
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  close(listen_on_loopback(port));
  return port;
}

}  // namespace negodbc::connect::testing
