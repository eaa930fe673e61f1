// A step that goes on on a helper thread while its session's owner does something else.
#ifndef NEGODBC_NEGOTIATE_PENDING_STEP_H_
#define NEGODBC_NEGOTIATE_PENDING_STEP_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "negotiate/deadline.h"
#include "negotiate/session.h"

namespace negodbc::auth {

// Called once, when result() has something to tell or the session is stopped; on whatever thread
// that happens, with a lock held, so that it must not come back into the plugin. The deadline alone
// does not call it.
struct StepNotice {
  void (*ready)(void* data) = nullptr;  // NULL: none
  void* data = nullptr;
};

class PendingStep {
 public:
  using Clock = std::chrono::steady_clock;

  // The helper has the session for itself from now on, until result() tells something. Throws
  // std::system_error where there is no thread.
  static std::shared_ptr<PendingStep> start(const SecurityPlatform& platform,
                                            std::shared_ptr<Session> session,
                                            std::span<const std::byte> input,
                                            Clock::time_point deadline, StepNotice notice);
  PendingStep(const PendingStep&) = delete;
  PendingStep& operator=(const PendingStep&) = delete;

  // What the step has come to, the token being the session's; nothing: it goes on.
  struct Result {
    negodbc_auth_status status = NEGODBC_AUTH_OK;
    std::span<const std::byte> token;
  };
  std::optional<Result> result();
  Clock::time_point deadline() const { return deadline_; }
  // A child after fork has none of its helpers, and may have its lock as it was held: nothing of a
  // parent's step may be touched there.
  std::uint64_t process() const { return process_; }

  // Its session is the helper's for good. The notice is not called any more; one that is being
  // called is waited for.
  void abandon(const SecurityPlatform& platform);

 private:
  PendingStep(std::shared_ptr<Session> session, std::span<const std::byte> input,
              Clock::time_point deadline, StepNotice notice);
  class Turn;
  // `token`: where the body leaves it; NULL: nowhere.
  template <typename Body>
  void come_to(Body body, const std::span<const std::byte>* token = nullptr);
  void tell();

  const std::shared_ptr<Session> session_;
  const SecretBytes input_;
  const Clock::time_point deadline_;
  const std::uint64_t process_;
  std::mutex mutex_;  // held over the notice
  StepNotice notice_;
  std::optional<Result> result_;
  bool abandoned_ = false;
  LaterWork work_;
  const Stop::Watch watch_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_PENDING_STEP_H_
