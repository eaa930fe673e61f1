// The object identifiers in use. Our own, not the libraries': those are variables, which would have
// to be resolved from each.
#ifndef NEGODBC_SSPI_GSSAPI_OIDS_H_
#define NEGODBC_SSPI_GSSAPI_OIDS_H_

#include <gssapi/gssapi.h>

#include <cstring>

namespace negodbc::sspi_gssapi {

namespace oid_bytes {
inline char krb5[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
inline char microsoft_krb5[] = "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02";
inline char spnego[] = "\x2b\x06\x01\x05\x05\x02";
inline char ntlm[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
inline char hostbased[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
inline char user_name[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01";
inline char krb5_name[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01";
inline char session_key[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05";
inline char mit_lucid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x06\x01";
}  // namespace oid_bytes

// GSSAPI takes pointers to non-const, but writes to none of them.
inline gss_OID_desc kKrb5Mech{sizeof(oid_bytes::krb5) - 1, oid_bytes::krb5};
// Kerberos, as Windows 2000 has misspelt it and its successors go on to offer it.
inline gss_OID_desc kMicrosoftKrb5Mech{sizeof(oid_bytes::microsoft_krb5) - 1,
                                       oid_bytes::microsoft_krb5};
inline gss_OID_desc kSpnegoMech{sizeof(oid_bytes::spnego) - 1, oid_bytes::spnego};
inline gss_OID_desc kNtlmMech{sizeof(oid_bytes::ntlm) - 1, oid_bytes::ntlm};
inline gss_OID_desc kHostbasedName{sizeof(oid_bytes::hostbased) - 1, oid_bytes::hostbased};
inline gss_OID_desc kUserName{sizeof(oid_bytes::user_name) - 1, oid_bytes::user_name};
inline gss_OID_desc kKrb5Name{sizeof(oid_bytes::krb5_name) - 1, oid_bytes::krb5_name};
// GSS_C_INQ_SSPI_SESSION_KEY
inline gss_OID_desc kSessionKey{sizeof(oid_bytes::session_key) - 1, oid_bytes::session_key};

// What MIT's gss_krb5_export_lucid_sec_context inquires; the last number is the version.
inline gss_OID_desc kMitLucid{sizeof(oid_bytes::mit_lucid) - 1, oid_bytes::mit_lucid};

inline bool same_oid(const gss_OID_desc* a, const gss_OID_desc* b) {
  return a != nullptr && b != nullptr && a->length == b->length &&
         std::memcmp(a->elements, b->elements, a->length) == 0;
}

inline bool contains_oid(const gss_OID_set_desc* set, const gss_OID_desc* oid) {
  if (set == nullptr) return false;
  for (std::size_t i = 0; i < set->count; ++i) {
    if (same_oid(&set->elements[i], oid)) return true;
  }
  return false;
}

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_OIDS_H_
