#include <optional>
#include <utility>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"
#include "sspi_gssapi/thread_cache.h"
#include "sspi_gssapi/ticket_realm.h"
#include "sspi_gssapi/token_guard.h"

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
    Explained failed = explain(context->library, imported.major, imported.minor,
                               package_mech(context->package), Operation::kFirstLeg);
    failed.detail.facts = credential->facts;
    return fail(std::move(failed));
  }
  return SEC_E_OK;
}

// A KDC that knows no way to the service's realm says that it does not know "the server", which is
// that realm's own; and Heimdal's library finds no way where its own KDC does not know a service.
void refine_by_trust(const GssContext& context, Explained& failed) {
  const std::string_view own = realm_of_name(context.credential->facts.principal);
  std::string name;
  std::string_view asked = realm_of_name(context.target);
  if (asked.empty()) {
    if (form_of_target(context.target).type == &kKrb5Name) {
      name = realm_of_name(display_name(context.library, context.target_name.get()));
    } else {
      name = realm_of_host(context.library, context.target);
    }
    asked = name;
  }
  if (asked.empty() || own.empty()) return;
  if (asked != own && same_realm(asked, own)) {
    failed.status = SEC_E_NO_AUTHENTICATING_AUTHORITY;
    failed.detail.cause = Cause::kRealmUnknown;
    failed.detail.text = "krb5.conf has the server in the realm " + one_line(asked) +
                         ", and the ticket is of " + one_line(own) +
                         ": upper and lower case count; " + failed.detail.text;
  } else if (failed.detail.cause == Cause::kTrustPath && asked == own) {
    failed.status = SEC_E_TARGET_UNKNOWN;
    failed.detail.cause = Cause::kTargetUnknown;
  } else if (failed.detail.cause == Cause::kTargetUnknown && asked != own &&
             !context.credential->has_way_to(asked)) {
    failed.status = SEC_E_NO_AUTHENTICATING_AUTHORITY;
    failed.detail.cause = Cause::kTrustPath;
    failed.detail.text =
        "no way leads from " + one_line(own) + " to " + one_line(asked) + ": " + failed.detail.text;
  }
}

Explained explain_leg(const GssContext& context, OM_uint32 major, OM_uint32 minor) {
  const Operation operation = context.legs == 0 ? Operation::kFirstLeg : Operation::kLaterLeg;
  Explained failed =
      explain(context.library, major, minor, package_mech(context.package), operation);
  const bool vague = failed.detail.cause == Cause::kUnsupported ||
                     failed.detail.cause == Cause::kNone ||
                     failed.detail.cause == Cause::kNoCredentials;
  if (vague && context.legs == 0 && context.package == Package::kNegotiate) {
    Explained kerberos = context.credential->explain_by_kerberos(context.target_name.get());
    if (kerberos.status != SEC_E_OK) failed = std::move(kerberos);
  }
  if (context.legs == 0) refine_by_trust(context, failed);
  failed.detail.facts = context.credential->facts;
  return failed;
}

bool safe_for_library(const GssContext& context, const gss_buffer_desc& in) {
  if (context.library.family != Family::kHeimdal || context.package == Package::kNtlm ||
      context.legs == 0 || (context.request & ISC_REQ_USE_DCE_STYLE) != 0) {
    return true;
  }
  const bool token_due = context.legs == 1 && (context.request & ISC_REQ_MUTUAL_AUTH) != 0;
  const NtlmReply ntlm = !context.allow_ntlm                  ? NtlmReply::kRefused
                         : same_oid(context.mech, &kNtlmMech) ? NtlmReply::kRuns
                                                              : NtlmReply::kAllowed;
  return is_safe_reply({static_cast<const std::byte*>(in.value), in.length},
                       context.package == Package::kNegotiate, token_due, ntlm);
}

// Ends a context whose leg the library took: it protects no message.
SECURITY_STATUS refuse(GssContext& context, SECURITY_STATUS status, Cause cause, std::string text) {
  context.failed = true;
  context.established = false;
  Explained refused{};
  refused.status = status;
  refused.detail.cause = cause;
  refused.detail.text = std::move(text);
  refused.detail.facts = context.credential->facts;
  return fail(std::move(refused));
}

// What a server has begun with. Only Negotiate's may: it offers its mechanisms.
SECURITY_STATUS check_offer(GssContext& context, const gss_buffer_desc& in) {
  if (context.package != Package::kNegotiate) {
    return refuse(context, SEC_E_INVALID_TOKEN, Cause::kInvalidToken,
                  std::string("with ") + package_name(context.package) +
                      " the client begins, and the peer has sent something before");
  }
  const SpnegoOffer offer = read_spnego_offer({static_cast<const std::byte*>(in.value), in.length});
  if (!offer.well_formed) {
    return refuse(context, SEC_E_INVALID_TOKEN, Cause::kInvalidToken,
                  "what the peer has begun with is no offer of mechanisms");
  }
  if (!offer.kerberos && !(offer.ntlm && context.allow_ntlm)) {
    return refuse(context, SEC_E_SECPKG_NOT_FOUND, Cause::kUnsupported,
                  "the peer offers no mechanism that is asked for");
  }
  return SEC_E_OK;
}

// The realm that answered for the target, into `realm`; "": it can't be told.
void find_realm(const GssContext& context, const ScopedBuffer& token, auth::PooledText& realm) {
  const GssCredential& credential = *context.credential;
  if (context.library.family != Family::kHeimdal) {
    // The ticket goes out as the KDC made it.
    realm = realm_of_token({static_cast<const std::byte*>(token.data()), token.size()});
    return;
  }
  if (credential.realms.find(context.target, unix_now(), realm)) return;
  const std::optional<KeptRealm> kept =
      credential.realm_of_kept(display_name(context.library, context.target_name.get()));
  if (!kept) return;
  realm = kept->realm;
  credential.realms.add(context.target, kept->realm, kept->expires_at);
}

// Whether the realm that was asked for is the one whose ticket goes out.
SECURITY_STATUS check_realm(GssContext& context, const ScopedBuffer& token) {
  const std::string_view asked = realm_of_name(context.target);
  if (asked.empty()) return SEC_E_OK;
  find_realm(context, token, context.ticket_realm);
  // Where it can't be told: MIT's library refuses other realms itself, and Heimdal asks no other
  // KDC for the client's own.
  const std::string_view own = realm_of_name(context.credential->facts.principal);
  const bool accepted = context.ticket_realm.empty()
                            ? context.library.family != Family::kHeimdal || asked == own
                            : same_realm(asked, context.ticket_realm);
  if (accepted) return SEC_E_OK;
  return refuse(context, SEC_E_WRONG_PRINCIPAL, Cause::kWrongRealm,
                (context.ticket_realm.empty()
                     ? "the ticket's realm can't be told"
                     : "the ticket is of the realm " + one_line(context.ticket_realm)) +
                    ", and " + one_line(asked) + " was asked for");
}

// Runs one leg; `token` gets what is for the peer. What a failed leg leaves there tells the peer
// why only where the library has failed it.
SECURITY_STATUS leg(GssContext& context, const SecBufferDesc* input, ScopedBuffer& token,
                    bool& tells_peer) {
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER;
  if (const SecBuffer* buffer = find_buffer(input, SECBUFFER_TOKEN)) {
    in = borrowed(buffer->pvBuffer, buffer->pvBuffer == nullptr ? 0 : buffer->cbBuffer);
  }
  gss_channel_bindings_struct bindings{};
  bindings.application_data =
      borrowed(context.channel_bindings.data(), context.channel_bindings.size());
  bool has_input = context.legs != 0 || in.length != 0;
  if (context.legs == 0 && has_input) {
    const SECURITY_STATUS offered = check_offer(context, in);
    if (offered != SEC_E_OK) return offered;
    // Neither Heimdal nor MIT looks at an offer.
    has_input = context.library.family == Family::kOther;
  }
  if (has_input && !safe_for_library(context, in)) {
    return refuse(context, SEC_E_INVALID_TOKEN, Cause::kInvalidToken,
                  "what the peer sent is not a reply of this package");
  }
  // Heimdal's SPNEGO tries a mechanism with the thread's default cache before it offers it with the
  // credential.
  const bool tries = context.legs == 0 && context.package == Package::kNegotiate &&
                     context.library.gss_acquire_cred_from == nullptr;
  const ThreadCache tried(context.library, tries ? context.credential->cache.c_str() : "");
  OM_uint32 minor = 0;
  OM_uint32 life = 0;
  const OM_uint32 major = context.library.gss_init_sec_context(
      &minor, context.credential->handle(), &context.handle, context.target_name.get(),
      package_mech(context.package), gss_flags_of_request(context.request), 0,
      context.channel_bindings.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings,
      has_input ? &in : GSS_C_NO_BUFFER, nullptr, token.out(), &context.flags, &life);
  if (GSS_ERROR(major)) {
    context.failed = true;
    tells_peer = token.size() != 0;
    return fail(explain_leg(context, major, minor));
  }
  if (const gss_OID_desc* told =
          mech_of_token({static_cast<const std::byte*>(token.data()), token.size()})) {
    context.mech = told;
  }
  context.established = (major & GSS_S_CONTINUE_NEEDED) == 0;
  const bool by_ntlm =
      context.package != Package::kKerberos && same_oid(mech_in_use(context), &kNtlmMech);
  if (by_ntlm && context.package == Package::kNegotiate && !context.allow_ntlm) {
    return refuse(context, SEC_E_SECPKG_NOT_FOUND, Cause::kNtlmRefused,
                  "the peer chose NTLM, which is not allowed");
  }
  if (context.legs == 0 && !by_ntlm) {
    const SECURITY_STATUS realm = check_realm(context, token);
    if (realm != SEC_E_OK) return realm;
  }
  ++context.legs;
  if (!context.established) return SEC_I_CONTINUE_NEEDED;
  // NTLM proves nothing about the server, although gss-ntlmssp grants what it is asked for.
  if (by_ntlm) context.flags &= ~OM_uint32{GSS_C_MUTUAL_FLAG};
  // A context lives as long as its ticket: the library tells it from now on.
  context.expires_at = life == GSS_C_INDEFINITE ? 0 : unix_now() + life;
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
  context.flags = 0;
  context.trailer = 0;
  context.ticket_realm.clear();
  context.channel_bindings.clear();
  context.messages.begin_again();
}

// Where it is asked for (ISC_REQ_EXTENDED_ERROR), a failed leg's token is handed out, to be sent:
// it tells the peer why. The status stays what it is, whether there is room or not.
void tell_peer(const InitializeCall& call, const ScopedBuffer& token, SecBuffer* out) {
  if ((call.request & ISC_REQ_EXTENDED_ERROR) == 0 || out == nullptr) return;
  const bool allocate_memory = (call.request & ISC_REQ_ALLOCATE_MEMORY) != 0;
  if (put_token(token.data(), token.size(), allocate_memory, *out) != SEC_E_OK) return;
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
  ScopedBuffer token(context->library);
  bool tells_peer = false;
  status = leg(*context, call.input, token, tells_peer);
  if (status < 0) {
    if (tells_peer) tell_peer(call, token, out);
    return status;
  }
  const SECURITY_STATUS put = out != nullptr
                                  ? put_token(token.data(), token.size(), allocate_memory, *out)
                              : token.size() != 0 ? SEC_E_BUFFER_TOO_SMALL
                                                  : SEC_E_OK;
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
