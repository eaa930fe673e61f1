// A Test beside the window, which stays usable meanwhile: by the doctor that is installed beside
// the driver, or where there is none by a login.
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
  ~BackgroundTrial() { stop(); }
  BackgroundTrial(const BackgroundTrial&) = delete;
  BackgroundTrial& operator=(const BackgroundTrial&) = delete;

  [[nodiscard]] bool running() const { return state_ != nullptr; }
  // Throws Error HY000 where no thread is to be had.
  void start(HWND window, const dsn::Settings& settings);
  // It tells nobody any more. The doctor ends at once, a login by its time-out.
  void stop() noexcept;
  // Once, when the window has got `finished`; nothing: that was of one that was stopped.
  std::optional<Outcome> take();

 private:
  struct State;
  static unsigned __stdcall run(void* argument) noexcept;

  std::shared_ptr<State> state_;
};

}  // namespace negodbc::dialog
