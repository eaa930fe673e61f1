#include "sspi_gssapi/lucid_context.h"

#include <cstring>
#include <utility>

#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/oids.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr OM_uint32 kLucidVersion = 1;

// MIT's function ends the context that it exports; what it calls first does not. Heimdal's does not
// end it either.
LucidContext* exported_by_mit(const GssLibrary& library, gss_ctx_id_t context) {
  if (library.gss_inquire_sec_context_by_oid == nullptr ||
      library.gss_release_buffer_set == nullptr) {
    return nullptr;
  }
  gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
  OM_uint32 minor = 0;
  void* found = nullptr;
  if (!GSS_ERROR(library.gss_inquire_sec_context_by_oid(&minor, context, &kMitLucid, &set)) &&
      set != GSS_C_NO_BUFFER_SET && set->count == 1 && set->elements[0].length == sizeof(found)) {
    std::memcpy(&found, set->elements[0].value, sizeof(found));
  }
  library.gss_release_buffer_set(&minor, &set);
  return static_cast<LucidContext*>(found);
}

LucidContext* exported_by_heimdal(const GssLibrary& library, gss_ctx_id_t context) {
  void* found = nullptr;
  OM_uint32 minor = 0;
  const OM_uint32 major =
      library.gss_krb5_export_lucid_sec_context(&minor, &context, kLucidVersion, &found);
  return GSS_ERROR(major) ? nullptr : static_cast<LucidContext*>(found);
}

void wipe_key(const LucidKey& key) {
  if (key.data != nullptr) auth::wipe(key.data, key.length);
}

// Wiped before it goes: Heimdal's does not.
struct LucidEnd {
  const GssLibrary& library;
  LucidContext* context;
  ~LucidEnd() {
    wipe_key(context->rfc1964.key);
    wipe_key(context->key);
    wipe_key(context->acceptor_subkey);
    OM_uint32 minor = 0;
    library.gss_krb5_free_lucid_sec_context(&minor, context);
  }
};

}  // namespace

std::optional<LucidFacts> export_lucid(const GssLibrary& library, gss_ctx_id_t context) {
  if (library.gss_krb5_export_lucid_sec_context == nullptr ||
      library.gss_krb5_free_lucid_sec_context == nullptr || library.family == Family::kOther) {
    return std::nullopt;
  }
  LucidContext* const lucid = library.family == Family::kMit
                                  ? exported_by_mit(library, context)
                                  : exported_by_heimdal(library, context);
  if (lucid == nullptr) return std::nullopt;
  const LucidEnd end{library, lucid};
  if (lucid->version != kLucidVersion || lucid->protocol != 1 || lucid->have_acceptor_subkey == 0 ||
      lucid->acceptor_subkey.data == nullptr) {
    return std::nullopt;
  }
  LucidFacts facts;
  facts.initiator = lucid->initiate != 0;
  facts.send_next = lucid->send_seq;
  facts.receive_next = lucid->recv_seq;
  facts.enctype = static_cast<std::int32_t>(lucid->acceptor_subkey.type);
  facts.key = auth::copy_bytes(lucid->acceptor_subkey.data, lucid->acceptor_subkey.length);
  return facts;
}

}  // namespace negodbc::sspi_gssapi
