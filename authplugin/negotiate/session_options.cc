// From the ABI's options to the session's: copied, completed, judged.
#include <algorithm>
#include <array>
#include <cstring>

#include "negotiate/session.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {
namespace {

constexpr std::uint32_t kDefaultMinLifetime = 15;
constexpr std::uint32_t kKnownFlags =
    NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_REPLAY_DETECT | NEGODBC_AUTH_FLAG_SEQUENCE_DETECT |
    NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY;

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : text;
}

// The package's proper spelling; "" when it is none.
std::string package_of(const std::string& given) {
  constexpr std::array kPackages = {"Negotiate", "Kerberos", "NTLM"};
  if (given.empty()) return kPackages[0];
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  };
  for (const char* package : kPackages) {
    const std::string_view name = package;
    if (std::equal(name.begin(), name.end(), given.begin(), given.end(), same)) return package;
  }
  return "";
}

std::string fault_of(const SessionOptions& options, const negodbc_auth_options& given) {
  const CredentialRequest& credential = options.credential;
  if (((given.flags_required | given.flags_requested) & ~kKnownFlags) != 0) {
    return "flags_required or flags_requested has an unknown flag";
  }
  if (given.delegation > NEGODBC_AUTH_DELEGATE_FULL) return "delegation is out of range";
  if (given.canonicalize > NEGODBC_AUTH_CANONICALIZE_FORWARD_REVERSE) {
    return "canonicalize is out of range";
  }
  if (given.reserved != 0) return "reserved is not 0";
  if (credential.package.empty()) {
    return "package is none of Negotiate, Kerberos and NTLM: " + text_of(given.package);
  }
  if (credential.package == "NTLM" && !credential.allow_ntlm) {
    return "package is NTLM, but allow_ntlm is not set";
  }
  if (!options.whole_target && (options.service.empty() || options.host.empty())) {
    return "neither target nor service and host are given";
  }
  const std::string fault = fault_of_target(
      options.whole_target ? options.context.target
                           : compose_target(options.service, options.host, options.realm));
  if (!fault.empty()) return fault;
  const int sources =
      (credential.credential_cache.empty() ? 0 : 1) + (credential.client_keytab.empty() ? 0 : 1) +
      (credential.password.given() ? 1 : 0) + (credential.native_credential == nullptr ? 0 : 1);
  if (sources > 1) {
    return "more than one of credential_cache, client_keytab, password and native_credential is "
           "given";
  }
  if (credential.principal.empty() &&
      (credential.password.given() || !credential.client_keytab.empty())) {
    return "principal is missing: whose password or keytab entry it is";
  }
  if (given.channel_bindings == nullptr && given.channel_bindings_size != 0) {
    return "channel_bindings is NULL, but its size is not 0";
  }
  return "";
}

}  // namespace

SessionOptions read_options(const negodbc_auth_options& options) {
  negodbc_auth_options given{};
  std::memcpy(&given, &options, std::min<std::size_t>(options.size, sizeof(given)));

  SessionOptions read;
  read.credential.package = package_of(text_of(given.package));
  read.credential.library = text_of(given.library);
  read.credential.principal = text_of(given.principal);
  read.credential.allow_ntlm = given.allow_ntlm != 0;
  read.credential.credential_cache = text_of(given.credential_cache);
  read.credential.client_keytab = text_of(given.client_keytab);
  if (given.password != nullptr) read.credential.password = SecretText(given.password);
  read.credential.native_credential = given.native_credential;

  read.context.flags_required = given.flags_required & kKnownFlags;
  read.context.flags_requested = given.flags_requested & kKnownFlags;
  read.context.delegation = given.delegation == NEGODBC_AUTH_DELEGATE_FULL     ? Delegation::kFull
                            : given.delegation == NEGODBC_AUTH_DELEGATE_POLICY ? Delegation::kPolicy
                                                                               : Delegation::kNone;
  read.context.allow_ntlm = read.credential.allow_ntlm;
  read.context.target = text_of(given.target);
  read.whole_target = !read.context.target.empty();
  read.service = text_of(given.service);
  read.host = text_of(given.host);
  read.realm = text_of(given.realm);
  read.canonicalize = given.canonicalize == NEGODBC_AUTH_CANONICALIZE_FORWARD
                          ? Canonicalize::kForward
                      : given.canonicalize == NEGODBC_AUTH_CANONICALIZE_FORWARD_REVERSE
                          ? Canonicalize::kForwardReverse
                          : Canonicalize::kNone;
  read.min_lifetime_s = given.min_lifetime_s == 0 ? kDefaultMinLifetime : given.min_lifetime_s;
  if (given.channel_bindings != nullptr && given.channel_bindings_size != 0) {
    const auto* data = static_cast<const std::byte*>(given.channel_bindings);
    read.context.channel_bindings.assign(data, data + given.channel_bindings_size);
  }
  read.fault = fault_of(read, given);
  if (read.credential.package.empty()) read.credential.package = text_of(given.package);
  return read;
}

}  // namespace negodbc::auth
