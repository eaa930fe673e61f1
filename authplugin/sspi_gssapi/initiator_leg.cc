#include "sspi_gssapi/initiator_leg.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"
#include "sspi_gssapi/thread_cache.h"
#include "sspi_gssapi/ticket_realm.h"
#include "sspi_gssapi/token_guard.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

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
  gss_OID_desc* const mech = context.credential->mech();
  Explained failed = explain(context.library, major, minor, mech, operation);
  const bool vague = failed.detail.cause == Cause::kUnsupported ||
                     failed.detail.cause == Cause::kNone ||
                     failed.detail.cause == Cause::kNoCredentials;
  if (vague && context.legs == 0 && mech == &kSpnegoMech) {
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
  return is_safe_reply(bytes_in(in), context.package == Package::kNegotiate, token_due, ntlm);
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
  const SpnegoOffer offer = read_spnego_offer(bytes_in(in));
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

SECURITY_STATUS refuse(GssContext& context, NegotiationFault fault) {
  switch (fault) {
    case NegotiationFault::kNtlm:
      return refuse(context, SEC_E_SECPKG_NOT_FOUND, Cause::kNtlmRefused,
                    "the peer chose NTLM, which is not allowed");
    case NegotiationFault::kOtherMech:
      return refuse(context, SEC_E_SECPKG_NOT_FOUND, Cause::kUnsupported,
                    "the peer chose a mechanism that was not offered");
    case NegotiationFault::kRejected:
      return refuse(context, SEC_E_LOGON_DENIED, Cause::kPeerRefused,
                    "the peer has ended the negotiation");
    default:
      return refuse(context, SEC_E_INVALID_TOKEN, Cause::kInvalidToken,
                    "what the peer sent is not a reply of this package");
  }
}

// What the peer says in the reply beside the token that the library judges. SEC_E_OK: it goes on.
SECURITY_STATUS check_words(GssContext& context, const SpnegoReply& reply) {
  const std::optional<std::int64_t> error = kerberos_error_of(reply.token);
  // Heimdal would believe it, from whoever sent it: it writes the difference into the cache and
  // begins anew with a token of the time that the peer wants.
  constexpr std::int64_t kSkew = 37;  // KRB_AP_ERR_SKEW
  if (error == kSkew && context.library.family == Family::kHeimdal) {
    return refuse(context, SEC_E_TIME_SKEW, Cause::kClockSkew,
                  "Clock skew too great, by the clock of the peer");
  }
  // The libraries count their own faults on behind the protocol's numbers, and take 0 for none.
  if (error && (*error <= 0 || *error > kProtocolErrors)) {
    return refuse(
        context, SEC_E_LOGON_DENIED, Cause::kPeerRefused,
        "the peer has sent the error " + std::to_string(*error) + ", which is none of Kerberos'");
  }
  // The libraries' SPNEGO does not look at the token of who ends it, which may tell why.
  if (context.credential->negotiates_here || reply.state != NegState::kReject) return SEC_E_OK;
  if (!error) return refuse(context, NegotiationFault::kRejected);
  const OM_uint32 minor = krb5_code(static_cast<std::uint32_t>(*error));
  const Mapped mapped = map_error(GSS_S_FAILURE, minor, Operation::kLaterLeg);
  const std::string words = Krb5(context.library.krb5).words(static_cast<Krb5Code>(minor));
  return refuse(context, mapped.status, mapped.cause,
                "the peer has ended the negotiation: " + words);
}

// The realm that answered for the target, into `realm`; "": it can't be told.
void find_realm(const GssContext& context, const LegToken& token, auth::PooledText& realm) {
  const GssCredential& credential = *context.credential;
  if (context.library.family != Family::kHeimdal) {
    // The ticket goes out as the KDC made it.
    realm = realm_of_token(token.bytes());
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
SECURITY_STATUS check_realm(GssContext& context, const LegToken& token) {
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

}  // namespace

SECURITY_STATUS run_leg(GssContext& context, const SecBufferDesc* input, LegToken& token,
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
  const GssCredential& credential = *context.credential;
  InitiatorLeg call{
      .library = context.library,
      .credential = credential.handle(),
      .context = context.handle,
      .target = context.target_name.get(),
      .mech = credential.mech(),
      .request = gss_flags_of_request(context.request),
      .bindings = context.channel_bindings.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings,
      .granted = context.flags};
  if (has_input && context.package != Package::kNtlm) {
    SpnegoReply reply;
    if (context.package == Package::kNegotiate) {
      reply = read_spnego_reply(bytes_in(in));
    } else {
      reply.token = bytes_in(in);
    }
    const SECURITY_STATUS told = check_words(context, reply);
    if (told != SEC_E_OK) return told;
    if (!reply.mic.empty()) context.offer_sealed = true;
  }
  OM_uint32 major = 0;
  if (credential.negotiates_here) {
    major = has_input ? context.negotiation.go_on(call, bytes_in(in), token.own)
                      : context.negotiation.begin(call, token.own);
    const NegotiationFault fault = context.negotiation.fault();
    if (fault != NegotiationFault::kNone) return refuse(context, fault);
  } else {
    if (has_input && !safe_for_library(context, in)) {
      return refuse(context, NegotiationFault::kMalformed);
    }
    // Heimdal's SPNEGO tries a mechanism with the thread's default cache before it offers it with
    // the credential.
    const bool tries = context.legs == 0 && call.mech == &kSpnegoMech &&
                       context.library.gss_acquire_cred_from == nullptr;
    const ThreadCache tried(context.library, tries ? credential.cache.c_str() : "");
    major = call.run(has_input ? &in : GSS_C_NO_BUFFER, token.librarys);
  }
  if (GSS_ERROR(major)) {
    context.failed = true;
    tells_peer = !token.bytes().empty();
    return fail(explain_leg(context, major, call.minor));
  }
  if (const gss_OID_desc* told = mech_of_token(token.bytes())) context.mech = told;
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
  context.expires_at = call.life == GSS_C_INDEFINITE ? 0 : unix_now() + call.life;
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
