#include <string_view>
#include <utility>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/memory_cache_walk.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

// Whether Heimdal's NTLM mechanism comes to read it, alone or as one of SPNEGO's.
bool is_for_heimdals_ntlm(const GssContext& context, const gss_buffer_desc& token) {
  const std::string_view bytes(static_cast<const char*>(token.value), token.length);
  return context.library.family == Family::kHeimdal &&
         bytes.find(std::string_view("NTLMSSP\0", 8)) != std::string_view::npos;
}

SECURITY_STATUS leg(GssContext& context, const SecBuffer& input, ScopedBuffer& token) {
  gss_buffer_desc in = borrowed(input.pvBuffer, input.pvBuffer == nullptr ? 0 : input.cbBuffer);
  gss_channel_bindings_struct bindings{};
  bindings.application_data =
      borrowed(context.channel_bindings.data(), context.channel_bindings.size());
  OM_uint32 minor = 0;
  OM_uint32 life = 0;
  const MemoryCacheWalk walk(is_for_heimdals_ntlm(context, in));
  const OM_uint32 major = context.library.gss_accept_sec_context(
      &minor, &context.handle, context.credential->handle(), &in,
      context.channel_bindings.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings, nullptr, nullptr,
      token.out(), &context.flags, &life, context.delegated.out());
  if (GSS_ERROR(major)) {
    context.failed = true;
    Explained failed =
        explain(context.library, major, minor, package_mech(context.package), Operation::kAccept);
    failed.detail.facts = context.credential->facts;
    return fail(std::move(failed));
  }
  ++context.legs;
  if ((major & GSS_S_CONTINUE_NEEDED) != 0) return SEC_I_CONTINUE_NEEDED;
  context.established = true;
  context.expires_at = life == GSS_C_INDEFINITE ? 0 : unix_now() + life;
  return SEC_E_OK;
}

}  // namespace

SECURITY_STATUS accept_context(PCredHandle credential, PCtxtHandle context_handle,
                               PSecBufferDesc input, sec_ulong request, sec_ulong representation,
                               PCtxtHandle new_context, PSecBufferDesc output,
                               sec_ulong* attributes, PTimeStamp expiry) {
  if (representation != SECURITY_NETWORK_DREP && representation != SECURITY_NATIVE_DREP) {
    return fail(SEC_E_INVALID_PARAMETER, Cause::kNone, "the data representation is unknown");
  }
  if (!well_formed(input) || !well_formed(output)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "a buffer descriptor is malformed");
  }
  const SecBuffer* peer = find_buffer(input, SECBUFFER_TOKEN);
  SecBuffer* out = find_buffer(output, SECBUFFER_TOKEN);
  if (peer == nullptr || out == nullptr || read_only(*out)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "a token buffer is missing");
  }
  const bool first = context_handle == nullptr;
  GssContext::Ptr context;
  if (first) {
    const GssCredential::Ptr found = CredentialRegistry::instance().find(credential);
    if (found == nullptr || !found->inbound || new_context == nullptr) {
      return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such inbound credential");
    }
    SecInvalidateHandle(new_context);
    context = std::make_shared<GssContext>(found->library);
    context->credential = found;
    context->package = found->package;
    context->initiator = false;
    context->request = request;
  } else {
    context = ContextRegistry::instance().find(context_handle);
    if (context == nullptr || context->initiator || context->credential == nullptr) {
      return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such context of an acceptor");
    }
  }

  const std::lock_guard lock(context->mutex);
  if (context->failed || context->established) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "the context is complete or has failed");
  }
  if (!read_channel_bindings(input, context->channel_bindings)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kBindings, "the channel bindings are malformed");
  }
  ScopedBuffer token(context->library);
  const SECURITY_STATUS status = leg(*context, *peer, token);
  const bool allocate_memory = (request & ASC_REQ_ALLOCATE_MEMORY) != 0;
  if (status < 0) {
    // What tells the peer why, when there is such a token; the status stays.
    static_cast<void>(put_token(token.bytes(), allocate_memory, *out));
    return status;
  }
  const SECURITY_STATUS put = put_token(token.bytes(), allocate_memory, *out);
  if (put != SEC_E_OK) {
    context->failed = true;
    return fail(put, Cause::kNone, "the output buffer is too small for the token");
  }
  if (attributes != nullptr) *attributes = asc_attributes(context->flags, request);
  if (expiry != nullptr) *expiry = local_timestamp(context->expires_at);
  if (first) {
    *new_context = ContextRegistry::instance().add(context);
  } else if (new_context != nullptr) {
    *new_context = *context_handle;
  }
  return status;
}

}  // namespace negodbc::sspi_gssapi
