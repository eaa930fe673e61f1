#include <algorithm>
#include <climits>
#include <string>

#include "driver/base/error.h"
#include "driver/base/module.h"
#include "driver/base/process.h"
#include "driver/base/utf.h"
#include "driver/dsn/login_lists.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

using auth::IntegratedLogin;
using login::LoginSettings;

[[noreturn]] void contradict(const std::string& what) {
  throw Error("08001", "connection string: " + what);
}

std::chrono::milliseconds login_timeout(const Settings& settings) {
  const long seconds = settings.number(Key::connect_timeout, 0, INT_MAX / 1000);
  return seconds == 0 ? std::chrono::hours(24 * 365) : std::chrono::seconds(seconds);
}

void fill_integrated(const Settings& settings, LoginSettings& login) {
  if (settings.has(Key::trusted_connection)) {
    login.integrated = settings.boolean(Key::trusted_connection) ? IntegratedLogin::required
                                                                 : IntegratedLogin::never;
  }
  if (!settings.has(Key::authentication)) return;
  const std::size_t way = settings.choice(Key::authentication);
  const std::string_view name = keyword(Key::authentication).choices[way];
  const IntegratedLogin meant =
      name == "Password" ? IntegratedLogin::never : IntegratedLogin::required;
  if (settings.has(Key::trusted_connection) && login.integrated != meant) {
    contradict("Authentication=" + std::string(name) +
               " and Trusted_Connection=" + std::string(settings.get(Key::trusted_connection)) +
               " contradict each other; remove one");
  }
  login.integrated = meant;
  if (name == "Negotiate" || name == "Kerberos" || name == "NTLM") login.auth_package = name;
}

std::string gss_library(std::string_view wanted) {
  // libpq's gssapi and sspi, redshift's GSS: what the system has.
  for (const std::string_view any : {"auto", "gssapi", "gss", "sspi"}) {
    if (iequals(wanted, any)) return "auto";
  }
  if (iequals(wanted, "heimdal") || iequals(wanted, "mit")) return ascii_lower(wanted);
  if (wanted.starts_with('/') || is_absolute_path(std::string(wanted))) return std::string(wanted);
  contradict("GssLib=" + std::string(wanted) + ": expected auto, heimdal, mit or an absolute path");
}

void fill_kerberos(const Settings& settings, LoginSettings& login) {
  fill_integrated(settings, login);
  login.auth_plugin = settings.get(Key::auth_plugin);
  if (!login.auth_plugin.empty() && !is_absolute_path(login.auth_plugin)) {
    contradict("AuthPlugin=" + login.auth_plugin + ": expected an absolute path");
  }
  login.gss_library = gss_library(settings.get(Key::gss_library));
  login.kerberos_service = settings.get(Key::kerberos_service);
  login.server_spn = settings.get(Key::server_spn);
  login.realm = settings.get(Key::realm);
  login.strip_realm = settings.boolean(Key::strip_realm);
  login.credential_cache = settings.get(Key::credential_cache);
  login.client_keytab = settings.get(Key::client_keytab);
  login.principal = settings.get(Key::principal);
  login.principal_password = Secret(settings.get(Key::principal_password));
  login.oauth_token = Secret(settings.get(Key::oauth_token));
  login.diagnosis_log = settings.get(Key::diagnosis_log);
  login.delegation = static_cast<std::uint32_t>(settings.choice(Key::gss_delegation));
  login.canonicalize = static_cast<std::uint32_t>(settings.choice(Key::canonicalize));
  login.sealing = static_cast<std::uint32_t>(settings.choice(Key::gss_sealing));
  login.min_ticket_lifetime_s =
      static_cast<std::uint32_t>(settings.number(Key::min_ticket_lifetime, 0, INT_MAX));
  login.credential_copies =
      static_cast<std::uint32_t>(settings.number(Key::credential_copies, 0, 64));
  login.warm_contexts = static_cast<std::uint32_t>(settings.number(Key::warm_contexts, 0, 32));
  login.target_lifetime_s =
      static_cast<std::uint32_t>(settings.number(Key::target_lifetime, 0, INT_MAX));
  login.pooled_buffers = settings.boolean(Key::pooled_buffers);
  login.mutual = settings.boolean(Key::mutual_authentication);
  login.allow_ntlm = settings.boolean(Key::allow_ntlm);
  if (login.auth_package == "NTLM" && !login.allow_ntlm)
    contradict("Authentication=NTLM needs AllowNTLM=Yes");
  if (!login.principal_password.empty() && login.principal.empty())
    contradict("PrincipalPassword needs Principal");
  login.server_auth = static_cast<login::ServerAuth>(settings.choice(Key::server_auth));
}

void fill_tls(const Settings& settings, LoginSettings& login) {
  login.ssl_mode = static_cast<encryption::SslMode>(settings.choice(Key::ssl_mode));
  login.ssl_direct = settings.choice(Key::ssl_negotiation) == 1;
  login.ssl_cert = settings.get(Key::ssl_cert);
  login.ssl_key = settings.get(Key::ssl_key);
  login.ssl_password = Secret(settings.get(Key::ssl_password));
  login.ssl_root_cert = settings.get(Key::ssl_root_cert);
  login.ssl_crl = settings.get(Key::ssl_crl);
  login.ssl_sni = settings.boolean(Key::ssl_sni);
  const std::size_t lowest = settings.choice(Key::ssl_min_version);
  login.ssl_min_version = keyword(Key::ssl_min_version).choices[lowest];
  if (settings.has(Key::ssl_max_version)) {
    const std::size_t highest = settings.choice(Key::ssl_max_version);
    login.ssl_max_version = keyword(Key::ssl_max_version).choices[highest];
    if (highest < lowest) {
      contradict("ssl_min_protocol_version=" + login.ssl_min_version +
                 " is newer than ssl_max_protocol_version=" + login.ssl_max_version);
    }
  }
  const std::string mode(keyword(Key::ssl_mode).choices[settings.choice(Key::ssl_mode)]);
  // Both as in libpq: weaker modes could be talked out of TLS, or would trust any public name.
  if (login.ssl_direct && login.ssl_mode < encryption::SslMode::require) {
    contradict("sslnegotiation=direct needs SSLmode=require or stronger, not " + mode);
  }
  if (login.ssl_root_cert == "system") {
    if (!settings.has(Key::ssl_mode)) login.ssl_mode = encryption::SslMode::verify_full;
    if (login.ssl_mode != encryption::SslMode::verify_full) {
      contradict("sslrootcert=system needs SSLmode=verify-full, not " + mode);
    }
  }
}

// What is meant where GssEncMode says nothing. Who logs in by ticket is encrypted by it, as with
// libpq. With a password no ticket is looked for, unless the server lets nobody in otherwise. Who
// demands TLS, or has set it up, has said what encrypts.
encryption::GssEncMode unsaid_gss_encryption(const Settings& settings, const LoginSettings& login) {
  using encryption::GssEncMode;
  if (login.integrated == IntegratedLogin::never || login.auth_package == "NTLM" ||
      login.ssl_mode >= encryption::SslMode::require ||
      login.channel_binding == auth::ChannelBinding::require) {
    return GssEncMode::disable;
  }
  const bool by_ticket = login.integrated == IntegratedLogin::required ||
                         (login.password.empty() && login.oauth_token.empty());
  const bool tls_is_set_up = settings.has(Key::ssl_cert) || settings.has(Key::ssl_key) ||
                             settings.has(Key::ssl_root_cert) || settings.has(Key::ssl_crl);
  return by_ticket && !tls_is_set_up && !login.allow_ntlm &&
                 login.ssl_mode == encryption::SslMode::prefer
             ? GssEncMode::prefer
             : GssEncMode::when_refused;
}

void fill_gss_encryption(const Settings& settings, LoginSettings& login) {
  login.gssenc_mode =
      settings.has(Key::gss_encryption)
          ? static_cast<encryption::GssEncMode>(settings.choice(Key::gss_encryption))
          : unsaid_gss_encryption(settings, login);
}

void fill_keepalive(const Settings& settings, LoginSettings& login) {
  // psqlodbc writes -1 for "not set".
  const auto count = [&](Key key) {
    return static_cast<int>(std::max(0L, settings.number(key, -1, INT_MAX)));
  };
  login.keepalives = settings.boolean(Key::keepalives);
  login.keepalives_idle = count(Key::keepalives_idle);
  login.keepalives_interval = count(Key::keepalives_interval);
  login.keepalives_count = count(Key::keepalives_count);
  login.tcp_user_timeout_ms = count(Key::tcp_user_timeout);
}

// What the converters of driver/types rely on, and what the user wants of the session. No more:
// poolers refuse parameters they do not know.
void fill_startup(const Settings& settings, LoginSettings& login) {
  auto& parameters = login.startup_parameters;
  parameters.emplace_back("client_encoding", "UTF8");
  parameters.emplace_back("DateStyle", "ISO");
  // Floats as text keep every bit. PostgreSQL 12 and later need not be told, and pgbouncer can't
  // be.
  if (settings.boolean(Key::use_server_side_prepare)) {
    parameters.emplace_back("extra_float_digits", "3");
  }
  const std::string_view name = settings.get(Key::application_name);
  parameters.emplace_back("application_name", name.empty() ? program_name() : std::string(name));
  if (settings.boolean(Key::read_only)) {
    parameters.emplace_back("default_transaction_read_only", "on");
  }
  if (settings.has(Key::options)) parameters.emplace_back("options", settings.get(Key::options));
}

}  // namespace

LoginSettings login_settings(const Settings& settings) {
  LoginSettings login;
  login.hosts = parse_hosts(settings.get(Key::server), settings.has(Key::server),
                            settings.get(Key::host_address), settings.get(Key::port));
  login.load_balance_hosts = settings.choice(Key::load_balance_hosts) == 1;
  login.address_lifetime = std::chrono::seconds(settings.number(Key::address_lifetime, 0, 86400));
  login.target_session = static_cast<login::TargetSession>(settings.choice(Key::target_session));
  login.database = settings.get(Key::database);
  login.user = settings.get(Key::user);
  login.password = Secret(settings.get(Key::password));
  login.timeout = login_timeout(settings);
  login.require_auth = parse_require_auth(settings.get(Key::require_auth));
  login.keep_scram_keys = settings.boolean(Key::keep_scram_keys);
  login.allow_cleartext = settings.boolean(Key::allow_cleartext);
  login.channel_binding = static_cast<auth::ChannelBinding>(settings.choice(Key::channel_binding));
  fill_kerberos(settings, login);
  fill_tls(settings, login);
  fill_gss_encryption(settings, login);
  fill_keepalive(settings, login);
  fill_startup(settings, login);
  return login;
}

}  // namespace negodbc::dsn
