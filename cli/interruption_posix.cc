#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "cli/interruption.h"

namespace negodbc::cli {
namespace {

sigset_t interrupt_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

// A thread takes the signal, since a handler could send nothing.
struct Interruption::Watch {
  explicit Watch(session::Session& session) {
    const sigset_t set = interrupt_signal();
    pthread_sigmask(SIG_BLOCK, &set, &before);
    thread = std::thread([this, &session, set] {
      int signal = 0;
      if (sigwait(&set, &signal) != 0 || ending) return;
      happened = true;
      // From here on the signal does to this thread what it does to programs.
      pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
      (void)session.interrupt(Deadline::after(std::chrono::seconds(5)));
    });
  }
  ~Watch() {
    ending = true;
    if (!happened) pthread_kill(thread.native_handle(), SIGINT);
    thread.join();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  sigset_t before = {};
  std::atomic<bool> ending = false;
  std::atomic<bool> happened = false;
  std::thread thread;
};

Interruption::Interruption(session::Session& session) : watch_(std::make_unique<Watch>(session)) {}
Interruption::~Interruption() = default;

bool Interruption::happened() const {
  return watch_->happened;
}

}  // namespace negodbc::cli
