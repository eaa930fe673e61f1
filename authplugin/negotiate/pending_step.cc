#include "negotiate/pending_step.h"

#include <system_error>
#include <utility>

#include "negotiate/guarded.h"

namespace negodbc::auth {

PendingStep::PendingStep(std::shared_ptr<Session> session, std::span<const std::byte> input,
                         Clock::time_point deadline, StepNotice notice)
    : session_(std::move(session)),
      input_(copy_bytes(input.data(), input.size())),
      deadline_(deadline),
      process_(session_->platform().process_id()),
      notice_(notice),
      watch_(&session_->stop(), [this] { tell(); }) {}

// The step's turn on a helper. It ends the step, too, when there comes to be none for it.
class PendingStep::Turn {
 public:
  explicit Turn(std::shared_ptr<PendingStep> step) : step_(std::move(step)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (step_ == nullptr) return;
    step_->come_to([]() -> negodbc_auth_status {
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    });
  }
  void run() {
    const std::shared_ptr<PendingStep> step = std::exchange(step_, nullptr);
    std::span<const std::byte> token;
    step->come_to(
        [&] {
          const auto left =
              std::chrono::duration_cast<std::chrono::milliseconds>(step->deadline_ - Clock::now());
          return step->session_->step(step->input_, left, &token);
        },
        &token);
  }

 private:
  std::shared_ptr<PendingStep> step_;
};

std::shared_ptr<PendingStep> PendingStep::start(const SecurityPlatform& platform,
                                                std::shared_ptr<Session> session,
                                                std::span<const std::byte> input,
                                                Clock::time_point deadline, StepNotice notice) {
  const HelperAge age = session->helper_age();
  std::shared_ptr<PendingStep> step(new PendingStep(std::move(session), input, deadline, notice));
  const auto turn = std::make_shared<Turn>(step);
  try {
    step->work_ = run_later(
        platform, [turn] { turn->run(); }, age);
  } catch (...) {
    // None was started, and the notice has nothing to tell of.
    const std::lock_guard lock(step->mutex_);
    step->abandoned_ = true;
    throw;
  }
  return step;
}

template <typename Body>
void PendingStep::come_to(Body body, const std::span<const std::byte>* token) {
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return;
  }
  Result result;
  result.status = guarded(*session_, body);
  if (token != nullptr) result.token = *token;
  {
    const std::lock_guard lock(mutex_);
    result_ = result;
  }
  tell();
}

void PendingStep::tell() {
  const std::lock_guard lock(mutex_);
  const StepNotice notice = std::exchange(notice_, {});
  if (notice.ready != nullptr) notice.ready(notice.data);
}

std::optional<PendingStep::Result> PendingStep::result() {
  const std::lock_guard lock(mutex_);
  if (result_) notice_ = {};
  return result_;
}

void PendingStep::abandon(const SecurityPlatform& platform) {
  {
    const std::lock_guard lock(mutex_);
    notice_ = {};
    abandoned_ = true;
  }
  session_->abandon();
  work_.take_back(platform);
}

}  // namespace negodbc::auth
