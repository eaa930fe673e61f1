#include "sspi_gssapi/mech_credential.h"

#include <array>
#include <string_view>

#include "sspi_gssapi/gss_credential.h"
#include "sspi_gssapi/memory_cache_walk.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/thread_cache.h"

namespace negodbc::sspi_gssapi {

namespace {

// gss_krb5_import_cred() without the krb5_context that it makes each time: the value is three
// texts, each with its length before it, of the cache, a keytab's principal and a keytab.
Call import_cache(const GssLibrary& library, const std::string& cache, ScopedCred& cred) {
  std::string value;
  constexpr std::size_t kLengthBytes = 4;
  value.reserve(3 * kLengthBytes + cache.size());
  for (const std::string_view text :
       {std::string_view(cache), std::string_view(), std::string_view()}) {
    for (unsigned shift = 32; shift != 0;) {
      shift -= 8;
      value += static_cast<char>((text.size() >> shift) & 0xFFu);
    }
    value += text;
  }
  gss_buffer_desc buffer{value.size(), value.data()};
  Call call;
  call.major =
      library.gss_set_cred_option(&call.minor, cred.out(), library.import_credential, &buffer);
  return call;
}

}  // namespace

bool imports_caches(const GssLibrary& library) {
  return library.family == Family::kHeimdal && library.gss_set_cred_option != nullptr &&
         library.import_credential != nullptr;
}

bool negotiates_here(const GssLibrary& library, bool allow_ntlm) {
  return library.gss_acquire_cred_from == nullptr && imports_caches(library) && !allow_ntlm;
}

Call acquire_for_mech(const GssLibrary& library, gss_OID_desc* mech, gss_name_t name,
                      gss_cred_usage_t usage, const std::string& cache, const std::string& keytab,
                      ScopedCred& cred, OM_uint32* life) {
  Call call;
  gss_OID_set_desc mechs{1, mech};
  if (!cache.empty() || !keytab.empty()) {
    if (library.gss_acquire_cred_from != nullptr) {
      gss_key_value_element_desc element{cache.empty() ? "keytab" : "ccache",
                                         cache.empty() ? keytab.c_str() : cache.c_str()};
      const gss_key_value_set_desc store{1, &element};
      call.major = library.gss_acquire_cred_from(&call.minor, name, GSS_C_INDEFINITE, &mechs, usage,
                                                 &store, cred.out(), nullptr, life);
      return call;
    }
    if (!keytab.empty() || library.gss_krb5_ccache_name == nullptr) {
      call.major = GSS_S_UNAVAILABLE;
      return call;
    }
  }
  if (imports_caches(library) && mech == &kKrb5Mech && name == GSS_C_NO_NAME &&
      usage == GSS_C_INITIATE && cache.starts_with("MEMORY:") && life == nullptr) {
    return import_cache(library, cache, cred);
  }
  const ThreadCache in_use(library, library.gss_acquire_cred_from == nullptr ? cache.c_str() : "");
  const MemoryCacheWalk walk(library.family == Family::kHeimdal &&
                             (usage != GSS_C_INITIATE || name != GSS_C_NO_NAME));
  call.major = library.gss_acquire_cred(&call.minor, name, GSS_C_INDEFINITE, &mechs, usage,
                                        cred.out(), nullptr, life);
  return call;
}

bool has_mech(const GssLibrary& library, gss_cred_id_t cred, const gss_OID_desc* mech) {
  ScopedOidSet mechs(library);
  OM_uint32 minor = 0;
  return !GSS_ERROR(
             library.gss_inquire_cred(&minor, cred, nullptr, nullptr, nullptr, mechs.out())) &&
         contains_oid(mechs.get(), mech);
}

bool has_mech(const GssLibrary& library, const gss_OID_desc* mech) {
  ScopedOidSet mechs(library);
  OM_uint32 minor = 0;
  return !GSS_ERROR(library.gss_indicate_mechs(&minor, mechs.out())) &&
         contains_oid(mechs.get(), mech);
}

void bind_to_target(const GssLibrary& library, gss_cred_id_t cred, const std::string& target) {
  ScopedName name(library);
  if (library.family != Family::kMit || GSS_ERROR(import_target(library, target, name).major)) {
    return;
  }
  for (gss_OID_desc* const mech : {&kKrb5Mech, &kSpnegoMech}) {
    if (!has_mech(library, cred, mech)) continue;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    ScopedBuffer token(library);
    OM_uint32 minor = 0;
    library.gss_init_sec_context(&minor, cred, &context, name.get(), mech, 0, 0,
                                 GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, nullptr, token.out(),
                                 nullptr, nullptr);
    if (context != GSS_C_NO_CONTEXT) {
      library.gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    }
  }
}

void restrict_mechs(const GssCredential& credential) {
  const GssLibrary& library = credential.library;
  if (credential.package != Package::kNegotiate || !credential.outbound ||
      library.gss_set_neg_mechs == nullptr) {
    return;
  }
  std::array<gss_OID_desc, 2> offered = {kKrb5Mech, kNtlmMech};
  gss_OID_set_desc set{credential.allow_ntlm && has_mech(library, &kNtlmMech) ? 2u : 1u,
                       offered.data()};
  OM_uint32 minor = 0;
  // On failure the check of the mechanism after each leg still refuses NTLM.
  library.gss_set_neg_mechs(&minor, credential.cred.get(), &set);
}

}  // namespace negodbc::sspi_gssapi
