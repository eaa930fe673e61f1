#include <windows.h>
// After windows.h.
#include <ntsecapi.h>

#include <memory>

#include "cli/examination/logon_session.h"
#include "driver/base/windows_text.h"
#include "sspi_windows/credential_facts.h"
#include "sspi_windows/logon_platform.h"
#include "sspi_windows/system_calls.h"

namespace negodbc::cli {
namespace {

HANDLE own_token() {
  return reinterpret_cast<HANDLE>(LONG_PTR{-4});  // GetCurrentProcessToken()
}

std::uint64_t number_of_luid(const LUID& id) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.HighPart)) << 32U | id.LowPart;
}

template <typename Facts>
bool ask_token(HANDLE token, TOKEN_INFORMATION_CLASS about, Facts& facts) {
  DWORD size = 0;
  return GetTokenInformation(token, about, &facts, sizeof facts, &size) != 0;
}

struct CloseHandleOf {
  void operator()(void* handle) const { CloseHandle(handle); }
};

// Of the user's other token: the one with fewer rights.
std::uint64_t linked_session() {
  TOKEN_LINKED_TOKEN linked = {};
  if (!ask_token(own_token(), TokenLinkedToken, linked) || linked.LinkedToken == nullptr) return 0;
  const std::unique_ptr<void, CloseHandleOf> end(linked.LinkedToken);
  TOKEN_STATISTICS facts = {};
  return ask_token(linked.LinkedToken, TokenStatistics, facts)
             ? number_of_luid(facts.AuthenticationId)
             : 0;
}

std::string text_of(const LSA_UNICODE_STRING& text) {
  return text.Buffer == nullptr ? std::string()
                                : from_wide({text.Buffer, text.Length / sizeof(wchar_t)});
}

struct FreeAnswer {
  void operator()(void* memory) const { LsaFreeReturnBuffer(memory); }
};

LogonSession ask_session() {
  LogonSession session;
  TOKEN_STATISTICS facts = {};
  if (!ask_token(own_token(), TokenStatistics, facts)) {
    session.fault = system_error_text(GetLastError());
    return session;
  }
  session.id = number_of_luid(facts.AuthenticationId);
  TOKEN_ELEVATION elevation = {};
  session.elevated =
      ask_token(own_token(), TokenElevation, elevation) && elevation.TokenIsElevated != 0;
  TOKEN_ELEVATION_TYPE type = TokenElevationTypeDefault;
  if (ask_token(own_token(), TokenElevationType, type) && type == TokenElevationTypeFull)
    session.linked = linked_session();
  SECURITY_LOGON_SESSION_DATA* data = nullptr;
  const NTSTATUS status = LsaGetLogonSessionData(&facts.AuthenticationId, &data);
  if (status != 0 || data == nullptr) {
    session.fault = system_error_text(LsaNtStatusToWinError(status));
    return session;
  }
  const std::unique_ptr<SECURITY_LOGON_SESSION_DATA, FreeAnswer> answer(data);
  session.is_told = true;
  session.user = text_of(answer->UserName);
  session.domain = text_of(answer->LogonDomain);
  session.realm = text_of(answer->DnsDomainName);
  session.package = text_of(answer->AuthenticationPackage);
  session.server = text_of(answer->LogonServer);
  session.kind = answer->LogonType;
  return session;
}

class TicketList final : public sspi_windows::TicketVisitor {
 public:
  explicit TicketList(LogonTickets& into) : into_(into) {}
  void visit(const sspi_windows::TicketView& ticket) override {
    if (into_.client.empty() && !ticket.client.empty())
      into_.client = from_wide(ticket.client) + "@" + from_wide(ticket.client_realm);
    SeenTicket& seen = into_.tickets.emplace_back();
    seen.service = from_wide(ticket.server) + "@" + from_wide(ticket.realm);
    seen.starts_at = sspi_windows::unix_time_of_utc(ticket.start);
    seen.ends_at = sspi_windows::unix_time_of_utc(ticket.end);
    seen.renewable_until = sspi_windows::unix_time_of_utc(ticket.renew_until);
    seen.flags = names_of_flags(ticket.flags, false);
    seen.sealed = TicketFacts{seen.service, ticket.encryption, std::nullopt};
  }

 private:
  LogonTickets& into_;
};

LogonTickets ask_tickets() {
  LogonTickets found;
  TicketList list(found);
  if (!sspi_windows::system_calls().list_tickets(false, list))
    found.fault = "the LSA lists no tickets here";
  return found;
}

}  // namespace

const LogonCalls& logon_calls() {
  static const LogonCalls calls{
      .session = ask_session, .tickets = ask_tickets, .tickets_are_hosts = sspi_windows::is_wine()};
  return calls;
}

}  // namespace negodbc::cli
