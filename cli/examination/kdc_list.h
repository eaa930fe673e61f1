// Where a realm's KDCs are: by krb5.conf, else by DNS, as the libraries look for them.
#pragma once

#include <string>
#include <vector>

#include "cli/examination/kerberos_configuration.h"
#include "driver/base/deadline.h"

namespace negodbc::cli {

struct KdcList {
  std::vector<KdcPlace> places;
  std::string fault;         // why there are none
  bool out_of_time = false;  // that is why: there may be some
};

// DNS is asked only where krb5.conf names none for the realm and does not forbid it
// (dns_lookup_kdc). Waits until the deadline at most.
KdcList kdcs_of_realm(const KerberosConfiguration& configuration, const std::string& realm,
                      Deadline deadline);

// The KDCs of an answer to the question for SRV records. Unit: one DNS message.
std::vector<KdcPlace> kdcs_of_dns_answer(const unsigned char* message, int size, bool tcp);

}  // namespace negodbc::cli
