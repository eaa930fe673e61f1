#include "driver/dsn/keywords.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace negodbc::dsn {
namespace {

using Names = std::string_view;

// Spellings that differ only in case, spaces or underscores need no alias of their own.
constexpr Names server_names[] = {"Servername", "host", "Hostname"};
constexpr Names database_names[] = {"dbname", "DX", "Initial Catalog"};
constexpr Names user_names[] = {"Username", "user", "User ID"};
constexpr Names password_names[] = {"Password"};
constexpr Names description_names[] = {"Desc"};
constexpr Names trusted_names[] = {"Integrated Security"};
constexpr Names spn_names[] = {"SPN", "ServicePrincipalName"};
constexpr Names service_names[] = {"KerberosServiceName", "KrbServiceName"};
constexpr Names realm_names[] = {"KrbRealm", "KerberosRealm"};
constexpr Names gss_library_names[] = {"KerberosAPI"};
constexpr Names cache_names[] = {"ccache", "KRB5CCNAME"};
constexpr Names keytab_names[] = {"Keytab", "KRB5_CLIENT_KTNAME"};
constexpr Names principal_names[] = {"KerberosPrincipal"};
constexpr Names principal_password_names[] = {"KerberosPassword"};
constexpr Names canonicalize_names[] = {"dns_canonicalize_hostname"};
constexpr Names mutual_names[] = {"MutualAuth"};
constexpr Names cleartext_names[] = {"AllowCleartextPassword"};
constexpr Names ssl_mode_names[] = {"CA"};
constexpr Names ssl_min_names[] = {"ssl_min_version"};
constexpr Names ssl_max_names[] = {"ssl_max_version"};
constexpr Names timeout_names[] = {"LoginTimeout", "Timeout", "Connection Timeout"};
constexpr Names keepalives_names[] = {"KeepAlive"};
constexpr Names keepalives_idle_names[] = {"KeepaliveTime", "D1"};
constexpr Names keepalives_interval_names[] = {"KeepaliveInterval", "D2"};
constexpr Names application_names[] = {"APP"};
constexpr Names connect_settings_names[] = {"A6"};
constexpr Names pqopt_names[] = {"D5"};
constexpr Names read_only_names[] = {"A0"};
constexpr Names bools_names[] = {"B9"};
constexpr Names true_names[] = {"C6"};
constexpr Names text_names[] = {"B7"};
constexpr Names unknowns_names[] = {"B8"};
constexpr Names max_varchar_names[] = {"B0"};
constexpr Names max_long_varchar_names[] = {"B1"};
constexpr Names bytea_names[] = {"C7"};
constexpr Names int8_names[] = {"BI"};
constexpr Names numeric_names[] = {"D6"};
constexpr Names lf_names[] = {"C5"};
constexpr Names system_tables_names[] = {"A5"};
constexpr Names server_prepare_names[] = {"C8"};
constexpr Names ignore_timeout_names[] = {"D9"};
constexpr Names declare_fetch_names[] = {"B6"};
constexpr Names fetch_names[] = {"A7"};
constexpr Names fetch_refcursors_names[] = {"DA"};
constexpr Names protocol_names[] = {"A1"};

constexpr Names log_file_names[] = {"LogFile"};
constexpr Names debug_names[] = {"B2"};
constexpr Names comm_log_names[] = {"B3"};

constexpr Names authentication_choices[] = {"Negotiate", "Kerberos", "NTLM", "SSPI", "Password"};
constexpr ChoiceAlias authentication_aliases[] = {{"SPNEGO", "Negotiate"},
                                                  {"Integrated", "Negotiate"},
                                                  {"ActiveDirectoryIntegrated", "Negotiate"},
                                                  {"GSS", "Negotiate"},
                                                  {"GSSAPI", "Negotiate"},
                                                  {"krb5", "Kerberos"},
                                                  {"SqlPassword", "Password"}};
constexpr Names gss_encryption_choices[] = {"disable", "prefer", "require"};
// In the order of NEGODBC_AUTH_DELEGATE_*.
constexpr Names delegation_choices[] = {"none", "policy", "full"};
constexpr ChoiceAlias delegation_aliases[] = {{"0", "none"},    {"no", "none"}, {"false", "none"},
                                              {"off", "none"},  {"1", "full"},  {"yes", "full"},
                                              {"true", "full"}, {"on", "full"}};
// In the order of NEGODBC_AUTH_SEALING_*.
constexpr Names sealing_choices[] = {"auto", "library", "openssl"};
// In the order of NEGODBC_AUTH_CANONICALIZE_*.
constexpr Names canonicalize_choices[] = {"none", "forward", "reverse"};
constexpr ChoiceAlias canonicalize_aliases[] = {
    {"0", "none"},    {"no", "none"},     {"false", "none"},   {"off", "none"},
    {"1", "forward"}, {"yes", "forward"}, {"true", "forward"}, {"on", "forward"}};
// In the order of login::ServerAuth.
constexpr Names server_auth_choices[] = {"learn", "gss", "sspi", "ask"};
constexpr ChoiceAlias server_auth_aliases[] = {{"gssapi", "gss"}};
// In the order of auth::ChannelBinding.
constexpr Names channel_binding_choices[] = {"disable", "prefer", "require"};
// In the order of encryption::SslMode.
constexpr Names ssl_mode_choices[] = {"disable", "allow",     "prefer",
                                      "require", "verify-ca", "verify-full"};
constexpr ChoiceAlias ssl_mode_aliases[] = {{"d", "disable"},
                                            {"a", "allow"},
                                            {"p", "prefer"},
                                            {"r", "require"},
                                            {"vc", "verify-ca"},
                                            {"vf", "verify-full"},
                                            {"verify_ca", "verify-ca"},
                                            {"verify_full", "verify-full"}};
constexpr Names ssl_negotiation_choices[] = {"postgres", "direct"};
constexpr Names tls_version_choices[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
// In the order of login::TargetSession.
constexpr Names target_session_choices[] = {"any",     "read-write", "read-only",
                                            "primary", "standby",    "prefer-standby"};
constexpr Names load_balance_choices[] = {"disable", "random"};
constexpr ChoiceAlias load_balance_aliases[] = {
    {"0", "disable"}, {"no", "disable"}, {"1", "random"}, {"yes", "random"}};
// Numbers of SQL types; in the order of the types in connection.cc.
constexpr Names int8_choices[] = {"0", "-5", "4", "2", "8", "12", "-1"};
constexpr Names numeric_choices[] = {"-101", "2", "8", "12", "-1"};
constexpr ChoiceAlias numeric_aliases[] = {{"0", "-101"}};
// In the order of session::OnError.
constexpr Names protocol_choices[] = {"7.4-0", "7.4-1", "7.4-2"};
constexpr ChoiceAlias protocol_aliases[] = {
    {"7.4", "7.4-2"}, {"6.4", "7.4-2"}, {"0", "7.4-0"}, {"1", "7.4-1"}, {"2", "7.4-2"}};
// In the order of log::Level.
constexpr Names log_level_choices[] = {"errors", "logins", "statements", "values"};

constexpr Keyword text(Key key, Names name, std::span<const Names> aliases, Names fallback,
                       Names description) {
  return {key, name, aliases, Kind::text, fallback, {}, {}, description};
}
constexpr Keyword boolean(Key key, Names name, std::span<const Names> aliases, Names fallback,
                          Names description) {
  return {key, name, aliases, Kind::boolean, fallback, {}, {}, description};
}
constexpr Keyword number(Key key, Names name, std::span<const Names> aliases, Names fallback,
                         Names description) {
  return {key, name, aliases, Kind::number, fallback, {}, {}, description};
}
constexpr Keyword secret(Key key, Names name, std::span<const Names> aliases, Names description) {
  return {key, name, aliases, Kind::secret, "", {}, {}, description};
}
constexpr Keyword choice(Key key, Names name, std::span<const Names> aliases, Names fallback,
                         std::span<const Names> choices, std::span<const ChoiceAlias> spellings,
                         Names description) {
  return {key, name, aliases, Kind::choice, fallback, choices, spellings, description};
}

constexpr std::array<Keyword, static_cast<std::size_t>(Key::count)> table = {{
    text(Key::driver, "DRIVER", {}, "",
         "The driver's name in odbcinst.ini; read by the driver manager"),
    text(Key::dsn, "DSN", {}, "", "The data source's name in odbc.ini"),
    text(Key::file_dsn, "FILEDSN", {}, "", "A file data source; read by the driver manager"),
    text(Key::description, "Description", description_names, "", "Free text about the data source"),
    text(Key::server, "Server", server_names, "localhost",
         "Host name, IP address or directory of a Unix socket; several with commas, tried in turn; "
         "a "
         "name that is not ASCII by its A-label (xn--...)"),
    text(Key::host_address, "hostaddr", {}, "",
         "IP address to connect to instead of resolving Server; as many as servers"),
    number(Key::port, "Port", {}, "5432", "TCP port; one for all servers or one for each"),
    text(Key::database, "Database", database_names, "", "Database; without it the user's name"),
    text(Key::user, "UID", user_names, "",
         "Role to log in as; without it the ticket's principal or the system's user"),
    secret(Key::password, "PWD", password_names, "Password, taken literally"),

    boolean(Key::trusted_connection, "Trusted_Connection", trusted_names, "",
            "Yes, SSPI: log in by ticket only, also where the server asks for nothing; No: never; "
            "absent: when no password is given or the server asks"),
    choice(
        Key::authentication, "Authentication", {}, "", authentication_choices,
        authentication_aliases,
        "Way of login: Negotiate, Kerberos, SSPI log in by ticket, NTLM without one (AllowNTLM); "
        "Password does not. Without a package: Kerberos where the server asks for GSS, Negotiate "
        "for SSPI or with AllowNTLM"),
    text(Key::server_spn, "ServerSPN", spn_names, "",
         "The server's principal; overrides KrbSrvName, Server and Realm"),
    text(Key::kerberos_service, "KrbSrvName", service_names, "postgres",
         "Service part of the server's principal"),
    text(Key::realm, "Realm", realm_names, "", "The server's Kerberos realm"),
    boolean(Key::strip_realm, "StripRealm", {}, "1",
            "The role for alice@REALM is alice; No: the whole principal"),
    text(Key::gss_library, "GssLib", gss_library_names, "auto",
         "GSSAPI library: auto, heimdal, mit or an absolute path"),
    choice(
        Key::gss_encryption, "GssEncMode", {}, "", gss_encryption_choices, {},
        "Encryption by the ticket (GSSAPI): disable, prefer to TLS, require; absent: prefer in "
        "integrated login and when no password is given, unless SSLmode is other than prefer or a "
        "certificate is named; otherwise only where the server refuses all else and TLS is not "
        "demanded"),
    choice(Key::gss_delegation, "GssDelegation", {}, "none", delegation_choices, delegation_aliases,
           "Forward the ticket: policy when the KDC trusts the server, full always; a ticket that "
           "could not be is told (01000)"),
    choice(Key::gss_sealing, "GssSealing", {}, "auto", sealing_choices, {},
           "Who seals and opens the messages of GSS encryption: the GSSAPI library, or OpenSSL, "
           "which is several times as quick where it can; auto: OpenSSL once a session has much to "
           "move"),
    text(Key::credential_cache, "CredentialCache", cache_names, "",
         "Credential cache to take tickets from; without it the library's default"),
    text(Key::client_keytab, "ClientKeytab", keytab_names, "",
         "Keytab to obtain tickets with, for services; without Principal its first entry's"),
    text(
        Key::principal, "Principal", principal_names, "",
        "Whose ticket to use, when there are several; with PrincipalPassword also a user's name in "
        "the domain (UPN): alice@corp.example, or alice@corp.example@REALM"),
    secret(Key::principal_password, "PrincipalPassword", principal_password_names,
           "Principal's password at the KDC: a ticket is fetched into memory, no cache is touched; "
           "the server never sees it"),
    secret(
        Key::oauth_token, "OAuthToken", {},
        "Bearer token for a server that asks for OAUTHBEARER (PostgreSQL 18); sent over TLS only"),
    number(Key::min_ticket_lifetime, "MinTicketLifetime", {}, "15",
           "Seconds; a ticket with less life left counts as expired"),
    number(
        Key::credential_copies, "CredentialCopies", {}, "16",
        "Threads that get a private copy of the tickets; 0: tickets are read anew for each login"),
    number(Key::warm_contexts, "WarmContexts", {}, "0",
           "First messages of integrated login made ahead for a server in use; 0: none"),
    number(Key::target_lifetime, "TargetLifetime", {}, "300",
           "Seconds that the resolved principal of a server is used again; 0: not at all"),
    boolean(
        Key::pooled_buffers, "PooledBuffers", {}, "1",
        "No: memory for tokens comes from the heap each time, in the whole process from then on"),
    choice(Key::canonicalize, "CanonicalizeHost", canonicalize_names, "none", canonicalize_choices,
           canonicalize_aliases, "Ask DNS for the host's name in the server's principal"),
    boolean(Key::mutual_authentication, "MutualAuthentication", mutual_names, "1",
            "The server must prove itself in integrated login"),
    boolean(Key::allow_ntlm, "AllowNTLM", {}, "0",
            "Let Negotiate fall back to NTLM, and Authentication=NTLM be chosen"),
    text(Key::auth_plugin, "AuthPlugin", {}, "",
         "Absolute path of the authentication plugin; without it the one beside the driver"),
    text(
        Key::diagnosis_log, "DiagnosisLog", {}, "",
        "File to which each integrated login adds a line of JSON: what was tried, what came of it; "
        "no secrets"),
    text(Key::require_auth, "require_auth", {}, "",
         "Accepted ways of login, with commas: password, md5, gss, sspi, scram-sha-256, oauth, "
         "none; or "
         "refused ones, each with !"),
    choice(Key::server_auth, "ServerAuth", {}, "learn", server_auth_choices, server_auth_aliases,
           "The server asks for: gss, sspi, so that the ticket is sent without waiting for the "
           "question; learn: as the last time; ask: wait for it"),
    boolean(Key::allow_cleartext, "AllowCleartext", cleartext_names, "0",
            "Send a cleartext password without TLS when the server asks"),
    boolean(Key::keep_scram_keys, "KeepScramKeys", {}, "1",
            "What SCRAM derives from a password stays in the process' memory, so that the next "
            "login with it is not slowed down by deriving it anew"),
    choice(Key::channel_binding, "channel_binding", {}, "prefer", channel_binding_choices, {},
           "Bind SCRAM to the TLS connection"),

    choice(Key::ssl_mode, "SSLmode", ssl_mode_names, "prefer", ssl_mode_choices, ssl_mode_aliases,
           "TLS, with libpq's meanings"),
    choice(Key::ssl_negotiation, "sslnegotiation", {}, "postgres", ssl_negotiation_choices, {},
           "direct: TLS from the first byte (PostgreSQL 17)"),
    text(Key::ssl_cert, "sslcert", {}, "",
         "File of the client's certificate; on Windows one of a store, too: "
         "CurrentUser\\MY\\THUMBPRINT"),
    text(Key::ssl_key, "sslkey", {}, "", "File of the client's key"),
    secret(Key::ssl_password, "sslpassword", {}, "Passphrase of the client's key"),
    text(Key::ssl_root_cert, "sslrootcert", {}, "",
         "File of trusted certificates; system: the system's"),
    text(Key::ssl_crl, "sslcrl", {}, "", "File of revoked certificates"),
    choice(Key::ssl_min_version, "ssl_min_protocol_version", ssl_min_names, "TLSv1.2",
           tls_version_choices, {}, "Oldest TLS version allowed"),
    choice(Key::ssl_max_version, "ssl_max_protocol_version", ssl_max_names, "", tls_version_choices,
           {}, "Newest TLS version allowed"),
    boolean(Key::ssl_sni, "sslsni", {}, "1", "Name the host in the TLS handshake"),

    number(Key::connect_timeout, "connect_timeout", timeout_names, "15",
           "Seconds for the whole login, all servers together; 0: no limit"),
    choice(Key::target_session, "target_session_attrs", {}, "any", target_session_choices, {},
           "Which of several servers is wanted"),
    choice(Key::load_balance_hosts, "load_balance_hosts", {}, "disable", load_balance_choices,
           load_balance_aliases, "random: try the servers in random order"),
    number(Key::address_lifetime, "AddressLifetime", {}, "1",
           "Seconds for which a host's addresses are remembered; 0: the resolver is asked at every "
           "login"),
    boolean(Key::keepalives, "keepalives", keepalives_names, "1", "TCP keep-alive"),
    number(Key::keepalives_idle, "keepalives_idle", keepalives_idle_names, "0",
           "Seconds before the first keep-alive; 0: the system's"),
    number(Key::keepalives_interval, "keepalives_interval", keepalives_interval_names, "0",
           "Seconds between keep-alives; 0: the system's"),
    number(Key::keepalives_count, "keepalives_count", {}, "0",
           "Lost keep-alives that end the connection; 0: the system's"),
    number(Key::tcp_user_timeout, "tcp_user_timeout", {}, "0",
           "Milliseconds that sent data may stay unacknowledged; 0: the system's"),
    text(Key::application_name, "application_name", application_names, "",
         "Name shown in pg_stat_activity; without it the program's"),
    text(Key::options, "options", {}, "",
         "Server options of the session, as in -c search_path=sales"),
    text(Key::connect_settings, "ConnSettings", connect_settings_names, "",
         "SQL sent after login; costs a round trip"),
    text(Key::pqopt, "pqopt", pqopt_names, "",
         "A libpq connection string, whose words are keywords of this table"),
    boolean(Key::read_only, "ReadOnly", read_only_names, "0",
            "Transactions are read-only by default"),

    boolean(Key::bools_as_char, "BoolsAsChar", bools_names, "0", "Report bool as text: 1 and 0"),
    boolean(Key::true_is_minus_one, "TrueIsMinus1", true_names, "0",
            "True is -1 as text and as a signed number"),
    boolean(Key::text_as_long_varchar, "TextAsLongVarchar", text_names, "1",
            "Report text, xml and varchar without a length as SQL_LONGVARCHAR, which programs read "
            "whole"),
    boolean(Key::unknowns_as_long_varchar, "UnknownsAsLongVarchar", unknowns_names, "1",
            "The same for json, arrays and all else of any length that ODBC has no type for"),
    number(Key::max_varchar_size, "MaxVarcharSize", max_varchar_names, "0",
           "Reported size of text without a limit of its own, where it is no SQL_LONGVARCHAR; when "
           "given, text with a greater limit is one; 0: 8190"),
    number(
        Key::max_long_varchar_size, "MaxLongVarcharSize", max_long_varchar_names, "0",
        "Reported size of SQL_LONGVARCHAR and SQL_LONGVARBINARY; 0: 65535 of text, of bytes none"),
    boolean(Key::bytea_as_long_varbinary, "ByteaAsLongVarBinary", bytea_names, "1",
            "Report bytea as SQL_LONGVARBINARY"),
    choice(Key::int8_as, "Int8As", int8_names, "0", int8_choices, {},
           "SQL type to report int8 as: -5 SQL_BIGINT (as 0), 4 SQL_INTEGER, 2 SQL_NUMERIC, 8 "
           "SQL_DOUBLE, 12 SQL_VARCHAR, -1 SQL_LONGVARCHAR"),
    choice(Key::numeric_as, "NumericAs", numeric_names, "-101", numeric_choices, numeric_aliases,
           "The same for numeric without a precision: 2 (as -101), 8, 12, -1"),
    boolean(Key::lf_conversion, "LFConversion", lf_names, "0",
            "Text is read with CR LF for LF, and written back with LF"),
    boolean(Key::null_dates, "NullDates", {}, "0",
            "A NULL date is read as empty text, and empty text for a date is written as NULL, for "
            "FoxPro; psqlodbc's flag 8 of AB"),
    boolean(Key::show_system_tables, "ShowSystemTables", system_tables_names, "0",
            "SQLTables lists system tables as tables"),
    boolean(Key::use_server_side_prepare, "UseServerSidePrepare", server_prepare_names, "1",
            "0: statements never get a name at the server, for poolers in transaction mode "
            "(pgbouncer)"),
    boolean(Key::ignore_timeout, "IgnoreTimeout", ignore_timeout_names, "0",
            "SQL_ATTR_QUERY_TIMEOUT has no effect, for programs that always set one"),
    boolean(Key::use_declare_fetch, "UseDeclareFetch", declare_fetch_names, "",
            "1: rows of what only reads always come through a portal, 0: never; without it where "
            "there may be many"),
    number(Key::fetch, "Fetch", fetch_names, "0",
           "Rows that are asked for at once of a portal; 0: 256 KiB of them, and more as they are "
           "read"),
    boolean(Key::fetch_refcursors, "FetchRefcursors", fetch_refcursors_names, "0",
            "The cursors that a call's output parameters name are fetched, a result each; within a "
            "transaction"),
    choice(Key::protocol, "Protocol", protocol_names, "7.4-2", protocol_choices, protocol_aliases,
           "What an error in a transaction does: 7.4-0 leaves it failed until it is rolled back, "
           "7.4-1 rolls it back, 7.4-2 undoes the statement only"),

    text(Key::log_file, "Log", log_file_names, "",
         "File that gets a line for each event of the connection, without secrets; without it what "
         "NEGODBC_LOG names in the environment; /dev/null (Windows: NUL): none, whatever else asks "
         "for one"),
    choice(Key::log_level, "LogLevel", {}, "statements", log_level_choices, {},
           "What is told there, each with all before it: errors; logins with steps and times; "
           "statements, their constants masked; values (of parameters, constants, the server's "
           "whole words). Without it NEGODBC_LOG_LEVEL"),
    text(Key::debug, "Debug", debug_names, "",
         "psqlodbc's: anything but 0 or no is a log without a name, "
         "negodbc_USER_PROCESS.log in Logdir"),
    text(Key::comm_log, "CommLog", comm_log_names, "", "The same"),
    text(Key::log_folder, "Logdir", {}, "",
         "Folder of a log without a name; without it that of temporary files"),
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].key) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by Key");

constexpr AcceptedKeyword accepted[] = {
    {"FakeOidIndex", "A2", "Tables have no OIDs since PostgreSQL 12"},
    {"ShowOidColumn", "A3", "Tables have no OIDs since PostgreSQL 12"},
    {"RowVersioning", "A4",
     "SQL_CONCUR_ROWVER knows a row by its version, SQL_CONCUR_VALUES by its values"},
    {"Socket", "A8", "Rows are read as they come"},
    {"UnknownSizes", "A9", "Columns without a size of their own always have the maximum"},
    {"Dtclog", "", "There are no distributed transactions"},
    {"Optimizer", "B4", "The server's setting of that time is gone"},
    {"Ksqo", "B5", "The server's setting of that time is gone"},
    {"Parse", "C0", "The server describes results; statements are not parsed here"},
    {"CancelAsFreeStmt", "C1", "SQLCancel cancels, as ODBC 3 has it"},
    {"ExtraSysTablePrefixes", "C2", "System tables are those of the system's schemas"},
    {"DisallowPremature", "C3", "A statement is described without being executed"},
    {"UpdatableCursors", "C4", "Whether rows can be changed is asked by SQL_ATTR_CONCURRENCY"},
    {"LowerCaseIdentifier", "C9", "Names are given as they are stored"},
    {"ExtraOptions", "AB",
     "Its flag 40 means keepalives=0 and its flag 8 NullDates=1; the others work around what is "
     "not "
     "here"},
    {"Abbreviated", "CX",
     "Flags in one number: those of ReadOnly, TextAsLongVarchar, UnknownsAsLongVarchar, "
     "BoolsAsChar, TrueIsMinus1, LFConversion, ShowSystemTables, ByteaAsLongVarBinary, "
     "UseServerSidePrepare, UseDeclareFetch, FetchRefcursors, Debug and CommLog count where these "
     "are "
     "not given"},
    {"GssAuthUseGSS", "D0", "Whether by GSS or by SSPI is the server's choice"},
    {"PreferLibpq", "D3", "There is no libpq"},
    {"XaOpt", "D4", "There are no distributed transactions"},
    {"OptionalErrors", "D7", "The server's detail and hint are always told"},
    {"BatchSize", "D8", "Arrays of parameters are one pipeline"},
    {"UniqueIndex", "", "Unique indexes are always recognised"},
    {"Lie", "", "SQLGetFunctions and SQLGetInfo say what is so"},
    {"TranslationDLL", "", "Text is Unicode"},
    {"TranslationName", "", "Text is Unicode"},
    {"TranslationOption", "", "Text is Unicode"},
    {"client_encoding", "", "The session's encoding is UTF8"},
    {"fallback_application_name", "", "The fallback is the program's name"},
    {"sslcompression", "", "TLS is never compressed"},
    {"WSID", "", "SQL Server's"},
    {"Language", "", "SQL Server's"},
    {"Regional", "", "SQL Server's"},
    {"AutoTranslate", "", "SQL Server's"},
    {"Locale", "", "Values are written and read as SQL has them"},
    {"LCID", "", "Values are written and read as SQL has them"},
    {"Locale Identifier", "", "Values are written and read as SQL has them"},
    {"Persist Security Info", "", "OLE DB's"},
    {"SAVEFILE", "", "The driver manager's"},
    {"Setup", "", "The driver manager's"},
    {"Setup64", "", "The driver manager's"},
    {"FileUsage", "", "The driver manager's"},
    {"CPTimeout", "", "The driver manager's"},
    {"CPTimeToLive", "", "The driver manager's"},
    {"CPReuse", "", "The driver manager's"},
    {"CPProbe", "", "The driver manager's"},
    {"Pooling", "", "The driver manager's"},
    {"Threading", "", "The driver manager's"},
    {"DontDLClose", "", "The driver manager's"},
    {"DisableGetFunctions", "", "The driver manager's"},
    {"FakeUnicode", "", "The driver manager's"},
    {"IconvEncoding", "", "The driver manager's"},
    {"DriverManagerEncoding", "", "The driver manager's"},
    {"DMEnvAttr", "", "The driver manager's"},
    {"DMConnAttr", "", "The driver manager's"},
    {"DMStmtAttr", "", "The driver manager's"},
    {"LastUser", "", "The driver manager's"},
    {"UsageCount", "", "The driver manager's"},
    {"Driver64", "", "The driver manager's"},
    {"Trace", "", "The driver manager's"},
    {"TraceFile", "", "The driver manager's"},
    {"TraceLibrary", "", "The driver manager's"},
};

constexpr Names refused[] = {"requirepeer", "sslcrldir", "sslcertmode", "replication"};

}  // namespace

std::string folded(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char c : name) {
    if (c == ' ' || c == '_') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
  }
  return out;
}

std::span<const Keyword> keywords() {
  return table;
}

const Keyword& keyword(Key key) {
  return table.at(static_cast<std::size_t>(key));
}

const Keyword* find_keyword(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string, const Keyword*> map;
    for (const Keyword& entry : table) {
      map.emplace(folded(entry.name), &entry);
      for (const std::string_view alias : entry.aliases) map.emplace(folded(alias), &entry);
    }
    return map;
  }();
  const auto found = index.find(folded(name));
  return found == index.end() ? nullptr : found->second;
}

std::span<const AcceptedKeyword> accepted_without_effect() {
  return accepted;
}

std::string_view find_accepted(std::string_view name) {
  const std::string wanted = folded(name);
  for (const AcceptedKeyword& entry : accepted) {
    if (folded(entry.name) == wanted || (!entry.alias.empty() && folded(entry.alias) == wanted)) {
      return entry.name;
    }
  }
  return {};
}

bool sets_others(std::string_view accepted) {
  return accepted == "Abbreviated" || accepted == "ExtraOptions";
}

bool is_refused(std::string_view name) {
  static const std::vector<std::string> words = [] {  // looked through for each word of a login
    std::vector<std::string> all;
    for (const std::string_view entry : refused) all.push_back(folded(entry));
    return all;
  }();
  return std::find(words.begin(), words.end(), folded(name)) != words.end();
}

}  // namespace negodbc::dsn
