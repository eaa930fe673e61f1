#include "driver/login/known_servers.h"

namespace negodbc::login {

KnownServers& KnownServers::of_process() {
  static auto* const instance = new KnownServers;
  return *instance;
}

std::string server_key(const LoginSettings& settings, const net::Host& host,
                       const net::Address& address, const std::string& user,
                       encryption::Encryption encryption) {
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

}  // namespace negodbc::login
