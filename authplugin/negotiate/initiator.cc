#include "negotiate/initiator.h"

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "negotiate/given_memory.h"
#include "negotiate/utf16.h"

namespace negodbc::auth {
namespace {

// The bindings as SSPI wants them: the header and behind it the application data.
SecretBytes pack_channel_bindings(const std::vector<std::byte>& data) {
  if (data.empty()) return {};
  SEC_CHANNEL_BINDINGS header{};
  header.cbApplicationDataLength = static_cast<sec_ulong>(data.size());
  header.dwApplicationDataOffset = static_cast<sec_ulong>(sizeof(header));
  SecretBytes packed(sizeof(header) + data.size());
  std::memcpy(packed.data(), &header, sizeof(header));
  std::memcpy(packed.data() + sizeof(header), data.data(), data.size());
  return packed;
}

// The package's longest token, for platforms where the loop lends the buffer.
std::size_t longest_token(const SecurityFunctionTableW& table, const std::string& package) {
  constexpr std::size_t kLeast = 65536;  // tickets of large directories
  WideText name = to_wide(package);
  PSecPkgInfoW info = nullptr;
  if (table.QuerySecurityPackageInfoW(name.data(), &info) != SEC_E_OK || info == nullptr) {
    return kLeast;
  }
  const std::size_t size = info->cbMaxToken;
  table.FreeContextBuffer(info);
  return size < kLeast ? kLeast : size;
}

}  // namespace

Initiator::Initiator(const SecurityPlatform& platform, Credential::Ptr credential,
                     std::string package, std::shared_ptr<const ContextRequest> request)
    : platform_(&platform),
      credential_(std::move(credential)),
      context_(platform),
      package_(std::move(package)),
      request_(std::move(request)) {}

SECURITY_STATUS Initiator::call(std::span<const std::byte> input, SecretBytes& token) {
  const SecurityFunctionTableW& table = platform_->table();
  SecretBytes bindings = pack_channel_bindings(request_->channel_bindings);
  SecretBytes peer = copy_bytes(input.data(), input.size());  // the table's buffers are not const

  std::array<SecBuffer, 2> inputs{};
  sec_ulong input_count = 0;
  if (context_.exists() || !peer.empty()) {
    inputs[input_count].BufferType = SECBUFFER_TOKEN;
    inputs[input_count].cbBuffer = static_cast<sec_ulong>(peer.size());
    inputs[input_count++].pvBuffer = peer.data();
  }
  if (!bindings.empty()) {
    inputs[input_count].BufferType = SECBUFFER_CHANNEL_BINDINGS;
    inputs[input_count].cbBuffer = static_cast<sec_ulong>(bindings.size());
    inputs[input_count++].pvBuffer = bindings.data();
  }
  SecBufferDesc input_desc{SECBUFFER_VERSION, input_count, inputs.data()};

  const bool allocate = platform_->allocates_tokens();
  SecretBytes lent(allocate ? 0 : longest_token(table, package_));
  SecBuffer out{};
  out.BufferType = SECBUFFER_TOKEN;
  out.cbBuffer = static_cast<sec_ulong>(lent.size());
  out.pvBuffer = allocate ? nullptr : lent.data();
  SecBufferDesc output_desc{SECBUFFER_VERSION, 1, &out};

  sec_ulong request = requests_of_flags(request_->flags_required | request_->flags_requested) |
                      platform_->delegation_bits(request_->delegation) |
                      platform_->sealing_bits(request_->sealing) | ISC_REQ_CONNECTION;
  if (allocate) request |= ISC_REQ_ALLOCATE_MEMORY;
  if (request_->delegation != Delegation::kNone) request |= ISC_REQ_MUTUAL_AUTH;

  WideText target = to_wide(request_->target);
  const bool first = !context_.exists();
  SECURITY_STATUS status = table.InitializeSecurityContextW(
      credential_->handle(), first ? nullptr : context_.get(), target.data(), request, 0,
      SECURITY_NETWORK_DREP, input_count == 0 ? nullptr : &input_desc, 0, context_.get(),
      &output_desc, &attributes_, &expiry_);
  ++legs_;
  // A failed call may have left an error token; the connection it was meant for ends instead.
  const GivenMemory given(table, allocate ? out.pvBuffer : nullptr);
  if (status >= 0) {
    if (first) context_.created();
    if (status == SEC_I_COMPLETE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE) {
      const SECURITY_STATUS completed = table.CompleteAuthToken(context_.get(), &output_desc);
      if (completed < 0) {
        status = completed;
      } else {
        status = status == SEC_I_COMPLETE_NEEDED ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
      }
    }
    if (status >= 0 && out.pvBuffer != nullptr) token = copy_bytes(out.pvBuffer, out.cbBuffer);
  }
  return status;
}

Initiator::Step Initiator::step(std::span<const std::byte> input) && {
  if (legs_ >= kMaxLegs) {
    return Step{own_failure(Cause::kInvalidToken, "the peer did not come to an end after " +
                                                      std::to_string(legs_) + " messages")};
  }
  SecretBytes token;
  const SECURITY_STATUS status = call(input, token);
  if (status >= 0) {
    // Before the peer gets the token.
    if (std::optional<Failure> failure = fault_of_client()) {
      context_.reset();
      return Step{std::move(*failure)};
    }
  }
  switch (status) {
    case SEC_I_CONTINUE_NEEDED:
      return Step{Continue{std::move(*this), std::move(token)}};
    case SEC_E_OK:
      break;
    default: {
      // Asked for before the context is deleted, which is a call of its own.
      Failure failure = table_failure(*platform_, status);
      context_.reset();
      return Step{std::move(failure)};
    }
  }
  Outcome<Established> outcome = std::move(*this).finish();
  if (auto* failure = std::get_if<Failure>(&outcome)) return Step{std::move(*failure)};
  return Step{Done{std::get<Established>(std::move(outcome)), std::move(token)}};
}

std::optional<Failure> Initiator::fault_of_client() {
  if (!credential_->minds_clients()) return std::nullopt;
  const std::string client = native_names(platform_->table(), context_.get()).client;
  return client.empty() ? std::nullopt : credential_->fault_of_client(client);
}

Outcome<Established> Initiator::finish() && {
  const SecurityFunctionTableW& table = platform_->table();
  Established::Facts facts;
  facts.flags_granted = flags_of_attributes(attributes_);
  facts.expires_at = platform_->context_end(*context_.get(), expiry_);

  const std::uint32_t missing = request_->flags_required & ~facts.flags_granted;
  if (missing != 0) {
    return own_failure(Cause::kNotGranted, "not granted: " + flag_names(missing));
  }

  SecPkgContext_NegotiationInfoW negotiated{};
  if (table.QueryContextAttributesW(context_.get(), SECPKG_ATTR_NEGOTIATION_INFO, &negotiated) ==
          SEC_E_OK &&
      negotiated.PackageInfo != nullptr) {
    const GivenMemory given(table, negotiated.PackageInfo);
    facts.package = to_utf8(negotiated.PackageInfo->Name);
  } else {
    facts.package = package_;
  }
  if (facts.package == "NTLM" && package_ != "NTLM" && !request_->allow_ntlm) {
    return own_failure(Cause::kNtlmRefused, "the peer chose NTLM, which is not allowed");
  }

  return Established(*platform_, std::move(credential_), std::move(context_), request_,
                     std::move(facts));
}

}  // namespace negodbc::auth
