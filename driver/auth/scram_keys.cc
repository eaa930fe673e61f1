#include "driver/auth/scram_keys.h"

#include <cstdint>

#include "driver/auth/scram.h"
#include "driver/base/secret.h"

namespace negodbc::auth {

ScramKeys::~ScramKeys() {
  wipe(client.data(), client.size());
  wipe(server.data(), server.size());
}

ScramKeys derive_scram_keys(std::string_view password, std::string_view salt, unsigned iterations,
                            Deadline deadline) {
  Sha256 salted = scram_salted_password(password, salt, iterations, deadline);
  HmacSha256 keyed(view(salted));
  wipe(salted.data(), salted.size());
  ScramKeys keys;
  keys.client = keyed("Client Key");
  keys.server = keyed("Server Key");
  return keys;
}

ScramKeyCache::ScramKeyCache() {
  random_bytes(secret_);
}

ScramKeyCache::~ScramKeyCache() {
  wipe(secret_.data(), secret_.size());
}

std::string ScramKeyCache::place(std::string_view whose, std::string_view password,
                                 std::string_view salt, unsigned iterations) const {
  std::string all;
  std::size_t size = sizeof(std::uint64_t) * 3;
  for (const std::string_view part : {whose, password, salt}) size += part.size();
  all.reserve(size + sizeof iterations);  // no copy of the password is left behind by growing
  for (const std::string_view part : {whose, password, salt}) {
    const std::uint64_t length = part.size();
    all.append(reinterpret_cast<const char*>(&length), sizeof length);
    all += part;
  }
  all.append(reinterpret_cast<const char*>(&iterations), sizeof iterations);
  const Sha256 hash = HmacSha256(view(secret_))(all);
  wipe(all);
  return std::string(view(hash));
}

ScramKeyCache& ScramKeyCache::of_process() {
  static auto* const cache = new ScramKeyCache;
  return *cache;
}

}  // namespace negodbc::auth
