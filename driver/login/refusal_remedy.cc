#include "driver/login/refusal_remedy.h"

#include <algorithm>
#include <string_view>

namespace negodbc::login {
namespace {

using Write = std::string (*)(const RefusedLogin& login);

bool has_capitals(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// odbc.ini knows remarks on lines of their own only.
std::string remark_within(std::string_view value) {
  for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
    if (value.find(mark) == std::string_view::npos) continue;
    return "What stands behind " + std::string(mark.substr(1)) +
           " belongs to the value in odbc.ini: put the remark on a line of its own";
  }
  return {};
}

bool in_quotes(std::string_view value) {
  return value.size() > 1 && value.front() == value.back() &&
         (value.front() == '"' || value.front() == '\'');
}

std::string for_database(const RefusedLogin& login) {
  const std::string& name = login.settings.database;
  if (name.empty())
    return "No Database was given, so the user's name was taken: name one by the keyword Database";
  if (std::string remark = remark_within(name); !remark.empty()) return remark;
  return "Check the keyword Database (upper and lower case count), or have the database created";
}

std::string for_password(const RefusedLogin& login) {
  if (std::string remark = remark_within(login.user); !remark.empty()) return remark;
  const std::string quotes =
      in_quotes(login.settings.password.reveal())
          ? "The quotes around PWD belong to the password: leave them out. Else check"
          : "Check";
  return quotes + " UID (upper and lower case count) and PWD; if they are right, the role " +
         login.user +
         " may have no password, or one past its VALID UNTIL: have it set anew (ALTER ROLE)";
}

// A line of pg_hba.conf may be for encrypted connections only.
std::string other_encryption(const RefusedLogin& login) {
  const bool tls = login.settings.ssl_mode != encryption::SslMode::disable;
  const bool gss = login.settings.gssenc_mode != encryption::GssEncMode::disable;
  if (tls && gss) return {};
  return tls   ? "GssEncMode=require"
         : gss ? "SSLmode=require"
               : "SSLmode=require or GssEncMode=require";
}

std::string for_missing_line(const RefusedLogin& login) {
  const std::string other = other_encryption(login);
  return "Have a line for this user, database, address and encryption put into the server's "
         "pg_hba.conf" +
         (other.empty() ? "" : ", or try " + other + ", should it have one for that only");
}

std::string for_reject(const RefusedLogin& login) {
  const std::string other = other_encryption(login);
  return "Have the line with reject in the server's pg_hba.conf changed" +
         (other.empty() ? "" : ", or try " + other + ", should another line allow that");
}

std::string for_certificate(const RefusedLogin& login) {
  return "Name the certificate of " + login.user + " by SSLcert and its key by SSLkey";
}

std::string for_certificates_name(const RefusedLogin& login) {
  return "The certificate of SSLcert has another common name: name that of " + login.user +
         ", log in as whom it names (UID), or have a map in pg_ident.conf allow it";
}

// Each side has another certificate of the server before it, or has seen another list of methods.
std::string for_one_between(const RefusedLogin& /*login*/) {
  return "Somebody stands between this machine and the server: a proxy that ends TLS, or an "
         "attack. "
         "Connect to the server itself, or have the proxy pass TLS on unopened; only to a proxy "
         "that "
         "is trusted, verified by SSLmode=verify-full, connect with channel_binding=disable";
}

std::string for_operating_system(const RefusedLogin& /*login*/) {
  return "The line of pg_hba.conf has the server's host asked for the user (ident, peer): have it "
         "say gss or scram-sha-256";
}

std::string for_no_login(const RefusedLogin& login) {
  return "Have it allowed (ALTER ROLE " + login.user + " LOGIN), or name another role by UID";
}

std::string for_role(const RefusedLogin& login) {
  if (std::string remark = remark_within(login.user); !remark.empty()) return remark;
  const char* const letters = has_capitals(login.user) ? " (upper and lower case count)" : "";
  return "Have the role " + login.user + " created, or name another one with UID" + letters;
}

std::string for_line(const RefusedLogin& /*login*/) {
  return "Have the line of the server's pg_hba.conf for this user, database and address corrected; "
         "the server's log says more";
}

std::string for_roles_limit(const RefusedLogin& login) {
  return "Close connections of " + login.user + " (pools), or have its limit raised (ALTER ROLE " +
         login.user + " CONNECTION LIMIT)";
}

std::string for_databases_limit(const RefusedLogin& /*login*/) {
  return "Close connections to it, or have its limit raised (ALTER DATABASE ... CONNECTION LIMIT)";
}

std::string for_full_server(const RefusedLogin& /*login*/) {
  return "The server is full: close connections that are not needed (pools), or have "
         "max_connections raised";
}

std::string for_shutdown(const RefusedLogin& /*login*/) {
  return "Try again once it was started anew, or ask the administrator why it is being stopped";
}

std::string for_start(const RefusedLogin& /*login*/) {
  return "Wait until it is up, and try again";
}

std::string for_closed_database(const RefusedLogin& /*login*/) {
  return "Have it opened (ALTER DATABASE ... ALLOW_CONNECTIONS true), or name another one by "
         "Database";
}

std::string for_privilege(const RefusedLogin& login) {
  return "Have GRANT CONNECT ON DATABASE ... TO " + login.user +
         " executed, or name another one by Database";
}

std::string for_option(const RefusedLogin& /*login*/) {
  return "Correct the keyword options";
}

// The first row that fits is taken.
struct Row {
  std::string_view state;  // begins so
  std::string_view words;  // stands in the server's text; "": whatever it says
  bool done;               // only where it had accepted who one is
  Write write;
};
constexpr Row rows[] = {
    {"28", "no pg_hba.conf entry", false, for_missing_line},
    {"28", "pg_hba.conf rejects", false, for_reject},
    {"28", "channel binding check failed", false, for_one_between},
    {"28", "channel binding negotiation", false, for_one_between},
    {"28", "valid client certificate", false, for_certificate},
    {"28", "ertificate authentication failed", false, for_certificates_name},
    {"28", "dent authentication failed", false, for_operating_system},
    {"28", "eer authentication failed", false, for_operating_system},
    {"28P01", "", false, for_password},
    {"28", "not permitted to log in", true, for_no_login},
    {"28", "", true, for_role},
    {"3D000", "", false, for_database},
    {"53300", "for role", false, for_roles_limit},
    {"53300", "for database", false, for_databases_limit},
    {"53300", "", false, for_full_server},
    {"57P03", "shutting down", false, for_shutdown},
    {"57P03", "", false, for_start},
    {"55000", "", false, for_closed_database},
    {"42501", "", true, for_privilege},
    {"42704", "", false, for_option},
    {"22023", "", false, for_option},
    {"42601", "", false, for_option},
};

}  // namespace

std::string remedy_for(const wire::ServerMessage& message, const RefusedLogin& login) {
  const std::string about = login.evidence.empty() ? "" : " (" + login.evidence + ")";
  for (const Row& row : rows) {
    if (!message.sqlstate.starts_with(row.state) ||
        message.text.find(row.words) == std::string_view::npos || (row.done && !login.done)) {
      continue;
    }
    return row.write(login) + (row.done ? about : "");
  }
  if (!message.sqlstate.starts_with("28")) return {};
  return login.by_way.empty() ? for_line(login) : login.by_way;
}

}  // namespace negodbc::login
