// From the ABI's options to the session's: copied, completed, judged.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "negotiate/keyed_hash.h"
#include "negotiate/letter_case.h"
#include "negotiate/session_options.h"
#include "negotiate/target_name.h"
#include "negotiate/warm_contexts.h"

namespace negodbc::auth {
namespace {

constexpr std::uint32_t kDefaultMinLifetime = 15;
constexpr std::uint32_t kDefaultTargetLife = 300;
constexpr std::uint32_t kDefaultWarmContexts = 0;
constexpr std::uint32_t kDefaultCopies = 16;  // made as threads come
constexpr std::uint32_t kMostCopies = 64;

// 0 is the default, NEGODBC_AUTH_OFF is none.
std::uint32_t size_of(std::uint32_t given, std::uint32_t otherwise, std::uint32_t most) {
  if (given == NEGODBC_AUTH_OFF) return 0;
  return std::min(given == 0 ? otherwise : given, most);
}

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
  for (const char* package : kPackages) {
    if (same_without_case(package, given)) return package;
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
  if (given.reserved != 0 || given.reserved_too != 0) return "reserved is not 0";
  if (given.sealing > NEGODBC_AUTH_SEALING_OPENSSL) return "sealing is out of range";
  if (credential.package.empty()) {
    return "package is none of Negotiate, Kerberos and NTLM: " + text_of(given.package);
  }
  if (credential.package == "NTLM" && !credential.allow_ntlm) {
    return "package is NTLM, but allow_ntlm is not set";
  }
  if (!options.whole_target && (options.service.empty() || options.host.empty())) {
    return "neither target nor service and host are given";
  }
  std::string fault = fault_of_target(
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
  if (credential.principal.empty() && credential.password.given()) {
    return "principal is missing: whose password it is";
  }
  if (given.channel_bindings == nullptr && given.channel_bindings_size != 0) {
    return "channel_bindings is NULL, but its size is not 0";
  }
  return "";
}

}  // namespace

SessionOptions read_options(const negodbc_auth_options& options,
                            std::shared_ptr<void> native_owner) {
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
  read.credential.native_owner = std::move(native_owner);

  read.context.flags_required = given.flags_required & kKnownFlags;
  read.context.flags_requested = given.flags_requested & kKnownFlags;
  read.context.delegation = given.delegation == NEGODBC_AUTH_DELEGATE_FULL     ? Delegation::kFull
                            : given.delegation == NEGODBC_AUTH_DELEGATE_POLICY ? Delegation::kPolicy
                                                                               : Delegation::kNone;
  read.context.sealing = given.sealing == NEGODBC_AUTH_SEALING_LIBRARY   ? Sealing::kLibrary
                         : given.sealing == NEGODBC_AUTH_SEALING_OPENSSL ? Sealing::kOpenssl
                                                                         : Sealing::kAuto;
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
  read.min_lifetime_s =
      size_of(given.min_lifetime_s, kDefaultMinLifetime, std::numeric_limits<std::uint32_t>::max());
  if (given.channel_bindings != nullptr && given.channel_bindings_size != 0) {
    const auto* data = static_cast<const std::byte*>(given.channel_bindings);
    read.context.channel_bindings.assign(data, data + given.channel_bindings_size);
  }
  read.credential_copies = size_of(given.credential_copies, kDefaultCopies, kMostCopies);
  read.warm_contexts = size_of(given.warm_contexts, kDefaultWarmContexts,
                               static_cast<std::uint32_t>(WarmContexts::kMost));
  read.target_life = std::chrono::seconds(
      size_of(given.target_life_s, kDefaultTargetLife, std::numeric_limits<std::int32_t>::max()));
  read.fault = fault_of(read, given);
  if (read.credential.package.empty()) read.credential.package = text_of(given.package);
  return read;
}

namespace {

void append(SecretBytes& key, const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(data);
  key.insert(key.end(), begin, begin + size);
}

// What is not given is told from an empty text.
void append(SecretBytes& key, const char* text) {
  key.push_back(text == nullptr ? std::byte{0} : std::byte{1});
  if (text != nullptr) append(key, text, std::strlen(text) + 1);
}

}  // namespace

void write_options_key(const negodbc_auth_options& options, SecretBytes& key) {
  constexpr std::size_t kUsual = 256;
  negodbc_auth_options given{};
  std::memcpy(&given, &options, std::min<std::size_t>(options.size, sizeof(given)));
  key.clear();
  key.reserve(kUsual);
  const std::array numbers = {
      given.flags_required, given.flags_requested, given.delegation, given.canonicalize,
      given.min_lifetime_s, given.allow_ntlm,      given.reserved,   given.credential_copies,
      given.warm_contexts,  given.target_life_s,   given.sealing};
  append(key, numbers.data(), sizeof(numbers));
  for (const char* text :
       {given.package, given.library, given.service, given.host, given.realm, given.target,
        given.credential_cache, given.client_keytab, given.principal}) {
    append(key, text);
  }
  key.push_back(given.password == nullptr ? std::byte{0} : std::byte{1});
  if (given.password != nullptr) {
    const KeyedHash hash = keyed_hash(
        {reinterpret_cast<const std::byte*>(given.password), std::strlen(given.password)});
    append(key, hash.data(), sizeof(hash));
  }
  append(key, &given.native_credential, sizeof(given.native_credential));
  append(key, &given.channel_bindings_size, sizeof(given.channel_bindings_size));
  key.push_back(given.channel_bindings == nullptr ? std::byte{0} : std::byte{1});
  if (given.channel_bindings != nullptr) {
    append(key, given.channel_bindings, given.channel_bindings_size);
  }
}

}  // namespace negodbc::auth
