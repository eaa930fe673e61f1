// What one GSSAPI library makes of this machine: which file it is, the realms it finds, the caches
// and tickets it sees. Looked at in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "cli/examination/seen_tickets.h"
#include "driver/base/deadline.h"

namespace negodbc::cli {

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
