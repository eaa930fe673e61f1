// Heimdal's GSSAPI seen through MIT's headers: every type, flag and constant in use is the same.
// Compiled against Heimdal's headers; what MIT's say is handed over by mit_abi.cc and compared at
// run time.
#include <gssapi/gssapi.h>
#include <krb5.h>

#include "tests/gss_abi.h"

static_assert(sizeof(krb5_creds) <= 1024, "sspi_gssapi/credential_cache.cc reserves 1024 bytes");

namespace negodbc::test {
GssAbi heimdal_abi() {
  return NEGODBC_GSS_ABI;
}
}  // namespace negodbc::test
