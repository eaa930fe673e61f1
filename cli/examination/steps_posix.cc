#include "cli/examination/kerberos_steps.h"
#include "cli/examination/tls_step.h"
#include "driver/base/shell_word.h"

namespace negodbc::cli {
namespace {

bool always(const Examination& /*examination*/) {
  return true;
}
bool by_ticket(const Examination& examination) {
  return examination.by_ticket;
}
bool with_plugin(const Examination& examination) {
  return examination.by_ticket && examination.has_plugin;
}
bool with_credential(const Examination& examination) {
  return with_plugin(examination) && !examination.principal.empty();
}
bool with_keytab(const Examination& examination) {
  return !examination.keytab.empty();
}
// Where it is asked for, and there is a token that shows what becomes of it.
bool with_delegation(const Examination& examination) {
  return with_credential(examination) && !examination.token.empty() &&
         examination.settings.delegation != NEGODBC_AUTH_DELEGATE_NONE;
}
bool with_server(const Examination& examination) {
  return examination.server.has_value();
}
bool with_tls(const Examination& examination) {
  return with_server(examination) && !examination.server->address.is_local() &&
         examination.settings.ssl_mode != encryption::SslMode::disable &&
         examination.settings.gssenc_mode != encryption::GssEncMode::require;
}

constexpr Step steps[] = {
    {"environment", always, examine_environment},
    {"names", always, examine_names},
    {"GSSAPI libraries", by_ticket, examine_libraries},
    {"krb5.conf", by_ticket, examine_configuration},
    {"credential caches", by_ticket, examine_caches},
    {"KDCs", by_ticket, examine_kdcs},
    {"clock", by_ticket, examine_clock},
    {"credential", with_plugin, examine_credential},
    {"ticket for the server", with_credential, examine_ticket},
    {"keytab", with_keytab, examine_keytab},
    {"delegation", with_delegation, examine_delegation},
    {"server", always, examine_server},
    {"TLS", with_tls, examine_tls},
    {"what the server asks", with_server, examine_question},
    {"login", always, examine_login},
};

}  // namespace

std::span<const Step> examination_steps() {
  return steps;
}

std::optional<TicketFacts> facts_of_sent(std::string_view token, const std::string& /*target*/) {
  return facts_of_token(token);
}

std::string command_for_clock() {
  return "sudo timedatectl set-ntp true    # on the machine whose clock is wrong";
}

std::string command_to_name_service(const std::string& spn) {
  return "sudo kadmin -q " + shell_word("addprinc -randkey " + spn) +
         "    # Active Directory: setspn -S " + shell_word(spn) + " ACCOUNT";
}

}  // namespace negodbc::cli
