#include "driver/dialog/windows/background_trial.h"

#include <process.h>

#include <cstdint>
#include <mutex>

#include "driver/base/error.h"
#include "driver/base/windows_text.h"

namespace negodbc::dialog {

struct BackgroundTrial::State {
  std::mutex mutex;
  HWND window = nullptr;  // null: gone
  dsn::Settings settings;
  std::optional<Outcome> outcome;
};

BackgroundTrial::~BackgroundTrial() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  state_->window = nullptr;
}

unsigned __stdcall BackgroundTrial::run(void* argument) noexcept {
  const std::unique_ptr<std::shared_ptr<State>> state(
      static_cast<std::shared_ptr<State>*>(argument));
  State& mine = **state;
  Outcome outcome;
  try {
    outcome = try_login(mine.settings);
  } catch (const std::exception& error) {
    outcome.text = error.what();
  }
  const std::lock_guard lock(mine.mutex);
  mine.outcome = std::move(outcome);
  if (mine.window != nullptr) PostMessageW(mine.window, finished, 0, 0);
  return 0;
}

void BackgroundTrial::start(HWND window, const dsn::Settings& settings) {
  auto state = std::make_shared<State>();
  state->window = window;
  state->settings = settings;
  // The driver's module stays loaded (DllMain), so that its code may outlive the dialog.
  auto argument = std::make_unique<std::shared_ptr<State>>(state);
  const std::uintptr_t thread = _beginthreadex(nullptr, 0, &run, argument.get(), 0, nullptr);
  if (thread == 0)
    throw Error("HY000", "no thread for the test: " + system_error_text(GetLastError()));
  (void)argument.release();
  CloseHandle(reinterpret_cast<HANDLE>(thread));
  state_ = std::move(state);
}

std::optional<Outcome> BackgroundTrial::take() {
  if (!state_) return std::nullopt;
  std::optional<Outcome> outcome;
  {
    const std::lock_guard lock(state_->mutex);
    outcome = std::move(state_->outcome);
  }
  if (outcome) state_.reset();
  return outcome;
}

}  // namespace negodbc::dialog
