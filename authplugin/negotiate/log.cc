#include "negotiate/log.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>

#include "negotiate/security_platform.h"

namespace negodbc::auth {
namespace {

// Never freed, because a thread may be about to look at it: there are as many as calls of set_log()
// and forks in their wake.
struct Log {
  negodbc_auth_log to{};
  std::uint64_t process = 0;
  const Log* before = nullptr;
  std::atomic<std::uint32_t> running{0};  // calls of `to`
};
std::atomic<Log*> g_log{nullptr};

std::uint64_t this_process() {
  return system_platform().process_id();
}

// NULL: there is none. In a child of a fork the parent's calls never end, so it counts its own.
Log* log_of_process() {
  Log* now = g_log.load();
  while (now != nullptr && now->process != this_process()) {
    auto mine = std::make_unique<Log>();
    mine->to = now->to;
    mine->process = this_process();
    mine->before = now;
    if (g_log.compare_exchange_strong(now, mine.get())) return mine.release();
  }
  return now;
}

bool wants(const Log& log, LogLevel level) {
  return log.to.write != nullptr && static_cast<std::uint32_t>(level) <= log.to.level;
}

}  // namespace

bool logs(LogLevel level) noexcept {
  const Log* const now = g_log.load();
  return now != nullptr && wants(*now, level);
}

void log(LogLevel level, const char* line) noexcept {
  try {
    Log* const now = log_of_process();
    if (now == nullptr || !wants(*now, level)) return;
    ++now->running;
    // Either set_log() sees this call, or this call sees set_log().
    if (g_log.load() == now) {
      now->to.write(now->to.data, static_cast<std::uint32_t>(level), line);
    }
    --now->running;
  } catch (const std::exception&) {
    // A line that there is no memory for is left out.
  }
}

void set_log(const negodbc_auth_log& log) {
  auto made = std::make_unique<Log>();
  made->to = log;
  made->process = this_process();
  Log* const mine = made.release();
  Log* before = g_log.load();
  do {
    mine->before = before;
  } while (!g_log.compare_exchange_weak(before, mine));
  while (before != nullptr && before->process == mine->process && before->running != 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace negodbc::auth
