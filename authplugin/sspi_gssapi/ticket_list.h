// The tickets of a credential cache: for whom and until when. GSSAPI has no words for that.
#ifndef NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_
#define NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "negotiate/security_platform.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

class Krb5;

// What libraries keep in a cache beside tickets is for ".../...@X-CACHECONF:".
bool is_cache_configuration(const auth::Ticket& entry);

// Shows every entry of a cache that `krb5` has opened, with its krb5_creds, which is freed
// afterwards. False when the cache can't be read, or the family is unknown.
bool each_entry(const GssLibrary& library, const Krb5& krb5, void* cache,
                const std::function<void(void* creds, const auth::Ticket& entry)>& show);

// The encoded ticket of a krb5_creds, within it; none where the family is unknown.
std::span<const std::byte> ticket_of(const GssLibrary& library, const void* creds);

// Empty when the cache can't be read, or the family is unknown. What is_cache_configuration() is
// left out.
std::vector<auth::Ticket> list_tickets(const GssLibrary& library, const std::string& cache);

// The realm that the ticket kept for exactly this principal is of in truth: libraries keep a ticket
// under the name they asked for, too. It is as true as who can alter what the KDC sends is honest:
// a ticket's realm is not sealed. Nothing when there is no such ticket.
struct KeptRealm {
  std::string realm;
  std::int64_t expires_at = 0;
};
std::optional<KeptRealm> realm_of_kept_ticket(const GssLibrary& library, const std::string& cache,
                                              const std::string& principal);

// Whether a ticket is for a service, given with its realm or without; realms are not compared,
// because libraries keep a ticket under several.
bool is_for_target(const auth::Ticket& ticket, const std::string& target);

// The ticket for "service/host@REALM", or for "service/host" without regard to case, that lasts
// longest. Nothing where tickets of several realms match: which one the library takes is its
// choice.
std::optional<auth::Ticket> find_ticket(const std::vector<auth::Ticket>& tickets,
                                        const std::string& target);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_
