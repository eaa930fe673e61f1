// What SCRAM derives from a password, kept for the process: the next login with the same password
// costs no PBKDF2, which is half of such a login's processor time at 4096 iterations.
//
// Keys are kept once the server has proved that it knows the password, so that a mistyped one never
// is, and forgotten when a login by them ends in any other way. They are found by a hash of all
// that they depend on (server, user, password, salt, iterations) keyed with random numbers of this
// process: the password itself is not kept, nor a hash that means something elsewhere. Keys are
// wiped when they go. Nothing is ever written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/auth/digest.h"
#include "driver/base/deadline.h"
#include "driver/base/lru_map.h"

namespace negodbc::auth {

// RFC 5802, section 3: ClientKey and ServerKey.
struct ScramKeys {
  ScramKeys() = default;
  ScramKeys(const ScramKeys&) = default;
  ScramKeys& operator=(const ScramKeys&) = default;
  ~ScramKeys();

  Sha256 client{};
  Sha256 server{};
};

// By PBKDF2, which is what takes the time. Throws net::Timeout.
ScramKeys derive_scram_keys(std::string_view password, std::string_view salt, unsigned iterations,
                            Deadline deadline);

// Any thread. A forked child has what its parent had.
class ScramKeyCache {
 public:
  static constexpr std::size_t capacity = 64;  // the one used longest ago goes

  static ScramKeyCache& of_process();  // never destroyed

  ScramKeyCache();
  ScramKeyCache(const ScramKeyCache&) = delete;
  ScramKeyCache& operator=(const ScramKeyCache&) = delete;
  ~ScramKeyCache();

  // Where the keys of this password are. `whose`: the server and the user.
  [[nodiscard]] std::string place(std::string_view whose, std::string_view password,
                                  std::string_view salt, unsigned iterations) const;
  std::optional<ScramKeys> get(const std::string& place) { return kept_.get(place); }
  void put(const std::string& place, const ScramKeys& keys) { kept_.put(place, keys); }
  void forget(const std::string& place) { kept_.erase(place); }

 private:
  Sha256 secret_{};
  LruMap<ScramKeys> kept_{capacity};
};

}  // namespace negodbc::auth
