// The thread that makes first legs ahead. It exists while there is something to make or to drop; at
// the exit of the process it is stopped before the libraries take themselves apart.
#ifndef NEGODBC_NEGOTIATE_WARM_FILLER_H_
#define NEGODBC_NEGOTIATE_WARM_FILLER_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "negotiate/plan.h"

namespace negodbc::auth {

class WarmFiller : public std::enable_shared_from_this<WarmFiller> {
 public:
  WarmFiller(const SecurityPlatform& platform, std::size_t max_plans);

  // Legs of this plan may be wanted. Does not wait, and allocates nothing while the thread exists.
  void wake(const Plan::Ptr& plan);

  // Makes no more for plans of these options until they are asked for again, and drops what it has
  // of them.
  void forget(const SessionOptions& options);

  // Makes no more, drops what was made, and waits (a second at most) for the thread to be out of
  // the library.
  void stop();

 private:
  void serve();
  static void try_to_fill(Plan& plan);
  static void fill(Plan& plan);

  const SecurityPlatform& platform_;
  const std::size_t max_plans_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Plan::Ptr> asked_;            // wants looking at; each once
  std::vector<Plan::Ptr> holding_;          // has legs that will grow old
  std::vector<Plan::Ptr> work_;             // the thread's; room for it is made before there is one
  std::optional<ThreadIdentity> identity_;  // of the last thread that has asked for legs
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_WARM_FILLER_H_
