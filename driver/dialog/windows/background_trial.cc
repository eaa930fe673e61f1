#include "driver/dialog/windows/background_trial.h"

#include <process.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <utility>

#include "driver/base/error.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/diagnosis.h"
#include "driver/dialog/windows/doctor.h"
#include "driver/login/login_settings.h"

namespace negodbc::dialog {

namespace {

Outcome outcome_of(const dsn::Settings& settings, HANDLE stop) {
  using std::chrono::seconds;
  const std::string doctor = doctor_beside_driver();
  if (doctor.empty()) return try_login(settings);
  // It takes less than the time of two logins, and has to start.
  const auto time =
      std::chrono::ceil<seconds>(2 * dsn::login_settings(settings).timeout) + seconds(5);
  const Examined examined =
      run_doctor(doctor, Secret(connection_to_examine(settings)), stop, Deadline::after(time));
  switch (examined.end) {
    case Examined::End::told:
      if (std::optional<Outcome> outcome = outcome_of_report(examined.report))
        return *std::move(outcome);
      break;
    case Examined::End::not_there:
      break;
    case Examined::End::stopped:
      return {};  // for nobody
    case Examined::End::too_late:
      return {false, doctor + " has come to no end within " + std::to_string(time.count()) +
                         " seconds, and was stopped."};
  }
  return try_login(settings);
}

}  // namespace

struct BackgroundTrial::State {
  State() : stop(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  ~State() {
    if (stop != nullptr) CloseHandle(stop);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::mutex mutex;
  HWND window = nullptr;  // null: gone
  HANDLE stop = nullptr;  // an event
  dsn::Settings settings;
  std::optional<Outcome> outcome;
};

void BackgroundTrial::stop() noexcept {
  if (!state_) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->window = nullptr;
  }
  SetEvent(state_->stop);
  state_.reset();
}

unsigned __stdcall BackgroundTrial::run(void* argument) noexcept {
  const std::unique_ptr<std::shared_ptr<State>> state(
      static_cast<std::shared_ptr<State>*>(argument));
  State& mine = **state;
  Outcome outcome;
  try {
    outcome = outcome_of(mine.settings, mine.stop);
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
  if (state->stop == nullptr)
    throw Error("HY000", "no event for the test: " + system_error_text(GetLastError()));
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
