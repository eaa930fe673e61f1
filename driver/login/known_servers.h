// What earlier logins of this process have shown about servers, so that the next one need not ask.
//
// Only what can't weaken a login is kept: how the server wants a user to be authenticated. That it
// declined TLS or GSS encryption is not, since nobody has vouched for such an answer: who forged it
// once would be obeyed later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "driver/base/lru_map.h"
#include "driver/encryption/encryption.h"
#include "driver/login/login_settings.h"
#include "driver/net/resolve.h"

namespace negodbc::login {

class KnownServers {
 public:
  enum class Way : unsigned char {
    unknown,
    gss,     // it asked for AuthenticationGSS and let the user in
    sspi,    // the same with AuthenticationSSPI
    other,   // it was thought to want one of these, and did not
    patient  // it wants one of these, but can't take the token before it has asked for it
  };

  // So many users of servers are known; about 1 MB when full.
  static constexpr std::size_t usual_capacity = 4096;
  explicit KnownServers(std::size_t capacity = usual_capacity) : ways_(capacity) {}

  // Everybody's, never destroyed.
  static KnownServers& of_process();

  // Any thread; a forked child has what its parent knew.
  [[nodiscard]] Way way(std::string_view key) { return ways_.get(key).value_or(Way::unknown); }
  void set(std::string_view key, Way way) { ways_.put(key, way); }
  void clear() { ways_.clear(); }

 private:
  LruMap<Way> ways_;
};

// What decides which line of pg_hba.conf is met, and what the first token depends on.
std::string server_key(const LoginSettings& settings, const net::Host& host,
                       const net::Address& address, const std::string& user,
                       encryption::Encryption encryption);

}  // namespace negodbc::login
