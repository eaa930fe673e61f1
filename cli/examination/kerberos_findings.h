// What the steps of Kerberos find for each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/examination/kdc_probe.h"
#include "cli/examination/kerberos_configuration.h"
#include "cli/examination/library_view.h"

namespace negodbc::cli {

struct KerberosFindings {
  KerberosConfiguration configuration;
  std::vector<LibraryView> libraries;
  const LibraryView* taken = nullptr;      // the one that the plugin takes; none can be loaded
  std::string client_realm, server_realm;  // "": not known
  bool server_realm_is_guessed = false;
  std::vector<KdcProbe> kdcs;            // of both realms
  std::optional<std::int64_t> clock_ms;  // of a KDC, before this machine's

  // Of the library that is taken, the one that a login takes its ticket from; NULL: none.
  [[nodiscard]] const SeenCache* cache() const;
  [[nodiscard]] bool answers(bool tcp) const;
};

}  // namespace negodbc::cli
