#include "driver/connect/gss_transport.h"

#include <algorithm>
#include <cstring>

#include "driver/wire/cursor.h"

namespace negodbc::connect {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t longest_token = std::size_t{64} << 10U;
// What a server's buffer holds, length included.
constexpr std::size_t packet_size = std::size_t{16} << 10U;

}  // namespace

GssTransport::GssTransport(std::unique_ptr<SocketTransport> socket,
                           std::unique_ptr<IntegratedAuth> auth, const Host& host,
                           Deadline deadline)
    : socket_(std::move(socket)), auth_(std::move(auth)), received_(length_size + longest_token) {
  shake_hands(host, deadline);
  const std::size_t overhead = auth_->frame_overhead();
  if (overhead >= packet_size - length_size) {
    throw LoginError("08001",
                     "the authentication plugin needs too large frames for GSS encryption");
  }
  piece_ = packet_size - length_size - overhead;
}

void GssTransport::shake_hands(const Host& host, Deadline deadline) {
  std::string_view token = auth_->step("", deadline);
  for (;;) {
    if (!token.empty() || !auth_->established()) send_packet(token, deadline);
    if (auth_->established()) return;
    std::optional<std::string_view> answer;
    try {
      answer = next_packet(longest_token, deadline);
    } catch (const Timeout&) {
      throw;
    } catch (const ConnectionError& error) {
      throw LoginError(
          "08001", "GSS encryption with " + name_of(host) + " could not be set up: " + error.what(),
          LoginError::Verdict::other_encryption);
    }
    if (!answer) {
      throw LoginError("08001",
                       name_of(host) + " closed the connection while GSS encryption was set up. " +
                           auth_->explain_refusal(),
                       LoginError::Verdict::other_encryption);
    }
    token = auth_->step(*answer, deadline);
  }
}

std::optional<std::string_view> GssTransport::next_packet(std::size_t longest, Deadline deadline) {
  for (;;) {
    const std::size_t available = end_ - begin_;
    std::size_t wanted = length_size;
    if (available >= length_size) {
      const std::size_t length = wire::load_u32(received_.data() + begin_);
      if (length == 0 || length > longest) {
        throw ConnectionError("08S01", "the server announced an encrypted packet of " +
                                           std::to_string(length) + " bytes, which can't be");
      }
      wanted += length;
      if (available >= wanted) {
        const std::string_view content(received_.data() + begin_ + length_size, length);
        begin_ += wanted;
        return content;
      }
    }
    // The buffer holds the longest packet there is; what is left of others moves to its front.
    if (received_.size() - begin_ < wanted) {
      std::memmove(received_.data(), received_.data() + begin_, available);
      begin_ = 0;
      end_ = available;
    } else if (available == 0) {
      begin_ = end_ = 0;
    }
    const std::size_t size = socket_->read(std::span(received_).subspan(end_), deadline);
    if (size == 0) return std::nullopt;
    end_ += size;
    if (deadline.expired()) throw Timeout("the server did not answer in time");
  }
}

void GssTransport::send_packet(std::string_view content, Deadline deadline) {
  packet_.clear();
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    packet_.push_back(static_cast<char>(content.size() >> shift));
  packet_ += content;
  socket_->write(packet_, deadline);
}

std::size_t GssTransport::read(std::span<char> into, Deadline deadline) {
  while (plain_read_ == plain_.size()) {
    const auto packet = next_packet(packet_size - length_size, deadline);
    if (!packet) return 0;
    auth_->unprotect(*packet, plain_);
    plain_read_ = 0;
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
    if (sealed_.size() > packet_size - length_size) {
      throw ConnectionError("08S01",
                            "the authentication plugin made too large a frame for GSS encryption");
    }
    send_packet(sealed_, deadline);
    bytes.remove_prefix(piece.size());
  }
}

bool GssTransport::readable() const {
  return plain_read_ < plain_.size() || begin_ < end_ || socket_->readable();
}

}  // namespace negodbc::connect
