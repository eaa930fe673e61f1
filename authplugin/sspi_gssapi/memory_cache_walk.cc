#include "sspi_gssapi/memory_cache_walk.h"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "sspi_gssapi/krb5_context.h"

namespace negodbc::sspi_gssapi {
namespace {

struct Ended {
  const GssLibrary* library;
  std::string name;
};

void destroy(const Ended& ended) {
  Krb5 krb5(ended.library->krb5);
  if (krb5.code() != 0) return;
  if (ended.library->krb5.krb5_cc_resolve(krb5.get(), ended.name.c_str(), &krb5.cache) != 0) return;
  ended.library->krb5.krb5_cc_destroy(krb5.get(), std::exchange(krb5.cache, nullptr));
}

}  // namespace

class MemoryCacheWalks {
 public:
  // A child of fork() has none of the parent's walks: it begins with an object of its own.
  static MemoryCacheWalks& instance() {
    static std::atomic<MemoryCacheWalks*> current = new MemoryCacheWalks;
    static const int registered = pthread_atfork(nullptr, nullptr, [] {
      auto* const anew = new (std::nothrow) MemoryCacheWalks;
      if (anew != nullptr) current = anew;
    });
    static_cast<void>(registered);  // on failure only a child forked during a walk is stuck
    return *current;
  }

  void begin() {
    turn_.lock();
    const std::lock_guard lock(mutex_);  // waits for those that are being destroyed
    walking_ = true;
  }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      walking_ = false;
      for (const Ended& one : ended_) destroy(one);
      ended_.clear();
    }
    turn_.unlock();
  }

  void destroy_now_or_later(Ended ended) {
    {
      const std::shared_lock lock(mutex_);
      if (!walking_) return destroy(ended);
    }
    const std::lock_guard lock(mutex_);
    if (!walking_) return destroy(ended);
    ended_.push_back(std::move(ended));
  }

 private:
  std::mutex turn_;          // of the walk; may be held over a wait for a KDC
  std::shared_mutex mutex_;  // guards what follows; shared: to destroy one now
  bool walking_ = false;
  std::vector<Ended> ended_;
};

MemoryCacheWalk::MemoryCacheWalk(bool walks)
    : walks_(walks ? &MemoryCacheWalks::instance() : nullptr) {
  if (walks_ != nullptr) walks_->begin();
}

MemoryCacheWalk::~MemoryCacheWalk() {
  if (walks_ != nullptr) walks_->end();
}

void destroy_memory_cache(const GssLibrary& library, const std::string& name) noexcept {
  try {
    MemoryCacheWalks::instance().destroy_now_or_later({&library, name});
  } catch (const std::bad_alloc&) {  // as the header says
  }
}

}  // namespace negodbc::sspi_gssapi
