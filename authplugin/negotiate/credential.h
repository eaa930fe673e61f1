// An outbound credential of the table, freed with its last user.
#ifndef NEGODBC_NEGOTIATE_CREDENTIAL_H_
#define NEGODBC_NEGOTIATE_CREDENTIAL_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "negotiate/failure.h"

namespace negodbc::auth {

std::int64_t unix_now_s();

class Credential {
 public:
  using Ptr = std::shared_ptr<Credential>;

  // Waits for the network where the source needs it (password, keytab). A credential that ends
  // within `min_lifetime_s` counts as expired.
  static Outcome<Ptr> acquire(const SecurityPlatform& platform, const CredentialRequest& request,
                              std::uint32_t min_lifetime_s);

  // Why it can't be used when so much life is asked for; nothing when it can.
  std::optional<Failure> fault_of_life(std::uint32_t min_lifetime_s) const;
  bool lives(std::int64_t now, std::uint32_t min_lifetime_s) const {
    return facts_.expires_at == 0 || facts_.expires_at - now >= std::int64_t{min_lifetime_s};
  }

  // Why a context of `client` is not to be used; nothing: it is the principal's that was asked for,
  // or any would do.
  std::optional<Failure> fault_of_client(const std::string& client) const;
  bool minds_clients() const { return owner_.is_wanted != nullptr; }

  // One with the same tickets and a lock of its own; NULL where the platform has no such thing.
  Ptr copy() const;
  // One without the tickets for a target; NULL likewise.
  Ptr without_ticket(const std::string& target) const;
  // `request`: as it was acquired for.
  std::optional<Ticket> find_ticket(const CredentialRequest& request,
                                    const std::string& target) const {
    return platform_.find_ticket(request, handle_, target);
  }

  Credential(const SecurityPlatform& platform, CredHandle handle)
      : platform_(platform), handle_(handle) {}
  ~Credential() { platform_.table().FreeCredentialsHandle(&handle_); }
  Credential(const Credential&) = delete;
  Credential& operator=(const Credential&) = delete;

  CredHandle* handle() { return &handle_; }
  const CredentialFacts& facts() const { return facts_; }

 private:
  Ptr made(CredHandle handle) const;

  std::optional<Failure> fault_of_owner() const;

  std::shared_ptr<void> native_owner_;  // of the program's credential that `handle_` uses
  const SecurityPlatform& platform_;
  CredHandle handle_;
  CredentialFacts facts_;
  std::string wanted_;  // the principal that was asked for
  Owner owner_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CREDENTIAL_H_
