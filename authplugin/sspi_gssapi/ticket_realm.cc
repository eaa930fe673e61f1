#include "sspi_gssapi/ticket_realm.h"

#include "negotiate/letter_case.h"
#include "sspi_gssapi/der.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/token_guard.h"

namespace negodbc::sspi_gssapi {
namespace {

using der::Element;
using der::Span;

constexpr std::uint8_t kTicket = der::kApplication + 1;
constexpr std::uint8_t kApReq = der::kApplication + 14;

Span ticket_of_request(Span request) {
  const Element fields = der::take_all(der::take_all(request, kApReq).content, der::kSequence);
  return der::find(fields.content, der::kContext + 3).content;
}

}  // namespace

std::string_view realm_of_ticket(Span ticket) {
  const Element fields = der::take_all(der::take_all(ticket, kTicket).content, der::kSequence);
  const Element realm = der::find(fields.content, der::kContext + 1);
  return der::text(der::take_all(realm.content, der::kGeneralString).content);
}

Span request_in_token(Span token) {
  if (const Span inner = token_within_spnego(token); !inner.empty()) token = inner;
  Span request = der::take_all(token, der::kApplication).content;
  if (!der::is_oid(der::take(request), kKrb5Mech)) request = {};
  // The token's identifier: 01 00 is an AP-REQ. DCE style has the request alone.
  if (request.size() > 2 && request[0] == std::byte{1} && request[1] == std::byte{0}) {
    return request.subspan(2);
  }
  return token;
}

Span ticket_in_token(Span token) {
  return ticket_of_request(request_in_token(token));
}

std::string_view realm_of_token(Span token) {
  return realm_of_ticket(ticket_in_token(token));
}

std::string_view realm_of_name(std::string_view name) {
  for (std::size_t at = name.size(); at-- > 0;) {
    if (name[at] == '@' && (at == 0 || name[at - 1] != '\\')) return name.substr(at + 1);
  }
  return {};
}

bool same_realm(std::string_view a, std::string_view b) {
  return auth::same_without_case(a, b);
}

bool KnownRealms::find(std::string_view target, std::int64_t now, auth::PooledText& realm) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(target);
  if (found == known_.end() || found->second.expires_at <= now) return false;
  realm = found->second.realm;
  return true;
}

void KnownRealms::add(std::string_view target, std::string_view realm, std::int64_t expires_at) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMost) known_.clear();
  known_.insert_or_assign(auth::PooledText(target), Known{auth::PooledText(realm), expires_at});
}

void KnownRealms::take_from(const KnownRealms& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  known_ = other.known_;
}

}  // namespace negodbc::sspi_gssapi
