// What Windows tells of the logon session that this program runs in, as klist and whoami show it,
// and what is found by that. The questions are a table of functions, so that the steps are tested
// without Windows and without a domain.
//
// Source: learn.microsoft.com, "SECURITY_LOGON_SESSION_DATA", "KERB_TICKET_CACHE_INFO_EX",
// "TOKEN_ELEVATION_TYPE".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/examination/seen_tickets.h"
#include "cli/report.h"

namespace negodbc::cli {

struct LogonSession {
  std::uint64_t id = 0;      // its LUID
  bool elevated = false;     // with an administrator's rights
  std::uint64_t linked = 0;  // elevated only: the same user's session without them; 0: none
  bool is_told = false;      // what follows; else `fault` says why it is not
  std::string fault;
  std::string user, domain;  // "alice", "CORP"
  std::string realm;         // the domain's name in DNS; "": none, or not told
  std::string package;       // that has logged on: "Kerberos", "NTLM", ...; "": not told
  std::string server;        // likewise the domain controller
  std::uint32_t kind = 0;    // SECURITY_LOGON_TYPE; 0: not told, or the system itself
};

struct LogonTickets {
  std::vector<SeenTicket> tickets;  // in the LSA's order
  std::string client;               // "alice@CORP.EXAMPLE" of the first that tells one
  std::string fault;                // why there are none: the LSA does not tell; "": it does
};

struct LogonCalls {
  LogonSession (*session)();
  LogonTickets (*tickets)();
  // The tickets are those of the system that Windows is played on (Wine), got there by kinit.
  bool tickets_are_hosts = false;
};
// The system's own. On Windows only.
const LogonCalls& logon_calls();

// "0:0x3e7", as klist writes it.
std::string logon_id_text(std::uint64_t id);

// `by_ticket`: the login wants one.
Finding told_logon_session(const LogonCalls& calls, bool by_ticket);
// As the step of credential caches elsewhere tells it. `own`: the login asks for a ticket by a
// password of its own.
Finding told_logon_tickets(const LogonCalls& calls, bool own);

// The ticket for `target` ("postgres/host", with a realm or without): as far as the LSA shows it,
// which tells no key's version. Nothing: there is none.
std::optional<TicketFacts> logon_ticket_for(const LogonCalls& calls, const std::string& target);

}  // namespace negodbc::cli
