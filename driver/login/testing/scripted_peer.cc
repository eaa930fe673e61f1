#include "driver/login/testing/scripted_peer.h"

#include <cstring>
#include <stdexcept>

#include "driver/login/testing/peer_socket.h"
#include "driver/net/resolver.h"
#include "driver/wire/cursor.h"

namespace negodbc::login::testing {
namespace {

using namespace std::string_literals;

std::string u32(std::uint32_t value) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<char>(value >> shift));
  return out;
}

net::Address loopback() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  net::Address made;
  std::memcpy(&made.storage, &address, sizeof address);
  made.size = sizeof address;
  return made;
}

// A directory's own socket, which is the one of the usual port.
net::Address local(const std::string& directory) {
  return net::local_address({directory, "", 5432});
}

// Takes over the port that the system has chosen.
net::NativeSocket listen_on(net::Address& address) {
  start_sockets();
  const net::NativeSocket listener = socket(address.storage.ss_family, SOCK_STREAM, 0);
  auto* const name = reinterpret_cast<sockaddr*>(&address.storage);
  socklen_t size = sizeof address.storage;
  if (bind(listener, name, address.size) != 0 || listen(listener, 8) != 0 ||
      (!address.is_local() && getsockname(listener, name, &size) != 0)) {
    throw std::runtime_error("no socket for the scripted peer");
  }
  return listener;
}

std::uint16_t port_of(const net::Address& address) {
  if (address.is_local()) return 0;
  sockaddr_in of = {};
  std::memcpy(&of, &address.storage, sizeof of);
  return ntohs(of.sin_port);
}

}  // namespace

PeerConnection::~PeerConnection() {
  close_socket(socket_);
}

bool PeerConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const int size = send_some(socket_, bytes.data(), bytes.size());
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::string PeerConnection::read(std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const int got = receive(socket_, bytes.data() + done, size - done);
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
  std::string head = read(5);
  if (head.size() < 5) return head;
  return head.substr(0, 1) + read(wire::load_u32(head.data() + 1) - 4);
}

bool PeerConnection::wait_for_bytes(std::chrono::milliseconds time) const {
  return wait_readable(socket_, time);
}

bool PeerConnection::wait_for_end() const {
  return read(1).empty();
}

void PeerConnection::sleep_until_closed() const {
  while (!read(1).empty()) {
  }
}

ScriptedPeer::ScriptedPeer(Script script, const std::string& local_directory)
    : address_(local_directory.empty() ? loopback() : local(local_directory)),
      listener_(listen_on(address_)),
      port_(port_of(address_)),
      thread_([this, script = std::move(script)] { serve(script); }) {}

ScriptedPeer::~ScriptedPeer() {
  // A connection of our own ends the wait for one.
  stopping_ = true;
  const net::NativeSocket waker = socket(address_.storage.ss_family, SOCK_STREAM, 0);
  (void)::connect(waker, reinterpret_cast<const sockaddr*>(&address_.storage), address_.size);
  thread_.join();
  close_socket(waker);
  close_socket(listener_);
}

void ScriptedPeer::serve(const Script& script) {
  for (;;) {
    const net::NativeSocket socket = accept(listener_, nullptr, nullptr);
    if (stopping_) {
      close_socket(socket);
      return;
    }
    limit_reads(socket, std::chrono::seconds(10));
    script(PeerConnection(socket));
  }
}

LoginSettings ScriptedPeer::settings() const {
  LoginSettings settings;
  settings.hosts = {{"127.0.0.1", "", port_}};
  settings.user = "u";
  settings.ssl_mode = encryption::SslMode::disable;
  settings.integrated = auth::IntegratedLogin::never;
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
  net::Address address = loopback();
  close_socket(listen_on(address));
  return port_of(address);
}

}  // namespace negodbc::login::testing
