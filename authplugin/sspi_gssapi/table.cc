#include "sspi_gssapi/table.h"

#include <exception>
#include <new>

#include "negotiate/utf16.h"
#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

template <typename Body>
SECURITY_STATUS guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SEC_E_INSUFFICIENT_MEMORY;
  } catch (const std::exception&) {
    return SEC_E_INTERNAL_ERROR;
  }
}

// What differs between the two tables.
struct Wide {
  using Char = SEC_WCHAR;
  using PkgInfo = PSecPkgInfoW;
  static constexpr TextKind kKind = TextKind::kWide;
  static std::string text(const Char* given) { return auth::to_utf8(given); }
  static auth::PooledText pooled(const Char* given) { return auth::to_pooled_utf8(given); }
};
struct Ansi {
  using Char = SEC_CHAR;
  using PkgInfo = PSecPkgInfoA;
  static constexpr TextKind kKind = TextKind::kAnsi;
  static std::string text(const Char* given) { return given == nullptr ? "" : given; }
  static auth::PooledText pooled(const Char* given) { return given == nullptr ? "" : given; }
};

template <typename Kind>
SECURITY_STATUS enumerate(sec_ulong* count, typename Kind::PkgInfo* packages) {
  return guarded([&]() -> SECURITY_STATUS {
    if (packages == nullptr) return SEC_E_INVALID_PARAMETER;
    void* infos = nullptr;
    const SECURITY_STATUS status = enumerate_packages(count, &infos, Kind::kKind);
    *packages = static_cast<typename Kind::PkgInfo>(infos);
    return status;
  });
}

template <typename Kind>
SECURITY_STATUS query_package_info(typename Kind::Char* package, typename Kind::PkgInfo* info) {
  return guarded([&]() -> SECURITY_STATUS {
    if (info == nullptr) return SEC_E_INVALID_PARAMETER;
    void* made = nullptr;
    const SECURITY_STATUS status = query_package(Kind::text(package), &made, Kind::kKind);
    *info = static_cast<typename Kind::PkgInfo>(made);
    return status;
  });
}

template <typename Kind>
SECURITY_STATUS acquire(typename Kind::Char* principal, typename Kind::Char* package, sec_ulong use,
                        void* /*logon_id*/, void* auth_data, SEC_GET_KEY_FN /*get_key*/,
                        void* /*get_key_argument*/, PCredHandle credential, PTimeStamp expiry) {
  return guarded([&] {
    return acquire_credential(Kind::text(principal), Kind::text(package), use, auth_data,
                              Kind::kKind, credential, expiry);
  });
}

template <typename Kind>
SECURITY_STATUS query_credentials(PCredHandle credential, sec_ulong attribute, void* buffer) {
  return guarded([&] { return query_credential(credential, attribute, buffer, Kind::kKind); });
}

template <typename Kind>
SECURITY_STATUS initialize(PCredHandle credential, PCtxtHandle context, typename Kind::Char* target,
                           sec_ulong request, sec_ulong reserved1, sec_ulong representation,
                           PSecBufferDesc input, sec_ulong reserved2, PCtxtHandle new_context,
                           PSecBufferDesc output, sec_ulong* attributes, PTimeStamp expiry) {
  return guarded([&] {
    return initialize_context(InitializeCall{.credential = credential,
                                             .context = context,
                                             .target = Kind::pooled(target),
                                             .request = request,
                                             .reserved1 = reserved1,
                                             .representation = representation,
                                             .input = input,
                                             .reserved2 = reserved2,
                                             .new_context = new_context,
                                             .output = output,
                                             .attributes = attributes,
                                             .expiry = expiry,
                                             .kind = Kind::kKind});
  });
}

template <typename Kind>
SECURITY_STATUS query_attributes(PCtxtHandle context, sec_ulong attribute, void* buffer) {
  return guarded([&] { return query_context(context, attribute, buffer, Kind::kKind); });
}

template <typename Kind>
SECURITY_STATUS import_security_context(typename Kind::Char* package, PSecBuffer packed,
                                        void* /*token*/, PCtxtHandle context) {
  return guarded([&] { return import_context(Kind::text(package), packed, context); });
}

SECURITY_STATUS free_credentials(PCredHandle credential) {
  return guarded([&] { return free_credential(credential); });
}
SECURITY_STATUS accept(PCredHandle credential, PCtxtHandle context, PSecBufferDesc input,
                       sec_ulong request, sec_ulong representation, PCtxtHandle new_context,
                       PSecBufferDesc output, sec_ulong* attributes, PTimeStamp expiry) {
  return guarded([&] {
    return accept_context(credential, context, input, request, representation, new_context, output,
                          attributes, expiry);
  });
}
SECURITY_STATUS complete(PCtxtHandle context, PSecBufferDesc token) {
  return guarded([&] { return complete_token(context, token); });
}
SECURITY_STATUS delete_security_context(PCtxtHandle context) {
  return guarded([&] { return delete_context(context); });
}
SECURITY_STATUS sign(PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong) {
  return guarded([&] { return make_signature(context, qop, message); });
}
SECURITY_STATUS verify(PCtxtHandle context, PSecBufferDesc message, sec_ulong, sec_ulong* qop) {
  return guarded([&] { return verify_signature(context, message, qop); });
}
SECURITY_STATUS encrypt(PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong) {
  return guarded([&] { return encrypt_message(context, qop, message); });
}
SECURITY_STATUS decrypt(PCtxtHandle context, PSecBufferDesc message, sec_ulong, sec_ulong* qop) {
  return guarded([&] { return decrypt_message(context, message, qop); });
}
SECURITY_STATUS free_context_buffer(void* buffer) {
  return guarded([&] { return free_allocated(buffer) ? SEC_E_OK : SEC_E_INVALID_HANDLE; });
}
SECURITY_STATUS export_security_context(PCtxtHandle context, sec_ulong flags, PSecBuffer packed,
                                        void** token) {
  return guarded([&] { return export_context(context, flags, packed, token); });
}

// What GSSAPI cannot do.
template <typename... Arguments>
SECURITY_STATUS unsupported(Arguments...) {
  return guarded([] {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, auth::Cause::kUnsupported,
                "GSSAPI has nothing like this function");
  });
}

}  // namespace

const SecurityFunctionTableW& table_w() {
  static constexpr SecurityFunctionTableW table = {
      .dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4,
      .EnumerateSecurityPackagesW = enumerate<Wide>,
      .QueryCredentialsAttributesW = query_credentials<Wide>,
      .AcquireCredentialsHandleW = acquire<Wide>,
      .FreeCredentialsHandle = free_credentials,
      .Reserved2 = nullptr,
      .InitializeSecurityContextW = initialize<Wide>,
      .AcceptSecurityContext = accept,
      .CompleteAuthToken = complete,
      .DeleteSecurityContext = delete_security_context,
      .ApplyControlToken = unsupported,
      .QueryContextAttributesW = query_attributes<Wide>,
      .ImpersonateSecurityContext = unsupported,
      .RevertSecurityContext = unsupported,
      .MakeSignature = sign,
      .VerifySignature = verify,
      .FreeContextBuffer = free_context_buffer,
      .QuerySecurityPackageInfoW = query_package_info<Wide>,
      .Reserved3 = nullptr,
      .Reserved4 = nullptr,
      .ExportSecurityContext = export_security_context,
      .ImportSecurityContextW = import_security_context<Wide>,
      .AddCredentialsW = unsupported,
      .Reserved8 = nullptr,
      .QuerySecurityContextToken = unsupported,
      .EncryptMessage = encrypt,
      .DecryptMessage = decrypt,
      .SetContextAttributesW = unsupported,
      .SetCredentialsAttributesW = unsupported,
      .ChangeAccountPasswordW = unsupported,
  };
  return table;
}

const SecurityFunctionTableA& table_a() {
  static constexpr SecurityFunctionTableA table = {
      .dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4,
      .EnumerateSecurityPackagesA = enumerate<Ansi>,
      .QueryCredentialsAttributesA = query_credentials<Ansi>,
      .AcquireCredentialsHandleA = acquire<Ansi>,
      .FreeCredentialsHandle = free_credentials,
      .Reserved2 = nullptr,
      .InitializeSecurityContextA = initialize<Ansi>,
      .AcceptSecurityContext = accept,
      .CompleteAuthToken = complete,
      .DeleteSecurityContext = delete_security_context,
      .ApplyControlToken = unsupported,
      .QueryContextAttributesA = query_attributes<Ansi>,
      .ImpersonateSecurityContext = unsupported,
      .RevertSecurityContext = unsupported,
      .MakeSignature = sign,
      .VerifySignature = verify,
      .FreeContextBuffer = free_context_buffer,
      .QuerySecurityPackageInfoA = query_package_info<Ansi>,
      .Reserved3 = nullptr,
      .Reserved4 = nullptr,
      .ExportSecurityContext = export_security_context,
      .ImportSecurityContextA = import_security_context<Ansi>,
      .AddCredentialsA = unsupported,
      .Reserved8 = nullptr,
      .QuerySecurityContextToken = unsupported,
      .EncryptMessage = encrypt,
      .DecryptMessage = decrypt,
      .SetContextAttributesA = unsupported,
      .SetCredentialsAttributesA = unsupported,
      .ChangeAccountPasswordA = unsupported,
  };
  return table;
}

}  // namespace negodbc::sspi_gssapi
