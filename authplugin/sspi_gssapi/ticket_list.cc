#include "sspi_gssapi/ticket_list.h"

#include <cstring>
#include <string_view>

#include "negotiate/keyed_hash.h"
#include "negotiate/letter_case.h"
#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/ticket_realm.h"

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

}  // namespace

std::span<const std::byte> ticket_of(const GssLibrary& library, const void* creds) {
  if (library.family == Family::kOther) return {};
  const auto* at = static_cast<const std::byte*>(creds);
  if (library.family == Family::kMit) {
    decltype(MitCredsBegin::ticket) ticket{};
    std::memcpy(&ticket, at + kMitTicket.ticket, sizeof(ticket));
    return {static_cast<const std::byte*>(ticket.data), ticket.length};
  }
  decltype(HeimdalCredsBegin::ticket) ticket{};
  std::memcpy(&ticket, at + kHeimdalTicket.ticket, sizeof(ticket));
  return {static_cast<const std::byte*>(ticket.data), ticket.length};
}

bool is_cache_configuration(const auth::Ticket& entry) {
  return entry.target.find("X-CACHECONF:") != std::string::npos;
}

bool each_entry(const GssLibrary& library, const Krb5& krb5, void* cache,
                const std::function<void(void* creds, const auth::Ticket& entry)>& show) {
  const Krb5Functions& f = library.krb5;
  if (library.family == Family::kOther || f.krb5_cc_start_seq_get == nullptr ||
      f.krb5_cc_next_cred == nullptr || f.krb5_cc_end_seq_get == nullptr) {
    return false;
  }
  void* cursor = nullptr;
  if (f.krb5_cc_start_seq_get(krb5.get(), cache, &cursor) != 0) return false;
  const TicketFields& fields = library.family == Family::kMit ? kMitTicket : kHeimdalTicket;
  CredsRoom creds;
  while (f.krb5_cc_next_cred(krb5.get(), cache, &cursor, creds.bytes.data()) == 0) {
    void* server = nullptr;
    std::memcpy(&server, creds.bytes.data() + fields.server, sizeof(server));
    show(creds.bytes.data(),
         {krb5.unparsed(server), read_time(creds.bytes.data() + fields.end_time, fields.time_size),
          auth::keyed_hash(ticket_of(library, creds.bytes.data()))[0]});
    f.krb5_free_cred_contents(krb5.get(), creds.bytes.data());
    auth::wipe(creds.bytes.data(), creds.bytes.size());
  }
  f.krb5_cc_end_seq_get(krb5.get(), cache, &cursor);
  return true;
}

std::vector<auth::Ticket> list_tickets(const GssLibrary& library, const std::string& cache) {
  std::vector<auth::Ticket> tickets;
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0 ||
      library.krb5.krb5_cc_resolve(krb5.get(), cache.c_str(), &krb5.cache) != 0) {
    return tickets;
  }
  each_entry(library, krb5, krb5.cache, [&](const void*, const auth::Ticket& entry) {
    if (!is_cache_configuration(entry)) tickets.push_back(entry);
  });
  return tickets;
}

std::optional<KeptRealm> realm_of_kept_ticket(const GssLibrary& library, const std::string& cache,
                                              const std::string& principal) {
  std::optional<KeptRealm> found;
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0 ||
      library.krb5.krb5_cc_resolve(krb5.get(), cache.c_str(), &krb5.cache) != 0) {
    return found;
  }
  each_entry(library, krb5, krb5.cache, [&](const void* creds, const auth::Ticket& entry) {
    if (entry.target != principal) return;
    if (found && found->expires_at >= entry.expires_at) return;
    found = KeptRealm{std::string(realm_of_ticket(ticket_of(library, creds))), entry.expires_at};
  });
  return found;
}

bool is_for_target(const auth::Ticket& ticket, const std::string& target) {
  const auto without_realm = [](std::string_view name) { return name.substr(0, name.rfind('@')); };
  return auth::same_without_case(without_realm(ticket.target), without_realm(target));
}

std::optional<auth::Ticket> find_ticket(const std::vector<auth::Ticket>& tickets,
                                        const std::string& target) {
  const auto without_realm = [](std::string_view name) { return name.substr(0, name.rfind('@')); };
  const bool has_realm = target.find('@') != std::string::npos;
  const auth::Ticket* best = nullptr;
  for (const auth::Ticket& ticket : tickets) {
    const bool matches = has_realm ? ticket.target == target
                                   : auth::same_without_case(without_realm(ticket.target), target);
    if (!matches) continue;
    if (best != nullptr && best->target != ticket.target) return std::nullopt;
    if (best == nullptr || ticket.expires_at > best->expires_at) best = &ticket;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace negodbc::sspi_gssapi
