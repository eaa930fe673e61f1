// GSSAPI's calls for a credential of one mechanism.
#ifndef NEGODBC_SSPI_GSSAPI_MECH_CREDENTIAL_H_
#define NEGODBC_SSPI_GSSAPI_MECH_CREDENTIAL_H_

#include <string>

#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/scoped.h"

namespace negodbc::sspi_gssapi {

class GssCredential;

// One gss_acquire_cred for one mechanism from a cache ("": the default) or an acceptor's keytab.
// `life`: seconds that the library says are left, by the KDC's clock where it knows that.
Call acquire_for_mech(const GssLibrary& library, gss_OID_desc* mech, gss_name_t name,
                      gss_cred_usage_t usage, const std::string& cache, const std::string& keytab,
                      ScopedCred& cred, OM_uint32* life = nullptr);

// Whether Kerberos' credential for a cache in memory is made without touching the thread's default
// cache, where gss_acquire_cred_from() is not there either.
bool imports_caches(const GssLibrary& library);

// Whether SPNEGO is spoken by this plugin (KerberosNegotiation), over Kerberos' credential: where
// the library's would need the thread's default cache. Not where NTLM may be chosen.
bool negotiates_here(const GssLibrary& library, bool allow_ntlm);

// Whether a credential, or the library, has a mechanism; false when it cannot be told.
bool has_mech(const GssLibrary& library, gss_cred_id_t cred, const gss_OID_desc* mech);
bool has_mech(const GssLibrary& library, const gss_OID_desc* mech);

// MIT's library leaves a credential without a name open until it is first used: then the target
// chooses among the caches of a collection. Asked for the name first, it would take the primary
// one. What fails here fails again where it is told. May wait for the KDC.
void bind_to_target(const GssLibrary& library, gss_cred_id_t cred, const std::string& target);

// SPNEGO offers Kerberos only, unless NTLM is allowed.
void restrict_mechs(const GssCredential& credential);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_MECH_CREDENTIAL_H_
