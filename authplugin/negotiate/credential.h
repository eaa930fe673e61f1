// An outbound credential of the table, freed with its last user.
#ifndef NEGODBC_NEGOTIATE_CREDENTIAL_H_
#define NEGODBC_NEGOTIATE_CREDENTIAL_H_

#include <cstdint>
#include <memory>

#include "negotiate/failure.h"

namespace negodbc::auth {

class Credential {
 public:
  using Ptr = std::shared_ptr<Credential>;

  // Waits for the network where the source needs it (password, keytab). A credential that ends
  // within `min_lifetime_s` counts as expired.
  static Outcome<Ptr> acquire(const SecurityPlatform& platform, const CredentialRequest& request,
                              std::uint32_t min_lifetime_s);

  Credential(const SecurityPlatform& platform, CredHandle handle)
      : platform_(platform), handle_(handle) {}
  ~Credential() { platform_.table().FreeCredentialsHandle(&handle_); }
  Credential(const Credential&) = delete;
  Credential& operator=(const Credential&) = delete;

  CredHandle* handle() { return &handle_; }
  const CredentialFacts& facts() const { return facts_; }

 private:
  const SecurityPlatform& platform_;
  CredHandle handle_;
  CredentialFacts facts_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CREDENTIAL_H_
