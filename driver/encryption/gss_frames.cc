#include "driver/encryption/gss_frames.h"

#include <cstring>

#include "driver/base/error.h"
#include "driver/wire/cursor.h"

namespace negodbc::encryption {

std::optional<std::string_view> GssFrames::next(std::size_t longest) {
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
  // What is left of others moves to the front, so that the rest fits.
  if (available == 0) {
    begin_ = end_ = 0;
  } else if (received_.size() - begin_ < wanted) {
    std::memmove(received_.data(), received_.data() + begin_, available);
    begin_ = 0;
    end_ = available;
  }
  return std::nullopt;
}

void GssFrames::write(std::string_view content, std::string& packet) {
  packet.clear();
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    packet.push_back(static_cast<char>(content.size() >> shift));
  packet += content;
}

}  // namespace negodbc::encryption
