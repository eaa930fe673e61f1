// The object behind a CtxtHandle.
#ifndef NEGODBC_SSPI_GSSAPI_GSS_CONTEXT_H_
#define NEGODBC_SSPI_GSSAPI_GSS_CONTEXT_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "sspi_gssapi/gss_credential.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/kerberos_negotiation.h"
#include "sspi_gssapi/own_messages.h"

namespace negodbc::sspi_gssapi {

class GssContext {
 public:
  using Ptr = std::shared_ptr<GssContext>;

  explicit GssContext(const GssLibrary& used) : library(used), target_name(used), delegated(used) {}
  ~GssContext();
  GssContext(const GssContext&) = delete;
  GssContext& operator=(const GssContext&) = delete;

  // A leg, or a message, at a time.
  std::mutex mutex;

  const GssLibrary& library;
  GssCredential::Ptr credential;  // outlives the context; NULL for an imported one
  Package package = Package::kNegotiate;
  bool initiator = true;
  bool allow_ntlm = false;
  bool established = false;
  bool failed = false;
  // What an initiator's tokens, or the library beside them, told; NULL: nothing yet.
  const gss_OID_desc* mech = nullptr;
  std::uint32_t legs = 0;
  bool offer_sealed = false;  // by a mechListMIC of the peer's: a message with a number
  gss_ctx_id_t handle = GSS_C_NO_CONTEXT;
  auth::PooledText target;
  ScopedName target_name;         // imported once, not once per leg
  auth::PooledText ticket_realm;  // an initiator's: of the ticket that went out; "": not known
  auth::SecretBytes channel_bindings;
  sec_ulong request = 0;
  ScopedCred delegated;  // an acceptor's: what the initiator delegated
  OM_uint32 flags = 0;   // GSS_C_*_FLAG granted
  std::int64_t expires_at = 0;
  std::uint32_t trailer = 0;        // what sealing adds to a message at most; 0: not measured yet
  KerberosNegotiation negotiation;  // where the credential negotiates_here
  OwnMessages messages;
};

using ContextRegistry = HandleRegistry<GssContext, 0x4E44C7E7u>;

// The mechanism that the context really runs (krb5 inside SPNEGO); NULL while it cannot be told.
// MIT's library alone is asked about a context that is half open: Heimdal 7 crashes when NTLM runs.
const gss_OID_desc* mech_in_use(const GssContext& context);

// ISC_REQ_* to GSS_C_*_FLAG, and what was granted back to ISC_RET_* and ASC_RET_*.
OM_uint32 gss_flags_of_request(sec_ulong isc_request);
sec_ulong isc_attributes(OM_uint32 gss_flags, sec_ulong isc_request);
sec_ulong asc_attributes(OM_uint32 gss_flags, sec_ulong asc_request);

// The application data of the bindings buffer; false: the buffer is malformed.
bool read_channel_bindings(const SecBufferDesc* input, auth::SecretBytes& data);

// Seconds since 1970 UTC.
std::int64_t unix_now();

// Stores the detail of a failed call for last_error() and returns its status.
SECURITY_STATUS fail(Explained explained);
// One that no library call was behind.
SECURITY_STATUS fail(SECURITY_STATUS status, auth::Cause cause, std::string text);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_GSS_CONTEXT_H_
