// A context of Kerberos as its library hands it out (gss_krb5_export_lucid_sec_context): numbers
// and key. MIT and Heimdal have the same struct (tests/mit_abi.cc, tests/heimdal_abi.cc).
#ifndef NEGODBC_SSPI_GSSAPI_LUCID_CONTEXT_H_
#define NEGODBC_SSPI_GSSAPI_LUCID_CONTEXT_H_

#include <gssapi/gssapi.h>

#include <cstdint>
#include <optional>

#include "negotiate/secret_bytes.h"

namespace negodbc::sspi_gssapi {

struct GssLibrary;

struct LucidKey {
  OM_uint32 type;
  OM_uint32 length;
  void* data;
};
// Version 1. What RFC 1964's contexts have in place of the last three is another struct before
// them.
struct LucidContext {
  OM_uint32 version;
  OM_uint32 initiate;
  OM_uint32 endtime;
  std::uint64_t send_seq;
  std::uint64_t recv_seq;
  OM_uint32 protocol;  // 1: RFC 4121
  struct {
    OM_uint32 sign_alg;
    OM_uint32 seal_alg;
    LucidKey key;
  } rfc1964;
  OM_uint32 have_acceptor_subkey;
  LucidKey key;
  LucidKey acceptor_subkey;
};

// What of it is wanted. The key is wiped with it.
struct LucidFacts {
  bool initiator = false;
  std::uint64_t send_next = 0;
  std::uint64_t receive_next = 0;  // when the context was established; libraries don't count on
  std::int32_t enctype = 0;        // of the acceptor's subkey
  auth::SecretBytes key;
};

// Of an established Kerberos context, which lives on. Nothing: the library does not hand it out, or
// the context is not of RFC 4121 with an acceptor's subkey.
std::optional<LucidFacts> export_lucid(const GssLibrary& library, gss_ctx_id_t context);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_LUCID_CONTEXT_H_
