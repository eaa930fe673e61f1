// MIT's GSSAPI, for comparison with heimdal_abi.cc.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5.h>

#include "sspi_gssapi/krb5_library.h"
#include "tests/gss_abi.h"

static_assert(sizeof(krb5_creds) <= 1024, "sspi_gssapi/krb5_context.h reserves 1024 bytes");
static_assert(offsetof(krb5_creds, server) == negodbc::sspi_gssapi::kMitTicket.server);
static_assert(offsetof(krb5_creds, times.endtime) == negodbc::sspi_gssapi::kMitTicket.end_time);
static_assert(sizeof(krb5_creds::times.endtime) == negodbc::sspi_gssapi::kMitTicket.time_size);

namespace negodbc::test {
GssAbi mit_abi() {
  return NEGODBC_GSS_ABI;
}
}  // namespace negodbc::test
