// MIT's GSSAPI, for comparison with heimdal_abi.cc.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5.h>

#include "tests/gss_abi.h"

static_assert(sizeof(krb5_creds) <= 1024, "sspi_gssapi/credential_cache.cc reserves 1024 bytes");

namespace negodbc::test {
GssAbi mit_abi() {
  return NEGODBC_GSS_ABI;
}
}  // namespace negodbc::test
