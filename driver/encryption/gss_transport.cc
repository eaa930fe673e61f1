#include "driver/encryption/gss_transport.h"

#include <algorithm>
#include <cstring>

namespace negodbc::encryption {

GssTransport::GssTransport(std::unique_ptr<net::SocketTransport> socket,
                           std::unique_ptr<auth::IntegratedAuth> auth, const net::Host& host,
                           ServerTime& time)
    : socket_(std::move(socket)), auth_(std::move(auth)) {
  const std::string_view token = step("", time);
  try {
    shake_hands(token, host, time);
    const std::size_t overhead = auth_->frame_overhead();
    if (overhead >= GssFrames::longest_piece) {
      throw net::LoginError("08001",
                            "the authentication plugin needs too large frames for GSS encryption");
    }
    piece_ = GssFrames::longest_piece - overhead;
  } catch (const net::LoginError& error) {
    throw net::LoginError(error.state().view(), error.what(),
                          net::LoginError::Verdict::other_encryption);
  }
}

std::string_view GssTransport::step(std::string_view input, ServerTime& time) {
  return time.ask_kdc([&](Deadline deadline) { return auth_->step(input, deadline); });
}

void GssTransport::shake_hands(std::string_view token, const net::Host& host, ServerTime& time) {
  for (;;) {
    if (!token.empty() || !auth_->established()) {
      GssFrames::write(token, packet_);
      socket_->write(packet_, time.server());
    }
    if (auth_->established()) return;
    std::optional<std::span<char>> answer;
    try {
      answer = next_packet(GssFrames::longest_token, time.server());
    } catch (const net::Timeout&) {
      throw;
    } catch (const ConnectionError& error) {
      throw net::LoginError(
          "08001",
          "GSS encryption with " + host_and_port(host) + " could not be set up: " + error.what(),
          net::LoginError::Verdict::other_encryption);
    }
    if (!answer) {
      throw net::LoginError("08001",
                            host_and_port(host) +
                                " closed the connection while GSS encryption was set up. " +
                                auth_->explain_refusal(""),
                            net::LoginError::Verdict::other_encryption);
    }
    token = step({answer->data(), answer->size()}, time);
  }
}

std::optional<std::span<char>> GssTransport::next_packet(std::size_t longest, Deadline deadline) {
  for (;;) {
    if (const auto content = frames_.next(longest)) return content;
    const std::size_t size = socket_->read(frames_.space(), deadline);
    if (size == 0) return std::nullopt;
    frames_.filled(size);
    if (deadline.expired()) throw net::Timeout("the server did not answer in time");
  }
}

std::size_t GssTransport::read(std::span<char> into, Deadline deadline) {
  while (plain_.empty()) {
    const auto packet = next_packet(GssFrames::longest_piece, deadline);
    if (!packet) return 0;
    plain_ = auth_->unprotect(*packet);
  }
  const std::size_t size = std::min(into.size(), plain_.size());
  std::memcpy(into.data(), plain_.data(), size);
  plain_.remove_prefix(size);
  return size;
}

void GssTransport::write(std::string_view bytes, Deadline deadline) {
  // Sealed where it is sent from.
  packet_.resize(GssFrames::length_size + GssFrames::longest_piece);
  const std::span<char> room = std::span(packet_).subspan(GssFrames::length_size);
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_);
    const std::size_t size = auth_->protect(piece, room);
    std::ranges::copy(GssFrames::length_of(size), packet_.begin());
    socket_->write(std::string_view(packet_).substr(0, GssFrames::length_size + size), deadline);
    bytes.remove_prefix(piece.size());
  }
}

bool GssTransport::readable() const {
  return !plain_.empty() || !frames_.empty() || socket_->readable();
}

}  // namespace negodbc::encryption
