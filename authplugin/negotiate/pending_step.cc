#include "negotiate/pending_step.h"

#include <utility>

#include "negotiate/guarded.h"

namespace negodbc::auth {

PendingStep::PendingStep(std::shared_ptr<Session> session, std::span<const std::byte> input,
                         Clock::time_point deadline, StepNotice notice)
    : session_(std::move(session)),
      input_(copy_bytes(input.data(), input.size())),
      deadline_(deadline),
      notice_(notice),
      watch_(&session_->stop(), [this] { tell(); }) {}

std::shared_ptr<PendingStep> PendingStep::start(const SecurityPlatform& platform,
                                                std::shared_ptr<Session> session,
                                                std::span<const std::byte> input,
                                                Clock::time_point deadline, StepNotice notice) {
  std::shared_ptr<PendingStep> step(new PendingStep(std::move(session), input, deadline, notice));
  step->work_ = run_later(platform, [step] { step->run(); });
  return step;
}

void PendingStep::run() {
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return;
  }
  Result come_to;
  come_to.status = guarded(*session_, [&] {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
    return session_->step(input_, left, &come_to.token);
  });
  {
    const std::lock_guard lock(mutex_);
    result_ = come_to;
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
