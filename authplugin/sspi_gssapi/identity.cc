#include <cstring>

#include "negotiate/letter_case.h"
#include "negotiate/utf16.h"
#include "sspi_gssapi/calls.h"

namespace negodbc::sspi_gssapi {
namespace {

// The fields that SSPI's four identity structs share, in UTF-8.
struct Fields {
  std::string user;
  std::string domain;
  auth::SecretText password;
  bool has_password = false;
  std::string package_list;
};

std::string text_of(const unsigned char* text, sec_ulong length, sec_ulong flags) {
  static_cast<void>(flags);
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text), length);
}

std::string text_of(const SEC_WCHAR* text, sec_ulong length, sec_ulong flags) {
  if (text == nullptr) return {};
  // The W structs may hold ANSI texts and say so.
  if ((flags & SEC_WINNT_AUTH_IDENTITY_ANSI) != 0) {
    return std::string(reinterpret_cast<const char*>(text), length);
  }
  return auth::to_utf8(std::basic_string_view<SEC_WCHAR>(text, length));
}

template <typename Identity>
Fields fields_of(const Identity& identity) {
  Fields fields;
  fields.user = text_of(identity.User, identity.UserLength, identity.Flags);
  fields.domain = text_of(identity.Domain, identity.DomainLength, identity.Flags);
  if (identity.Password != nullptr) {
    std::string password = text_of(identity.Password, identity.PasswordLength, identity.Flags);
    fields.password = auth::SecretText(password);
    fields.has_password = true;
    auth::wipe(password.data(), password.size());
  }
  if constexpr (requires { identity.PackageList; }) {
    fields.package_list = text_of(identity.PackageList, identity.PackageListLength, identity.Flags);
  }
  return fields;
}

// "ntlm" in a list like "kerberos,ntlm"; "!ntlm" forbids it.
bool lists_ntlm(const std::string& list) {
  std::string lower = list;
  for (char& letter : lower) letter = auth::lower(letter);
  const std::size_t at = lower.find("ntlm");
  return at != std::string::npos && (at == 0 || lower[at - 1] != '!');
}

bool use(const Fields& fields, CredentialSource& source) {
  if (!fields.user.empty()) {
    source.principal = fields.user;
    if (!fields.domain.empty() && fields.user.find('@') == std::string::npos) {
      source.principal += "@" + fields.domain;
    }
  }
  if (fields.has_password) {
    if (source.principal.empty()) return false;
    source.password = fields.password;
  }
  source.allow_ntlm = lists_ntlm(fields.package_list);
  return true;
}

// A text of the extension; NULL counts as empty.
std::string text(const char* given) {
  return given == nullptr ? std::string() : given;
}

bool use(const NEGODBC_AUTH_IDENTITY& identity, CredentialSource& source) {
  source.library = text(identity.Library);
  source.cache = text(identity.CredentialCache);
  source.keytab = text(identity.Keytab);
  if (identity.Principal != nullptr) source.principal = identity.Principal;
  if (identity.Password != nullptr) source.password = auth::SecretText(identity.Password);
  source.native = static_cast<gss_cred_id_t>(identity.NativeCredential);
  source.allow_ntlm = lists_ntlm(text(identity.PackageList));
  source.default_caches = text(identity.DefaultCaches);
  source.target = text(identity.Target);
  source.private_copy = (identity.Flags & NEGODBC_AUTH_IDENTITY_PRIVATE_COPY) != 0;
  source.use_native = (identity.Flags & NEGODBC_AUTH_IDENTITY_USE_NATIVE) != 0;
  const int sources = (source.cache.empty() ? 0 : 1) + (source.keytab.empty() ? 0 : 1) +
                      (source.password.given() ? 1 : 0) + (source.native == nullptr ? 0 : 1);
  if (sources > 1) return false;
  if (source.password.given() && source.principal.empty()) return false;
  // A credential handed over is of one library: which one must be said.
  return source.native == nullptr || (!source.library.empty() && source.library != "auto");
}

template <typename Plain, typename Ex>
bool read_as(const void* auth_data, std::size_t size, sec_ulong version, CredentialSource& source) {
  if (version == SEC_WINNT_AUTH_IDENTITY_VERSION) {
    Ex identity{};
    if (size < sizeof(identity)) return false;
    std::memcpy(&identity, auth_data, sizeof(identity));
    return identity.Length == sizeof(identity) && use(fields_of(identity), source);
  }
  Plain identity{};
  if (size < sizeof(identity)) return false;
  std::memcpy(&identity, auth_data, sizeof(identity));
  return use(fields_of(identity), source);
}

}  // namespace

bool read_identity(const void* auth_data, std::size_t size, TextKind kind,
                   CredentialSource& source) {
  if (auth_data == nullptr) return true;
  // The versioned structs begin with a number, the plain ones with a pointer.
  sec_ulong version = 0;
  if (size < sizeof(version)) return false;
  std::memcpy(&version, auth_data, sizeof(version));
  if (version == NEGODBC_AUTH_IDENTITY_VERSION) {
    NEGODBC_AUTH_IDENTITY identity{};
    if (size < sizeof(identity)) return false;
    std::memcpy(&identity, auth_data, offsetof(NEGODBC_AUTH_IDENTITY, Library));
    // As it was first, or as it is.
    if (identity.Length != sizeof(identity) &&
        identity.Length != offsetof(NEGODBC_AUTH_IDENTITY, DefaultCaches)) {
      return false;
    }
    std::memcpy(&identity, auth_data, identity.Length);
    return use(identity, source);
  }
  return kind == TextKind::kWide ? read_as<SEC_WINNT_AUTH_IDENTITY_W, SEC_WINNT_AUTH_IDENTITY_EXW>(
                                       auth_data, size, version, source)
                                 : read_as<SEC_WINNT_AUTH_IDENTITY_A, SEC_WINNT_AUTH_IDENTITY_EXA>(
                                       auth_data, size, version, source);
}

}  // namespace negodbc::sspi_gssapi
