// A context that is complete and was found sufficient. Only this can protect messages.
#ifndef NEGODBC_NEGOTIATE_ESTABLISHED_H_
#define NEGODBC_NEGOTIATE_ESTABLISHED_H_

#include <cstddef>
#include <cstdint>
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

class Established {
 public:
  // What the context has; read once, after the last leg.
  struct Facts {
    std::uint32_t flags_granted = 0;
    std::string package;
    std::string principal;
    std::string target;
    std::int64_t expires_at = 0;
    std::uint32_t max_frame_overhead = 0;
  };

  Established(const SecurityPlatform& platform, Credential::Ptr credential, ContextHandle context,
              Facts facts);

  const Facts& facts() const { return facts_; }

  // The bytes written to `output`. E_BUFFER_TOO_SMALL, with nothing written, when it is shorter
  // than protected_size(input.size()).
  Outcome<std::size_t> protect(std::span<const std::byte> input, std::span<std::byte> output);
  std::size_t protected_size(std::size_t input) const { return input + facts_.max_frame_overhead; }

  // The bytes written to `output`, which must be as long as `input`. After a failure the context is
  // not to be used: the sequence is broken.
  Outcome<std::size_t> unprotect(std::span<const std::byte> input, std::span<std::byte> output);

 private:
  const SecurityPlatform* platform_;
  Credential::Ptr credential_;  // outlives the context made with it
  ContextHandle context_;
  Facts facts_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_ESTABLISHED_H_
