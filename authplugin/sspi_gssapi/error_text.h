// The library's own words about a major and a minor, made fit to be shown: one line of UTF-8 of
// bounded length, whatever gss_display_status does.
#ifndef NEGODBC_SSPI_GSSAPI_ERROR_TEXT_H_
#define NEGODBC_SSPI_GSSAPI_ERROR_TEXT_H_

#include <string>
#include <string_view>

#include "negotiate/one_line.h"
#include "negotiate/security_platform.h"
#include "sspi_gssapi/error_map.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

using auth::one_line;

// What gss_display_status says of one code: `type` is GSS_C_GSS_CODE or GSS_C_MECH_CODE. MIT keeps
// the words of a minor per thread and per mechanism: ask on the thread that failed, with its
// mechanism, before its next call.
std::string display_status(const GssLibrary& library, OM_uint32 code, int type,
                           const gss_OID_desc* mech);

// The minor as Kerberos numbers it. MIT's mechglue makes up a number when two mechanisms report the
// same one (SPNEGO over krb5 always does); it is found again by its words, which are the same on
// this thread.
OM_uint32 true_minor(const GssLibrary& library, OM_uint32 minor, const gss_OID_desc* mech);

// A failed call, in full. `facts` of the detail are left to the caller.
struct Explained {
  SECURITY_STATUS status;
  auth::ErrorDetail detail;
};
Explained explain(const GssLibrary& library, OM_uint32 major, OM_uint32 minor,
                  const gss_OID_desc* mech, Operation operation);

// Where no KDC was found or could be asked, or no way to the realm, or the library could not even
// be set up, krb5.conf may be at fault, or say more than the library reads: then that is told.
// Reads it.
void blame_configuration(const GssLibrary& library, Explained& failed);

// The detail of this thread's last failure; empty when that had another status.
void set_last_error(SECURITY_STATUS status, auth::ErrorDetail detail);
auth::ErrorDetail last_error(SECURITY_STATUS status);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_ERROR_TEXT_H_
