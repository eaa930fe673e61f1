#include "sspi_windows/system_calls.h"

#include <memory>
#include <mutex>
#include <utility>

#include "negotiate/utf16.h"

// After windows.h.
#include <ntsecapi.h>

namespace negodbc::sspi_windows {
namespace {

// GetCurrentThreadEffectiveToken(), which needs no opening and no closing.
HANDLE effective_token() {
  return reinterpret_cast<HANDLE>(LONG_PTR{-6});
}

std::uint64_t number_of(const LUID& id) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.HighPart)) << 32U | id.LowPart;
}

bool ask_token(TokenFacts& facts) {
  TOKEN_STATISTICS told{};
  DWORD size = 0;
  if (GetTokenInformation(effective_token(), TokenStatistics, &told, sizeof told, &size) == 0) {
    return false;
  }
  facts.session = number_of(told.AuthenticationId);
  facts.token = number_of(told.TokenId);
  facts.changed = number_of(told.ModifiedId);
  facts.level =
      told.TokenType == TokenPrimary ? 0 : 1 + static_cast<std::uint32_t>(told.ImpersonationLevel);
  return true;
}

std::uint32_t ask_token_limits() {
  std::uint32_t limits = IsTokenRestricted(effective_token()) != 0 ? 1U : 0U;
  for (const auto& [about, bit] :
       {std::pair{TokenIsAppContainer, 2U}, std::pair{TokenHasRestrictions, 4U}}) {
    DWORD told = 0;
    DWORD size = 0;
    if (GetTokenInformation(effective_token(), about, &told, sizeof told, &size) != 0 &&
        told != 0) {
      limits |= bit;
    }
  }
  return limits;
}

// A connection to the LSA's Kerberos package, ended with its owner.
class Lsa {
 public:
  Lsa() {
    if (LsaConnectUntrusted(&handle_) != 0) {
      handle_ = nullptr;
      return;
    }
    char name[] = MICROSOFT_KERBEROS_NAME_A;
    LSA_STRING text{};
    text.Buffer = name;
    text.Length = sizeof name - 1;
    text.MaximumLength = sizeof name;
    knows_ = LsaLookupAuthenticationPackage(handle_, &text, &package_) == 0;
  }
  Lsa(const Lsa&) = delete;
  Lsa& operator=(const Lsa&) = delete;
  ~Lsa() {
    if (handle_ != nullptr) LsaDeregisterLogonProcess(handle_);
  }

  [[nodiscard]] bool is_there() const { return knows_; }

  struct FreeAnswer {
    void operator()(void* memory) const { LsaFreeReturnBuffer(memory); }
  };
  template <typename Response>
  std::unique_ptr<Response, FreeAnswer> ask(KERB_PROTOCOL_MESSAGE_TYPE about) const {
    if (!knows_) return nullptr;
    KERB_QUERY_TKT_CACHE_REQUEST request{};  // of the calling thread's logon session
    request.MessageType = about;
    void* answer = nullptr;
    ULONG size = 0;
    NTSTATUS status = 0;
    const NTSTATUS called = LsaCallAuthenticationPackage(handle_, package_, &request,
                                                         sizeof request, &answer, &size, &status);
    std::unique_ptr<Response, FreeAnswer> response(static_cast<Response*>(answer));
    if (called != 0 || status != 0) response.reset();
    return response;
  }

 private:
  HANDLE handle_ = nullptr;
  ULONG package_ = 0;
  bool knows_ = false;
};

WideView view(const UNICODE_STRING& text) {
  return text.Buffer == nullptr ? WideView() : WideView(text.Buffer, text.Length / sizeof(wchar_t));
}

void visit_all(const KERB_QUERY_TKT_CACHE_EX_RESPONSE& list, TicketVisitor& visitor) {
  for (ULONG i = 0; i < list.CountOfTickets; ++i) {
    const KERB_TICKET_CACHE_INFO_EX& ticket = list.Tickets[i];
    visitor.visit({.client = view(ticket.ClientName),
                   .client_realm = view(ticket.ClientRealm),
                   .server = view(ticket.ServerName),
                   .realm = view(ticket.ServerRealm),
                   .start = ticket.StartTime.QuadPart,
                   .end = ticket.EndTime.QuadPart,
                   .renew_until = ticket.RenewTime.QuadPart,
                   .flags = ticket.TicketFlags,
                   .encryption = ticket.EncryptionType});
  }
}
void visit_all(const KERB_QUERY_TKT_CACHE_RESPONSE& list, TicketVisitor& visitor) {
  for (ULONG i = 0; i < list.CountOfTickets; ++i) {
    const KERB_TICKET_CACHE_INFO& ticket = list.Tickets[i];
    visitor.visit({.client = {},
                   .client_realm = {},
                   .server = view(ticket.ServerName),
                   .realm = view(ticket.RealmName),
                   .start = ticket.StartTime.QuadPart,
                   .end = ticket.EndTime.QuadPart,
                   .renew_until = ticket.RenewTime.QuadPart,
                   .flags = ticket.TicketFlags,
                   .encryption = ticket.EncryptionType});
  }
}

bool list_tickets_by(const Lsa& lsa, TicketVisitor& visitor) {
  if (const auto list = lsa.ask<KERB_QUERY_TKT_CACHE_EX_RESPONSE>(KerbQueryTicketCacheExMessage)) {
    visit_all(*list, visitor);
    return true;
  }
  // Wine has the older message alone.
  if (const auto list = lsa.ask<KERB_QUERY_TKT_CACHE_RESPONSE>(KerbQueryTicketCacheMessage)) {
    visit_all(*list, visitor);
    return true;
  }
  return false;
}

bool list_tickets(bool impersonates, TicketVisitor& visitor) {
  // What one connection was made by must not be what another thread is taken for.
  if (impersonates) return list_tickets_by(Lsa(), visitor);
  static const Lsa* const of_process = new Lsa;  // used by threads until the end
  if (!of_process->is_there()) return list_tickets_by(Lsa(), visitor);
  return list_tickets_by(*of_process, visitor);
}

bool ask_account(Account& account) {
  TOKEN_STATISTICS token{};
  DWORD size = 0;
  if (GetTokenInformation(effective_token(), TokenStatistics, &token, sizeof token, &size) == 0) {
    return false;
  }
  SECURITY_LOGON_SESSION_DATA* told = nullptr;
  if (LsaGetLogonSessionData(&token.AuthenticationId, &told) != 0 || told == nullptr) return false;
  const std::unique_ptr<SECURITY_LOGON_SESSION_DATA, Lsa::FreeAnswer> given(told);
  const auto text = [](const LSA_UNICODE_STRING& of) { return auth::to_utf8(view(of)); };
  account = Account{.user = text(told->UserName),
                    .domain = text(told->LogonDomain),
                    .dns_domain = text(told->DnsDomainName),
                    .upn = text(told->Upn)};
  return true;
}

class TokenRole final : public auth::ThreadRole {
 public:
  explicit TokenRole(HANDLE token) : token_(token) {}
  TokenRole(const TokenRole&) = delete;
  TokenRole& operator=(const TokenRole&) = delete;
  ~TokenRole() override { CloseHandle(token_); }
  // Windows may leave less of the token than it was: the thread's identity tells.
  void take_on() const override { (void)SetThreadToken(nullptr, token_); }

 private:
  const HANDLE token_;
};

std::shared_ptr<const auth::ThreadRole> role() {
  HANDLE token = nullptr;
  // As the process: the token itself may not be allowed to.
  if (OpenThreadToken(GetCurrentThread(), TOKEN_IMPERSONATE | TOKEN_QUERY, TRUE, &token) == 0) {
    return nullptr;
  }
  try {
    return std::make_shared<const TokenRole>(token);
  } catch (...) {
    CloseHandle(token);
    throw;
  }
}

}  // namespace

const SystemCalls& system_calls() {
  static constexpr SystemCalls calls{.token = ask_token,
                                     .token_limits = ask_token_limits,
                                     .list_tickets = list_tickets,
                                     .account = ask_account,
                                     .role = role};
  return calls;
}

}  // namespace negodbc::sspi_windows
