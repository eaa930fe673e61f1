#include "negotiate/keyed_hash.h"

#include <bit>
#include <random>

namespace negodbc::auth {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

constexpr std::size_t kWord = sizeof(std::uint64_t);

// Little-endian on every machine, as the algorithm wants it.
std::uint64_t read_word(std::span<const std::byte> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return word;
}

std::array<std::uint64_t, 2> random_key() {
  std::random_device device;
  const auto word = [&] { return (std::uint64_t{device()} << 32) | std::uint64_t{device()}; };
  return {word(), word()};
}

}  // namespace

KeyedHash sip_hash(const std::array<std::uint64_t, 2>& key, std::span<const std::byte> data) {
  State state{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du ^ 0xeeu,
              key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
  const std::uint64_t length = data.size();
  while (data.size() >= kWord) {
    state.take(read_word(data.first(kWord)));
    data = data.subspan(kWord);
  }
  state.take(read_word(data) | (length << 56));
  state.v2 ^= 0xeeu;
  const std::uint64_t low = state.finish();
  state.v1 ^= 0xddu;
  return {low, state.finish()};
}

KeyedHash keyed_hash(std::span<const std::byte> secret) {
  static const std::array<std::uint64_t, 2> key = random_key();
  return sip_hash(key, secret);
}

}  // namespace negodbc::auth
