#include "sspi_gssapi/ticket_list.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/krb5_context.h"

namespace negodbc::sspi_gssapi {
namespace {

std::int64_t read_time(const std::byte* at, std::size_t size) {
  if (size == sizeof(std::uint32_t)) {
    std::uint32_t seconds = 0;
    std::memcpy(&seconds, at, sizeof(seconds));
    return seconds;
  }
  std::int64_t seconds = 0;
  std::memcpy(&seconds, at, sizeof(seconds));
  return seconds;
}

bool same_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::vector<auth::Ticket> list_tickets(const GssLibrary& library, const std::string& cache) {
  std::vector<auth::Ticket> tickets;
  const Krb5Functions& f = library.krb5;
  if (library.family == Family::kOther || f.krb5_cc_start_seq_get == nullptr ||
      f.krb5_cc_next_cred == nullptr || f.krb5_cc_end_seq_get == nullptr) {
    return tickets;
  }
  Krb5 krb5(f);
  if (krb5.code() != 0 || f.krb5_cc_resolve(krb5.get(), cache.c_str(), &krb5.cache) != 0) {
    return tickets;
  }
  void* cursor = nullptr;
  if (f.krb5_cc_start_seq_get(krb5.get(), krb5.cache, &cursor) != 0) return tickets;
  const TicketFields& fields = library.family == Family::kMit ? kMitTicket : kHeimdalTicket;
  CredsRoom creds;
  while (f.krb5_cc_next_cred(krb5.get(), krb5.cache, &cursor, creds.bytes.data()) == 0) {
    void* server = nullptr;
    std::memcpy(&server, creds.bytes.data() + fields.server, sizeof(server));
    auth::Ticket ticket;
    ticket.target = krb5.unparsed(server);
    ticket.expires_at = read_time(creds.bytes.data() + fields.end_time, fields.time_size);
    if (ticket.target.find("X-CACHECONF:") == std::string::npos) {
      tickets.push_back(std::move(ticket));
    }
    f.krb5_free_cred_contents(krb5.get(), creds.bytes.data());
    auth::wipe(creds.bytes.data(), creds.bytes.size());
  }
  f.krb5_cc_end_seq_get(krb5.get(), krb5.cache, &cursor);
  return tickets;
}

std::optional<auth::Ticket> find_ticket(const std::vector<auth::Ticket>& tickets,
                                        const std::string& target) {
  const auto without_realm = [](std::string_view name) { return name.substr(0, name.rfind('@')); };
  const bool has_realm = target.find('@') != std::string::npos;
  const auth::Ticket* best = nullptr;
  for (const auth::Ticket& ticket : tickets) {
    const bool matches = has_realm ? ticket.target == target
                                   : same_without_case(without_realm(ticket.target), target);
    if (!matches) continue;
    if (best != nullptr && best->target != ticket.target) return std::nullopt;
    if (best == nullptr || ticket.expires_at > best->expires_at) best = &ticket;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace negodbc::sspi_gssapi
