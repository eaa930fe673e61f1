#include "sspi_gssapi/own_messages.h"

#include <utility>

#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/lucid_context.h"
#include "sspi_gssapi/message_buffers.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

using kerberos_messages::MessageTokens;
using kerberos_messages::Opened;
using kerberos_messages::Sequence;
using kerberos_messages::TokenState;

// An acceptor may get messages of before its subkey; it stays with its library. Without mutual
// authentication there is no such key.
bool is_usual(const GssContext& context) {
  constexpr OM_uint32 kNeeded = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG;
  // What an exported context tells of numbers leaves out the seal over an offer.
  return context.initiator && context.established && !context.failed && !context.offer_sealed &&
         (context.flags & kNeeded) == kNeeded && (context.flags & GSS_C_DCE_STYLE) == 0 &&
         same_oid(mech_in_use(context), &kKrb5Mech);
}

std::unique_ptr<MessageTokens> take_over(GssContext& context) {
  if (!is_usual(context)) return nullptr;
  const OwnMessages& so_far = context.messages;
  const bool order = (context.flags & GSS_C_SEQUENCE_FLAG) != 0;
  const bool replay = (context.flags & GSS_C_REPLAY_FLAG) != 0;
  // Which ones have come, if not all in a row, the library alone knows.
  if (!order && so_far.received && !so_far.resumed) return nullptr;
  std::optional<LucidFacts> lucid = export_lucid(context.library, context.handle);
  if (!lucid || !lucid->initiator) return nullptr;
  const kerberos_messages::Enctype* const enctype = kerberos_messages::find_enctype(lucid->enctype);
  if (enctype == nullptr || lucid->key.size() != enctype->key_size) return nullptr;
  const kerberos_messages::Libcrypto* const library = kerberos_messages::open_libcrypto();
  if (library == nullptr) return nullptr;
  TokenState state{
      true, lucid->send_next,
      Sequence(so_far.received ? *so_far.received + 1 : lucid->receive_next, replay, order)};
  if (so_far.resumed) state = *so_far.resumed;
  return MessageTokens::make(*library, *enctype, lucid->key, state);
}

// In the library's own words.
SECURITY_STATUS refused(const GssContext& context, OM_uint32 major) {
  return fail(explain(context.library, major, 0, package_mech(context.package), Operation::kOpen));
}

SECURITY_STATUS status_of(const GssContext& context, Opened opened) {
  switch (opened) {
    case Opened::kRight:
      return SEC_E_OK;
    case Opened::kDefective:
      return refused(context, GSS_S_DEFECTIVE_TOKEN);
    case Opened::kAltered:
      return refused(context, GSS_S_BAD_MIC);
    case Opened::kDuplicate:
      return refused(context, GSS_S_DUPLICATE_TOKEN);
    case Opened::kOld:
      return refused(context, GSS_S_OLD_TOKEN);
    case Opened::kUnsequenced:
      return refused(context, GSS_S_UNSEQ_TOKEN);
    case Opened::kGap:
      break;
  }
  return refused(context, GSS_S_GAP_TOKEN);
}

std::span<std::byte> bytes_of(const SecBuffer& buffer) {
  return {static_cast<std::byte*>(buffer.pvBuffer), buffer.cbBuffer};
}

SECURITY_STATUS did_not_seal() {
  return fail(SEC_E_ENCRYPT_FAILURE, auth::Cause::kNone, "OpenSSL did not seal the message");
}

}  // namespace

void OwnMessages::begin_again() {
  const auth::Sealing asked = sealing;
  *this = OwnMessages();
  sealing = asked;
}

auth::Sealing sealing_of_request(sec_ulong request) {
  if ((request & NEGODBC_ISC_REQ_LIBRARY_SEALING) != 0) return auth::Sealing::kLibrary;
  return (request & NEGODBC_ISC_REQ_OPENSSL_SEALING) != 0 ? auth::Sealing::kOpenssl
                                                          : auth::Sealing::kAuto;
}

MessageTokens* own_tokens(GssContext& context) {
  OwnMessages& messages = context.messages;
  if (messages.settled) return messages.tokens.get();
  if (messages.sealing == auth::Sealing::kAuto && !messages.resumed &&
      messages.moved < OwnMessages::kWorthwhile) {
    return nullptr;
  }
  messages.settled = true;
  if (messages.sealing != auth::Sealing::kLibrary) messages.tokens = take_over(context);
  return messages.tokens.get();
}

PackedMessages pack(const OwnMessages& messages) {
  PackedMessages packed{};
  packed.sealing = static_cast<std::uint32_t>(messages.sealing);
  packed.settled = messages.settled ? 1 : 0;
  packed.has_received = messages.received ? 1 : 0;
  packed.moved = messages.moved;
  packed.received = messages.received.value_or(0);
  if (messages.tokens == nullptr) return packed;
  const TokenState& state = messages.tokens->state();
  packed.own = 1;
  packed.send_next = state.send_next;
  packed.receive_next = state.receive.next();
  packed.seen = state.receive.seen();
  return packed;
}

bool unpack(const PackedMessages& packed, GssContext& context) {
  OwnMessages& messages = context.messages;
  messages.sealing = packed.sealing == static_cast<std::uint32_t>(auth::Sealing::kLibrary)
                         ? auth::Sealing::kLibrary
                     : packed.sealing == static_cast<std::uint32_t>(auth::Sealing::kOpenssl)
                         ? auth::Sealing::kOpenssl
                         : auth::Sealing::kAuto;
  messages.moved = packed.moved;
  if (packed.has_received != 0) messages.received = packed.received;
  if (packed.own == 0) {
    messages.settled = packed.settled != 0;
    return true;
  }
  messages.resumed =
      TokenState{context.initiator, packed.send_next,
                 Sequence(packed.receive_next, (context.flags & GSS_C_REPLAY_FLAG) != 0,
                          (context.flags & GSS_C_SEQUENCE_FLAG) != 0, packed.seen)};
  return own_tokens(context) != nullptr;
}

void library_has_made(GssContext& context, std::size_t size) {
  context.messages.moved += size;
}

void library_has_opened(GssContext& context, std::uint64_t number, std::size_t size) {
  context.messages.moved += size;
  context.messages.received = number;
}

void library_has_refused(GssContext& context) {
  context.messages.settled = true;
}

SECURITY_STATUS wrap_by_own(MessageTokens& tokens, bool sealed, SecBuffer& token,
                            SecBuffer* padding, const SecBufferDesc& message) {
  const std::size_t front = tokens.front_size(sealed);
  if (token.cbBuffer < front) return too_small(token, front);
  const std::span<std::byte> before = bytes_of(token).first(front);
  if (count_data(message) == 1) {
    if (!tokens.wrap(sealed, before, bytes_of(*find_buffer(&message, SECBUFFER_DATA)))) {
      return did_not_seal();
    }
  } else {
    auth::SecretBytes row = gather(message);
    if (!tokens.wrap(sealed, before, row)) return did_not_seal();
    scatter(row.data(), message);
  }
  token.cbBuffer = static_cast<sec_ulong>(front);
  if (padding != nullptr) padding->cbBuffer = 0;
  return SEC_E_OK;
}

SECURITY_STATUS unwrap_by_own(GssContext& context, MessageTokens& tokens,
                              std::span<std::byte> stream, std::span<std::byte>& data,
                              bool& sealed) {
  return status_of(context, tokens.unwrap(stream, data, sealed));
}

SECURITY_STATUS sign_by_own(MessageTokens& tokens, SecBuffer& token, const SecBufferDesc& message) {
  const std::size_t size = tokens.code_size();
  if (token.pvBuffer == nullptr || token.cbBuffer < size) return too_small(token, size);
  const auth::SecretBytes row = gather(message);
  if (!tokens.sign(row, bytes_of(token).first(size))) return did_not_seal();
  token.cbBuffer = static_cast<sec_ulong>(size);
  return SEC_E_OK;
}

SECURITY_STATUS verify_by_own(GssContext& context, MessageTokens& tokens, const SecBuffer& token,
                              const SecBufferDesc& message) {
  const auth::SecretBytes row = gather(message);
  return status_of(context, tokens.verify(row, bytes_of(token)));
}

}  // namespace negodbc::sspi_gssapi
