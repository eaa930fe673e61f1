#include "driver/net/address_cache.h"

namespace negodbc::net {

AddressCache& AddressCache::of_process() {
  constexpr std::size_t most_hosts = 256;
  static auto* const instance = new AddressCache(most_hosts);
  return *instance;
}

std::string AddressCache::key(const Host& host) {
  return host.name + '\0' + std::to_string(host.port);
}

std::vector<Address> AddressCache::resolve(const Host& host, std::chrono::milliseconds lifetime,
                                           Deadline deadline) {
  if (lifetime.count() <= 0 || !host.address.empty()) return net::resolve(host, deadline);
  auto addresses = remembered(host, lifetime);
  if (!addresses.empty()) return addresses;
  addresses = net::resolve(host, deadline);
  known_.put(key(host), {addresses, Clock::now()});
  return addresses;
}

std::vector<Address> AddressCache::remembered(const Host& host,
                                              std::chrono::milliseconds lifetime) {
  auto known = known_.get(key(host));
  if (!known || Clock::now() - known->since >= lifetime) return {};
  return std::move(known->addresses);
}

}  // namespace negodbc::net
