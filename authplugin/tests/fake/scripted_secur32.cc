#include "tests/fake/scripted_secur32.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "negotiate/utf16.h"

namespace negodbc::test {
namespace {

using sspi_windows::SystemCalls;
using sspi_windows::TicketView;
using sspi_windows::TicketVisitor;
using sspi_windows::TokenFacts;
using sspi_windows::WideView;
using Lock = std::lock_guard<std::recursive_mutex>;

constexpr const char* kRealm = "CORP.EXAMPLE";

struct Token {
  std::uint64_t session = 0;
  std::uint64_t id = 0;
  std::uint32_t level = 0;
  std::uint32_t limits = 0;
};
thread_local std::optional<Token> t_token;  // nothing: the process's

ScriptedWindows& w() {
  return scripted_windows();
}

Token effective_token() {
  return t_token.value_or(Token{w().process_session, 1, 0, 0});
}

// auth_data of AcquireCredentialsHandle.
struct Explicit final : auth::AuthIdentity {
  void* data() override { return password.empty() ? nullptr : this; }
  std::string principal;
  std::string password;
};

struct Handle {
  std::uint64_t session = 0;
  std::uint32_t level = 0;
  std::string principal;
  bool apart = false;  // with tickets of its own
  std::vector<ScriptedTicket> tickets;
};
std::map<std::uintptr_t, Handle>& handles() {
  static std::map<std::uintptr_t, Handle> all;
  return all;
}
std::uintptr_t next_handle() {
  static std::uintptr_t last = 100;
  return ++last;
}

std::int64_t now_s() {
  return auth::unix_now_s();
}

// The principal's name is passed over, as Windows and Wine do.
SECURITY_STATUS SEC_ENTRY acquire(SEC_WCHAR* /*principal*/, SEC_WCHAR*, sec_ulong, void*,
                                  void* data, SEC_GET_KEY_FN, void*, PCredHandle credential,
                                  PTimeStamp) {
  const Lock lock(windows_mutex());
  ++w().acquired;
  if (!w().acquire.empty()) {
    const SECURITY_STATUS status = w().acquire.front();
    w().acquire.erase(w().acquire.begin());
    if (status != SEC_E_OK) return status;
  }
  const Token token = effective_token();
  Handle made{token.session, token.level, {}, data != nullptr, {}};
  if (data != nullptr) {
    const auto& given = *static_cast<Explicit*>(data);
    const auto known = w().passwords.find(given.principal);
    if (known == w().passwords.end() || known->second != given.password) return SEC_E_LOGON_DENIED;
    made.principal = given.principal;
  } else {
    if (token.level == Impersonation::kIdentify) return SEC_E_NO_IMPERSONATION;
    const auto session = w().sessions.find(token.session);
    if (session == w().sessions.end()) return SEC_E_NO_CREDENTIALS;
    made.principal = session->second.principal;
  }
  *credential = CredHandle{next_handle(), 0};
  w().live.insert(credential->dwLower);
  handles()[credential->dwLower] = std::move(made);
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY query_credentials(PCredHandle credential, sec_ulong attribute,
                                            void* told) {
  const Lock lock(windows_mutex());
  if (attribute != SECPKG_CRED_ATTR_NAMES || !w().owners_are_told) {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }
  static auth::WideText text;  // free_buffer() leaves it
  text = auth::to_wide("CORP\\" + handles().at(credential->dwLower).principal);
  static_cast<SecPkgCredentials_NamesW*>(told)->sUserName = text.data();
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY free_credentials(PCredHandle credential) {
  const Lock lock(windows_mutex());
  ++w().freed;
  w().live.erase(credential->dwLower);
  handles().erase(credential->dwLower);
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY initialize(PCredHandle credential, PCtxtHandle context, SEC_WCHAR* target,
                                     sec_ulong, sec_ulong, sec_ulong, PSecBufferDesc, sec_ulong,
                                     PCtxtHandle new_context, PSecBufferDesc output,
                                     sec_ulong* attributes, PTimeStamp) {
  const Lock lock(windows_mutex());
  *attributes = ISC_RET_MUTUAL_AUTH;
  if (context != nullptr) {
    context->dwUpper = 2;
    output->pBuffers[0].cbBuffer = 0;
    return SEC_E_OK;
  }
  const auto found = handles().find(credential->dwLower);
  if (found == handles().end()) return SEC_E_INVALID_HANDLE;
  Handle& handle = found->second;
  std::vector<ScriptedTicket>& tickets =
      handle.apart ? handle.tickets : w().sessions[handle.session].tickets;
  const std::string server = auth::to_utf8(target);
  const auto is_there = [&] {
    return std::find_if(tickets.begin(), tickets.end(),
                        [&](const ScriptedTicket& t) { return t.server == server; });
  };
  SentToken sent{{}, false, std::this_thread::get_id()};
  if (is_there() == tickets.end()) {
    sent.asked = true;
    if (w().kdc != SEC_E_OK) {
      w().sent.push_back(sent);
      return w().kdc;
    }
    // By the ticket-granting ticket that is there.
    const std::string client =
        handle.apart || tickets.empty() ? handle.principal : tickets.front().client;
    tickets.push_back({client, server, now_s(), now_s() + 36000});
  }
  sent.who = is_there()->client;
  w().sent.push_back(sent);
  *new_context = CtxtHandle{next_handle(), 1};
  ++w().contexts;
  std::memcpy(output->pBuffers[0].pvBuffer, sent.who.data(), sent.who.size());
  output->pBuffers[0].cbBuffer = static_cast<sec_ulong>(sent.who.size());
  return SEC_I_CONTINUE_NEEDED;
}

SECURITY_STATUS SEC_ENTRY delete_context(PCtxtHandle) {
  const Lock lock(windows_mutex());
  --w().contexts;
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY query_package(SEC_WCHAR*, PSecPkgInfoW*) {
  return SEC_E_UNSUPPORTED_FUNCTION;
}
SECURITY_STATUS SEC_ENTRY query(PCtxtHandle context, sec_ulong attribute, void* told) {
  const Lock lock(windows_mutex());
  if (attribute != SECPKG_ATTR_NATIVE_NAMES || !w().client) return SEC_E_UNSUPPORTED_FUNCTION;
  if (static_cast<int>(context->dwUpper) < w().client_is_told_by) return SEC_E_INVALID_HANDLE;
  static auth::WideText text;  // free_buffer() leaves it
  text = auth::to_wide(*w().client);
  static_cast<SecPkgContext_NativeNamesW*>(told)->sClientName = text.data();
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY free_buffer(void*) {
  return SEC_E_OK;
}

const SecurityFunctionTableW& scripted_table() {
  static const SecurityFunctionTableW table = [] {
    SecurityFunctionTableW made{};
    made.AcquireCredentialsHandleW = acquire;
    made.FreeCredentialsHandle = free_credentials;
    made.QueryCredentialsAttributesW = query_credentials;
    made.InitializeSecurityContextW = initialize;
    made.DeleteSecurityContext = delete_context;
    made.QueryContextAttributesW = query;
    made.FreeContextBuffer = free_buffer;
    made.QuerySecurityPackageInfoW = query_package;
    return made;
  }();
  return table;
}

bool ask_token(TokenFacts& facts) {
  const Lock lock(windows_mutex());
  if (!w().tokens_are_told) return false;
  const Token token = effective_token();
  facts = TokenFacts{token.session, token.id, token.id, token.level};
  return true;
}
std::uint32_t ask_limits() {
  return effective_token().limits;
}

bool list_tickets(bool impersonates, TicketVisitor& visitor) {
  const Lock lock(windows_mutex());
  ++w().lists;
  if (!w().lsa_lists) return false;
  // A connection of the process's would tell the process's tickets.
  const std::uint64_t session = impersonates ? effective_token().session : w().process_session;
  const auto units = [](std::int64_t seconds) { return (seconds + 11644473600) * 10000000; };
  const auth::WideText realm = auth::to_wide(kRealm);
  for (const ScriptedTicket& ticket : w().sessions[session].tickets) {
    const auth::WideText client = auth::to_wide(ticket.client);
    const auth::WideText server = auth::to_wide(ticket.server);
    TicketView view;
    view.client = client;
    view.client_realm = realm;
    view.server = server;
    view.realm = realm;
    view.start = units(ticket.start);
    view.end = units(ticket.end);
    visitor.visit(view);
  }
  return true;
}

bool ask_account(sspi_windows::Account& account) {
  const Lock lock(windows_mutex());
  const auto found = w().sessions.find(effective_token().session);
  if (!w().accounts_are_told || found == w().sessions.end()) return false;
  account = {.user = found->second.principal,
             .domain = found->second.domain,
             .dns_domain = "corp.example",
             .upn = found->second.upn};
  return true;
}

class ScriptedRole final : public auth::ThreadRole {
 public:
  explicit ScriptedRole(Token token) : token_(token) {}
  void take_on() const override {
    const Lock lock(windows_mutex());
    if (w().roles_are_taken_on) t_token = token_;
  }

 private:
  Token token_;
};
std::shared_ptr<const auth::ThreadRole> role() {
  if (!t_token) return nullptr;
  return std::make_shared<const ScriptedRole>(*t_token);
}

const SystemCalls& scripted_calls() {
  static constexpr SystemCalls calls{.token = ask_token,
                                     .token_limits = ask_limits,
                                     .list_tickets = list_tickets,
                                     .account = ask_account,
                                     .role = role};
  return calls;
}

}  // namespace

ScriptedWindows& scripted_windows() {
  static ScriptedWindows windows;
  return windows;
}
std::recursive_mutex& windows_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

void ScriptedWindows::end_handles() {
  const Lock lock(windows_mutex());
  handles().clear();
}

Impersonation::Impersonation(std::uint64_t session, std::uint32_t level, std::uint32_t limits) {
  static std::uint64_t last = 1000;
  const Lock lock(windows_mutex());
  t_token = Token{session, ++last, level, limits};
}
Impersonation::~Impersonation() {
  t_token.reset();
}

ScriptedPlatform::ScriptedPlatform(bool passwords_apart)
    : LogonPlatform(scripted_table(), scripted_calls(), passwords_apart) {}

std::unique_ptr<auth::AuthIdentity> ScriptedPlatform::identity(
    const auth::CredentialRequest& request) const {
  auto made = std::make_unique<Explicit>();
  made->principal = request.principal;
  if (request.password.given()) made->password = std::string(request.password.view());
  return made;
}
auth::CredentialFacts ScriptedPlatform::describe(CredHandle credential) const {
  const Lock lock(windows_mutex());
  auth::CredentialFacts facts;
  facts.principal = handles().at(credential.dwLower).principal;
  facts.source = "logon session";
  return facts;
}
auth::ErrorDetail ScriptedPlatform::last_error(SECURITY_STATUS status) const {
  auth::ErrorDetail detail;
  detail.text = auth::status_name(status);
  return detail;
}

}  // namespace negodbc::test
