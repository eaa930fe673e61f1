#include "sspi_gssapi/client_name.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/ticket_realm.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr int kParseEnterprise = 4;                               // KRB5_PRINCIPAL_PARSE_ENTERPRISE
constexpr auto kNoEntry = static_cast<Krb5Code>(krb5_code(181));  // KRB5_KT_NOTFOUND

std::string_view without_realm(std::string_view name) {
  const std::string_view realm = realm_of_name(name);
  return realm.data() == nullptr ? name : name.substr(0, name.size() - realm.size() - 1);
}

// Options for an initial ticket, released with their context's.
class Options {
 public:
  explicit Options(const Krb5& krb5) : krb5_(krb5) {
    if (krb5.f.krb5_get_init_creds_opt_alloc == nullptr ||
        krb5.f.krb5_get_init_creds_opt_free == nullptr ||
        krb5.f.krb5_get_init_creds_opt_alloc(krb5.get(), &options_) != 0) {
      options_ = nullptr;
    }
  }
  ~Options() {
    if (options_ != nullptr) krb5_.f.krb5_get_init_creds_opt_free(krb5_.get(), options_);
  }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  void canonicalize(Family family) {
    void* const set = krb5_.f.krb5_get_init_creds_opt_set_canonicalize;
    if (options_ == nullptr || set == nullptr) return;
    // The one function whose parameters differ.
    if (family == Family::kHeimdal) {
      reinterpret_cast<Krb5Code (*)(void*, void*, int)>(set)(krb5_.get(), options_, 1);
    } else {
      reinterpret_cast<void (*)(void*, int)>(set)(options_, 1);
    }
  }
  void* get() const { return options_; }

 private:
  const Krb5& krb5_;
  void* options_ = nullptr;
};

Krb5Code take_principal(Krb5& krb5, const void* of) {
  void* principal = nullptr;
  std::memcpy(&principal, of, sizeof(principal));
  const std::string name = krb5.unparsed(principal);
  if (name.empty()) return kNoEntry;
  return parse_client(krb5, name, ClientKind::kPrincipal);
}

}  // namespace

ClientKind kind_of_client(std::string_view name) {
  const std::string_view rest = without_realm(name);
  return rest.size() != name.size() && !realm_of_name(rest).empty() ? ClientKind::kEnterprise
                                                                    : ClientKind::kPrincipal;
}

bool may_be_enterprise(std::string_view name) {
  const std::string_view realm = realm_of_name(name);
  return kind_of_client(name) == ClientKind::kPrincipal &&
         std::any_of(realm.begin(), realm.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

Krb5Code parse_client(Krb5& krb5, const std::string& name, ClientKind kind) {
  void* parsed = nullptr;
  const Krb5Code code =
      kind == ClientKind::kEnterprise && krb5.f.krb5_parse_name_flags != nullptr
          ? krb5.f.krb5_parse_name_flags(krb5.get(), name.c_str(), kParseEnterprise, &parsed)
          : krb5.f.krb5_parse_name(krb5.get(), name.c_str(), &parsed);
  if (code != 0) return code;
  if (krb5.principal != nullptr) krb5.f.krb5_free_principal(krb5.get(), krb5.principal);
  krb5.principal = parsed;
  return 0;
}

Krb5Code first_of_keytab(Krb5& krb5, Family family) {
  const Krb5Functions& f = krb5.f;
  if (family == Family::kOther || f.krb5_kt_start_seq_get == nullptr ||
      f.krb5_kt_next_entry == nullptr || f.krb5_kt_end_seq_get == nullptr ||
      f.krb5_kt_free_entry == nullptr) {
    return kNoEntry;
  }
  CursorRoom cursor;
  Krb5Code code = f.krb5_kt_start_seq_get(krb5.get(), krb5.keytab, cursor.bytes.data());
  if (code != 0) return code;
  CredsRoom entry;
  code = f.krb5_kt_next_entry(krb5.get(), krb5.keytab, entry.bytes.data(), cursor.bytes.data());
  if (code == 0) {
    code = take_principal(krb5,
                          entry.bytes.data() + (family == Family::kMit ? kMitEntryPrincipal : 0));
    f.krb5_kt_free_entry(krb5.get(), entry.bytes.data());
  } else if (code != ENOMEM) {
    code = kNoEntry;
  }
  f.krb5_kt_end_seq_get(krb5.get(), krb5.keytab, cursor.bytes.data());
  auth::wipe(entry.bytes.data(), entry.bytes.size());
  return code;
}

Krb5Code take_client_of_ticket(Krb5& krb5, Family family) {
  if (family == Family::kOther || krb5.ticket() == nullptr) return 0;
  return take_principal(
      krb5, krb5.ticket() + (family == Family::kMit ? offsetof(MitCredsBegin, client)
                                                    : offsetof(HeimdalCredsBegin, client)));
}

Krb5Code fetch_by_password(Krb5& krb5, Family family, ClientKind kind, const char* password) {
  Options options(krb5);
  if (kind == ClientKind::kEnterprise) options.canonicalize(family);
  void* const used = kind == ClientKind::kEnterprise ? options.get() : nullptr;
  return krb5.fetch_ticket([&](void* creds) {
    return krb5.f.krb5_get_init_creds_password(krb5.get(), creds, krb5.principal, password, nullptr,
                                               nullptr, 0, nullptr, used);
  });
}

}  // namespace negodbc::sspi_gssapi
