// MIT's GSSAPI, for comparison with heimdal_abi.cc.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>

#include "sspi_gssapi/krb5_library.h"
#include "sspi_gssapi/lucid_context.h"
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

#define NEGODBC_SAME_PLACE(ours, theirs)                              \
  static_assert(offsetof(negodbc::sspi_gssapi::LucidContext, ours) == \
                offsetof(gss_krb5_lucid_context_v1_t, theirs))
NEGODBC_SAME_PLACE(initiate, initiate);
NEGODBC_SAME_PLACE(send_seq, send_seq);
NEGODBC_SAME_PLACE(recv_seq, recv_seq);
NEGODBC_SAME_PLACE(protocol, protocol);
NEGODBC_SAME_PLACE(rfc1964.key, rfc1964_kd.ctx_key);
NEGODBC_SAME_PLACE(have_acceptor_subkey, cfx_kd.have_acceptor_subkey);
NEGODBC_SAME_PLACE(key, cfx_kd.ctx_key);
NEGODBC_SAME_PLACE(acceptor_subkey, cfx_kd.acceptor_subkey);
static_assert(offsetof(negodbc::sspi_gssapi::LucidKey, data) ==
              offsetof(gss_krb5_lucid_key_t, data));
static_assert(sizeof(negodbc::sspi_gssapi::LucidContext) == sizeof(gss_krb5_lucid_context_v1_t));

namespace negodbc::test {
GssAbi mit_abi() {
  return NEGODBC_GSS_ABI;
}
}  // namespace negodbc::test
