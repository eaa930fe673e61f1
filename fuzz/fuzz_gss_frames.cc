// The packets of GSS encryption under libFuzzer: a stream in any pieces gives what it gives at
// once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/error.h"
#include "driver/encryption/gss_frames.h"

namespace {

using negodbc::encryption::GssFrames;

void require(bool condition) {
  if (!condition) std::abort();
}

// The contents before the stream ends, or before a length that can't be.
std::vector<std::string> expected(const std::string& stream, std::size_t longest) {
  std::vector<std::string> contents;
  std::size_t at = 0;
  while (stream.size() - at >= 4) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i)
      length = length << 8U | static_cast<unsigned char>(stream[at + i]);
    if (length == 0 || length > longest || stream.size() - at - 4 < length) break;
    contents.push_back(stream.substr(at + 4, length));
    at += 4 + length;
  }
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // The first byte says how the stream is cut, the second which limit holds and how often the rest
  // of the input is repeated, so that the buffer is filled more than once.
  const std::size_t piece = data[0] == 0 ? size : std::size_t{data[0]} * 64;
  const std::size_t longest =
      data[1] % 2 == 0 ? GssFrames::longest_token : GssFrames::longest_piece;
  std::string stream;
  for (unsigned i = 0; i <= data[1] / 2U % 64U; ++i)
    stream.append(reinterpret_cast<const char*>(data) + 2, size - 2);

  GssFrames frames;
  std::vector<std::string> contents;
  std::size_t at = 0;
  try {
    for (;;) {
      while (const auto content = frames.next(longest)) {
        require(!content->empty() && content->size() <= longest);
        contents.emplace_back(content->begin(), content->end());
        std::string packet;
        GssFrames::write(contents.back(), packet);
        require(packet.size() == content->size() + GssFrames::length_size);
      }
      if (at == stream.size()) break;
      const auto space = frames.space();
      require(!space.empty());
      const std::size_t now = std::min({piece, space.size(), stream.size() - at});
      std::copy_n(stream.data() + at, now, space.data());
      frames.filled(now);
      at += now;
    }
  } catch (const negodbc::ConnectionError&) {  // the one way a length may be refused
  }
  require(contents == expected(stream, longest));
  return 0;
}
