// The packets of GSS encryption, without I/O: a length of four bytes, then a token (handshake) or a
// sealed piece of the stream (PostgreSQL 15 documentation, chapter 55.2.11). Lengths are bounded
// before they are trusted.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace negodbc::encryption {

class GssFrames {
 public:
  static constexpr std::size_t length_size = 4;
  static constexpr std::size_t longest_token = std::size_t{64} << 10U;
  // What a server's buffer holds, less the length.
  static constexpr std::size_t longest_piece = (std::size_t{16} << 10U) - length_size;

  GssFrames() : received_(std::make_unique_for_overwrite<char[]>(capacity)) {}

  // Where the next received bytes go, at least one; then filled() says how many came.
  [[nodiscard]] std::span<char> space() { return {received_.get() + end_, capacity - end_}; }
  void filled(std::size_t size) { end_ += size; }

  // The next whole packet's content, to be opened where it lies, valid until the next call; nothing
  // when more has to come. Throws ConnectionError 08S01 when its length is 0 or more than
  // `longest`.
  std::optional<std::span<char>> next(std::size_t longest);

  [[nodiscard]] bool empty() const { return begin_ == end_; }

  // What goes before content of this size, at most 64 KiB of it.
  static std::array<char, length_size> length_of(std::size_t size);
  // A packet with this content.
  static void write(std::string_view content, std::string& packet);

 private:
  static constexpr std::size_t capacity =
      length_size + longest_token;  // the longest packet there is

  std::unique_ptr<char[]> received_;
  std::size_t begin_ = 0, end_ = 0;  // what of it is not taken yet
};

}  // namespace negodbc::encryption
