#include <windows.h>

#include <atomic>
#include <chrono>
#include <mutex>

#include "cli/interruption.h"

namespace negodbc::cli {
namespace {

// Windows calls the handler on a thread of its own, which may be late.
std::mutex mutex;
session::Session* watched = nullptr;
std::atomic<bool> pressed = false;

BOOL WINAPI on_control(DWORD event) {
  if (event != CTRL_C_EVENT || pressed.exchange(true)) return FALSE;  // as ever
  const std::lock_guard lock(mutex);
  if (watched != nullptr) (void)watched->interrupt(Deadline::after(std::chrono::seconds(5)));
  return TRUE;
}

}  // namespace

struct Interruption::Watch {
  explicit Watch(session::Session& session) {
    pressed = false;
    const std::lock_guard lock(mutex);
    watched = &session;
    SetConsoleCtrlHandler(on_control, TRUE);
  }
  ~Watch() {
    SetConsoleCtrlHandler(on_control, FALSE);
    const std::lock_guard lock(mutex);
    watched = nullptr;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};

Interruption::Interruption(session::Session& session) : watch_(std::make_unique<Watch>(session)) {}
Interruption::~Interruption() = default;

bool Interruption::happened() const {
  return pressed;
}

}  // namespace negodbc::cli
