#include "sspi_windows/message_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
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

// What was learned about contexts whose table does as Wine: bytes that sealing adds to a message.
// Contexts are few: those that seal messages.
class Overheads {
 public:
  using Key = std::pair<std::uintptr_t, std::uintptr_t>;
  static Key key(const SecHandle& context) { return {context.dwLower, context.dwUpper}; }
  void learn(const SecHandle& context, std::size_t overhead) {
    const std::lock_guard lock(mutex_);
    known_[key(context)] = overhead;
  }
  std::size_t of(const SecHandle& context) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key(context));
    return found == known_.end() ? kUsualOverhead : found->second;
  }
  void forget(const SecHandle& context) {
    const std::lock_guard lock(mutex_);
    known_.erase(key(context));
  }

 private:
  std::mutex mutex_;
  std::map<Key, std::size_t> known_;
};

Overheads& overheads() {
  static auto* const instance = new Overheads;  // used by threads until the end
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

// Whether `first` and what follows it in `second` begin with RFC 4121's header.
bool begins_with_header(const SecBuffer& first, const SecBuffer& second) {
  constexpr std::array<int, 4> wanted = {0x05, 0x04, -1, 0xFF};
  if (std::size_t{first.cbBuffer} + second.cbBuffer < kHeader) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const SecBuffer& part = i < first.cbBuffer ? first : second;
    if (part.pvBuffer == nullptr) return false;
    const int byte = bytes(part)[i < first.cbBuffer ? i : i - first.cbBuffer];
    if (wanted[i] >= 0 && byte != wanted[i]) return false;
  }
  return true;
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
  const bool windows = begins_with_header(*token, *data);
  const bool wine = !windows && begins_with_header(*data, *token);
  if (!windows && !wine) return status;  // not RFC 4121's: Windows' order
  if (wine) {
    if (qop != SECQOP_WRAP_NO_ENCRYPT) overheads().learn(*context, token->cbBuffer);
    turn_round(*token, *data);
  }
  // RFC 4121 has no padding outside the token.
  if (SecBuffer* const padding = find(message, SECBUFFER_PADDING)) padding->cbBuffer = 0;
  return status;
}

// The length of the plain text in a sealed message; false when it is no RFC 4121 token.
bool plain_size(const SecHandle& context, const SecBuffer& stream, std::size_t& size) {
  const SecBuffer nothing{};
  if (!begins_with_header(stream, nothing)) return false;
  const unsigned char* const header = bytes(stream);
  const std::size_t extra = static_cast<std::size_t>(header[4]) << 8U | header[5];
  // Signed only: EC is the checksum's length. Sealed: that of filler between text and header.
  const std::size_t overhead =
      (header[2] & kSealed) == 0 ? kHeader + extra : overheads().of(context) + extra;
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
  overheads().forget(*context);
  return g_system->DeleteSecurityContext(context);
}

}  // namespace

const SecurityFunctionTableW& documented_table(const SecurityFunctionTableW& system) {
  g_system = &system;
  g_table = system;
  g_table.EncryptMessage = encrypt;
  g_table.DecryptMessage = decrypt;
  g_table.QueryContextAttributesW = query;
  g_table.DeleteSecurityContext = delete_context;
  return g_table;
}

}  // namespace negodbc::sspi_windows
