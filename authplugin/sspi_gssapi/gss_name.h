// Names: from SSPI's spelling to GSSAPI's, and back to text.
#ifndef NEGODBC_SSPI_GSSAPI_GSS_NAME_H_
#define NEGODBC_SSPI_GSSAPI_GSS_NAME_H_

#include <string>
#include <string_view>

#include "sspi_gssapi/scoped.h"

namespace negodbc::sspi_gssapi {

struct Call {
  OM_uint32 major = GSS_S_COMPLETE;
  OM_uint32 minor = 0;
};

// How a target is given to GSSAPI: "service/host" as the hostbased name "service@host", so that the
// library finds the realm; with a realm, or in another form, as a Kerberos principal.
struct TargetForm {
  auth::PooledText text;
  gss_OID_desc* type;
};
TargetForm form_of_target(std::string_view spn);

Call import_target(const GssLibrary& library, std::string_view spn, ScopedName& name);

// A client's principal, or (`service`) an acceptor's "service/host".
// A user in the mechanism's own form: "user@DOMAIN", "DOMAIN\\user".
Call import_user(const GssLibrary& library, const std::string& user, ScopedName& name);
Call import_principal(const GssLibrary& library, const std::string& principal, bool service,
                      ScopedName& name);

// "" when the library does not tell.
std::string display_name(const GssLibrary& library, gss_name_t name);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_GSS_NAME_H_
