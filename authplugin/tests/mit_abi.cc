// MIT's GSSAPI, for comparison with heimdal_abi.cc.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5.h>

#include "sspi_gssapi/krb5_library.h"
#include "tests/gss_abi.h"

static_assert(sizeof(krb5_creds) <= 1024, "sspi_gssapi/krb5_context.h reserves 1024 bytes");
static_assert(offsetof(krb5_creds, client) ==
              offsetof(negodbc::sspi_gssapi::MitCredsBegin, client));
static_assert(offsetof(krb5_keytab_entry, principal) == negodbc::sspi_gssapi::kMitEntryPrincipal);
static_assert(sizeof(krb5_keytab_entry) <= 1024 && sizeof(krb5_kt_cursor) <= 256,
              "sspi_gssapi/krb5_context.h reserves as much");
static_assert(KRB5_PRINCIPAL_PARSE_ENTERPRISE == 4);
static_assert(offsetof(krb5_creds, server) == negodbc::sspi_gssapi::kMitTicket.server);
static_assert(offsetof(krb5_creds, times.endtime) == negodbc::sspi_gssapi::kMitTicket.end_time);
static_assert(offsetof(krb5_creds, keyblock.enctype) == negodbc::sspi_gssapi::kMitTicket.key_type);
static_assert(offsetof(krb5_creds, times.starttime) == negodbc::sspi_gssapi::kMitTicket.start_time);
static_assert(offsetof(krb5_creds, times.renew_till) ==
              negodbc::sspi_gssapi::kMitTicket.renew_until);
static_assert(offsetof(krb5_creds, ticket) == negodbc::sspi_gssapi::kMitTicket.ticket);
static_assert(offsetof(krb5_creds, ticket_flags) == negodbc::sspi_gssapi::kMitTicket.flags);
static_assert(TKT_FLG_FORWARDABLE == 0x40000000 && sizeof(krb5_flags) == 4);
static_assert(offsetof(krb5_data, data) ==
              offsetof(negodbc::sspi_gssapi::MitCredsBegin, ticket.data) -
                  negodbc::sspi_gssapi::kMitTicket.ticket);
static_assert(offsetof(krb5_data, length) ==
              offsetof(negodbc::sspi_gssapi::MitCredsBegin, ticket.length) -
                  negodbc::sspi_gssapi::kMitTicket.ticket);
static_assert(sizeof(krb5_creds::times.endtime) == negodbc::sspi_gssapi::kMitTicket.time_size);

namespace negodbc::test {
GssAbi mit_abi() {
  return NEGODBC_GSS_ABI;
}
}  // namespace negodbc::test
