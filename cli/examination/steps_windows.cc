// Tickets are the logon session's, and the LSA shows little of them: klist does. Schannel's
// certificates are verified within the handshake, and the login tells what it finds.
#include "cli/examination/examination.h"

namespace negodbc::cli {
namespace {

bool always(const Examination& /*examination*/) {
  return true;
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

constexpr Step steps[] = {
    {"environment", always, examine_environment},
    {"credential", with_plugin, examine_credential},
    {"ticket for the server", with_credential, examine_ticket},
    {"server", always, examine_server},
    {"what the server asks", with_server, examine_question},
    {"login", always, examine_login},
};

}  // namespace

std::span<const Step> examination_steps() {
  return steps;
}

std::optional<TicketFacts> facts_of_token(std::string_view /*token*/) {
  return std::nullopt;
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
