// What becomes of the user's ticket at the server, where GssDelegation asks for it to be handed
// over: whether it is, and what is in the way.
#include <optional>
#include <string>

#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "driver/base/error.h"
#include "driver/base/shell_word.h"

namespace negodbc::cli {
namespace {

std::string service_of(const Examination& examination) {
  return examination.ticket ? examination.ticket->principal : examination.spn;
}

// The ticket that would be forwarded; NULL: it lies in no cache that can be looked at. Of a
// collection another one may be taken than is shown as taken.
const SeenTicket* ticket_to_forward(const Examination& examination) {
  const login::LoginSettings& settings = examination.settings;
  const SeenCache* const cache = examination.kerberos->cache();
  if (cache == nullptr || !settings.client_keytab.empty() || !settings.principal_password.empty() ||
      cache->principal != examination.principal) {
    return nullptr;
  }
  return ticket_granting(*cache);
}

// Whether the KDC marks the server as one that tickets may be handed to. The library is asked,
// which by policy forwards only where it is so; nothing: the ticket can't be forwarded anyway.
std::optional<bool> is_marked(const Examination& examination, bool forwardable) {
  if (examination.settings.delegation == NEGODBC_AUTH_DELEGATE_POLICY) {
    if (examination.delegated) return true;
    if (forwardable) return false;
  }
  if (const SeenCache* const cache = examination.kerberos->cache()) {
    for (const SeenTicket& ticket : cache->tickets)
      if (ticket.service == service_of(examination)) return has_flag(ticket, "ok-as-delegate");
  }
  if (!examination.delegated) return std::nullopt;
  auth::TicketOptions by_policy = examination.to_look();
  by_policy.delegation = NEGODBC_AUTH_DELEGATE_POLICY;
  auth::IntegratedAuth session(by_policy, examination.host(), auth::IntegratedAuth::Purpose::login);
  (void)session.step({}, examination.share());
  return session.delegated();
}

std::string to_forward(const Examination& examination, bool by_cache) {
  return by_cache ? command_for_kinit(examination)
                  : examination.kerberos->configuration.to_put("libdefaults", "forwardable = true");
}

std::string to_mark(const std::string& service) {
  const std::string bare = service.substr(0, service.rfind('@'));
  return "sudo kadmin -q " + shell_word("modprinc +ok_as_delegate " + bare) +
         "    # Active Directory: Set-ADAccountControl ACCOUNT -TrustedForDelegation $true";
}

}  // namespace

Finding examine_delegation(Examination& examination) {
  Finding finding;
  const bool full = examination.settings.delegation == NEGODBC_AUTH_DELEGATE_FULL;
  const std::string service = service_of(examination);
  const SeenTicket* const own = ticket_to_forward(examination);
  const bool forwardable = own != nullptr && has_flag(*own, "forwardable");
  const std::optional<bool> marked = is_marked(examination, forwardable || own == nullptr);
  if (own != nullptr)
    finding.facts.push_back(
        {own->service, forwardable ? "forwardable" : "not forwardable", "the ticket to forward"});
  finding.facts.push_back({service,
                           marked ? *marked ? "ok-as-delegate" : "not ok-as-delegate"
                                  : "not known whether it is ok-as-delegate",
                           "the KDC's word"});
  if (examination.delegated) {
    finding.text = "the server gets the ticket of " + examination.principal +
                   ", and can act with it until its end";
    if (full && marked == false)
      finding.notes.emplace_back(
          "GssDelegation=policy would not hand it over: whoever runs this server is trusted by "
          "these settings, not by the KDC");
    return finding;
  }
  finding.verdict = Verdict::note;
  finding.text = "the server gets no ticket of " + examination.principal + ": ";
  if (own != nullptr && !forwardable) {
    finding.text += "this one is not forwardable";
    finding.remedy = to_forward(examination, true);
  } else if (!full) {
    finding.text += "GssDelegation=policy, and the KDC does not mark " + service +
                    " as one that may have it (ok-as-delegate)";
    finding.remedy = to_mark(service);
  } else {
    finding.text +=
        own == nullptr ? "the one that is got is not forwardable" : "the KDC does not forward it";
    finding.remedy = own == nullptr
                         ? to_forward(examination, false)
                         : "sudo kadmin -q " +
                               shell_word("modprinc +allow_forwardable " + examination.principal);
  }
  return finding;
}

}  // namespace negodbc::cli
