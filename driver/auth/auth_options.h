// What a user may ask of the ways of login.
#pragma once

#include "driver/base/secret.h"

namespace negodbc::auth {

// Ways of login the client accepts: libpq's require_auth.
enum class AuthMethod : unsigned {
  none = 1,  // AuthenticationOk at once
  password = 2,
  md5 = 4,
  scram = 8,
  gss = 16,
  sspi = 32,
  oauth = 64,
};

enum class ChannelBinding { disable, prefer, require };

enum class IntegratedLogin {
  automatic,  // when no password is given, or the server asks for it
  required,   // Trusted_Connection=Yes and its synonyms
  never,      // Trusted_Connection=No
};

struct AuthOptions {
  Secret password;
  Secret oauth_token;            // a bearer token that somebody else has fetched
  unsigned require_auth = 0;     // AuthMethod bits; 0: no restriction
  bool keep_scram_keys = true;   // what SCRAM derives from the password: scram_keys.h
  bool allow_cleartext = false;  // a cleartext password also without TLS
  ChannelBinding channel_binding = ChannelBinding::prefer;
  IntegratedLogin integrated = IntegratedLogin::automatic;
};

}  // namespace negodbc::auth
