// The packets of GSS encryption, without I/O: a length of four bytes, then a token (handshake) or a
// sealed piece of the stream (PostgreSQL 15 documentation, chapter 55.2.11). Lengths are bounded
// before they are trusted.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::encryption {

class GssFrames {
 public:
  static constexpr std::size_t length_size = 4;
  static constexpr std::size_t longest_token = std::size_t{64} << 10U;
  // What a server's buffer holds, less the length.
  static constexpr std::size_t longest_piece = (std::size_t{16} << 10U) - length_size;

  GssFrames() : received_(length_size + longest_token) {}

  // Where the next received bytes go, at least one; then filled() says how many came.
  [[nodiscard]] std::span<char> space() { return std::span(received_).subspan(end_); }
  void filled(std::size_t size) { end_ += size; }

  // The next whole packet's content, valid until the next call; nothing when more has to come.
  // Throws ConnectionError 08S01 when its length is 0 or more than `longest`.
  std::optional<std::string_view> next(std::size_t longest);

  [[nodiscard]] bool empty() const { return begin_ == end_; }

  // A packet with this content, at most 64 KiB of it.
  static void write(std::string_view content, std::string& packet);

 private:
  std::vector<char> received_;       // holds the longest packet there is
  std::size_t begin_ = 0, end_ = 0;  // what of it is not taken yet
};

}  // namespace negodbc::encryption
