// What a handle of the C ABI stands for: a session, and the step of it that goes on by itself.
#ifndef NEGODBC_NEGOTIATE_SESSION_HANDLE_H_
#define NEGODBC_NEGOTIATE_SESSION_HANDLE_H_

#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "negotiate/pending_step.h"
#include "negotiate/session.h"

namespace negodbc::auth {

class SessionHandle : public Pooled {
 public:
  template <typename... Arguments>
  explicit SessionHandle(Arguments&&... arguments)
      : session_(std::allocate_shared<Session>(PoolAllocator<Session>(),
                                               std::forward<Arguments>(arguments)...)),
        stop_(session_, &session_->stop()) {}
  // Does not wait for a step that goes on.
  ~SessionHandle();
  SessionHandle(const SessionHandle&) = delete;
  SessionHandle& operator=(const SessionHandle&) = delete;

  // NULL: a helper has it.
  Session* session() { return pending_ == nullptr ? session_.get() : nullptr; }

  // Ends what runs, or comes next. The one function for other threads.
  void cancel() { stop_->stop(); }

  // As the ABI's; one of start_step() with nothing pending.
  negodbc_auth_status start_step(std::span<const std::byte> input,
                                 std::chrono::milliseconds timeout, StepNotice notice,
                                 std::span<const std::byte>* token);
  negodbc_auth_status finish_step(std::span<const std::byte>* token);

 private:
  negodbc_auth_status leave_behind(bool cancelled);
  // Whether the step that is under way is a parent's, before fork(); then it is left alone.
  bool leave_parents_step();

  std::shared_ptr<Session> session_;
  // Of the first session, which another may have taken the place of.
  const std::shared_ptr<Stop> stop_;
  std::shared_ptr<PendingStep> pending_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SESSION_HANDLE_H_
