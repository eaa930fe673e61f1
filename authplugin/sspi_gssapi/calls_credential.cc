#include <cstring>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {

SECURITY_STATUS acquire_credential(const std::string& principal, const std::string& package,
                                   sec_ulong use, const void* auth_data, TextKind kind,
                                   PCredHandle credential, PTimeStamp expiry) {
  if (credential == nullptr) {
    return fail(SEC_E_INVALID_PARAMETER, auth::Cause::kNone, "no place for the credential");
  }
  SecInvalidateHandle(credential);
  CredentialSource source;
  const std::optional<Package> found = find_package(package);
  if (!found) {
    return fail(SEC_E_SECPKG_NOT_FOUND, auth::Cause::kUnsupported, "no such package: " + package);
  }
  if (use == 0 || (use & ~SECPKG_CRED_BOTH) != 0) {
    return fail(SEC_E_INVALID_PARAMETER, auth::Cause::kNone,
                "a credential is for inbound or outbound use, or both");
  }
  source.package = *found;
  source.inbound = (use & SECPKG_CRED_INBOUND) != 0;
  source.outbound = (use & SECPKG_CRED_OUTBOUND) != 0;
  source.principal = principal;
  if (!read_identity(auth_data, kAsItSays, kind, source)) {
    return fail(SEC_E_UNKNOWN_CREDENTIALS, auth::Cause::kArgument,
                "the identity is malformed, or has more or less than one credential needs");
  }
  GssCredential::Acquired acquired = GssCredential::acquire(source);
  if (auto* failed = std::get_if<Explained>(&acquired)) return fail(std::move(*failed));
  GssCredential::Ptr made = std::get<GssCredential::Ptr>(std::move(acquired));
  if (expiry != nullptr) *expiry = local_timestamp(made->facts.expires_at);
  *credential = CredentialRegistry::instance().add(std::move(made));
  return SEC_E_OK;
}

SECURITY_STATUS query_credential(PCredHandle credential, sec_ulong attribute, void* buffer,
                                 TextKind kind) {
  const GssCredential::Ptr found = CredentialRegistry::instance().find(credential);
  if (found == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, auth::Cause::kNone, "no such credential");
  }
  if (buffer == nullptr) return SEC_E_INVALID_PARAMETER;
  if (attribute != SECPKG_CRED_ATTR_NAMES) return SEC_E_UNSUPPORTED_FUNCTION;
  if (kind == TextKind::kWide) {
    const SecPkgCredentials_NamesW names{allocate_wide(found->facts.principal)};
    std::memcpy(buffer, &names, sizeof(names));
  } else {
    const SecPkgCredentials_NamesA names{allocate_text(found->facts.principal)};
    std::memcpy(buffer, &names, sizeof(names));
  }
  return SEC_E_OK;
}

SECURITY_STATUS free_credential(PCredHandle credential) {
  if (CredentialRegistry::instance().remove(credential) == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, auth::Cause::kNone, "no such credential");
  }
  SecInvalidateHandle(credential);
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
