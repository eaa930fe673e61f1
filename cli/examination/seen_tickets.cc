#include "cli/examination/seen_tickets.h"

#include <algorithm>

#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

// By their bits.
constexpr const char* flag_names[] = {
    nullptr,        "forwardable", "forwarded",         "proxiable",      "proxy",
    "may-postdate", "postdated",   "invalid",           "renewable",      "initial",
    "pre-authent",  "hw-authent",  "transited-checked", "ok-as-delegate",
};

// "until ..., renewable until ...; forwardable, initial; aes256-..., key version 1".
std::string text_of(const SeenTicket& ticket) {
  std::string text = "until " + time_from_now(ticket.ends_at);
  if (has_flag(ticket, "renewable") && ticket.renewable_until != 0)
    text += ", renewable until " + time_text(ticket.renewable_until);
  if (ticket.starts_at > seconds_now()) text += ", valid from " + time_text(ticket.starts_at);
  if (!ticket.flags.empty()) text += "; " + joined(ticket.flags);
  const char* between = "; ";
  if (ticket.session_type != 0) {
    text += between + ("session key " + encryption_type_name(ticket.session_type));
    between = ", ";
  }
  if (ticket.sealed) {
    text += between + ("sealed with " + encryption_type_name(ticket.sealed->encryption_type));
    if (ticket.sealed->key_version)
      text += " of key version " + std::to_string(*ticket.sealed->key_version);
  }
  return text;
}

}  // namespace

std::vector<std::string> names_of_flags(std::uint32_t flags, bool first_is_low) {
  constexpr unsigned highest = 31;
  std::vector<std::string> names;
  unsigned bit = 0;
  for (const char* name : flag_names) {
    const unsigned at = first_is_low ? bit : highest - bit;
    if (name != nullptr && ((flags >> at) & 1U) != 0) names.emplace_back(name);
    ++bit;
  }
  return names;
}

bool has_flag(const SeenTicket& ticket, std::string_view flag) {
  return std::find(ticket.flags.begin(), ticket.flags.end(), flag) != ticket.flags.end();
}

std::string_view realm_in(std::string_view principal) {
  const std::size_t at = principal.rfind('@');
  return at == std::string_view::npos ? std::string_view() : principal.substr(at + 1);
}

const SeenTicket* ticket_granting(const SeenCache& cache) {
  const std::string realm(realm_in(cache.principal));
  const std::string name = "krbtgt/" + realm + "@" + realm;
  const auto found = std::find_if(cache.tickets.begin(), cache.tickets.end(),
                                  [&](const SeenTicket& ticket) { return ticket.service == name; });
  return found == cache.tickets.end() ? nullptr : &*found;
}

bool is_good(const SeenCache& cache) {
  const SeenTicket* const ticket = ticket_granting(cache);
  return ticket != nullptr && ticket->ends_at > seconds_now();
}

void add_cache_facts(Finding& finding, const SeenCache& cache, const std::string& seen_by) {
  std::string value = cache.principal.empty() ? (cache.fault.empty() ? "no principal" : cache.fault)
                                              : cache.principal;
  if (cache.kdc_offset_s != 0)
    value += "; by kinit's note the KDC's clock is " + span_text(cache.kdc_offset_s) +
             (cache.kdc_offset_s > 0 ? " ahead" : " behind");
  finding.facts.push_back({cache.name, value, seen_by});
  for (const SeenTicket& ticket : cache.tickets)
    finding.facts.push_back({ticket.service, text_of(ticket), "", cache.name});
}

std::string told(const SeenCache& cache, const std::string& seen_by) {
  if (cache.principal.empty())
    return "none in " + cache.name + " (" + seen_by + ")" +
           (cache.fault.empty() ? "" : ": " + cache.fault);
  const SeenTicket* const ticket = ticket_granting(cache);
  if (ticket == nullptr)
    return cache.principal + " in " + cache.name + ", without a ticket of the realm's";
  return cache.principal + " until " + time_from_now(ticket->ends_at) + ", in " + cache.name;
}

}  // namespace negodbc::cli
