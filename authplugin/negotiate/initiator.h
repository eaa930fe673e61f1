// The initiator's loop over a SecurityFunctionTableW. A step consumes the initiator and yields the
// next one with a token, or the established context (perhaps with a last token), or the failure;
// nothing else can be done with an unfinished context.
//
//   Initiator::Step step = Initiator(...).step({});
//   while (auto* go_on = std::get_if<Initiator::Continue>(&step.result)) {
//     send(go_on->token);
//     step = std::move(go_on->next).step(receive());
//   }
#ifndef NEGODBC_NEGOTIATE_INITIATOR_H_
#define NEGODBC_NEGOTIATE_INITIATOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "negotiate/established.h"

namespace negodbc::auth {

struct ContextRequest {
  std::string target;  // "service/host[@REALM]"
  std::uint32_t flags_required = 0;
  std::uint32_t flags_requested = 0;
  Delegation delegation = Delegation::kNone;
  Sealing sealing = Sealing::kAuto;
  bool allow_ntlm = false;
  std::vector<std::byte> channel_bindings;  // application data

  std::uint32_t flags_asked() const {
    return flags_required | flags_requested |
           (delegation == Delegation::kNone ? 0u : NEGODBC_AUTH_FLAG_DELEGATED);
  }
};

class Initiator {
 public:
  struct Continue;
  struct Done;
  struct Step;

  // More legs than any package needs: a peer that goes on for ever is refused.
  static constexpr std::uint32_t kMaxLegs = 16;

  // `package` is the one the credential was acquired for.
  Initiator(const SecurityPlatform& platform, Credential::Ptr credential, std::string package,
            std::shared_ptr<const ContextRequest> request);
  Initiator(const SecurityPlatform& platform, Credential::Ptr credential, std::string package,
            ContextRequest request)
      : Initiator(platform, std::move(credential), std::move(package),
                  std::make_shared<const ContextRequest>(std::move(request))) {}

  // One leg. `input` is what the peer sent: nothing on the first leg. May wait for DNS and KDCs.
  Step step(std::span<const std::byte> input) &&;

  std::uint32_t legs() const { return legs_; }
  // Whether a token that was made has taken the user's ticket along. The other attributes count at
  // the end only.
  bool has_delegated() const { return (attributes_ & ISC_RET_DELEGATE) != 0; }
  const Credential::Ptr& credential() const { return credential_; }

 private:
  // Why the context so far is not the one that was asked for.
  std::optional<Failure> fault_of_client();
  SECURITY_STATUS call(std::span<const std::byte> input, SecretBytes& token);
  Outcome<Established> finish() &&;

  const SecurityPlatform* platform_;
  Credential::Ptr credential_;
  ContextHandle context_;
  std::string package_;
  std::shared_ptr<const ContextRequest> request_;
  std::uint32_t legs_ = 0;
  sec_ulong attributes_ = 0;
  TimeStamp expiry_{};
};

struct Initiator::Continue {
  Initiator next;
  SecretBytes token;  // may be empty: it must be sent all the same
};

struct Initiator::Done {
  Established context;
  SecretBytes token;  // to be sent when it is not empty
};

struct Initiator::Step {
  std::variant<Continue, Done, Failure> result;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_INITIATOR_H_
