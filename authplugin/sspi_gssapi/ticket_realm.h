// Which realm a ticket is of. Heimdal 7 asks the client's own KDC where it knows nothing of the
// realm it was asked for, keeps the answer under the name it asked for, and calls its target so
// ever after, in the token for the server, too: only the ticket as the KDC made it tells the realm
// that answered.
#ifndef NEGODBC_SSPI_GSSAPI_TICKET_REALM_H_
#define NEGODBC_SSPI_GSSAPI_TICKET_REALM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "negotiate/pool.h"

namespace negodbc::sspi_gssapi {

// The realm that an encoded Ticket names (RFC 4120, 5.3), within its bytes; "": it is none.
std::string_view realm_of_ticket(std::span<const std::byte> ticket);

// The encoded Ticket in an initiator's first token, raw or within SPNEGO's NegTokenInit, within its
// bytes; none: there is none, or the token is of another mechanism.
std::span<const std::byte> ticket_in_token(std::span<const std::byte> token);
// The AP-REQ that has it, where the token is one of Kerberos; else the token, or nothing.
std::span<const std::byte> request_in_token(std::span<const std::byte> token);

// The realm of that.
std::string_view realm_of_token(std::span<const std::byte> token);

// "postgres/host@REALM": "REALM"; "" without one. An escaped @ is part of the name.
std::string_view realm_of_name(std::string_view name);

// Realms in general differ by case, but no two of one site do: who types the domain's name in small
// letters means its realm.
bool same_realm(std::string_view a, std::string_view b);

// The realms that a credential's targets were found to be of, so that its cache is looked into once
// for each ticket. Any thread.
class KnownRealms {
 public:
  KnownRealms() = default;
  KnownRealms(const KnownRealms&) = delete;
  KnownRealms& operator=(const KnownRealms&) = delete;

  // False: not known, or the ticket has run out since.
  bool find(std::string_view target, std::int64_t now, auth::PooledText& realm) const;
  void add(std::string_view target, std::string_view realm, std::int64_t expires_at);
  void take_from(const KnownRealms& other);

 private:
  static constexpr std::size_t kMost = 64;
  struct Known {
    auth::PooledText realm;
    std::int64_t expires_at = 0;
  };
  mutable std::mutex mutex_;
  std::map<auth::PooledText, Known, std::less<>> known_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TICKET_REALM_H_
