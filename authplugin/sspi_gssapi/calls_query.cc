#include <array>
#include <cstring>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"
#include "sspi_gssapi/ticket_realm.h"

namespace negodbc::sspi_gssapi {
namespace {

// RFC 4121: a header of 16 bytes and a checksum; the longest checksum in use has 24, older forms
// less.
constexpr sec_ulong kMaxSignature = 64;
// Stream ciphers and ciphertext stealing: nothing is padded.
constexpr sec_ulong kBlockSize = 1;

struct Names {
  std::string client;
  std::string server;
};

// gss-ntlmssp crashes when it is asked for the service that an acceptor is.
bool has_target(const GssContext& context) {
  return context.initiator || !same_oid(mech_in_use(context), &kNtlmMech);
}

bool names_of(const GssContext& context, Names& names) {
  ScopedName source(context.library);
  ScopedName target(context.library);
  OM_uint32 minor = 0;
  if (GSS_ERROR(context.library.gss_inquire_context(&minor, context.handle, source.out(),
                                                    has_target(context) ? target.out() : nullptr,
                                                    nullptr, nullptr, nullptr, nullptr, nullptr))) {
    return false;
  }
  names.client = display_name(context.library, source.get());
  names.server = display_name(context.library, target.get());
  // Libraries go on naming the realm that they asked for.
  if (const std::string_view asked = realm_of_name(names.server);
      !context.ticket_realm.empty() && asked != context.ticket_realm) {
    if (!asked.empty()) names.server.resize(names.server.size() - asked.size() - 1);
    names.server.append("@").append(context.ticket_realm);
  }
  return true;
}

Package package_in_use(const GssContext& context) {
  const gss_OID_desc* mech = mech_in_use(context);
  if (same_oid(mech, &kNtlmMech)) return Package::kNtlm;
  if (same_oid(mech, &kKrb5Mech)) return Package::kKerberos;
  return context.package;
}

template <typename Answer>
SECURITY_STATUS give(const Answer& answer, void* buffer) {
  std::memcpy(buffer, &answer, sizeof(answer));
  return SEC_E_OK;
}

SECURITY_STATUS not_complete() {
  return fail(SEC_E_INVALID_HANDLE, auth::Cause::kNone, "the context is not complete");
}

SECURITY_STATUS query_names(const GssContext& context, sec_ulong attribute, void* buffer,
                            TextKind kind) {
  if (!context.established) return not_complete();
  Names names;
  if (!names_of(context, names)) return SEC_E_INTERNAL_ERROR;
  const bool wide = kind == TextKind::kWide;
  if (attribute == SECPKG_ATTR_NAMES) {
    return wide ? give(SecPkgContext_NamesW{allocate_wide(names.client)}, buffer)
                : give(SecPkgContext_NamesA{allocate_text(names.client)}, buffer);
  }
  return wide ? give(SecPkgContext_NativeNamesW{allocate_wide(names.client),
                                                allocate_wide(names.server)},
                     buffer)
              : give(SecPkgContext_NativeNamesA{allocate_text(names.client),
                                                allocate_text(names.server)},
                     buffer);
}

SECURITY_STATUS query_package_info(const GssContext& context, sec_ulong attribute, void* buffer,
                                   TextKind kind) {
  const Package package = package_in_use(context);
  void* const info = make_package_infos(&package, 1, kind);
  const sec_ulong state =
      context.established ? SECPKG_NEGOTIATION_COMPLETE : SECPKG_NEGOTIATION_IN_PROGRESS;
  const bool wide = kind == TextKind::kWide;
  if (attribute == SECPKG_ATTR_PACKAGE_INFO) {
    return wide ? give(SecPkgContext_PackageInfoW{static_cast<PSecPkgInfoW>(info)}, buffer)
                : give(SecPkgContext_PackageInfoA{static_cast<PSecPkgInfoA>(info)}, buffer);
  }
  return wide
             ? give(SecPkgContext_NegotiationInfoW{static_cast<PSecPkgInfoW>(info), state}, buffer)
             : give(SecPkgContext_NegotiationInfoA{static_cast<PSecPkgInfoA>(info), state}, buffer);
}

SECURITY_STATUS query_session_key(const GssContext& context, void* buffer) {
  if (!context.established) return not_complete();
  const GssLibrary& library = context.library;
  if (library.gss_inquire_sec_context_by_oid == nullptr ||
      library.gss_release_buffer_set == nullptr) {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }
  gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
  OM_uint32 minor = 0;
  const OM_uint32 major =
      library.gss_inquire_sec_context_by_oid(&minor, context.handle, &kSessionKey, &set);
  if (GSS_ERROR(major)) {
    return fail(explain(library, major, minor, package_mech(context.package), Operation::kMessage));
  }
  SECURITY_STATUS status = SEC_E_UNSUPPORTED_FUNCTION;
  if (set != GSS_C_NO_BUFFER_SET && set->count != 0 && set->elements[0].length != 0) {
    gss_buffer_desc& key = set->elements[0];
    SecPkgContext_SessionKey answer{};
    answer.SessionKeyLength = static_cast<sec_ulong>(key.length);
    answer.SessionKey = static_cast<unsigned char*>(allocate(key.length));
    std::memcpy(answer.SessionKey, key.value, key.length);
    auth::wipe(key.value, key.length);
    status = give(answer, buffer);
  }
  library.gss_release_buffer_set(&minor, &set);
  return status;
}

}  // namespace

std::uint32_t measure_trailer(GssContext& context) {
  if (context.trailer != 0) return context.trailer;
  const GssLibrary& library = context.library;
  const int seal = (context.flags & GSS_C_CONF_FLAG) != 0 ? 1 : 0;
  constexpr OM_uint32 kSample = 16384;
  OM_uint32 minor = 0;
  OM_uint32 fits = 0;
  std::uint32_t trailer = 0;
  if (!GSS_ERROR(library.gss_wrap_size_limit(&minor, context.handle, seal, GSS_C_QOP_DEFAULT,
                                             kSample, &fits)) &&
      fits != 0 && fits < kSample) {
    trailer = kSample - fits;
  }
  if (library.gss_wrap_iov_length != nullptr) {
    std::array<gss_iov_buffer_desc, 3> iov{};
    iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER;
    iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
    iov[1].buffer.length = kSample;
    iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING;
    int sealed = 0;
    if (!GSS_ERROR(library.gss_wrap_iov_length(&minor, context.handle, seal, GSS_C_QOP_DEFAULT,
                                               &sealed, iov.data(),
                                               static_cast<int>(iov.size())))) {
      const auto needed = static_cast<std::uint32_t>(iov[0].buffer.length + iov[2].buffer.length);
      if (needed > trailer) trailer = needed;
    }
  }
  context.trailer = trailer;
  return trailer;
}

SECURITY_STATUS query_context(PCtxtHandle handle, sec_ulong attribute, void* buffer,
                              TextKind kind) {
  const GssContext::Ptr context = ContextRegistry::instance().find(handle);
  if (context == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, auth::Cause::kNone, "no such context");
  }
  if (buffer == nullptr) return SEC_E_INVALID_PARAMETER;
  const std::lock_guard lock(context->mutex);
  if (context->failed) return not_complete();
  switch (attribute) {
    case SECPKG_ATTR_SIZES: {
      SecPkgContext_Sizes sizes{};
      sizes.cbMaxToken = kMaxToken;
      sizes.cbMaxSignature = kMaxSignature;
      sizes.cbBlockSize = kBlockSize;
      if (context->established) sizes.cbSecurityTrailer = measure_trailer(*context);
      return give(sizes, buffer);
    }
    case SECPKG_ATTR_NAMES:
    case SECPKG_ATTR_NATIVE_NAMES:
      return query_names(*context, attribute, buffer, kind);
    case SECPKG_ATTR_LIFESPAN: {
      if (!context->established) return not_complete();
      SecPkgContext_Lifespan span{};  // when it began is not told
      span.tsExpiry = local_timestamp(context->expires_at);
      return give(span, buffer);
    }
    case SECPKG_ATTR_PACKAGE_INFO:
    case SECPKG_ATTR_NEGOTIATION_INFO:
      return query_package_info(*context, attribute, buffer, kind);
    case SECPKG_ATTR_SESSION_KEY:
      return query_session_key(*context, buffer);
    case SECPKG_ATTR_FLAGS:
      return give(SecPkgContext_Flags{context->initiator
                                          ? isc_attributes(context->flags, context->request)
                                          : asc_attributes(context->flags, context->request)},
                  buffer);
    case NEGODBC_ATTR_DELEGATED_CREDENTIAL:
      if (!context->delegated) return SEC_E_NO_CREDENTIALS;
      return give(SecPkgContext_DelegatedCredential{context->delegated.get()}, buffer);
    default:
      return fail(SEC_E_UNSUPPORTED_FUNCTION, auth::Cause::kUnsupported,
                  "this attribute is not known here");
  }
}

}  // namespace negodbc::sspi_gssapi
