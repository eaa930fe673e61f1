// The addresses of host names, remembered for a moment: in a connection storm each login would ask
// the resolver, on a thread of its own, what the one before has just been told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/lru_map.h"
#include "driver/net/resolve.h"

namespace negodbc::net {

class AddressCache {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AddressCache(std::size_t capacity) : known_(capacity) {}
  static AddressCache& of_process();  // never destroyed

  // What resolve() gives, not older than `lifetime`; zero: asked for anew, and not remembered.
  std::vector<Address> resolve(const Host& host, std::chrono::milliseconds lifetime,
                               Deadline deadline);
  // Without asking; none when it is not known, or too old.
  std::vector<Address> remembered(const Host& host, std::chrono::milliseconds lifetime);
  // None of the addresses answered: the next login asks the resolver.
  void forget(const Host& host) { known_.erase(key(host)); }

 private:
  struct Known {
    std::vector<Address> addresses;
    Clock::time_point since;
  };
  static std::string key(const Host& host);

  LruMap<Known> known_;
};

}  // namespace negodbc::net
