// What a user may ask of a login by Kerberos ticket or Windows session, in the plugin's terms
// (negodbc/auth_plugin.h).
#pragma once

#include <cstdint>
#include <string>

#include "driver/base/secret.h"

namespace negodbc::auth {

struct TicketOptions {
  std::string auth_plugin;  // absolute path; empty: the one beside the driver
  // "Negotiate", "Kerberos", "NTLM"; "": Kerberos when the server asks for GSS, else Negotiate
  std::string auth_package;
  std::string gss_library = "auto";           // auto, heimdal, mit, a path
  std::string kerberos_service = "postgres";  // KrbSrvName
  std::string server_spn;                     // ServerSPN: overrides service, host and realm
  std::string realm;
  std::string credential_cache, client_keytab, principal;
  Secret principal_password;  // of principal, at the KDC
  // The program's, which keeps it until the login is through; not looked at afterwards.
  void* native_credential = nullptr;
  std::string diagnosis_log;       // a file; empty: none
  std::uint32_t delegation = 0;    // NEGODBC_AUTH_DELEGATE_*
  std::uint32_t canonicalize = 0;  // NEGODBC_AUTH_CANONICALIZE_*
  std::uint32_t sealing = 0;       // NEGODBC_AUTH_SEALING_*
  std::uint32_t min_ticket_lifetime_s = 15;
  // What the plugin keeps between logins; 0: nothing.
  std::uint32_t credential_copies = 16;
  std::uint32_t warm_contexts = 0;
  std::uint32_t target_lifetime_s = 300;
  bool pooled_buffers = true;
  bool mutual = true;
  bool allow_ntlm = false;
};

}  // namespace negodbc::auth
