#include "sspi_windows/logon_platform.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "negotiate/given_memory.h"
#include "negotiate/keyed_hash.h"
#include "negotiate/letter_case.h"
#include "negotiate/utf16.h"

namespace negodbc::sspi_windows {
namespace {

constexpr std::int64_t kSecondsTo1970 = 11644473600;
constexpr std::int64_t kUnitsPerSecond = 10000000;

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A token's limits do not change without its mark: they are asked for once a token.
std::uint32_t limits_of(const TokenFacts& token, const SystemCalls& calls) {
  struct Last {
    const SystemCalls* calls = nullptr;
    std::uint64_t token = 0;
    std::uint64_t changed = 0;
    std::uint32_t limits = 0;
  };
  thread_local Last last;
  if (last.calls != &calls || last.token != token.token || last.changed != token.changed) {
    last = Last{&calls, token.token, token.changed, calls.token_limits()};
  }
  return last.limits;
}

// Tells lists of tickets apart.
class Mark {
 public:
  void add(const TicketView& ticket) {
    for (const WideView text : {ticket.client, ticket.client_realm, ticket.server, ticket.realm}) {
      add(text.size());
      for (const SEC_WCHAR unit : text) add(static_cast<std::uint64_t>(unit));
    }
    add(static_cast<std::uint64_t>(ticket.start));
    add(static_cast<std::uint64_t>(ticket.end));
    add(ticket.flags);
    add(static_cast<std::uint32_t>(ticket.encryption));
  }
  [[nodiscard]] auth::KeyedHash value() const {
    return auth::sip_hash({}, {bytes_.data(), bytes_.size()});
  }

 private:
  void add(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<std::byte>(number >> shift));
    }
  }
  auth::SecretBytes bytes_;  // from the pool
};

bool grants_tickets(const TicketView& ticket) {
  constexpr std::array prefix = {SEC_WCHAR{'k'}, SEC_WCHAR{'r'}, SEC_WCHAR{'b'}, SEC_WCHAR{'t'},
                                 SEC_WCHAR{'g'}, SEC_WCHAR{'t'}, SEC_WCHAR{'/'}};
  return ticket.server.starts_with(WideView(prefix.data(), prefix.size()));
}

// The ticket-granting tickets: whose they are, which they are, when they end.
class GrantingTickets final : public TicketVisitor {
 public:
  void visit(const TicketView& ticket) override {
    if (!grants_tickets(ticket)) return;
    mark_.add(ticket);
    ++count_;
    end_ = std::max(end_.value_or(0), unix_time_of_utc(ticket.end));
  }
  [[nodiscard]] auth::SourceStamp stamp() const {
    const auth::KeyedHash hash = mark_.value();
    // Never that of a list that could not be had.
    return {.value = {hash[0], hash[1], count_, 1}};
  }
  [[nodiscard]] std::optional<std::int64_t> end() const { return end_; }

 private:
  Mark mark_;
  std::uint64_t count_ = 0;
  std::optional<std::int64_t> end_;
};

// The first ticket for a target, which is the one that the LSA would use.
class TicketFor final : public TicketVisitor {
 public:
  explicit TicketFor(const std::string& target) : target_(auth::to_wide(target)) {
    const WideView whole(target_);
    const std::size_t at = whole.rfind(SEC_WCHAR{'@'});
    server_ = whole.substr(0, at);
    if (at != WideView::npos) realm_ = whole.substr(at + 1);
  }
  void visit(const TicketView& ticket) override {
    if (found_ || !auth::same_without_case(ticket.server, server_) ||
        (!realm_.empty() && !auth::same_without_case(ticket.realm, realm_))) {
      return;
    }
    Mark mark;
    mark.add(ticket);
    found_ = auth::Ticket{{}, unix_time_of_utc(ticket.end), mark.value()[0]};
  }
  // Without its target.
  [[nodiscard]] const std::optional<auth::Ticket>& found() const { return found_; }
  // Of the one with this mark.
  [[nodiscard]] auth::TicketState state(std::uint64_t mark) const {
    if (!found_ || found_->mark != mark) return auth::TicketState::kGone;
    const std::int64_t end = found_->expires_at;
    const bool lives =
        end == 0 || end - now_s() > std::chrono::seconds(LogonPlatform::kLeastLife).count();
    return lives ? auth::TicketState::kThere : auth::TicketState::kEnding;
  }

 private:
  const auth::WideText target_;
  WideView server_;
  WideView realm_;
  std::optional<auth::Ticket> found_;
};

// Whose the ticket-granting tickets are, as user@REALM, each once.
struct Clients final : TicketVisitor {
  void visit(const TicketView& ticket) override {
    if (!grants_tickets(ticket) || ticket.client.empty()) return;
    std::string name = auth::to_utf8(ticket.client) + "@" + auth::to_utf8(ticket.client_realm);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  std::vector<std::string> names;
};

// For a target and for all, in one look.
struct Both final : TicketVisitor {
  explicit Both(const std::string& target) : wanted(target) {}
  void visit(const TicketView& ticket) override {
    granting.visit(ticket);
    wanted.visit(ticket);
  }
  GrantingTickets granting;
  TicketFor wanted;
};

constexpr std::uint64_t kUnknownToken = ~std::uint64_t{0};

// In CredentialRequest::default_caches, of a thread with a token of its own.
constexpr const char* kImpersonated = "impersonated";

// Of a thread whose token can't be told: nobody comes to have it.
class NobodysRole final : public auth::ThreadRole {
 public:
  void take_on() const override {}
};

}  // namespace

std::string name_of_credential(const SecurityFunctionTableW& table, CredHandle credential) {
  SecPkgCredentials_NamesW names{};
  if (table.QueryCredentialsAttributesW(&credential, SECPKG_CRED_ATTR_NAMES, &names) != SEC_E_OK) {
    return {};
  }
  const auth::GivenMemory given(table, names.sUserName);
  return principal_of(auth::to_utf8(names.sUserName));
}

std::int64_t unix_time_of_utc(std::int64_t units) {
  if (units <= 0 || units == std::numeric_limits<std::int64_t>::max()) return 0;
  return units / kUnitsPerSecond - kSecondsTo1970;
}

std::optional<auth::Identity> LogonPlatform::identity_now(
    const auth::CredentialRequest& request) const {
  auth::Identity identity;
  TokenFacts token;
  if (!calls_.token(token) || (request.password.given() && !passwords_apart_)) {
    identity.may_be_kept = false;
    return identity;
  }
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "logon session %llx, %u, %u",
                                 static_cast<unsigned long long>(token.session), token.level,
                                 limits_of(token, calls_));
  identity.key.assign(text.data(), static_cast<std::size_t>(size));
  if (token.level != 0) identity.default_caches = kImpersonated;
  return identity;
}

// The calling thread is one of the request's identity.
bool LogonPlatform::list(const auth::CredentialRequest& request, TicketVisitor& visitor) const {
  return calls_.list_tickets(request.default_caches == kImpersonated, visitor);
}

std::optional<auth::SourceStamp> LogonPlatform::quick_stamp(
    const auth::CredentialRequest& request) const {
  if (request.password.given()) return auth::SourceStamp{};
  GrantingTickets tickets;
  if (!list(request, tickets)) return std::nullopt;
  return tickets.stamp();
}

auth::SourceLook LogonPlatform::look(const auth::CredentialRequest& request) const {
  const std::optional<auth::SourceStamp> stamp = quick_stamp(request);
  return {.stamp = stamp.value_or(auth::SourceStamp{}), .quick = stamp.has_value()};
}

std::optional<auth::Ticket> LogonPlatform::find_ticket(const auth::CredentialRequest& request,
                                                       const CredHandle& /*credential*/,
                                                       const std::string& target) const {
  if (request.password.given()) return std::nullopt;
  TicketFor wanted(target);
  if (!list(request, wanted) || !wanted.found()) return std::nullopt;
  auth::Ticket ticket = *wanted.found();
  ticket.target = target;
  return ticket;
}

auth::TicketState LogonPlatform::ticket_state(const auth::CredentialRequest& request,
                                              const std::string& target, std::uint64_t mark) const {
  TicketFor wanted(target);
  return list(request, wanted) ? wanted.state(mark) : auth::TicketState::kEnding;
}

std::optional<auth::SourceStamp> LogonPlatform::quick_look(const auth::CredentialRequest& request,
                                                           const std::string& target,
                                                           std::uint64_t mark,
                                                           auth::TicketState& state) const {
  if (request.password.given()) {
    state = auth::TicketState::kEnding;
    return auth::SourceStamp{};
  }
  Both both(target);
  if (!list(request, both)) return std::nullopt;
  state = both.wanted.state(mark);
  return both.granting.stamp();
}

auth::Owner LogonPlatform::owner(const auth::CredentialRequest& request,
                                 CredHandle credential) const {
  if (request.principal.empty() || request.password.given()) return {};
  Account session;
  if (!calls_.account(session)) session = {};  // then only names in full are the same
  auth::Owner owner;
  owner.is_wanted = [wanted = request.principal, session](const std::string& name) {
    return same_account(wanted, name, session);
  };
  // The tickets are what is sent.
  Clients clients;
  if (list(request, clients)) owner.names = std::move(clients.names);
  if (owner.names.empty()) {
    std::string own = name_of_credential(table_, credential);
    if (!own.empty()) owner.names.push_back(std::move(own));
  }
  return owner;
}

auth::ThreadIdentity LogonPlatform::thread_identity() const {
  TokenFacts token;
  if (!calls_.token(token)) {
    // The same as nobody else's, and as its own of another time.
    static std::atomic<std::uint64_t> next{0};
    return {.value = {kUnknownToken, ++next}};
  }
  if (token.level == 0) return {.value = {token.session}};
  return {.value = {token.session, token.level, token.token, limits_of(token, calls_)}};
}

bool LogonPlatform::is_of_process(const auth::ThreadIdentity& identity) const {
  return identity.value[0] != kUnknownToken && identity.value[1] == 0;
}

std::shared_ptr<const auth::ThreadRole> LogonPlatform::thread_role(
    const auth::ThreadIdentity& identity) const {
  if (is_of_process(identity)) return nullptr;
  std::shared_ptr<const auth::ThreadRole> role = calls_.role();
  return role != nullptr ? role : std::make_shared<const NobodysRole>();
}

std::optional<std::int64_t> LogonPlatform::logon_tickets_end() const {
  TokenFacts token;
  const bool impersonates = !calls_.token(token) || token.level != 0;
  GrantingTickets tickets;
  return calls_.list_tickets(impersonates, tickets) ? tickets.end() : std::nullopt;
}

}  // namespace negodbc::sspi_windows
