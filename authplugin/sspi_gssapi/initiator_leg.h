// One leg of an initiator: the library's, or this plugin's own SPNEGO over the library's Kerberos;
// what is looked at before and behind it, and what is told of it when it fails.
#ifndef NEGODBC_SSPI_GSSAPI_INITIATOR_LEG_H_
#define NEGODBC_SSPI_GSSAPI_INITIATOR_LEG_H_

#include <cstddef>
#include <span>

#include "negodbc/sspi.h"
#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/scoped.h"

namespace negodbc::sspi_gssapi {

// What a leg has for the peer: the library's, or of this plugin's making.
struct LegToken {
  explicit LegToken(const GssLibrary& library) : librarys(library) {}
  std::span<const std::byte> bytes() const { return own.empty() ? librarys.bytes() : own; }

  ScopedBuffer librarys;
  auth::SecretBytes own;
};

// Runs the context's next leg, whose lock is held; `token` gets what is for the peer. What a failed
// leg leaves there tells the peer why only where the library has failed it.
SECURITY_STATUS run_leg(GssContext& context, const SecBufferDesc* input, LegToken& token,
                        bool& tells_peer);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_INITIATOR_LEG_H_
