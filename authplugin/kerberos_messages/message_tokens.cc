#include "kerberos_messages/message_tokens.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#ifdef __APPLE__
#include <sys/random.h>
#endif

namespace negodbc::kerberos_messages {
namespace {

// RFC 4121, sections 4.2.2 and 4.2.6. Numbers are big-endian.
constexpr std::uint8_t kWrapFirst = 0x05, kMicFirst = 0x04, kSecond = 0x04;
constexpr std::uint8_t kSentByAcceptor = 0x01, kSealed = 0x02, kAcceptorSubkey = 0x04;
constexpr std::uint8_t kFiller = 0xFF;
constexpr std::size_t kFlagsAt = 2, kExtraAt = 4, kRotationAt = 6, kNumberAt = 8;
constexpr std::size_t kHeader = MessageTokens::kHeader;
using HeaderBytes = std::array<std::byte, kHeader>;

std::uint8_t byte_at(std::span<const std::byte> token, std::size_t at) {
  return std::to_integer<std::uint8_t>(token[at]);
}

std::size_t short_at(std::span<const std::byte> token, std::size_t at) {
  return std::size_t{byte_at(token, at)} << 8U | byte_at(token, at + 1);
}

void put_short(HeaderBytes& header, std::size_t at, std::size_t value) {
  header[at] = std::byte(value >> 8U & 0xFFU);
  header[at + 1] = std::byte(value & 0xFFU);
}

HeaderBytes make_header(std::uint8_t first, std::uint8_t flags, std::uint64_t number) {
  HeaderBytes header{std::byte(first), std::byte(kSecond), std::byte(flags), std::byte(kFiller)};
  if (first == kMicFirst) std::fill_n(header.begin() + kExtraAt, 4, std::byte(kFiller));
  for (std::size_t i = 0; i < sizeof(number); ++i) {
    header[kHeader - 1 - i] = std::byte(number >> (8 * i) & 0xFFU);
  }
  return header;
}

// Rotates left, so that what the sender has moved to the front lies at the end again.
void rotate_back(std::span<std::byte> body, std::size_t count) {
  if (body.empty() || (count %= body.size()) == 0) return;
  std::array<std::byte, 64> moved;  // libraries rotate what is short: 28 bytes to 40
  if (count > moved.size()) {
    std::rotate(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(count), body.end());
    return;
  }
  std::memcpy(moved.data(), body.data(), count);
  std::memmove(body.data(), body.data() + count, body.size() - count);
  std::memcpy(body.data() + (body.size() - count), moved.data(), count);
}

std::optional<Mac> make_checksum(const Libcrypto& library, const Enctype& enctype,
                                 std::span<const std::byte> key, Usage usage) {
  auth::SecretBytes derived;
  if (!derive_key(library, enctype, key, usage, Purpose::kChecksum, derived)) return std::nullopt;
  return Mac::make(library, enctype.digest, derived);
}

}  // namespace

std::unique_ptr<MessageTokens> MessageTokens::make(const Libcrypto& library, const Enctype& enctype,
                                                   std::span<const std::byte> key,
                                                   const TokenState& state) {
  const QuietErrors quiet(library);
  std::array seals = {Usage::kInitiatorSeal, Usage::kAcceptorSeal};
  std::array signs = {Usage::kInitiatorSign, Usage::kAcceptorSign};
  if (!state.initiator) {
    std::swap(seals[0], seals[1]);
    std::swap(signs[0], signs[1]);
  }
  auto ours = AesCts::make(library, enctype, key, seals[0], Direction::kEncrypt);
  auto theirs = AesCts::make(library, enctype, key, seals[1], Direction::kDecrypt);
  auto our_seal = make_checksum(library, enctype, key, seals[0]);
  auto their_seal = make_checksum(library, enctype, key, seals[1]);
  auto our_sign = make_checksum(library, enctype, key, signs[0]);
  auto their_sign = make_checksum(library, enctype, key, signs[1]);
  if (!ours || !theirs || !our_seal || !their_seal || !our_sign || !their_sign) return nullptr;
  return std::unique_ptr<MessageTokens>(
      new MessageTokens(enctype, state, std::move(*ours), std::move(*theirs), std::move(*our_seal),
                        std::move(*their_seal), std::move(*our_sign), std::move(*their_sign)));
}

std::uint64_t MessageTokens::number_of(std::span<const std::byte> token) {
  if (token.size() < kHeader) return 0;
  std::uint64_t number = 0;
  for (std::size_t i = kNumberAt; i < kHeader; ++i) number = number << 8U | byte_at(token, i);
  return number;
}

std::size_t MessageTokens::front_size(bool sealed) const {
  return kHeader + enctype_->mac_size + (sealed ? kHeader + kBlock : 0);
}

std::uint8_t MessageTokens::our_flags() const {
  return kAcceptorSubkey | (state_.initiator ? 0 : kSentByAcceptor);
}

bool MessageTokens::wrap(bool sealed, std::span<std::byte> front, std::span<std::byte> data) {
  if (front.size() != front_size(sealed)) return false;
  HeaderBytes header =
      make_header(kWrapFirst, our_flags() | (sealed ? kSealed : 0), state_.send_next);
  const std::size_t mac_size = enctype_->mac_size;
  if (sealed) {
    // What the text ends in, the header once more and the code, is rotated to the front, so that
    // the data are as long as they were: the header, the trailer, the code, the confounder, the
    // data.
    const std::span<std::byte> trailer = front.subspan(kHeader, kHeader);
    const std::span<std::byte> mac = front.subspan(2 * kHeader, mac_size);
    const std::span<std::byte> confounder = front.last(kBlock);
    std::memcpy(trailer.data(), header.data(), kHeader);
    if (::getentropy(confounder.data(), confounder.size()) != 0 ||
        !encrypt_.encrypt(confounder, data, trailer, mac)) {
      auth::wipe(data.data(), data.size());
      return false;
    }
    put_short(header, kRotationAt, kHeader + mac_size);
  } else {
    if (!our_seal_.compute({data, header}, front.last(mac_size))) return false;
    put_short(header, kExtraAt, mac_size);
    put_short(header, kRotationAt, mac_size);
  }
  std::memcpy(front.data(), header.data(), kHeader);
  ++state_.send_next;
  return true;
}

// Whether a token is of this kind, and of the other end.
Opened MessageTokens::judge(std::span<const std::byte> token, std::uint8_t first) const {
  if (token.size() < kHeader || byte_at(token, 0) != first || byte_at(token, 1) != kSecond ||
      byte_at(token, kFlagsAt + 1) != kFiller) {
    return Opened::kDefective;
  }
  const std::uint8_t flags = byte_at(token, kFlagsAt);
  if (((flags & kSentByAcceptor) != 0) != state_.initiator) return Opened::kAltered;
  return (flags & kAcceptorSubkey) != 0 ? Opened::kRight : Opened::kDefective;
}

Opened MessageTokens::take_turn(std::uint64_t number) {
  switch (state_.receive.take(number)) {
    case Turn::kRight:
      return Opened::kRight;
    case Turn::kDuplicate:
      return Opened::kDuplicate;
    case Turn::kOld:
      return Opened::kOld;
    case Turn::kUnsequenced:
      return Opened::kUnsequenced;
    case Turn::kGap:
      break;
  }
  return Opened::kGap;
}

Opened MessageTokens::unwrap_sealed(std::span<std::byte> token, std::span<std::byte>& data) {
  const std::span<std::byte> body = token.subspan(kHeader);
  const std::size_t mac_size = enctype_->mac_size;
  if (body.size() < kBlock + kHeader + mac_size) return Opened::kDefective;
  rotate_back(body, short_at(token, kRotationAt));
  if (!decrypt_.decrypt(body)) return Opened::kAltered;
  const std::span<std::byte> text = body.subspan(kBlock, body.size() - kBlock - mac_size);
  // The header once more, which is what is proven of it: all but the rotation.
  const std::span<std::byte> again = text.last(kHeader);
  const std::size_t extra = short_at(token, kExtraAt);
  if (std::memcmp(again.data(), token.data(), kRotationAt) != 0 ||
      std::memcmp(again.data() + kNumberAt, token.data() + kNumberAt, kHeader - kNumberAt) != 0 ||
      extra > text.size() - kHeader) {
    return Opened::kAltered;
  }
  data = text.first(text.size() - kHeader - extra);
  return Opened::kRight;
}

Opened MessageTokens::unwrap_signed(std::span<std::byte> token, std::span<std::byte>& data) {
  const std::span<std::byte> body = token.subspan(kHeader);
  const std::size_t mac_size = enctype_->mac_size;
  if (body.size() < mac_size || short_at(token, kExtraAt) != mac_size) return Opened::kDefective;
  rotate_back(body, short_at(token, kRotationAt));
  HeaderBytes header{};
  std::memcpy(header.data(), token.data(), kHeader);
  put_short(header, kExtraAt, 0);
  put_short(header, kRotationAt, 0);
  std::array<std::byte, kLongestMac> code{};
  const std::span<std::byte> made = std::span(code).first(mac_size);
  data = body.first(body.size() - mac_size);
  return their_seal_.compute({data, header}, made) && same_code(made, body.last(mac_size))
             ? Opened::kRight
             : Opened::kAltered;
}

Opened MessageTokens::unwrap(std::span<std::byte> token, std::span<std::byte>& data, bool& sealed) {
  Opened opened = judge(token, kWrapFirst);
  if (opened == Opened::kRight) {
    sealed = (byte_at(token, kFlagsAt) & kSealed) != 0;
    opened = sealed ? unwrap_sealed(token, data) : unwrap_signed(token, data);
  }
  if (opened == Opened::kRight) opened = take_turn(number_of(token));
  if (opened != Opened::kRight) {
    data = {};
    auth::wipe(token.data(), token.size());
  }
  return opened;
}

bool MessageTokens::sign(std::span<const std::byte> message, std::span<std::byte> code) {
  if (code.size() != code_size()) return false;
  const HeaderBytes header = make_header(kMicFirst, our_flags(), state_.send_next);
  if (!our_sign_.compute({message, header}, code.last(enctype_->mac_size))) return false;
  std::memcpy(code.data(), header.data(), kHeader);
  ++state_.send_next;
  return true;
}

Opened MessageTokens::verify(std::span<const std::byte> message, std::span<const std::byte> code) {
  const Opened judged = judge(code, kMicFirst);
  if (judged != Opened::kRight) return judged;
  const std::span<const std::byte> told = code.subspan(kHeader);
  std::array<std::byte, kLongestMac> bytes{};
  const std::span<std::byte> made = std::span(bytes).first(enctype_->mac_size);
  if (std::any_of(code.begin() + kExtraAt, code.begin() + kNumberAt,
                  [](std::byte each) { return each != std::byte(kFiller); })) {
    return Opened::kDefective;
  }
  if (told.size() != made.size() || !their_sign_.compute({message, code.first(kHeader)}, made) ||
      !same_code(made, told)) {
    return Opened::kAltered;
  }
  return take_turn(number_of(code));
}

}  // namespace negodbc::kerberos_messages
