// A Test beside the window, which stays usable while the login takes its time.
#pragma once

#include <windows.h>

#include <memory>
#include <optional>

#include "driver/dialog/trial.h"

namespace negodbc::dialog {

class BackgroundTrial {
 public:
  static constexpr UINT finished = WM_APP + 1;  // the message that the window gets

  BackgroundTrial() = default;
  // A login that is still being made goes on by itself, and tells nobody.
  ~BackgroundTrial();
  BackgroundTrial(const BackgroundTrial&) = delete;
  BackgroundTrial& operator=(const BackgroundTrial&) = delete;

  [[nodiscard]] bool running() const { return state_ != nullptr; }
  // Throws Error HY000 where no thread is to be had.
  void start(HWND window, const dsn::Settings& settings);
  // Once, when the window has got `finished`.
  std::optional<Outcome> take();

 private:
  struct State;
  static unsigned __stdcall run(void* argument) noexcept;

  std::shared_ptr<State> state_;
};

}  // namespace negodbc::dialog
