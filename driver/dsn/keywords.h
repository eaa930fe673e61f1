// One table of every keyword a connection string or a DSN may hold.
//
// Parser, ini files, completed connection string, documentation (docs/keywords.md is checked
// against it) and set-up all come from this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace negodbc::dsn {

enum class Kind : std::uint8_t { text, boolean, number, choice, secret };

// The order is that of the completed connection string.
enum class Key : std::uint8_t {
  driver,
  dsn,
  file_dsn,
  description,
  server,
  host_address,
  port,
  database,
  user,
  password,
  // integrated login
  trusted_connection,
  authentication,
  server_spn,
  kerberos_service,
  realm,
  strip_realm,
  gss_library,
  gss_encryption,
  gss_delegation,
  gss_sealing,
  credential_cache,
  client_keytab,
  principal,
  principal_password,
  oauth_token,
  min_ticket_lifetime,
  credential_copies,
  warm_contexts,
  target_lifetime,
  pooled_buffers,
  canonicalize,
  mutual_authentication,
  allow_ntlm,
  auth_plugin,
  diagnosis_log,
  require_auth,
  server_auth,
  allow_cleartext,
  keep_scram_keys,
  channel_binding,
  // TLS
  ssl_mode,
  ssl_negotiation,
  ssl_cert,
  ssl_key,
  ssl_password,
  ssl_root_cert,
  ssl_crl,
  ssl_min_version,
  ssl_max_version,
  ssl_sni,
  // the connection
  connect_timeout,
  target_session,
  load_balance_hosts,
  address_lifetime,
  keepalives,
  keepalives_idle,
  keepalives_interval,
  keepalives_count,
  tcp_user_timeout,
  application_name,
  options,           // libpq's options: "-c name=value ..."
  connect_settings,  // ConnSettings: SQL sent after login, only when given
  pqopt,             // psqlodbc's: a libpq conninfo string, whose words are keywords of this table
  read_only,
  // statements and types
  bools_as_char,
  true_is_minus_one,
  text_as_long_varchar,
  unknowns_as_long_varchar,
  max_varchar_size,
  max_long_varchar_size,
  bytea_as_long_varbinary,
  int8_as,
  numeric_as,
  lf_conversion,
  null_dates,
  show_system_tables,
  use_server_side_prepare,
  ignore_timeout,
  use_declare_fetch,
  fetch,
  fetch_refcursors,
  protocol,  // psqlodbc's "7.4-0|1|2": what an error does to a transaction
  // the log for support
  log_file,
  log_level,
  debug,  // psqlodbc's words for a log of its own choice of names
  comm_log,
  log_folder,
  count  // not a keyword: their number
};

// Another spelling of a choice: psqlodbc's "vf" for "verify-full", libpq's "1" for a policy.
struct ChoiceAlias {
  std::string_view spelling;
  std::string_view choice;
};

struct Keyword {
  Key key;
  std::string_view name;  // as written in a completed connection string
  std::span<const std::string_view>
      aliases;  // accepted too, case-insensitive; psqlodbc's abbreviations included
  Kind kind;
  std::string_view default_value;
  std::span<const std::string_view> choices;  // for Kind::choice, canonical spellings
  std::span<const ChoiceAlias> choice_aliases;
  std::string_view description;  // one line, for docs/keywords.md
};

std::span<const Keyword> keywords();  // in the order of Key
const Keyword& keyword(Key key);
// What names are compared by: without letter case, spaces and underscores.
std::string folded(std::string_view name);
// By name or alias; nullptr: unknown. Letter case, spaces and underscores do not matter: "Connect
// Timeout", "connect_timeout" and "ConnectTimeout" are one keyword.
const Keyword* find_keyword(std::string_view name);

// Words of other drivers' connection strings that are welcome but mean nothing here: they tune what
// this driver does not have. They are neither unknown nor lost: the completed connection string
// repeats them.
struct AcceptedKeyword {
  std::string_view name;
  std::string_view alias;   // psqlodbc's abbreviation, or ""
  std::string_view reason;  // why it means nothing, for the second table there
};
std::span<const AcceptedKeyword> accepted_without_effect();
// The name as in the list, for a name or an abbreviation; "" when it is not one of them.
std::string_view find_accepted(std::string_view name);
// Whether this one of the list stands for several keywords (psqlodbc's flags), of which some have
// an effect. libpq, whose words pqopt has, knows none.
bool sets_others(std::string_view accepted);

// Words that ask for a protection or a mode that this driver does not have: to go on without it
// would be wrong, so they are refused. True for such a word.
bool is_refused(std::string_view name);

}  // namespace negodbc::dsn
