#include "driver/auth/auth_policy.h"

#include <initializer_list>

namespace negodbc::auth {
namespace {

constexpr AuthMethod all_methods[] = {AuthMethod::none,  AuthMethod::password, AuthMethod::md5,
                                      AuthMethod::scram, AuthMethod::gss,      AuthMethod::sspi};

bool has(unsigned set, AuthMethod method) {
  return (set & static_cast<unsigned>(method)) != 0;
}

bool is_integrated(AuthMethod method) {
  return method == AuthMethod::gss || method == AuthMethod::sspi;
}

bool is_password(AuthMethod method) {
  return method != AuthMethod::none && !is_integrated(method);
}

std::string asked_for(const net::Host& host, AuthMethod method) {
  if (method == AuthMethod::none)
    return host_and_port(host) + " let the user in without any authentication";
  return host_and_port(host) + " asks for the authentication method " +
         std::string(method_name(method));
}

}  // namespace

std::string_view method_name(AuthMethod method) {
  switch (method) {
    case AuthMethod::none:
      return "none";
    case AuthMethod::password:
      return "password";
    case AuthMethod::md5:
      return "md5";
    case AuthMethod::scram:
      return "scram-sha-256";
    case AuthMethod::gss:
      return "gss";
    case AuthMethod::sspi:
      return "sspi";
  }
  return "unknown";
}

void check_method(const AuthOptions& options, const net::Host& host, AuthMethod method,
                  bool binds_channel) {
  if (options.integrated == IntegratedLogin::required && is_password(method)) {
    throw net::LoginError(
        "28000", asked_for(host, method) +
                     " although integrated login is required; no password was sent. The server's "
                     "pg_hba.conf has no gss line that comes first for this user, database and "
                     "address");
  }
  if (options.integrated == IntegratedLogin::never && is_integrated(method)) {
    throw net::LoginError("28000", asked_for(host, method) +
                                       ", which is integrated login, and that is switched off "
                                       "(Trusted_Connection=No)");
  }
  if (options.require_auth != 0 && !has(options.require_auth, method)) {
    std::string allowed;
    for (const AuthMethod candidate : all_methods) {
      if (!has(options.require_auth, candidate)) continue;
      allowed += allowed.empty() ? "" : ", ";
      allowed += method_name(candidate);
    }
    throw net::LoginError("28000",
                          asked_for(host, method) + ", and require_auth accepts only: " + allowed);
  }
  if (options.channel_binding == ChannelBinding::require && !binds_channel) {
    throw net::LoginError("28000",
                          asked_for(host, method) +
                              ", which does not bind the channel, and channel_binding=require; "
                              "that takes TLS and SCRAM-SHA-256-PLUS");
  }
}

void check_cleartext(const AuthOptions& options, const net::Host& host, bool exposed) {
  if (!exposed || options.allow_cleartext) return;
  throw net::LoginError(
      "28000", host_and_port(host) +
                   " asks for the password in clear text over a connection that is not encrypted; "
                   "it was not sent. Use sslmode=require, or better scram-sha-256 in pg_hba.conf");
}

}  // namespace negodbc::auth
