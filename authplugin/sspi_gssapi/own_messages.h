// Messages of a context sealed and opened by this plugin (kerberos_messages/) instead of the
// library, which takes several times as long. The library's context lives on and answers everything
// else.
//
// Who does it is settled once a context, and before a message, never in its midst: the library as
// long as it is not worth opening OpenSSL; then this plugin, if it can; the library for good where
// anything is unusual.
#ifndef NEGODBC_SSPI_GSSAPI_OWN_MESSAGES_H_
#define NEGODBC_SSPI_GSSAPI_OWN_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "kerberos_messages/message_tokens.h"
#include "negodbc/sspi.h"
#include "negotiate/security_platform.h"

namespace negodbc::sspi_gssapi {

class GssContext;

// What a first leg's request asks for.
auth::Sealing sealing_of_request(sec_ulong request);

// What a context needs for it. Under the context's mutex.
struct OwnMessages {
  // So many bytes go through the library first, in either direction: what it would have cost to
  // open OpenSSL is then about what was lost by not having done so.
  static constexpr std::uint64_t kWorthwhile = std::uint64_t{256} << 10U;

  auth::Sealing sealing = auth::Sealing::kAuto;
  bool settled = false;  // whether it is `tokens`, or, without them, the library for good
  std::unique_ptr<kerberos_messages::MessageTokens> tokens;
  std::uint64_t moved = 0;                // bytes that the library has sealed and opened
  std::optional<std::uint64_t> received;  // the number of the last message that it has opened
  // Of an imported context whose messages were ours: where it goes on.
  std::optional<kerberos_messages::TokenState> resumed;

  // As before the first message, with what was asked for.
  void begin_again();
};

// Where the messages of a context stand, to be packed and to go on elsewhere.
struct PackedMessages {
  std::uint32_t sealing;
  std::uint32_t settled;
  std::uint32_t own;  // the next three count; else the library's context has them
  std::uint32_t has_received;
  std::uint64_t send_next;
  std::uint64_t receive_next;
  std::uint64_t seen;
  std::uint64_t moved;
  std::uint64_t received;
};
PackedMessages pack(const OwnMessages& messages);
// Into a context that is imported and otherwise complete. False: OpenSSL made its messages, and
// here it can't.
bool unpack(const PackedMessages& packed, GssContext& context);

// Whose turn the next message is: NULL: the library's.
kerberos_messages::MessageTokens* own_tokens(GssContext& context);

// What the library has done. `number`: of the token (MessageTokens::number_of), read before it was
// opened.
void library_has_made(GssContext& context, std::size_t size);
void library_has_opened(GssContext& context, std::uint64_t number, std::size_t size);
// It has refused one: how it counts from then on is its own affair.
void library_has_refused(GssContext& context);

// As EncryptMessage, DecryptMessage, MakeSignature and VerifySignature, after their buffers were
// found to be right.
SECURITY_STATUS wrap_by_own(kerberos_messages::MessageTokens& tokens, bool sealed, SecBuffer& token,
                            SecBuffer* padding, const SecBufferDesc& message);
SECURITY_STATUS unwrap_by_own(GssContext& context, kerberos_messages::MessageTokens& tokens,
                              std::span<std::byte> stream, std::span<std::byte>& data,
                              bool& sealed);
SECURITY_STATUS sign_by_own(kerberos_messages::MessageTokens& tokens, SecBuffer& token,
                            const SecBufferDesc& message);
SECURITY_STATUS verify_by_own(GssContext& context, kerberos_messages::MessageTokens& tokens,
                              const SecBuffer& token, const SecBufferDesc& message);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_OWN_MESSAGES_H_
