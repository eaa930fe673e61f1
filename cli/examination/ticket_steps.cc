// Credential and service ticket, got by the driver's own code, without the server: what fails here
// is between the user and the KDC.
#include <memory>
#include <string>
#include <utility>

#include "cli/examination/examination.h"
#include "cli/examination/told_commands.h"
#include "cli/examination/words.h"
#include "driver/base/error.h"
#include "driver/login/identity.h"

namespace negodbc::cli {
namespace {

using auth::IntegratedAuth;

Finding ticket_failure(Examination& examination, const IntegratedAuth* session,
                       const Error& error) {
  Finding finding;
  // Where a ticket is not insisted on, a server may let the user in without one.
  const bool is_fault = examination.insists() || !examination.settings.principal_password.empty();
  finding.verdict = is_fault ? Verdict::failed : Verdict::note;
  finding.state = error.state().view();
  finding.text = error.what();
  examination.ticket_status = NEGODBC_AUTH_E_INTERNAL;
  if (session != nullptr) examination.ticket_status = session->diagnosis().status;
  if (error.state() == timed_out_state && examination.settings.principal_password.empty())
    return out_of_time("not got, the login will tell more");
  switch (examination.ticket_status) {
    case NEGODBC_AUTH_E_NO_CREDENTIALS:
    case NEGODBC_AUTH_E_EXPIRED:
      finding.remedy = command_for_ticket(examination);
      break;
    case NEGODBC_AUTH_E_CLOCK_SKEW:
      finding.remedy = command_for_clock();
      break;
    case NEGODBC_AUTH_E_CONFIGURATION:
      finding.remedy = command_for_configuration(examination);
      break;
    case NEGODBC_AUTH_E_LIBRARY:
      finding.remedy = command_for_library(examination);
      break;
    default:
      break;
  }
  const bool ntlm = examination.settings.auth_package == "NTLM";  // kinit helps nobody there
  const bool by_another_name = examination.ticket_status == NEGODBC_AUTH_E_TARGET_UNKNOWN;
  if ((finding.remedy.empty() && !by_another_name) || ntlm)
    finding.remedy = command_told(finding.text, examination.known);
  return finding;
}

// The KDC does not know the name: whether it knows the server by another.
void try_other_names(Examination& examination, Finding& finding) {
  const login::LoginSettings& settings = examination.settings;
  const std::string bare = examination.spn.substr(0, examination.spn.rfind('@'));
  constexpr std::size_t most = 8;
  std::size_t tried = 0;
  for (const std::string& candidate : spn_candidates(
           settings.kerberos_service, examination.host().name, examination.other_names, bare)) {
    if (examination.deadline.expired() || ++tried > most) return;
    auth::TicketOptions ticket = examination.to_look();
    ticket.server_spn = candidate;
    try {
      IntegratedAuth other(ticket, examination.host(), IntegratedAuth::Purpose::login);
      (void)other.step({}, examination.share());
      finding.facts.push_back({candidate, "the KDC knows it", ""});
      if (finding.remedy.empty()) finding.remedy = examination.to_set("ServerSPN=" + candidate);
    } catch (const Error& error) {
      finding.facts.push_back(
          {candidate, error.state() == "28000" ? "not known" : error.what(), ""});
      if (error.state() != "28000") return;
    }
  }
  if (finding.remedy.empty() && examination.has_no_address && settings.server_spn.empty()) {
    finding.remedy = "correct Server: " + examination.host().name +
                     " has no address, and no KDC knows a server of that name";
  }
  if (finding.remedy.empty()) finding.remedy = command_to_name_service(bare);
}

void add_ticket_facts(const Examination& examination, Finding& finding, const std::string& of) {
  if (!examination.ticket) return;
  const TicketFacts& ticket = *examination.ticket;
  finding.facts.push_back({"principal", ticket.principal, "", of});
  finding.facts.push_back({"key version",
                           ticket.key_version ? std::to_string(*ticket.key_version) : "not told",
                           "", of});
  finding.facts.push_back(
      {"encryption type", encryption_type_name(ticket.encryption_type), "", of});
}

}  // namespace

Finding examine_credential(Examination& examination) {
  Finding finding;
  std::unique_ptr<IntegratedAuth> session;
  try {
    session = std::make_unique<IntegratedAuth>(examination.to_look(), examination.host(),
                                               IntegratedAuth::Purpose::login);
    examination.principal = session->principal(examination.for_ticket());
  } catch (const Error& error) {
    return ticket_failure(examination, session.get(), error);
  }
  finding.text = examination.principal;
  const negodbc_auth_diagnosis record = session->diagnosis();
  if (record.credential_source != nullptr)
    finding.text.append(", ").append(record.credential_source);
  if (record.credential_expires_at != 0)
    finding.text += ", until " + time_from_now(record.credential_expires_at);
  if (examination.user.empty())
    examination.user =
        login::user_of_principal(examination.principal, examination.settings.strip_realm);
  examination.ticket_session = std::move(session);
  return finding;
}

Finding examine_ticket(Examination& examination) {
  Finding finding;
  const login::LoginSettings& settings = examination.settings;
  for (const net::Host& host : settings.hosts) {
    const bool first = &host == &settings.hosts.front();
    std::unique_ptr<IntegratedAuth> session;
    try {
      session = first ? std::move(examination.ticket_session)
                      : std::make_unique<IntegratedAuth>(examination.to_look(), host,
                                                         IntegratedAuth::Purpose::login);
      if (first) examination.spn = session->diagnosis().target;
      std::string token(session->step({}, examination.for_ticket()));
      std::optional<TicketFacts> facts = facts_of_sent(token, session->diagnosis().target);
      if (first) {
        examination.spn = session->diagnosis().target;
        examination.ticket = std::move(facts);
        examination.delegated = session->delegated();
        finding.text =
            "a token of " + std::to_string(token.size()) + " bytes; " + session->description();
        examination.token = std::move(token);
        add_ticket_facts(examination, finding, "");
      } else {
        finding.facts.push_back(
            {host_and_port(host), facts ? facts->principal : session->diagnosis().target, ""});
      }
    } catch (const Error& error) {
      const std::vector<Fact> facts = std::move(finding.facts);
      finding = ticket_failure(examination, session.get(), error);
      finding.facts = facts;
      if (first && examination.ticket_status == NEGODBC_AUTH_E_TARGET_UNKNOWN)
        try_other_names(examination, finding);
      return finding;
    }
  }
  return finding;
}

}  // namespace negodbc::cli
