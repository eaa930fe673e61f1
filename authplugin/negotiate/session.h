// A session of the C ABI: the initiator with its options, deadlines, diagnosis and the texts and
// tokens it has lent to the caller.
#ifndef NEGODBC_NEGOTIATE_SESSION_H_
#define NEGODBC_NEGOTIATE_SESSION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "negotiate/diagnosis.h"
#include "negotiate/initiator.h"

namespace negodbc::auth {

// The ABI's options, owned.
struct SessionOptions {
  CredentialRequest credential;
  ContextRequest context;
  std::string service;
  std::string host;
  std::string realm;
  bool whole_target = false;  // context.target was given
  Canonicalize canonicalize = Canonicalize::kNone;
  std::uint32_t min_lifetime_s = 15;
  std::string fault;  // what is wrong with the options; "" when nothing is
};

// Fields beyond options->size count as zero.
SessionOptions read_options(const negodbc_auth_options& options);

struct Counters {
  std::uint64_t sessions_opened;
  std::uint64_t sessions_established;
  std::uint64_t sessions_failed;
  std::uint64_t steps;
  std::uint64_t steps_timed_out;
  std::uint64_t credentials_acquired;
};
Counters counters();

class Session {
 public:
  Session(const SecurityPlatform& platform, SessionOptions options);

  // Why open() failed; OK when it did not.
  negodbc_auth_status open_status() const { return diagnosis_.status; }

  negodbc_auth_status principal(std::chrono::milliseconds timeout, const char** name);
  negodbc_auth_status step(std::span<const std::byte> input, std::chrono::milliseconds timeout,
                           std::span<const std::byte>* token);
  negodbc_auth_status protect(std::span<const std::byte> input, std::span<std::byte> output,
                              std::size_t* size);
  negodbc_auth_status unprotect(std::span<const std::byte> input, std::span<std::byte> output,
                                std::size_t* size);

  // NULL before the context is established.
  const Established::Facts* established() const {
    return established_ ? &established_->facts() : nullptr;
  }

  // Both live until the next call on the session.
  const Diagnosis& diagnosis() const { return diagnosis_; }
  const std::string& json();
  const std::string& status_text();

 private:
  enum class State : std::uint8_t { kOpen, kStepping, kEstablished, kFailed };
  struct Job;

  // Runs `job` within the time; fails the session when it runs out.
  template <typename Work>
  bool run(std::chrono::milliseconds timeout, const std::shared_ptr<Job>& job, Work work);
  std::shared_ptr<Job> new_job();
  void take_credential(const Job& job);
  negodbc_auth_status fail(const Failure& failure);
  negodbc_auth_status refuse(const Failure& failure);  // the session goes on

  const SecurityPlatform& platform_;
  std::shared_ptr<const SessionOptions> options_;
  State state_ = State::kOpen;
  Credential::Ptr credential_;
  std::string target_;
  std::optional<Initiator> initiator_;
  std::optional<Established> established_;
  Diagnosis diagnosis_;
  std::string principal_;
  SecretBytes token_;
  std::string json_;
  std::string status_text_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SESSION_H_
