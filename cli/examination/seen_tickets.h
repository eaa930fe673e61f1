// The tickets that a library or the LSA shows, and how they are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/examination/ticket_facts.h"
#include "cli/report.h"

namespace negodbc::cli {

struct SeenTicket {
  std::string service;
  std::int64_t starts_at = 0, ends_at = 0, renewable_until = 0;  // seconds since 1970; 0: none
  std::vector<std::string> flags;                                // "forwardable", ...
  int session_type = 0;  // encryption type of its key; 0: not told
  std::optional<TicketFacts> sealed;
};

struct SeenCache {
  std::string name;       // with its type; Windows: of the logon session
  std::string principal;  // "": none
  std::string fault;      // in the library's words
  std::int64_t kdc_offset_s = 0;
  std::vector<SeenTicket> tickets;
};

// "forwardable", ... of RFC 4120's flags (5.3), the first in the highest bit, or in the lowest.
std::vector<std::string> names_of_flags(std::uint32_t flags, bool first_is_low);
bool has_flag(const SeenTicket& ticket, std::string_view flag);

// "REALM" of "name@REALM".
std::string_view realm_in(std::string_view principal);
// The ticket that others are got with; NULL: the cache has none.
const SeenTicket* ticket_granting(const SeenCache& cache);
// Whether that one is there and has not run out.
bool is_good(const SeenCache& cache);

// One fact of the cache, and one of each ticket. `seen_by`: whose view it is.
void add_cache_facts(Finding& finding, const SeenCache& cache, const std::string& seen_by);
// The cache that the login uses, as a sentence. `seen_by`: as above.
std::string told(const SeenCache& cache, const std::string& seen_by);

}  // namespace negodbc::cli
