#include <utility>
#include <variant>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/initiator_leg.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

// What is wrong with the parameters, before anything is done; SEC_E_OK when nothing is.
SECURITY_STATUS check(const InitializeCall& call) {
  if (call.reserved1 != 0 || call.reserved2 != 0) {
    return fail(SEC_E_INVALID_PARAMETER, Cause::kNone, "a reserved parameter is not zero");
  }
  if (call.representation != SECURITY_NETWORK_DREP && call.representation != SECURITY_NATIVE_DREP) {
    return fail(SEC_E_INVALID_PARAMETER, Cause::kNone, "the data representation is unknown");
  }
  if ((call.request & ISC_REQ_PROMPT_FOR_CREDS) != 0) {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
                "ISC_REQ_PROMPT_FOR_CREDS is not valid here");
  }
  const sec_ulong delegate = ISC_REQ_DELEGATE | NEGODBC_ISC_REQ_DELEGATE_POLICY;
  if ((call.request & delegate) != 0 && (call.request & ISC_REQ_MUTUAL_AUTH) == 0) {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
                "ISC_REQ_DELEGATE needs ISC_REQ_MUTUAL_AUTH");
  }
  if (!well_formed(call.input) || !well_formed(call.output)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "a buffer descriptor is malformed");
  }
  // A later leg may have nothing to send; a first one has.
  const bool none = call.output == nullptr || call.output->cBuffers == 0;
  const SecBuffer* out = find_buffer(call.output, SECBUFFER_TOKEN);
  if (none ? call.context == nullptr : out == nullptr || read_only(*out)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "no output buffer for the token");
  }
  if (call.context == nullptr && call.new_context == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no place for the context");
  }
  return SEC_E_OK;
}

// Credentials in the input (ISC_REQ_USE_SUPPLIED_CREDS) or the caller's; the default without both.
SECURITY_STATUS choose_credential(const InitializeCall& call, const SecBuffer* supplied,
                                  GssCredential::Ptr& credential) {
  if (call.credential != nullptr) {
    credential = CredentialRegistry::instance().find(call.credential);
    if (credential == nullptr || !credential->outbound) {
      return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such outbound credential");
    }
  }
  if (call.credential != nullptr && supplied == nullptr) return SEC_E_OK;
  CredentialSource source;
  source.outbound = true;
  if (credential != nullptr) source.package = credential->package;
  if (supplied != nullptr &&
      (supplied->pvBuffer == nullptr ||
       !read_identity(supplied->pvBuffer, supplied->cbBuffer, call.kind, source))) {
    return fail(SEC_E_UNKNOWN_CREDENTIALS, Cause::kArgument, "the supplied identity is malformed");
  }
  GssCredential::Acquired acquired = GssCredential::acquire(source);
  if (auto* failed = std::get_if<Explained>(&acquired)) return fail(std::move(*failed));
  credential = std::get<GssCredential::Ptr>(std::move(acquired));
  return SEC_E_OK;
}

// A context for the first leg: everything that later legs use again.
SECURITY_STATUS begin(const InitializeCall& call, GssContext::Ptr& context) {
  const SecBuffer* supplied = (call.request & ISC_REQ_USE_SUPPLIED_CREDS) != 0
                                  ? find_buffer(call.input, SECBUFFER_PKG_PARAMS)
                                  : nullptr;
  GssCredential::Ptr credential;
  const SECURITY_STATUS status = choose_credential(call, supplied, credential);
  if (status != SEC_E_OK) return status;
  if (call.target.empty()) {
    Explained failed{};
    failed.status = SEC_E_TARGET_UNKNOWN;
    failed.detail.cause = Cause::kTargetUnknown;
    failed.detail.text = "no target name is given";
    failed.detail.facts = credential->facts;
    return fail(std::move(failed));
  }
  context =
      std::allocate_shared<GssContext>(auth::PoolAllocator<GssContext>(), credential->library);
  context->credential = credential;
  context->package = credential->package;
  context->allow_ntlm = credential->allow_ntlm;
  context->target = call.target;
  context->request = call.request;
  context->messages.sealing = sealing_of_request(call.request);
  // What comes back tells that they were used.
  if (supplied == nullptr) context->request &= ~sec_ulong{ISC_REQ_USE_SUPPLIED_CREDS};
  const Call imported = import_target(context->library, call.target, context->target_name);
  if (GSS_ERROR(imported.major)) {
    Explained failed = explain(context->library, imported.major, imported.minor, credential->mech(),
                               Operation::kFirstLeg);
    failed.detail.facts = credential->facts;
    return fail(std::move(failed));
  }
  return SEC_E_OK;
}

// "Calling again after completion asks for re-authentication": the same handle begins anew.
void begin_again(GssContext& context) {
  OM_uint32 minor = 0;
  context.library.gss_delete_sec_context(&minor, &context.handle, GSS_C_NO_BUFFER);
  context.handle = GSS_C_NO_CONTEXT;
  context.established = false;
  context.mech = nullptr;
  context.legs = 0;
  context.offer_sealed = false;
  context.flags = 0;
  context.trailer = 0;
  context.ticket_realm.clear();
  context.channel_bindings.clear();
  context.messages.begin_again();
}

// Where it is asked for (ISC_REQ_EXTENDED_ERROR), a failed leg's token is handed out, to be sent:
// it tells the peer why. The status stays what it is, whether there is room or not.
void tell_peer(const InitializeCall& call, const LegToken& token, SecBuffer* out) {
  if ((call.request & ISC_REQ_EXTENDED_ERROR) == 0 || out == nullptr) return;
  const bool allocate_memory = (call.request & ISC_REQ_ALLOCATE_MEMORY) != 0;
  if (put_token(token.bytes(), allocate_memory, *out) != SEC_E_OK) return;
  if (call.attributes == nullptr) return;
  *call.attributes = ISC_RET_EXTENDED_ERROR | (allocate_memory ? ISC_RET_ALLOCATED_MEMORY : 0);
}

}  // namespace

SECURITY_STATUS initialize_context(const InitializeCall& call) {
  SECURITY_STATUS status = check(call);
  if (status != SEC_E_OK) return status;

  const bool first = call.context == nullptr;
  GssContext::Ptr context;
  if (first) {
    SecInvalidateHandle(call.new_context);
    status = begin(call, context);
    if (status != SEC_E_OK) return status;
  } else {
    context = ContextRegistry::instance().find(call.context);
    if (context == nullptr || !context->initiator || context->credential == nullptr) {
      return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such context of an initiator");
    }
  }

  const std::lock_guard lock(context->mutex);
  if (context->failed) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "the context has failed before");
  }
  const SecBuffer* peer = find_buffer(call.input, SECBUFFER_TOKEN);
  SecBuffer* const out = find_buffer(call.output, SECBUFFER_TOKEN);
  if (context->established) {
    if (peer != nullptr && peer->cbBuffer != 0) {
      return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "the context is complete already");
    }
    if (out == nullptr) {
      return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "no output buffer for the token");
    }
    context->request = call.request & ~sec_ulong{ISC_REQ_USE_SUPPLIED_CREDS};
    begin_again(*context);
  } else if (!first && peer == nullptr) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "the peer's token is missing");
  }
  auth::SecretBytes bindings;
  if (!read_channel_bindings(call.input, bindings)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kBindings, "the channel bindings are malformed");
  }
  if (!bindings.empty()) context->channel_bindings = std::move(bindings);

  // Who allocates is said anew by each call. What protects is said once: Kerberos settles it with
  // the first token.
  context->request = (context->request & ~sec_ulong{ISC_REQ_ALLOCATE_MEMORY}) |
                     (call.request & ISC_REQ_ALLOCATE_MEMORY);
  const bool allocate_memory = (call.request & ISC_REQ_ALLOCATE_MEMORY) != 0;
  LegToken token(context->library);
  bool tells_peer = false;
  status = run_leg(*context, call.input, token, tells_peer);
  if (status < 0) {
    if (tells_peer) tell_peer(call, token, out);
    return status;
  }
  const SECURITY_STATUS put = out != nullptr ? put_token(token.bytes(), allocate_memory, *out)
                              : token.bytes().empty() ? SEC_E_OK
                                                      : SEC_E_BUFFER_TOO_SMALL;
  if (put != SEC_E_OK) {
    context->failed = true;
    return fail(put, Cause::kNone, "the output buffer is too small for the token");
  }
  if (call.attributes != nullptr) {
    *call.attributes = isc_attributes(context->flags, context->request);
  }
  if (call.expiry != nullptr) *call.expiry = local_timestamp(context->expires_at);
  if (first) {
    *call.new_context = ContextRegistry::instance().add(context);
  } else if (call.new_context != nullptr) {
    *call.new_context = *call.context;
  }
  return status;
}

}  // namespace negodbc::sspi_gssapi
