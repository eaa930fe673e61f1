#include "driver/connect/known_servers.h"

#include <mutex>

namespace negodbc::connect {

KnownServers& KnownServers::of_process() {
  static auto* const instance = new KnownServers;
  return *instance;
}

KnownServers::Way KnownServers::way(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return Way::unknown;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void KnownServers::set(std::string_view key, Way way) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found != index_.end()) {
    if (way != Way::unknown) {
      found->second->second = way;
      return;
    }
    const auto entry = found->second;
    index_.erase(found);
    entries_.erase(entry);
    return;
  }
  if (way == Way::unknown) return;
  entries_.emplace_front(key, way);
  index_.emplace(entries_.front().first, entries_.begin());
  if (entries_.size() <= capacity_) return;
  index_.erase(entries_.back().first);
  entries_.pop_back();
}

void KnownServers::clear() {
  const std::lock_guard lock(mutex_);
  index_.clear();
  entries_.clear();
}

std::string server_key(const LoginSettings& settings, const Host& host, const Address& address,
                       const std::string& user, Encryption encryption) {
  std::string key;
  // No part holds a zero byte: the StartupMessage and the plugin take none.
  const auto add = [&key](std::string_view part) {
    key += part;
    key += '\0';
  };
  add(host.name);
  add(address.text);
  add(std::to_string(host.port));
  add(user);
  add(settings.database);
  add(settings.auth_package);
  add(settings.kerberos_service);
  add(settings.realm);
  add(settings.server_spn);
  key += static_cast<char>('0' + static_cast<int>(encryption));
  return key;
}

}  // namespace negodbc::connect
