// libFuzzer: a token that comes over the network is opened or refused, and what is opened lies in
// it. The first two bytes choose the enctype and what is fed: a token as it is, which nobody can
// make without the key; a text that is sealed, or signed, with the peer's key behind a header of
// the input's own, so that what is looked at behind the proof is reached; the code of a message.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "kerberos_messages/message_tokens.h"

namespace {

using namespace negodbc::kerberos_messages;
using Bytes = std::vector<std::byte>;

void require(bool condition) {
  if (!condition) std::abort();
}

// The peer's keys, and who opens. Without numbers to remember each input stands for itself.
struct Ends {
  explicit Ends(std::int32_t number) : enctype(*find_enctype(number)) {
    const Libcrypto* const library = open_libcrypto();
    require(library != nullptr);
    const Bytes key(enctype.key_size, std::byte{0x5A});
    auto sealer = AesCts::make(*library, enctype, key, Usage::kAcceptorSeal, Direction::kEncrypt);
    negodbc::auth::SecretBytes checksum;
    require(derive_key(*library, enctype, key, Usage::kAcceptorSeal, Purpose::kChecksum, checksum));
    auto signer = Mac::make(*library, enctype.digest, checksum);
    tokens = MessageTokens::make(*library, enctype, key, {true, 0, Sequence(0, false, false)});
    require(sealer && signer && tokens);
    peer = std::make_unique<AesCts>(std::move(*sealer));
    peer_code = std::make_unique<Mac>(std::move(*signer));
  }
  const Enctype& enctype;
  std::unique_ptr<MessageTokens> tokens;
  std::unique_ptr<AesCts> peer;
  std::unique_ptr<Mac> peer_code;
};

Opened unwrap(Ends& ends, Bytes token) {
  std::span<std::byte> data;
  bool sealed = false;
  const Opened opened = ends.tokens->unwrap(token, data, sealed);
  if (opened != Opened::kRight) {
    require(data.empty());
    require(std::all_of(token.begin(), token.end(),
                        [](std::byte each) { return each == std::byte{0}; }));
  } else if (!data.empty()) {
    require(data.data() >= token.data() &&
            data.data() + data.size() <= token.data() + token.size());
  }
  return opened;
}

// As a peer rotates it.
void rotate(Bytes& token, std::size_t by) {
  if (token.size() == MessageTokens::kHeader) return;
  const std::size_t size = token.size() - MessageTokens::kHeader;
  std::rotate(token.begin() + MessageTokens::kHeader,
              token.end() - static_cast<std::ptrdiff_t>(by % size), token.end());
}

// The input's header before a text that ends in the input's last bytes: the same header, or
// another.
void sealed(Ends& ends, std::span<const std::byte> input) {
  if (input.size() < MessageTokens::kHeader + kBlock) return;
  const std::span<const std::byte> header = input.first(MessageTokens::kHeader);
  Bytes text(input.begin() + MessageTokens::kHeader, input.end());
  // Often enough what is right but for its sizes.
  if ((std::to_integer<unsigned>(text.front()) & 1U) != 0 && text.size() >= 2 * kBlock) {
    std::copy(header.begin(), header.end(), text.end() - MessageTokens::kHeader);
  }
  Bytes mac(ends.enctype.mac_size);
  const std::span<std::byte> all(text);
  require(ends.peer->encrypt(all.first(kBlock), all.subspan(kBlock), {}, mac));
  Bytes token(header.begin(), header.end());
  token.insert(token.end(), text.begin(), text.end());
  token.insert(token.end(), mac.begin(), mac.end());
  rotate(token,
         std::to_integer<std::size_t>(header[6]) << 8U | std::to_integer<std::size_t>(header[7]));
  static_cast<void>(unwrap(ends, std::move(token)));
}

void signed_only(Ends& ends, std::span<const std::byte> input) {
  if (input.size() < MessageTokens::kHeader) return;
  const std::span<const std::byte> header = input.first(MessageTokens::kHeader);
  const std::span<const std::byte> text = input.subspan(MessageTokens::kHeader);
  Bytes proven(header.begin(), header.end());
  std::fill_n(proven.begin() + 4, 4, std::byte{0});
  Bytes mac(ends.enctype.mac_size);
  require(ends.peer_code->compute({text, proven}, mac));
  Bytes token(header.begin(), header.end());
  token.insert(token.end(), text.begin(), text.end());
  token.insert(token.end(), mac.begin(), mac.end());
  rotate(token,
         std::to_integer<std::size_t>(header[6]) << 8U | std::to_integer<std::size_t>(header[7]));
  static_cast<void>(unwrap(ends, std::move(token)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::array<Ends, 4> all = {Ends(17), Ends(18), Ends(19), Ends(20)};
  if (size < 2) return 0;
  Ends& ends = all.at(data[0] % all.size());
  const std::span<const std::byte> input(reinterpret_cast<const std::byte*>(data + 2), size - 2);
  switch (data[1] % 4) {
    case 0:
      require(unwrap(ends, Bytes(input.begin(), input.end())) != Opened::kRight);
      break;
    case 1:
      sealed(ends, input);
      break;
    case 2:
      signed_only(ends, input);
      break;
    default:
      require(ends.tokens->verify(input.first(input.size() / 2), input.subspan(input.size() / 2)) !=
              Opened::kRight);
  }
  return 0;
}
