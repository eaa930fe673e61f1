// Whether KDCs answer, by UDP and by TCP, and what their clocks say: all of them at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/examination/kerberos_configuration.h"
#include "driver/base/deadline.h"

namespace negodbc::cli {

struct KdcReply {
  bool asked = false;
  bool answered = false;
  std::string fault;                     // why it has not: "refused", "no answer in 900 ms"
  bool out_of_time = false;              // that is why: it may have answered later
  double milliseconds = 0;               // until the answer
  std::optional<std::int64_t> clock_ms;  // how far its clock is before this machine's
  int error = 0;                         // what it said; 0: a ticket, sealed
};

struct KdcProbe {
  KdcPlace place;
  std::vector<std::string> addresses;
  std::string fault;  // no address
  KdcReply udp, tcp;
};

// An AS-REQ without a secret to each address of each place. Waits for the last of them, until the
// deadline at most.
std::vector<KdcProbe> probe_kdcs(const std::vector<KdcPlace>& places, const std::string& realm,
                                 Deadline deadline);

}  // namespace negodbc::cli
