#include "negotiate/session_handle.h"

#include <memory>
#include <optional>
#include <utility>

namespace negodbc::auth {

SessionHandle::~SessionHandle() {
  leave_parents_step();
  if (pending_ != nullptr) pending_->abandon(session_->platform());
}

negodbc_auth_status SessionHandle::start_step(std::span<const std::byte> input,
                                              std::chrono::milliseconds timeout, StepNotice notice,
                                              std::span<const std::byte>* token) {
  if (const auto refused = session_->refuse_to_start()) return *refused;
  if (timeout.count() <= 0) return session_->step(input, timeout, token);
  if (const auto status = session_->step_at_once(input, token)) return *status;
  session_->prepare_to_start();
  pending_ = PendingStep::start(session_->platform(), session_, input,
                                PendingStep::Clock::now() + timeout, notice);
  return NEGODBC_AUTH_PENDING;
}

bool SessionHandle::leave_parents_step() {
  if (pending_ == nullptr || pending_->process() == session_->platform().process_id()) return false;
  // Not freed either: its end would take its lock.
  new std::shared_ptr<PendingStep>(std::move(pending_));
  return true;
}

negodbc_auth_status SessionHandle::finish_step(std::span<const std::byte>* token) {
  if (leave_parents_step()) {
    session_ = session_->told_to_have_ended(false, Wait::kParent);
    return session_->open_status();
  }
  if (pending_ == nullptr) return NEGODBC_AUTH_E_STATE;
  if (const std::optional<PendingStep::Result> result = pending_->result()) {
    pending_.reset();
    *token = result->token;
    return result->status;
  }
  if (stop_->stopped()) return leave_behind(true);
  return PendingStep::Clock::now() >= pending_->deadline() ? leave_behind(false)
                                                           : NEGODBC_AUTH_PENDING;
}

negodbc_auth_status SessionHandle::leave_behind(bool cancelled) {
  std::shared_ptr<Session> told = session_->told_to_have_ended(cancelled);
  pending_->abandon(session_->platform());
  pending_.reset();
  session_ = std::move(told);
  return session_->open_status();
}

}  // namespace negodbc::auth
