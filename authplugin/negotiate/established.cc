#include "negotiate/established.h"

#include <array>
#include <cstring>
#include <limits>

#include "negotiate/given_memory.h"
#include "negotiate/initiator.h"
#include "negotiate/utf16.h"

namespace negodbc::auth {
namespace {

struct FlagRow {
  std::uint32_t flag;
  sec_ulong request;
  sec_ulong attribute;
  const char* name;
};

constexpr std::array kFlags = {
    FlagRow{NEGODBC_AUTH_FLAG_MUTUAL, ISC_REQ_MUTUAL_AUTH, ISC_RET_MUTUAL_AUTH,
            "mutual authentication"},
    FlagRow{NEGODBC_AUTH_FLAG_REPLAY_DETECT, ISC_REQ_REPLAY_DETECT, ISC_RET_REPLAY_DETECT,
            "replay detection"},
    FlagRow{NEGODBC_AUTH_FLAG_SEQUENCE_DETECT, ISC_REQ_SEQUENCE_DETECT, ISC_RET_SEQUENCE_DETECT,
            "sequence detection"},
    FlagRow{NEGODBC_AUTH_FLAG_CONFIDENTIALITY, ISC_REQ_CONFIDENTIALITY, ISC_RET_CONFIDENTIALITY,
            "confidentiality"},
    FlagRow{NEGODBC_AUTH_FLAG_INTEGRITY, ISC_REQ_INTEGRITY, ISC_RET_INTEGRITY, "integrity"},
    // Asked for by SecurityPlatform::delegation_bits.
    FlagRow{NEGODBC_AUTH_FLAG_DELEGATED, 0, ISC_RET_DELEGATE, "delegation"},
};

constexpr char kNotSealed[] = "the message was signed but not sealed";
constexpr std::size_t kMaxMessage = std::numeric_limits<std::int32_t>::max();

Failure too_small(const char* text) {
  Failure failure = own_failure(Cause::kNone, text);
  failure.status = NEGODBC_AUTH_E_BUFFER_TOO_SMALL;
  return failure;
}

// A text that the table allocated.
std::string take_text(const SecurityFunctionTableW& table, SEC_WCHAR* text) {
  const GivenMemory given(table, text);
  return to_utf8(text);
}

SecBuffer buffer(sec_ulong type, void* memory, std::size_t size) {
  SecBuffer made{};
  made.BufferType = type;
  made.pvBuffer = memory;
  made.cbBuffer = static_cast<sec_ulong>(size);
  return made;
}

}  // namespace

std::uint32_t flags_of_attributes(sec_ulong attributes) {
  std::uint32_t flags = 0;
  for (const FlagRow& row : kFlags) {
    if ((attributes & row.attribute) != 0) flags |= row.flag;
  }
  return flags;
}

sec_ulong requests_of_flags(std::uint32_t flags) {
  sec_ulong request = 0;
  for (const FlagRow& row : kFlags) {
    if ((flags & row.flag) != 0) request |= row.request;
  }
  return request;
}

std::string flag_names(std::uint32_t flags) {
  std::string names;
  for (const FlagRow& row : kFlags) {
    if ((flags & row.flag) == 0) continue;
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

NativeNames native_names(const SecurityFunctionTableW& table, CtxtHandle* context) {
  SecPkgContext_NativeNamesW native{};
  if (table.QueryContextAttributesW(context, SECPKG_ATTR_NATIVE_NAMES, &native) != SEC_E_OK) {
    return {};
  }
  return {.client = take_text(table, native.sClientName),
          .server = take_text(table, native.sServerName)};
}

Established::Established(const SecurityPlatform& platform, Credential::Ptr credential,
                         ContextHandle context, std::shared_ptr<const ContextRequest> request,
                         Facts facts)
    : platform_(&platform),
      credential_(std::move(credential)),
      context_(std::move(context)),
      request_(std::move(request)),
      facts_(std::move(facts)) {}

const Established::Names& Established::names() {
  if (names_) return *names_;
  names_ = Names{credential_->facts().principal, request_->target};
  const NativeNames native = native_names(platform_->table(), context_.get());
  if (!native.client.empty()) names_->principal = native.client;
  if (!native.server.empty()) names_->target = native.server;
  return *names_;
}

Outcome<SecPkgContext_Sizes> Established::sizes() {
  if (sizes_) return *sizes_;
  SecPkgContext_Sizes asked{};
  const SECURITY_STATUS status =
      platform_->table().QueryContextAttributesW(context_.get(), SECPKG_ATTR_SIZES, &asked);
  if (status != SEC_E_OK) return table_failure(*platform_, status);
  sizes_ = asked;
  return asked;
}

Outcome<std::uint32_t> Established::max_frame_overhead() {
  Outcome<SecPkgContext_Sizes> asked = sizes();
  if (auto* failure = std::get_if<Failure>(&asked)) return std::move(*failure);
  const auto& known = std::get<SecPkgContext_Sizes>(asked);
  return static_cast<std::uint32_t>(known.cbSecurityTrailer + known.cbBlockSize);
}

Outcome<std::size_t> Established::protect(std::span<const std::byte> input,
                                          std::span<std::byte> output, Protection protection) {
  const bool seals = protection == Protection::kSealed;
  if (!has(seals ? NEGODBC_AUTH_FLAG_CONFIDENTIALITY : NEGODBC_AUTH_FLAG_INTEGRITY)) {
    return own_failure(Cause::kNotGranted, seals ? "the context has no confidentiality"
                                                 : "the context has no integrity");
  }
  Outcome<SecPkgContext_Sizes> asked = this->sizes();
  if (auto* failure = std::get_if<Failure>(&asked)) return std::move(*failure);
  const auto sizes = std::get<SecPkgContext_Sizes>(asked);
  const std::size_t needed = input.size() + sizes.cbSecurityTrailer + sizes.cbBlockSize;
  if (output.size() < needed || needed > kMaxMessage) {
    return too_small("the buffer for the protected message is too small");
  }
  // The trailer is lent in front of the data and the padding behind it: on the wire they are one
  // message, so a gap that a shorter trailer leaves is closed.
  std::byte* const data = output.data() + sizes.cbSecurityTrailer;
  if (!input.empty()) std::memmove(data, input.data(), input.size());
  std::array buffers = {
      buffer(SECBUFFER_TOKEN, output.data(), sizes.cbSecurityTrailer),
      buffer(SECBUFFER_DATA, data, input.size()),
      buffer(SECBUFFER_PADDING, data + input.size(), sizes.cbBlockSize),
  };
  SecBufferDesc message{SECBUFFER_VERSION, static_cast<sec_ulong>(buffers.size()), buffers.data()};
  const SECURITY_STATUS status = platform_->table().EncryptMessage(
      context_.get(), seals ? 0 : SECQOP_WRAP_NO_ENCRYPT, &message, 0);
  if (status != SEC_E_OK) {
    wipe(output.data(), output.size());
    return table_failure(*platform_, status);
  }
  std::size_t size = buffers[0].cbBuffer;
  for (std::size_t i = 1; i < buffers.size(); ++i) {
    std::byte* const to = output.data() + size;
    if (to != buffers[i].pvBuffer && buffers[i].cbBuffer != 0) {
      std::memmove(to, buffers[i].pvBuffer, buffers[i].cbBuffer);
    }
    size += buffers[i].cbBuffer;
  }
  return size;
}

Outcome<std::size_t> Established::unprotect(std::span<const std::byte> input,
                                            std::span<std::byte> output, Protection& found) {
  if (!has(NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY)) {
    return own_failure(Cause::kNotGranted, "the context has neither confidentiality nor integrity");
  }
  if (output.size() < input.size() || input.size() > kMaxMessage) {
    return too_small("the buffer for the opened message is too small");
  }
  if (!input.empty() && input.data() != output.data()) {
    std::memmove(output.data(), input.data(), input.size());
  }
  Outcome<std::span<std::byte>> opened = open(output.first(input.size()), found);
  if (auto* failure = std::get_if<Failure>(&opened)) {
    wipe(output.data(), output.size());
    return std::move(*failure);
  }
  const auto data = std::get<std::span<std::byte>>(opened);
  if (!data.empty() && data.data() != output.data()) {
    std::memmove(output.data(), data.data(), data.size());
  }
  return data.size();
}

Outcome<std::span<std::byte>> Established::open(std::span<std::byte> message, Protection& found) {
  if (message.empty() || message.size() > kMaxMessage) {
    return own_failure(Cause::kAltered, message.empty()
                                            ? "an empty message is not a protected one"
                                            : "this is too long for a protected message");
  }
  std::array buffers = {
      buffer(SECBUFFER_STREAM, message.data(), message.size()),
      buffer(SECBUFFER_DATA, nullptr, 0),
  };
  SecBufferDesc parts{SECBUFFER_VERSION, static_cast<sec_ulong>(buffers.size()), buffers.data()};
  sec_ulong qop = 0;
  const SECURITY_STATUS status = platform_->table().DecryptMessage(context_.get(), &parts, 0, &qop);
  if (status != SEC_E_OK) {
    wipe(message.data(), message.size());
    return table_failure(*platform_, status);
  }
  found = qop == SECQOP_WRAP_NO_ENCRYPT ? Protection::kSigned : Protection::kSealed;
  return std::span(static_cast<std::byte*>(buffers[1].pvBuffer), buffers[1].cbBuffer);
}

Outcome<std::span<std::byte>> Established::unprotect_in_place(std::span<std::byte> message) {
  if (!has(NEGODBC_AUTH_FLAG_CONFIDENTIALITY)) {
    return own_failure(Cause::kNotGranted, "the context has no confidentiality");
  }
  Protection found = Protection::kSealed;
  Outcome<std::span<std::byte>> opened = open(message, found);
  if (std::holds_alternative<Failure>(opened) || found == Protection::kSealed) return opened;
  wipe(message.data(), message.size());
  return own_failure(Cause::kAltered, kNotSealed);
}

Outcome<std::size_t> Established::unprotect(std::span<const std::byte> input,
                                            std::span<std::byte> output) {
  if (!has(NEGODBC_AUTH_FLAG_CONFIDENTIALITY)) {
    return own_failure(Cause::kNotGranted, "the context has no confidentiality");
  }
  Protection found = Protection::kSealed;
  Outcome<std::size_t> size = unprotect(input, output, found);
  if (std::holds_alternative<std::size_t>(size) && found != Protection::kSealed) {
    wipe(output.data(), output.size());
    return own_failure(Cause::kAltered, kNotSealed);
  }
  return size;
}

Outcome<std::uint32_t> Established::max_code() {
  Outcome<SecPkgContext_Sizes> asked = sizes();
  if (auto* failure = std::get_if<Failure>(&asked)) return std::move(*failure);
  return static_cast<std::uint32_t>(std::get<SecPkgContext_Sizes>(asked).cbMaxSignature);
}

Outcome<std::size_t> Established::sign(std::span<const std::byte> message,
                                       std::span<std::byte> code) {
  if (!has(NEGODBC_AUTH_FLAG_INTEGRITY)) {
    return own_failure(Cause::kNotGranted, "the context has no integrity");
  }
  Outcome<std::uint32_t> most = max_code();
  if (auto* failure = std::get_if<Failure>(&most)) return std::move(*failure);
  // Asked before: a code that is made and thrown away breaks the sequence.
  if (code.size() < std::get<std::uint32_t>(most) || message.size() > kMaxMessage) {
    return too_small("the buffer for the message's code is too small");
  }
  SecretBytes copy = copy_bytes(message.data(), message.size());  // the table's are not const
  std::array buffers = {
      buffer(SECBUFFER_TOKEN, code.data(), std::get<std::uint32_t>(most)),
      buffer(SECBUFFER_DATA, copy.data(), copy.size()),
  };
  SecBufferDesc parts{SECBUFFER_VERSION, static_cast<sec_ulong>(buffers.size()), buffers.data()};
  const SECURITY_STATUS status = platform_->table().MakeSignature(context_.get(), 0, &parts, 0);
  if (status != SEC_E_OK) return table_failure(*platform_, status);
  return buffers[0].cbBuffer;
}

std::optional<Failure> Established::verify(std::span<const std::byte> message,
                                           std::span<const std::byte> code) {
  if (!has(NEGODBC_AUTH_FLAG_INTEGRITY)) {
    return own_failure(Cause::kNotGranted, "the context has no integrity");
  }
  if (code.empty() || code.size() > kMaxMessage || message.size() > kMaxMessage) {
    return own_failure(Cause::kAltered, "this is no code of a message");
  }
  SecretBytes copy = copy_bytes(message.data(), message.size());
  SecretBytes code_copy = copy_bytes(code.data(), code.size());
  std::array buffers = {
      buffer(SECBUFFER_TOKEN, code_copy.data(), code_copy.size()),
      buffer(SECBUFFER_DATA, copy.data(), copy.size()),
  };
  SecBufferDesc parts{SECBUFFER_VERSION, static_cast<sec_ulong>(buffers.size()), buffers.data()};
  sec_ulong qop = 0;
  const SECURITY_STATUS status =
      platform_->table().VerifySignature(context_.get(), &parts, 0, &qop);
  if (status == SEC_E_OK) return std::nullopt;
  Failure failure = table_failure(*platform_, status);
  // Whatever keeps a code from being verified counts as altered.
  if (failure.status == NEGODBC_AUTH_E_INVALID_TOKEN) {
    failure.status = NEGODBC_AUTH_E_MESSAGE_ALTERED;
    failure.detail.cause = Cause::kAltered;
  }
  return failure;
}

}  // namespace negodbc::auth
