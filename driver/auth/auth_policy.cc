#include "driver/auth/auth_policy.h"

#include "driver/base/utf.h"

namespace negodbc::auth {
namespace {

struct Named {
  AuthMethod method;
  std::string_view name;
};
constexpr Named methods[] = {
    {AuthMethod::password, "password"},   {AuthMethod::md5, "md5"},
    {AuthMethod::scram, "scram-sha-256"}, {AuthMethod::gss, "gss"},
    {AuthMethod::sspi, "sspi"},           {AuthMethod::oauth, "oauth"},
    {AuthMethod::none, "none"},
};

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
  for (const Named& known : methods) {
    if (known.method == method) return known.name;
  }
  return "unknown";
}

std::optional<AuthMethod> find_method(std::string_view name) {
  for (const Named& known : methods) {
    if (iequals(known.name, name)) return known.method;
  }
  return std::nullopt;
}

std::string method_names() {
  std::string names;
  for (const Named& known : methods) names.append(names.empty() ? "" : ", ").append(known.name);
  return names;
}

unsigned all_methods() {
  unsigned bits = 0;
  for (const Named& known : methods) bits |= static_cast<unsigned>(known.method);
  return bits;
}

void check_method(const AuthOptions& options, const net::Host& host, AuthMethod method,
                  bool binds_channel) {
  if (options.integrated == IntegratedLogin::required && is_password(method)) {
    throw net::LoginError(
        "28000", asked_for(host, method) +
                     " although integrated login is required; no password was sent. The server's "
                     "pg_hba.conf has no gss line that comes first for this user, database and "
                     "address: have one put there, or give UID and PWD instead of "
                     "Trusted_Connection=Yes");
  }
  if (options.integrated == IntegratedLogin::required && method == AuthMethod::none &&
      options.require_auth == 0) {
    throw net::LoginError(
        "28000",
        asked_for(host, method) +
            " although integrated login is required (Trusted_Connection=Yes): it has not "
            "proven whose server it is. Where that is meant (trust or cert in pg_hba.conf) "
            "say require_auth=none, or leave Trusted_Connection out");
  }
  if (options.integrated == IntegratedLogin::never && is_integrated(method)) {
    throw net::LoginError("28000", asked_for(host, method) +
                                       ", which is integrated login, and that is switched off "
                                       "(Trusted_Connection=No): leave that out, or have "
                                       "pg_hba.conf ask for a password");
  }
  if (options.require_auth != 0 && !has(options.require_auth, method)) {
    std::string allowed;
    for (const Named& known : methods) {
      if (!has(options.require_auth, known.method)) continue;
      allowed.append(allowed.empty() ? "" : ", ").append(known.name);
    }
    throw net::LoginError("28000", asked_for(host, method) + ", and require_auth accepts only: " +
                                       allowed + "; add " + std::string(method_name(method)) +
                                       " to it, or have pg_hba.conf changed");
  }
  if (options.channel_binding == ChannelBinding::require && !binds_channel) {
    throw net::LoginError("28000",
                          asked_for(host, method) +
                              ", which does not bind the channel, and channel_binding=require; "
                              "that takes TLS (SSLmode=require) and SCRAM-SHA-256-PLUS");
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
