// A bounded map for what a process remembers: when it is full, what was not used longest goes.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "driver/base/fork_mutex.h"

namespace negodbc {

// Any thread; a forked child has what its parent had. Values are handed out as copies.
template <class Value>
class LruMap {
 public:
  explicit LruMap(std::size_t capacity) : capacity_(capacity) {}

  std::optional<Value> get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }

  // What is replaced or dropped is destroyed without the lock.
  void put(std::string_view key, Value value) {
    Entries gone;
    const std::lock_guard lock(mutex_);
    take(key, gone);
    entries_.emplace_front(key, std::move(value));
    index_.emplace(entries_.front().first, entries_.begin());
    if (entries_.size() > capacity_) take(entries_.back().first, gone);
  }

  void erase(std::string_view key) {
    Entries gone;
    const std::lock_guard lock(mutex_);
    take(key, gone);
  }

  void clear() {
    Entries gone;
    const std::lock_guard lock(mutex_);
    index_.clear();
    gone.swap(entries_);
  }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;  // the latest used first

  void take(std::string_view key, Entries& into) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    const auto entry = found->second;
    index_.erase(found);
    into.splice(into.begin(), entries_, entry);
  }

  const std::size_t capacity_;
  ForkMutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, typename Entries::iterator> index_;
};

}  // namespace negodbc
