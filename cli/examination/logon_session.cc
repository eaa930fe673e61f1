#include "cli/examination/logon_session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "cli/examination/words.h"
#include "driver/base/utf.h"

namespace negodbc::cli {
namespace {

// SECURITY_LOGON_TYPE, from 2.
constexpr const char* logon_kinds[] = {
    "interactive",
    "over the network",
    "batch job",
    "service",
    "proxy",
    "unlocked",
    "over the network, with its password",
    "runas /netonly",
    "remote desktop",
    "interactive, offline",
    "remote desktop, offline",
    "unlocked, offline",
};
constexpr std::uint32_t first_kind = 2;

// Sessions that are there on every Windows.
struct WellKnownSession {
  std::uint64_t id;
  const char* note;
};
constexpr WellKnownSession well_known_sessions[] = {
    {0x3e7, "the system itself logs in to others as the computer's account, by its tickets"},
    {0x3e4, "NETWORK SERVICE logs in to others as the computer's account, by its tickets"},
    {0x3e5, "LOCAL SERVICE is nobody to others: it has no tickets, and gets none"},
};

std::string kind_text(std::uint32_t kind) {
  if (kind < first_kind || kind - first_kind >= std::size(logon_kinds)) return {};
  return logon_kinds[kind - first_kind];
}

std::string realm_of(const LogonSession& session) {
  std::string realm = session.realm;
  for (char& c : realm)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return realm;
}

void add_note(Finding& finding, std::string text) {
  finding.verdict = Verdict::note;
  finding.notes.push_back(std::move(text));
}

SeenCache cache_of(const LogonSession& session, LogonTickets& from) {
  SeenCache cache;
  cache.name = "logon session " + logon_id_text(session.id);
  cache.principal = std::move(from.client);
  cache.fault = std::move(from.fault);
  cache.tickets = std::move(from.tickets);
  if (!cache.principal.empty()) return cache;
  // An LSA that tells no clients (Wine).
  constexpr std::string_view granting = "krbtgt/";
  for (const SeenTicket& ticket : cache.tickets) {
    const std::string_view realm = realm_in(ticket.service);
    if (ticket.service.starts_with(granting) && !realm.empty() &&
        ticket.service == std::string(granting).append(realm).append("@").append(realm)) {
      cache.principal = "a user who is not told@" + std::string(realm);
      break;
    }
  }
  return cache;
}

}  // namespace

std::string logon_id_text(std::uint64_t id) {
  const auto hexadecimal = [](std::uint64_t number) {
    std::array<char, 16> digits{};
    constexpr int base = 16;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    return std::string(digits.data(), end.ptr);
  };
  return hexadecimal(id >> 32U) + ":0x" + hexadecimal(id & 0xFFFFFFFFU);
}

Finding told_logon_session(const LogonCalls& calls, bool by_ticket) {
  Finding finding;
  const LogonSession session = calls.session();
  finding.text = logon_id_text(session.id);
  if (session.is_told) {
    const std::string user = (session.domain.empty() ? "" : session.domain + "\\") + session.user;
    if (!session.user.empty()) finding.text += " of " + user;
    if (const std::string kind = kind_text(session.kind); !kind.empty())
      finding.text += ", " + kind;
    if (!session.package.empty())
      finding.facts.push_back(
          {"logged on by",
           session.package +
               (session.server.empty() ? std::string() : ", domain controller " + session.server),
           ""});
    if (!session.realm.empty()) finding.facts.push_back({"domain", session.realm, ""});
  } else {
    finding.text += "; the LSA does not tell more: " + session.fault;
  }
  finding.text += session.elevated ? ", elevated" : ", not elevated";
  if (session.elevated && session.linked != 0) {
    add_note(finding, "programs that are not elevated run in " + logon_id_text(session.linked) +
                          ", which has tickets of its own: ask there, too");
  }
  if (!by_ticket) return finding;
  for (const WellKnownSession& known : well_known_sessions)
    if (known.id == session.id) add_note(finding, known.note);
  if (session.package == "NTLM") {
    add_note(finding,
             "logged on by NTLM: an account of this machine's, or no domain controller was there");
    finding.remedy = "runas /netonly /user:DOMAIN\\USER PROGRAM";
  }
  return finding;
}

Finding told_logon_tickets(const LogonCalls& calls, bool own) {
  Finding finding;
  const LogonSession session = calls.session();
  LogonTickets from = calls.tickets();
  const SeenCache cache = cache_of(session, from);
  add_cache_facts(finding, cache, own ? "LSA" : "LSA, taken");
  if (own) {
    finding.text = "none is taken: a ticket is got by password";
    return finding;
  }
  if (!cache.fault.empty()) {
    finding.verdict = Verdict::note;
    finding.text = "not told: " + cache.fault;
    return finding;
  }
  finding.text = told(cache, "LSA");
  if (is_good(cache)) return finding;
  finding.verdict = Verdict::note;
  const std::string realm(cache.principal.empty() ? realm_of(session)
                                                  : std::string(realm_in(cache.principal)));
  if (calls.tickets_are_hosts) {
    finding.remedy = "kinit    # where Wine runs, and then start this program again";
  } else if (session.package != "NTLM" && !realm.empty()) {
    finding.remedy = "klist get krbtgt/" + realm +
                     "    # where the domain can't be reached: then lock Windows and log on again";
  }
  return finding;
}

std::optional<TicketFacts> logon_ticket_for(const LogonCalls& calls, const std::string& target) {
  const bool has_realm = !realm_in(target).empty();
  for (const SeenTicket& ticket : calls.tickets().tickets) {
    const std::string name =
        has_realm ? ticket.service : ticket.service.substr(0, ticket.service.rfind('@'));
    if (!iequals(name, target)) continue;
    return TicketFacts{ticket.service, ticket.sealed ? ticket.sealed->encryption_type : 0,
                       std::nullopt};
  }
  return std::nullopt;
}

}  // namespace negodbc::cli
