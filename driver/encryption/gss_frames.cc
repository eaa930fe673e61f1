#include "driver/encryption/gss_frames.h"

#include <cstring>

#include "driver/base/error.h"
#include "driver/wire/cursor.h"

namespace negodbc::encryption {

std::optional<std::span<char>> GssFrames::next(std::size_t longest) {
  const std::size_t available = end_ - begin_;
  std::size_t wanted = length_size;
  if (available >= length_size) {
    const std::size_t length = wire::load_u32(received_.get() + begin_);
    if (length == 0 || length > longest) {
      throw ConnectionError("08S01", "the server announced an encrypted packet of " +
                                         std::to_string(length) + " bytes, which can't be");
    }
    wanted += length;
    if (available >= wanted) {
      const std::span<char> content(received_.get() + begin_ + length_size, length);
      begin_ += wanted;
      return content;
    }
  }
  // What is left of others moves to the front, so that the rest fits.
  if (available == 0) {
    begin_ = end_ = 0;
  } else if (capacity - begin_ < wanted) {
    std::memmove(received_.get(), received_.get() + begin_, available);
    begin_ = 0;
    end_ = available;
  }
  return std::nullopt;
}

std::array<char, GssFrames::length_size> GssFrames::length_of(std::size_t size) {
  return {static_cast<char>(size >> 24U), static_cast<char>(size >> 16U),
          static_cast<char>(size >> 8U), static_cast<char>(size)};
}

void GssFrames::write(std::string_view content, std::string& packet) {
  const auto length = length_of(content.size());
  packet.assign(length.data(), length.size());
  packet += content;
}

}  // namespace negodbc::encryption
