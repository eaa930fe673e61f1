#include "negotiate/credential.h"

#include <chrono>
#include <string>

#include "negotiate/utf16.h"

namespace negodbc::auth {
namespace {

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Outcome<Credential::Ptr> Credential::acquire(const SecurityPlatform& platform,
                                             const CredentialRequest& request,
                                             std::uint32_t min_lifetime_s) {
  const std::unique_ptr<AuthIdentity> identity = platform.identity(request);
  if (identity == nullptr) {
    return own_failure(Cause::kUnsupported,
                       "this platform has no credentials of the kind asked for");
  }
  WideText package = to_wide(request.package);
  WideText principal = to_wide(request.principal);
  CredHandle handle{};
  TimeStamp expiry{};
  const SECURITY_STATUS status = platform.table().AcquireCredentialsHandleW(
      principal.empty() ? nullptr : principal.data(), package.data(), SECPKG_CRED_OUTBOUND, nullptr,
      identity->data(), nullptr, nullptr, &handle, &expiry);
  if (status != SEC_E_OK) return table_failure(platform, status);

  auto credential = std::make_shared<Credential>(platform, handle);
  credential->facts_ = platform.describe(handle);
  if (credential->facts_.expires_at == 0) {
    credential->facts_.expires_at = platform.unix_time(expiry);
  }
  const std::int64_t expires_at = credential->facts_.expires_at;
  const std::int64_t life = expires_at - now_s();
  if (expires_at != 0 && life < static_cast<std::int64_t>(min_lifetime_s)) {
    Failure failure = life <= 0 ? own_failure(Cause::kExpired, "the ticket has run out")
                                : own_failure(Cause::kTooLittleLife,
                                              "the ticket runs out in " + std::to_string(life) +
                                                  " s, less than the " +
                                                  std::to_string(min_lifetime_s) + " s asked for");
    failure.native = SEC_E_NO_CREDENTIALS;
    failure.detail.facts = credential->facts_;
    return failure;
  }
  return credential;
}

}  // namespace negodbc::auth
