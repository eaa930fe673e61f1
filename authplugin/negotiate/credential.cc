#include "negotiate/credential.h"

#include <chrono>
#include <string>

#include "negotiate/utf16.h"

namespace negodbc::auth {

std::int64_t unix_now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

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
  credential->native_owner_ = request.native_owner;
  credential->facts_ = platform.describe(handle);
  if (credential->facts_.expires_at == 0) {
    credential->facts_.expires_at = platform.unix_time(expiry);
  }
  credential->wanted_ = request.principal;
  credential->owner_ = platform.owner(request, handle);
  if (std::optional<Failure> failure = credential->fault_of_owner()) return std::move(*failure);
  if (std::optional<Failure> failure = credential->fault_of_life(min_lifetime_s)) {
    return std::move(*failure);
  }
  return credential;
}

std::optional<Failure> Credential::fault_of_life(std::uint32_t min_lifetime_s) const {
  const std::int64_t now = unix_now_s();
  if (lives(now, min_lifetime_s)) return std::nullopt;
  const std::int64_t life = facts_.expires_at - now;
  Failure failure = life <= 0 ? own_failure(Cause::kExpired, "the ticket has run out")
                              : own_failure(Cause::kTooLittleLife,
                                            "the ticket runs out in " + std::to_string(life) +
                                                " s, less than the " +
                                                std::to_string(min_lifetime_s) + " s asked for");
  failure.native = SEC_E_NO_CREDENTIALS;
  failure.detail.facts = facts_;
  return failure;
}

std::optional<Failure> Credential::fault_of_owner() const {
  if (!minds_clients()) return std::nullopt;
  if (owner_.names.empty()) return fault_of_client({});
  for (const std::string& name : owner_.names) {
    if (std::optional<Failure> failure = fault_of_client(name)) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> Credential::fault_of_client(const std::string& client) const {
  if (!minds_clients() || owner_.is_wanted(client)) return std::nullopt;
  Failure failure =
      own_failure(Cause::kOtherPrincipal,
                  "no tickets of " + wanted_ + "; the " + facts_.source +
                      (client.empty() ? " does not tell whose it has" : " has those of " + client));
  failure.native = SEC_E_NO_CREDENTIALS;
  failure.status = abi_status(failure.native, failure.detail.cause);
  failure.detail.facts = facts_;
  failure.detail.facts.principal = wanted_;
  return failure;
}

Credential::Ptr Credential::copy() const {
  CredHandle handle{};
  return platform_.copy_credential(handle_, handle) == SEC_E_OK ? made(handle) : nullptr;
}

Credential::Ptr Credential::without_ticket(const std::string& target) const {
  CredHandle handle{};
  return platform_.copy_without_ticket(handle_, target, handle) == SEC_E_OK ? made(handle)
                                                                            : nullptr;
}

Credential::Ptr Credential::made(CredHandle handle) const {
  auto copy = std::make_shared<Credential>(platform_, handle);
  copy->facts_ = facts_;
  copy->wanted_ = wanted_;
  copy->owner_ = owner_;
  return copy;
}

}  // namespace negodbc::auth
