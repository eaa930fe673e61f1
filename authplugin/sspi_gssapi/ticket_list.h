// The tickets of a credential cache: for whom and until when. GSSAPI has no words for that.
#ifndef NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_
#define NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "negotiate/security_platform.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Where libkrb5's krb5_creds has what is read here. It is a public struct that the two families lay
// out differently, each always in the same way (tests/mit_abi.cc, tests/heimdal_abi.cc).
struct TicketFields {
  std::size_t server;     // of type krb5_principal
  std::size_t end_time;   // seconds since 1970
  std::size_t time_size;  // bytes of it: MIT's is unsigned of 32 bits, Heimdal's a time_t
};
inline constexpr TicketFields kMitTicket{16, 56, 4};
inline constexpr TicketFields kHeimdalTicket{8, 56, 8};

// Empty when the cache can't be read, or the family is unknown. What libraries keep in a cache
// beside tickets (X-CACHECONF:) is left out.
std::vector<auth::Ticket> list_tickets(const GssLibrary& library, const std::string& cache);

// The ticket for "service/host" or "service/host@REALM" that lasts longest; hosts are compared
// without case.
std::optional<auth::Ticket> find_ticket(const std::vector<auth::Ticket>& tickets,
                                        const std::string& target);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TICKET_LIST_H_
