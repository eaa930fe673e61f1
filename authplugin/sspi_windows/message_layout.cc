#include "sspi_windows/message_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace negodbc::sspi_windows {
namespace {

// RFC 4121's Wrap token: two bytes of type, flags, a filler of 0xFF, EC, RRC, sequence number.
constexpr std::size_t kHeader = 16;
constexpr unsigned char kSealed = 0x02;
// Header, confounder, encrypted header and the checksum of AES with SHA-1 (RFC 3962).
constexpr std::size_t kUsualOverhead = kHeader + 16 + kHeader + 12;
// No less than any enctype needs (RFC 8009: a checksum of 24 bytes).
constexpr sec_ulong kTrailer = 80;

using Bytes = std::vector<unsigned char>;

SecurityFunctionTableW g_table{};
const SecurityFunctionTableW* g_system = nullptr;

Layout g_layout = Layout::kTokenFirst;

// What was learned about contexts of a system that is Wine. Contexts are few: those that seal
// messages.
struct Learned {
  std::optional<Layout> layout;           // by the first message
  std::size_t overhead = kUsualOverhead;  // bytes that sealing adds to a message
};
class Contexts {
 public:
  // As `learn` leaves it.
  template <typename Learn>
  Learned learn(const SecHandle& context, Learn learn) {
    const std::lock_guard lock(mutex_);
    Learned& known = known_[{context.dwLower, context.dwUpper}];
    learn(known);
    return known;
  }
  Learned of(const SecHandle& context) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find({context.dwLower, context.dwUpper});
    return found == known_.end() ? Learned() : found->second;
  }
  void forget(const SecHandle& context) {
    const std::lock_guard lock(mutex_);
    known_.erase({context.dwLower, context.dwUpper});
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::uintptr_t, std::uintptr_t>, Learned> known_;
};

Contexts& contexts() {
  static auto* const instance = new Contexts;  // used by threads until the end
  return *instance;
}

SecBuffer* find(PSecBufferDesc message, sec_ulong type) {
  for (sec_ulong i = 0; i < message->cBuffers; ++i) {
    if ((message->pBuffers[i].BufferType & ~static_cast<sec_ulong>(SECBUFFER_ATTRMASK)) == type) {
      return &message->pBuffers[i];
    }
  }
  return nullptr;
}

const unsigned char* bytes(const SecBuffer& buffer) {
  return static_cast<const unsigned char*>(buffer.pvBuffer);
}

// Whether it begins with RFC 4121's header.
bool begins_with_header(const SecBuffer& message) {
  if (message.cbBuffer < kHeader || message.pvBuffer == nullptr) return false;
  const unsigned char* const byte = bytes(message);
  return byte[0] == 0x05 && byte[1] == 0x04 && byte[3] == 0xFF;
}

// RFC 4757's Wrap token (RC4): RFC 2743's head with Kerberos' OID, and the token's two bytes of
// type. The head's size; 0: it is none.
std::size_t head_of_rc4(const SecBuffer& message) {
  constexpr std::array<unsigned char, 13> kOidAndType = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
                                                         0x12, 0x01, 0x02, 0x02, 0x02, 0x01};
  constexpr std::size_t kType = 2;
  if (message.cbBuffer < 2 || message.pvBuffer == nullptr || bytes(message)[0] != 0x60) return 0;
  const unsigned char first = bytes(message)[1];
  const std::size_t tag = first < 0x80 ? 2 : 2 + (first & 0x7FU);
  if (tag > 6 || message.cbBuffer < tag + kOidAndType.size() ||
      !std::equal(kOidAndType.begin(), kOidAndType.end(), bytes(message) + tag)) {
    return 0;
  }
  return tag + kOidAndType.size() - kType;
}

// Far less likely to come about by chance than a fault of memory: bytes that a sender's first
// messages have in the sequence number are zero, too.
bool begins_with_whole_header(const SecBuffer& message) {
  if (head_of_rc4(message) != 0) return true;
  if (!begins_with_header(message)) return false;
  const unsigned char* const byte = bytes(message);
  return byte[2] < 8 && std::all_of(byte + 8, byte + 12, [](unsigned char b) { return b == 0; });
}

// DATA|TOKEN becomes TOKEN|DATA with the same bytes in the same order: the token's buffer gets the
// message's first bytes, the data's buffer the rest.
void turn_round(SecBuffer& token, SecBuffer& data) {
  Bytes whole(bytes(data), bytes(data) + data.cbBuffer);
  whole.insert(whole.end(), bytes(token), bytes(token) + token.cbBuffer);
  std::memcpy(token.pvBuffer, whole.data(), token.cbBuffer);
  if (data.cbBuffer != 0) {
    std::memcpy(data.pvBuffer, whole.data() + token.cbBuffer, data.cbBuffer);
  }
}

SECURITY_STATUS SEC_ENTRY encrypt(PCtxtHandle context, sec_ulong qop, PSecBufferDesc message,
                                  sec_ulong sequence) {
  const SECURITY_STATUS status = g_system->EncryptMessage(context, qop, message, sequence);
  if (status != SEC_E_OK) return status;
  SecBuffer* const token = find(message, SECBUFFER_TOKEN);
  SecBuffer* const data = find(message, SECBUFFER_DATA);
  if (token == nullptr || data == nullptr) return status;
  SecBuffer* const padding = find(message, SECBUFFER_PADDING);
  if (g_layout == Layout::kDataFirst) {
    const Learned known = contexts().learn(*context, [&](Learned& of) {
      if (!of.layout && data->cbBuffer != 0) {  // an empty one is the same in both
        of.layout = begins_with_whole_header(*token) ? Layout::kTokenFirst : Layout::kDataFirst;
      }
      if (qop != SECQOP_WRAP_NO_ENCRYPT) of.overhead = token->cbBuffer;
    });
    if (known.layout.value_or(Layout::kDataFirst) == Layout::kDataFirst) {
      turn_round(*token, *data);
      if (padding != nullptr) padding->cbBuffer = 0;  // it was left as it was lent
      return status;
    }
  }
  // RFC 4121 has no padding outside the token.
  if (padding != nullptr && begins_with_header(*token)) padding->cbBuffer = 0;
  return status;
}

// What a protected message has beside its text; nothing when it is no token of Kerberos.
std::optional<std::size_t> overhead_of(const SecHandle& context, const SecBuffer& stream) {
  if (begins_with_header(stream)) {
    const unsigned char* const header = bytes(stream);
    const std::size_t extra = static_cast<std::size_t>(header[4]) << 8U | header[5];
    // Signed only: EC is the checksum's length. Sealed: that of filler between text and header.
    return (header[2] & kSealed) == 0 ? kHeader + extra : contexts().of(context).overhead + extra;
  }
  // Types, sequence number, checksum and confounder of eight bytes each, and one of padding.
  constexpr std::size_t kRc4 = 4 * 8 + 1;
  if (const std::size_t head = head_of_rc4(stream)) return head + kRc4;
  return std::nullopt;
}

// The length of the plain text in a message; false when it is none.
bool plain_size(const SecHandle& context, const SecBuffer& stream, std::size_t& size) {
  const std::size_t overhead =
      overhead_of(context, stream).value_or(stream.cbBuffer + std::size_t{1});
  if (stream.cbBuffer < overhead) return false;
  size = stream.cbBuffer - overhead;
  return true;
}

// Whatever keeps a message from being opened counts as altered.
SECURITY_STATUS altered(SECURITY_STATUS status) {
  return status == SEC_E_INVALID_TOKEN ? SEC_E_MESSAGE_ALTERED : status;
}

SECURITY_STATUS SEC_ENTRY decrypt(PCtxtHandle context, PSecBufferDesc message, sec_ulong sequence,
                                  sec_ulong* qop) {
  SecBuffer* const stream = find(message, SECBUFFER_STREAM);
  SecBuffer* const opened = find(message, SECBUFFER_DATA);
  if (stream == nullptr || opened == nullptr) {
    return g_system->DecryptMessage(context, message, sequence, qop);
  }
  const SecBuffer whole = *stream;
  const SECURITY_STATUS status = g_system->DecryptMessage(context, message, sequence, qop);
  if (g_layout == Layout::kTokenFirst) return altered(status);
  // A table that knows no streams says so before it looks at the message.
  if (status != SEC_E_INVALID_TOKEN && status != SEC_E_UNSUPPORTED_FUNCTION) return status;
  *stream = whole;
  std::size_t size = 0;
  if (!plain_size(*context, whole, size)) return altered(status);
  auto* const begin = static_cast<unsigned char*>(whole.pvBuffer);
  std::array<SecBuffer, 2> apart{};
  apart[0].BufferType = SECBUFFER_DATA;
  apart[0].cbBuffer = static_cast<sec_ulong>(size);
  apart[0].pvBuffer = begin;
  apart[1].BufferType = SECBUFFER_TOKEN;
  apart[1].cbBuffer = static_cast<sec_ulong>(whole.cbBuffer - size);
  apart[1].pvBuffer = begin + size;
  SecBufferDesc parts{SECBUFFER_VERSION, static_cast<sec_ulong>(apart.size()), apart.data()};
  const SECURITY_STATUS again = g_system->DecryptMessage(context, &parts, sequence, qop);
  if (again != SEC_E_OK) return altered(again);
  opened->pvBuffer = apart[0].pvBuffer;
  opened->cbBuffer = apart[0].cbBuffer;
  return again;
}

SECURITY_STATUS SEC_ENTRY query(PCtxtHandle context, sec_ulong attribute, void* buffer) {
  const SECURITY_STATUS status = g_system->QueryContextAttributesW(context, attribute, buffer);
  if (status == SEC_E_OK && attribute == SECPKG_ATTR_SIZES) {
    // A trailer lent too long does no harm: EncryptMessage says how much of it was used.
    auto* const sizes = static_cast<SecPkgContext_Sizes*>(buffer);
    if (sizes->cbSecurityTrailer != 0) {
      sizes->cbSecurityTrailer = std::max<sec_ulong>(sizes->cbSecurityTrailer, kTrailer);
    }
  }
  return status;
}

SECURITY_STATUS SEC_ENTRY delete_context(PCtxtHandle context) {
  if (g_layout == Layout::kDataFirst) contexts().forget(*context);
  return g_system->DeleteSecurityContext(context);
}

}  // namespace

const SecurityFunctionTableW& documented_table(const SecurityFunctionTableW& system,
                                               Layout layout) {
  g_system = &system;
  g_layout = layout;
  g_table = system;
  g_table.EncryptMessage = encrypt;
  g_table.DecryptMessage = decrypt;
  g_table.QueryContextAttributesW = query;
  g_table.DeleteSecurityContext = delete_context;
  return g_table;
}

}  // namespace negodbc::sspi_windows
