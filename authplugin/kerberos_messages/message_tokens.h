// The per-message tokens of RFC 4121 (wrap and MIC) with a key that both ends have agreed on, made
// and opened by OpenSSL: byte for byte what krb5 libraries make and open. For contexts whose
// acceptor has asserted a subkey, as it does with mutual authentication.
#ifndef NEGODBC_KERBEROS_MESSAGES_MESSAGE_TOKENS_H_
#define NEGODBC_KERBEROS_MESSAGES_MESSAGE_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

#include "kerberos_messages/aes_cts.h"
#include "kerberos_messages/sequence.h"

namespace negodbc::kerberos_messages {

// What was established, apart from the key.
struct TokenState {
  bool initiator = true;
  std::uint64_t send_next = 0;  // the number of the next message of ours
  Sequence receive;             // the peer's
};

enum class Opened : std::uint8_t {
  kRight,
  kDefective,  // no token, or another's
  kAltered,
  // Authentic, and out of turn: as Turn.
  kDuplicate,
  kOld,
  kUnsequenced,
  kGap,
};

// One call at a time.
class MessageTokens {
 public:
  static constexpr std::size_t kHeader = 16;
  static constexpr std::size_t kLongestCode = kHeader + kLongestMac;

  // `key` of the acceptor's subkey. NULL: OpenSSL can't. Wiped with the object.
  static std::unique_ptr<MessageTokens> make(const Libcrypto& library, const Enctype& enctype,
                                             std::span<const std::byte> key,
                                             const TokenState& state);

  // The number in a token of either kind; 0: it is too short for one.
  static std::uint64_t number_of(std::span<const std::byte> token);

  const TokenState& state() const { return state_; }

  // What a wrap token has in front of its data; there is nothing behind them.
  std::size_t front_size(bool sealed) const;
  std::size_t code_size() const { return kHeader + enctype_->mac_size; }

  // Makes a wrap token where its data lie: `front` has front_size() bytes and goes before them on
  // the wire. `sealed` false: signed only. False: OpenSSL has failed, the data are lost, and no
  // number was used.
  bool wrap(bool sealed, std::span<std::byte> front, std::span<std::byte> data);

  // Opens a wrap token where it lies: kRight, and `data` is a part of it. Else nothing of its text
  // is left there.
  Opened unwrap(std::span<std::byte> token, std::span<std::byte>& data, bool& sealed);

  // A MIC token (code_size() bytes) of what lies in a row.
  bool sign(std::span<const std::byte> message, std::span<std::byte> code);
  Opened verify(std::span<const std::byte> message, std::span<const std::byte> code);

 private:
  MessageTokens(const Enctype& enctype, const TokenState& state, AesCts ours, AesCts theirs,
                Mac our_seal, Mac their_seal, Mac our_sign, Mac their_sign)
      : enctype_(&enctype),
        state_(state),
        encrypt_(std::move(ours)),
        decrypt_(std::move(theirs)),
        our_seal_(std::move(our_seal)),
        their_seal_(std::move(their_seal)),
        our_sign_(std::move(our_sign)),
        their_sign_(std::move(their_sign)) {}

  Opened judge(std::span<const std::byte> token, std::uint8_t first) const;
  Opened unwrap_sealed(std::span<std::byte> token, std::span<std::byte>& data);
  Opened unwrap_signed(std::span<std::byte> token, std::span<std::byte>& data);
  Opened take_turn(std::uint64_t number);
  std::uint8_t our_flags() const;

  const Enctype* enctype_;
  TokenState state_;
  AesCts encrypt_, decrypt_;
  // Of wrap tokens that are not sealed, and of MIC tokens.
  Mac our_seal_, their_seal_, our_sign_, their_sign_;
};

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_MESSAGE_TOKENS_H_
