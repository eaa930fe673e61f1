// Calls that may hang (DNS, KDC) run on a helper thread, so that the caller can give up in time.
#ifndef NEGODBC_NEGOTIATE_DEADLINE_H_
#define NEGODBC_NEGOTIATE_DEADLINE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "negotiate/security_platform.h"
#include "negotiate/stop.h"

namespace negodbc::auth {

// The most threads of a process that are busy with this: a KDC that hangs must not cost one for
// each login.
inline constexpr std::size_t kMaxHelpers = 64;

// Runs `work` on a helper thread. True: it has run, and its effects are visible. False: the time
// ran out, or `stop` (NULL: none) was stopped; the work goes on, or never begins, and nothing that
// it touches may belong to the caller.
// It must own what it uses, and is destroyed on the helper thread, or where it has never begun. An
// exception of the work comes out here.
//
// Helper threads are kept for the next call, because GSSAPI libraries keep state per thread that is
// dear to make. When kMaxHelpers are busy, or the system has no more threads, the work waits for
// one of them. One that has worked before the configuration changed (SecurityPlatform::era) does no
// work of after it. The helper sees what the caller sees (SecurityPlatform::surroundings): one that
// does not, because the caller has left what it was made in, is replaced by one that the caller
// makes. A thread whose ids or surroundings are not its process's, or whose work depends on what
// can't be compared (HelperAge::kNew), has a helper of its own each time, which takes on what it
// does not come with (SecurityPlatform::thread_role) and ends with the work; it is not counted.
// Where it can't be made to, that ends with std::errc::operation_not_permitted. A child after fork
// has none of its parent's and starts its own. Throws std::system_error when there is no thread and
// none can be made.
//
// On a helper thread it runs the work there, however long that takes: helpers that wait for helpers
// could use them all up, and who waits for this one keeps the time itself.
enum class HelperAge : std::uint8_t { kAny, kNew };
bool run_with_deadline(const SecurityPlatform& platform, std::chrono::milliseconds timeout,
                       std::function<void()> work, Stop* stop = nullptr,
                       HelperAge age = HelperAge::kAny);

// The helpers that there are do no work that is handed over from now on: callers make others, which
// are as they are, also in what the platform can't compare. Any thread; does not fail.
void retire_helpers();

// Runs `work` on a helper thread, as above, without waiting for it; what it throws is dropped.
// Throws std::system_error when no thread can be made, and none that is busy may do it. Where that
// comes to be so while it waits, it ends without having begun, on whatever thread that is: nobody
// is there to make one.
class LaterWork {
 public:
  LaterWork() = default;
  // Where it has not begun, it never will, and ends here.
  void take_back(const SecurityPlatform& platform);

 private:
  friend LaterWork run_later(const SecurityPlatform& platform, std::function<void()> work,
                             HelperAge age);
  std::shared_ptr<void> call_;
};
LaterWork run_later(const SecurityPlatform& platform, std::function<void()> work,
                    HelperAge age = HelperAge::kAny);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_DEADLINE_H_
