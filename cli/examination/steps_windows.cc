// Tickets are the logon session's, and the LSA shows them; names of services are the directory's.
// Schannel's certificates are verified within the handshake, and the login tells what it finds.
#include "cli/examination/directory.h"
#include "cli/examination/examination.h"
#include "cli/examination/logon_session.h"

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
bool with_server(const Examination& examination) {
  return examination.server.has_value();
}

// The name that the ticket is asked for, without its realm; "": a directory knows none of it.
std::string name_in_directory(const Examination& examination) {
  const std::string name = examination.service_name();
  return name.substr(0, name.rfind('@'));
}
bool with_name(const Examination& examination) {
  return by_ticket(examination) && examination.settings.auth_package != "NTLM" &&
         !examination.host().name.empty() && !name_in_directory(examination).empty();
}

Finding examine_logon_session(Examination& examination) {
  return told_logon_session(logon_calls(), examination.by_ticket);
}
Finding examine_logon_tickets(Examination& examination) {
  return told_logon_tickets(logon_calls(), !examination.settings.principal_password.empty());
}
Finding examine_directory(Examination& examination) {
  return told_directory(open_directory, name_in_directory(examination), !examination.token.empty(),
                        examination.share());
}

constexpr Step steps[] = {
    {"environment", always, examine_environment},
    {"logon session", always, examine_logon_session},
    {"credential caches", by_ticket, examine_logon_tickets},
    {"credential", with_plugin, examine_credential},
    {"ticket for the server", with_credential, examine_ticket},
    {"directory", with_name, examine_directory},
    {"server", always, examine_server},
    {"what the server asks", with_server, examine_question},
    {"login", always, examine_login},
};

}  // namespace

std::span<const Step> examination_steps() {
  return steps;
}

std::optional<TicketFacts> facts_of_sent(std::string_view /*token*/, const std::string& target) {
  return logon_ticket_for(logon_calls(), target);
}

std::string command_for_clock() {
  return "w32tm /resync    # on the machine whose clock is wrong";
}

std::string command_to_name_service(const std::string& spn) {
  return "setspn -S " + spn + " ACCOUNT    # the one that the server runs as";
}

std::string command_for_configuration(const Examination& /*examination*/) {
  return {};
}

std::string command_for_library(const Examination& /*examination*/) {
  return {};
}

bool is_keytab_at_fault(const Examination& /*examination*/) {
  return false;
}

// Tickets come with the logon.
std::string command_for_ticket(const Examination& /*examination*/) {
  return {};
}

}  // namespace negodbc::cli
