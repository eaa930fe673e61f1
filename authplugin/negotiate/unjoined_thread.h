// A thread that nobody joins.
#ifndef NEGODBC_NEGOTIATE_UNJOINED_THREAD_H_
#define NEGODBC_NEGOTIATE_UNJOINED_THREAD_H_

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace negodbc::auth {

// Runs `work`, which throws nothing, on a thread of its own. Throws std::system_error when there
// is none, std::bad_alloc.
//
// The thread does not end before it is detached: MinGW's libwinpthread gives the memory of one that
// ends in the moment of pthread_detach() to two later ones, of which one runs nothing and the other
// crashes.
template <typename Work>
void run_unjoined(Work work) {
  const auto detached = std::make_shared<std::atomic<bool>>(false);
  std::thread thread([work = std::move(work), detached]() mutable {
    {
      Work mine = std::move(work);  // what it owns ends as soon as it is done
      mine();
    }
    detached->wait(false);
  });
  thread.detach();
  detached->store(true);
  detached->notify_one();
}

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_UNJOINED_THREAD_H_
