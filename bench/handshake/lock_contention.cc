// Which locks threads wait for: preloaded into a program, it counts the calls of
// pthread_mutex_lock() that found the mutex taken, by who called, and prints them when the program
// ends.
//
//   LD_PRELOAD=build/release/lib/libnegodbc-lock-contention.so build/release/bin/bench_first_leg
//
// What it does at a taken mutex takes time, so with it threads collide less often: it tells where,
// not how much.
#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <string>

namespace {

using Lock = int (*)(pthread_mutex_t*);
constexpr int kDepth = 5;  // frames that tell one place from another; the first is ours
constexpr std::size_t kPlaces = 256;
constexpr long kWorthTelling = 100;

struct Place {
  std::array<void*, kDepth> frames{};
  long waits = 0;
};

Lock next(const char* name) {
  return reinterpret_cast<Lock>(dlsym(RTLD_NEXT, name));
}

std::string name_of(void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "?";
  const std::string file = info.dli_fname;
  return std::string(info.dli_sname == nullptr ? "?" : info.dli_sname) + " (" +
         file.substr(file.rfind('/') + 1) + ")";
}

class Places {
 public:
  void add() {
    std::array<void*, kDepth> frames{};
    backtrace(frames.data(), kDepth);
    while (taken_.test_and_set(std::memory_order_acquire)) {
    }
    auto* const end = places_.begin() + used_;
    auto* place = std::find_if(places_.begin(), end, [&](const Place& known) {
      return std::equal(frames.begin() + 1, frames.end(), known.frames.begin() + 1);
    });
    if (place == end && used_ < kPlaces) {
      place->frames = frames;
      ++used_;
    }
    if (place != places_.end()) ++place->waits;
    taken_.clear(std::memory_order_release);
  }
  void print() {
    std::sort(places_.begin(), places_.begin() + used_,
              [](const Place& a, const Place& b) { return a.waits > b.waits; });
    for (std::size_t i = 0; i < used_ && places_[i].waits >= kWorthTelling; ++i) {
      std::printf("%8ld ", places_[i].waits);
      for (std::size_t frame = 1; frame < std::size_t{kDepth}; ++frame) {
        std::printf(" < %s", name_of(places_[i].frames[frame]).c_str());
      }
      std::printf("\n");
    }
  }

 private:
  std::atomic_flag taken_;
  std::array<Place, kPlaces> places_;
  std::size_t used_ = 0;
};
Places g_places;

__attribute__((destructor)) void print_places() {
  g_places.print();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const Lock lock = next("pthread_mutex_lock");
  static const Lock try_lock = next("pthread_mutex_trylock");
  if (try_lock(mutex) == 0) return 0;
  thread_local bool adding = false;  // backtrace() may lock, too
  if (!adding) {
    adding = true;
    g_places.add();
    adding = false;
  }
  return lock(mutex);
}
