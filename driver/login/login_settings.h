// What a login needs to know: what each room below takes of it, and the login's own. Filled by
// driver/dsn from keywords; plain data.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "driver/auth/auth_options.h"
#include "driver/encryption/encryption_options.h"
#include "driver/log/log.h"
#include "driver/net/host.h"
#include "driver/net/socket_options.h"

namespace negodbc::login {

enum class TargetSession { any, read_write, read_only, primary, standby, prefer_standby };

// What is taken for granted about the way of login a server will ask for.
enum class ServerAuth {
  learn,  // what it asked for the last time
  gss,    // AuthenticationGSS, from the first login on
  sspi,   // AuthenticationSSPI
  ask,    // nothing
};

struct LoginSettings : net::SocketOptions, encryption::EncryptionOptions, auth::AuthOptions {
  std::vector<net::Host> hosts;
  bool load_balance_hosts = false;  // shuffle the list
  TargetSession target_session = TargetSession::any;
  std::string database;                      // empty: the user's name
  std::string user;                          // empty: the principal's, or the operating system's
  bool strip_realm = true;                   // the user name from alice@REALM: alice
  std::chrono::milliseconds timeout{15000};  // for everything: DNS, KDC, TCP, TLS, login, all hosts
  std::chrono::milliseconds address_lifetime{1000};  // what a name resolved to; 0: not remembered

  // Sent in the StartupMessage, beside user and database: client_encoding, DateStyle,
  // application_name, ...
  std::vector<std::pair<std::string, std::string>> startup_parameters;

  ServerAuth server_auth = ServerAuth::learn;
  log::Log* log = nullptr;  // not owned: who logs in has it; null: none
};

}  // namespace negodbc::login
