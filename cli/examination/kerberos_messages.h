// What can be said to a KDC without any secret, and what its answers and its tickets show unsealed
// (RFC 4120).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/examination/ticket_facts.h"

namespace negodbc::cli {

// An encoded Ticket. Nothing: it is none.
std::optional<TicketFacts> facts_of_ticket(std::span<const std::byte> ticket);

// An AS-REQ for a client without any preauthentication: it proves nothing, so it can't fail as a
// wrong password does. A KDC that does not know the client answers with its clock.
std::string as_request(std::string_view client, std::string_view realm, std::uint32_t nonce);

struct KdcAnswer {
  bool is_error = false;  // a KRB-ERROR; else an AS-REP
  int code = 0;           // of the error
  std::int64_t time = 0;  // the KDC's clock, microseconds since 1970; 0: not told
};
// Nothing: the bytes are no answer of a KDC.
std::optional<KdcAnswer> kdc_answer(std::string_view bytes);

// What the KDC means by an error: "the client is not known"; "error 99" of one without a name here.
std::string kdc_error_name(int code);

}  // namespace negodbc::cli
