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
    if (!token.empty() || !auth_->established()) send_packet(token, time.server());
    if (auth_->established()) return;
    std::optional<std::string_view> answer;
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
    token = step(*answer, time);
  }
}

std::optional<std::string_view> GssTransport::next_packet(std::size_t longest, Deadline deadline) {
  for (;;) {
    if (const auto content = frames_.next(longest)) return content;
    const std::size_t size = socket_->read(frames_.space(), deadline);
    if (size == 0) return std::nullopt;
    frames_.filled(size);
    if (deadline.expired()) throw net::Timeout("the server did not answer in time");
  }
}

void GssTransport::send_packet(std::string_view content, Deadline deadline) {
  GssFrames::write(content, packet_);
  socket_->write(packet_, deadline);
}

std::size_t GssTransport::read(std::span<char> into, Deadline deadline) {
  while (plain_read_ == plain_.size()) {
    const auto packet = next_packet(GssFrames::longest_piece, deadline);
    if (!packet) return 0;
    // Nothing is left to be read should this fail.
    plain_read_ = 0;
    plain_.clear();
    auth_->unprotect(*packet, plain_);
  }
  const std::size_t size = std::min(into.size(), plain_.size() - plain_read_);
  std::memcpy(into.data(), plain_.data() + plain_read_, size);
  plain_read_ += size;
  return size;
}

void GssTransport::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_);
    auth_->protect(piece, sealed_);
    if (sealed_.size() > GssFrames::longest_piece) {
      throw ConnectionError("08S01",
                            "the authentication plugin made too large a frame for GSS encryption");
    }
    send_packet(sealed_, deadline);
    bytes.remove_prefix(piece.size());
  }
}

bool GssTransport::readable() const {
  return plain_read_ < plain_.size() || !frames_.empty() || socket_->readable();
}

}  // namespace negodbc::encryption
