// Credential and service ticket, got by the driver's own code, without the server: what fails here
// is between the user and the KDC.
#include <memory>
#include <optional>
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
  if (finding.remedy.empty() && is_keytab_at_fault(examination))
    finding.remedy = command_for_ticket(examination);
  const bool ntlm = examination.settings.auth_package == "NTLM";  // kinit helps nobody there
  const bool by_another_name = examination.ticket_status == NEGODBC_AUTH_E_TARGET_UNKNOWN;
  if ((finding.remedy.empty() && !by_another_name) || ntlm)
    finding.remedy = command_told(finding.text, examination.known);
  return finding;
}

// Where no ticket is insisted on, what would bring one is no remedy until the login wants it.
Finding with_remedy_in_place(Examination& examination, Finding finding) {
  if (finding.verdict != Verdict::note) return finding;
  examination.ticket_fault = finding.text;
  examination.ticket_remedy = std::exchange(finding.remedy, "");
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
    return with_remedy_in_place(examination, ticket_failure(examination, session.get(), error));
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

// Logins go from one host to the next: only where none of them gets a ticket, all is over.
Finding examine_ticket(Examination& examination) {
  Finding finding;
  const login::LoginSettings& settings = examination.settings;
  std::optional<Finding> failure;  // of the first host that has one
  bool got = false;
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
      if (got) {
        finding.facts.push_back(
            {host_and_port(host), facts ? facts->principal : session->diagnosis().target, ""});
        continue;
      }
      got = true;
      examination.spn = session->diagnosis().target;
      examination.ticket = std::move(facts);
      examination.delegated = session->delegated();
      finding.text =
          "a token of " + std::to_string(token.size()) + " bytes; " + session->description();
      examination.token = std::move(token);
      add_ticket_facts(examination, finding, "");
    } catch (const Error& error) {
      const bool only = settings.hosts.size() == 1;
      if (!only) finding.notes.push_back(host_and_port(host) + ": " + error.what());
      if (!failure) {
        failure = ticket_failure(examination, session.get(), error);
        if (first && examination.ticket_status == NEGODBC_AUTH_E_TARGET_UNKNOWN)
          try_other_names(examination, *failure);
      }
      if (error.state() == timed_out_state) break;
    }
  }
  if (!got && failure) {
    failure->facts.insert(failure->facts.begin(), finding.facts.begin(), finding.facts.end());
    failure->notes = std::move(finding.notes);
    return with_remedy_in_place(examination, std::move(*failure));
  }
  if (failure) {
    finding.verdict = Verdict::note;
    examination.ticket_status = NEGODBC_AUTH_OK;
  }
  return finding;
}

}  // namespace negodbc::cli
