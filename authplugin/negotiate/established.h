// A context that is complete and was found sufficient. Only this can protect messages.
#ifndef NEGODBC_NEGOTIATE_ESTABLISHED_H_
#define NEGODBC_NEGOTIATE_ESTABLISHED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "negotiate/credential.h"

namespace negodbc::auth {

// A security context of the table: deleted with its owner, in whatever state it is.
class ContextHandle {
 public:
  explicit ContextHandle(const SecurityPlatform& platform) : platform_(&platform) {}
  ContextHandle(ContextHandle&& other) noexcept
      : platform_(other.platform_),
        handle_(other.handle_),
        exists_(std::exchange(other.exists_, false)) {}
  ContextHandle& operator=(ContextHandle&& other) noexcept {
    if (this != &other) {
      reset();
      platform_ = other.platform_;
      handle_ = other.handle_;
      exists_ = std::exchange(other.exists_, false);
    }
    return *this;
  }
  ~ContextHandle() { reset(); }

  CtxtHandle* get() { return &handle_; }
  bool exists() const { return exists_; }
  void created() { exists_ = true; }
  void reset() {
    if (std::exchange(exists_, false)) platform_->table().DeleteSecurityContext(&handle_);
  }

 private:
  const SecurityPlatform* platform_;
  CtxtHandle handle_{};
  bool exists_ = false;
};

// NEGODBC_AUTH_FLAG_* of ISC_RET_* bits, and the ISC_REQ_* bits that ask for them.
std::uint32_t flags_of_attributes(sec_ulong attributes);
sec_ulong requests_of_flags(std::uint32_t flags);
// "mutual, confidentiality"
std::string flag_names(std::uint32_t flags);

// The names of its two ends as the table tells them; "" where it does not.
struct NativeNames {
  std::string client;
  std::string server;
};
NativeNames native_names(const SecurityFunctionTableW& table, CtxtHandle* context);

struct ContextRequest;

// How a message is protected: its integrity alone, or its contents, too.
enum class Protection : std::uint8_t { kSigned, kSealed };

class Established {
 public:
  // What was verified after the last leg.
  struct Facts {
    std::uint32_t flags_granted = 0;
    std::string package;
    std::int64_t expires_at = 0;
  };
  // What the context tells when it is asked: many logins never do.
  struct Names {
    std::string principal;
    std::string target;
  };

  Established(const SecurityPlatform& platform, Credential::Ptr credential, ContextHandle context,
              std::shared_ptr<const ContextRequest> request, Facts facts);

  const Facts& facts() const { return facts_; }
  const Names& names();
  // What protect() adds at most.
  Outcome<std::uint32_t> max_frame_overhead();

  // The bytes written to `output`. E_BUFFER_TOO_SMALL, with nothing written, when it is shorter
  // than the input and max_frame_overhead().
  Outcome<std::size_t> protect(std::span<const std::byte> input, std::span<std::byte> output,
                               Protection protection = Protection::kSealed);

  // The bytes written to `output`, which must be as long as `input`; `found`: how it was protected.
  // After a failure the context is not to be used: the sequence is broken.
  Outcome<std::size_t> unprotect(std::span<const std::byte> input, std::span<std::byte> output,
                                 Protection& found);
  // The same where only what is sealed will do.
  Outcome<std::size_t> unprotect(std::span<const std::byte> input, std::span<std::byte> output);

  // The text of a sealed message, opened where it lies. Failures as above; they leave nothing of it
  // there.
  Outcome<std::span<std::byte>> unprotect_in_place(std::span<std::byte> message);

  // The code of a message that travels by itself: the bytes written to `code`. E_BUFFER_TOO_SMALL,
  // with nothing made, when it is shorter than max_code().
  Outcome<std::size_t> sign(std::span<const std::byte> message, std::span<std::byte> code);
  Outcome<std::uint32_t> max_code();
  // Nothing: the message is what the peer has signed next.
  std::optional<Failure> verify(std::span<const std::byte> message,
                                std::span<const std::byte> code);

 private:
  const SecurityPlatform* platform_;
  Credential::Ptr credential_;  // outlives the context made with it
  ContextHandle context_;
  std::shared_ptr<const ContextRequest> request_;
  Facts facts_;
  std::optional<Names> names_;
  bool has(std::uint32_t flag) const { return (facts_.flags_granted & flag) != 0; }
  Outcome<SecPkgContext_Sizes> sizes();
  Outcome<std::span<std::byte>> open(std::span<std::byte> message, Protection& found);

  std::optional<SecPkgContext_Sizes> sizes_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_ESTABLISHED_H_
