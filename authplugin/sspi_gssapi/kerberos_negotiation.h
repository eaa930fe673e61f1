// SPNEGO's initiator (RFC 4178) where Kerberos is all that it offers, over a library's Kerberos.
//
// In place of Heimdal 7's own, which tries each mechanism with the thread's default cache before it
// offers it with the credential (`initiator_approved` of lib/gssapi/spnego): the program's thread
// would have to be told a cache, which can't be taken back (thread_cache.h), and a second token is
// made for nobody.
#ifndef NEGODBC_SSPI_GSSAPI_KERBEROS_NEGOTIATION_H_
#define NEGODBC_SSPI_GSSAPI_KERBEROS_NEGOTIATION_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/scoped.h"

namespace negodbc::sspi_gssapi {

// gss_init_sec_context() of one leg, but for the tokens.
struct InitiatorLeg {
  const GssLibrary& library;
  gss_cred_id_t credential;
  gss_ctx_id_t& context;
  gss_name_t target;
  gss_OID_desc* mech;
  OM_uint32 request;
  gss_channel_bindings_t bindings;
  OM_uint32& granted;
  OM_uint32 minor = 0;
  OM_uint32 life = 0;

  OM_uint32 run(gss_buffer_t input, ScopedBuffer& token) {
    return library.gss_init_sec_context(&minor, credential, &context, target, mech, request, 0,
                                        bindings, input, nullptr, token.out(), &granted, &life);
  }
};

// What the peer's answer makes an end of.
enum class NegotiationFault : std::uint8_t {
  kNone,
  kMalformed,  // it is no answer to what was sent
  kOtherMech,  // it chooses what was not offered
  kNtlm,       // likewise, and that is NTLM
  kRejected,   // it refuses
};

class KerberosNegotiation {
 public:
  // Legs as gss_init_sec_context() has them: the major, and in `token` what is for the peer. `leg`
  // is Kerberos', and so is its context. GSS_S_FAILURE with a fault(): no library said so. A
  // context that has failed is not to be gone on with.
  OM_uint32 begin(InitiatorLeg& leg, auth::SecretBytes& token);
  OM_uint32 go_on(InitiatorLeg& leg, std::span<const std::byte> input, auth::SecretBytes& token);

  NegotiationFault fault() const { return fault_; }

 private:
  OM_uint32 refuse(NegotiationFault fault) {
    fault_ = fault;
    return GSS_S_FAILURE;
  }

  bool complete_ = false;  // Kerberos' part
  // The seal over what was offered. With one mechanism nobody can have changed the choice, so it
  // is made only for a peer that asks for it, or has made its own.
  bool mic_due_ = false;
  bool mic_sent_ = false;
  bool mic_verified_ = false;
  OM_uint32 life_ = 0;
  NegotiationFault fault_ = NegotiationFault::kNone;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_KERBEROS_NEGOTIATION_H_
