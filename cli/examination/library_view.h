// What one GSSAPI library makes of this machine: which file it is, the realms it finds, the caches
// and tickets it sees. Looked at in a process of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/examination/kerberos_messages.h"
#include "driver/base/deadline.h"

namespace negodbc::cli {

struct SeenTicket {
  std::string service;
  std::int64_t starts_at = 0, ends_at = 0, renewable_until = 0;  // seconds since 1970; 0: none
  std::vector<std::string> flags;                                // "forwardable", ...
  int session_type = 0;                                          // encryption type of its key
  std::optional<TicketFacts> sealed;
};

struct SeenCache {
  std::string name;       // with its type
  std::string principal;  // "": none
  std::string fault;      // in the library's words
  std::int64_t kdc_offset_s = 0;
  std::vector<SeenTicket> tickets;
};

struct LibraryView {
  std::string name;           // "heimdal", "mit", a path
  std::string file, version;  // "": it can't be loaded
  std::string fault;          // why, or why it was not looked through
  bool out_of_time = false;   // it was not, which says nothing about it
  std::string krb5_fault;     // what keeps its Kerberos from working (krb5.conf)
  std::string default_realm;  // "": it has none
  std::string realm_of_host;  // likewise: the KDC is asked
  std::string default_cache;
  std::vector<SeenCache> caches;
};

// `host`: whose realm is asked for. `cache`: one that is looked at beside the default one, its
// collection and the usual places; "": none. Waits until the deadline at most.
LibraryView look_through(const std::string& library, const std::string& host,
                         const std::string& cache, Deadline deadline);

}  // namespace negodbc::cli
