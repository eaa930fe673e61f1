// What a login needs to know, typed. Filled by driver/dsn from keywords; plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "driver/base/secret.h"

namespace negodbc::connect {

// One server of the list; they are tried in turn (libpq "Specifying Multiple Hosts").
struct Host {
  std::string name;  // a host name, an IP address, or a directory of a Unix-domain socket ("/...")
  std::string address;  // hostaddr: when given, nothing is resolved; name still names the SPN and
                        // the certificate
  std::uint16_t port = 5432;
};

enum class SslMode { disable, allow, prefer, require, verify_ca, verify_full };  // libpq's meanings
enum class GssEncMode { disable, prefer, require };
enum class ChannelBinding { disable, prefer, require };
enum class TargetSession { any, read_write, read_only, primary, standby, prefer_standby };

// Ways of login the client accepts: libpq's require_auth.
enum class AuthMethod : unsigned {
  none = 1,  // AuthenticationOk at once
  password = 2,
  md5 = 4,
  scram = 8,
  gss = 16,
  sspi = 32,
};

enum class IntegratedLogin {
  automatic,  // when no password is given, or the server asks for it
  required,   // Trusted_Connection=Yes and its synonyms
  never,      // Trusted_Connection=No
};

// What is taken for granted about the way of login a server will ask for.
enum class ServerAuth {
  learn,  // what it asked for the last time
  gss,    // AuthenticationGSS, from the first login on
  sspi,   // AuthenticationSSPI
  ask,    // nothing
};

struct LoginSettings {
  std::vector<Host> hosts;
  bool load_balance_hosts = false;  // shuffle the list
  TargetSession target_session = TargetSession::any;
  std::string database;  // empty: the user's name
  std::string user;      // empty: the principal's, or the operating system's
  Secret password;
  std::chrono::milliseconds timeout{15000};  // for everything: DNS, KDC, TCP, TLS, login, all hosts

  std::chrono::milliseconds address_lifetime{1000};  // what a name resolved to; 0: not remembered

  // Sent in the StartupMessage, beside user and database: client_encoding, DateStyle,
  // application_name, ...
  std::vector<std::pair<std::string, std::string>> startup_parameters;

  SslMode ssl_mode = SslMode::prefer;
  std::string ssl_cert, ssl_key, ssl_root_cert, ssl_crl;
  Secret ssl_password;
  std::string ssl_min_version = "TLSv1.2";
  std::string ssl_max_version;
  bool ssl_sni = true;
  bool ssl_direct = false;  // sslnegotiation=direct (PostgreSQL 17)

  unsigned require_auth = 0;     // AuthMethod bits; 0: no restriction
  bool allow_cleartext = false;  // a cleartext password also without TLS
  ChannelBinding channel_binding = ChannelBinding::prefer;

  IntegratedLogin integrated = IntegratedLogin::automatic;
  ServerAuth server_auth = ServerAuth::learn;
  std::string auth_plugin;  // absolute path; empty: the one beside the driver
  // "Negotiate", "Kerberos", "NTLM"; "": Kerberos when the server asks for GSS, else Negotiate
  std::string auth_package;
  std::string gss_library = "auto";           // auto, heimdal, mit, a path
  std::string kerberos_service = "postgres";  // KrbSrvName
  std::string server_spn;                     // ServerSPN: overrides service, host and realm
  std::string realm;
  bool strip_realm = true;  // the user name from alice@REALM: alice
  std::string credential_cache, client_keytab, principal;
  Secret principal_password;  // of principal, at the KDC
  // The program's, which keeps it until the login is through; not looked at afterwards.
  void* native_credential = nullptr;
  std::string diagnosis_log;       // a file; empty: none
  std::uint32_t delegation = 0;    // NEGODBC_AUTH_DELEGATE_*
  std::uint32_t canonicalize = 0;  // NEGODBC_AUTH_CANONICALIZE_*
  std::uint32_t min_ticket_lifetime_s = 15;
  // What the plugin keeps between logins; 0: nothing.
  std::uint32_t credential_copies = 16;
  std::uint32_t warm_contexts = 0;
  std::uint32_t target_lifetime_s = 300;
  bool pooled_buffers = true;
  bool mutual = true;
  bool allow_ntlm = false;
  GssEncMode gssenc_mode = GssEncMode::disable;

  bool keepalives = true;
  int keepalives_idle = 0, keepalives_interval = 0,
      keepalives_count = 0;  // seconds, 0: the system's
  int tcp_user_timeout_ms = 0;
};

}  // namespace negodbc::connect
