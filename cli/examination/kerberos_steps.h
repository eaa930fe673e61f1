// The steps that look at this machine's Kerberos and at the realm's KDCs, in their order: each
// takes what the ones before it have found. Not on Windows, whose LSA shows little of it.
#pragma once

#include "cli/examination/examination.h"

namespace negodbc::cli {

Finding examine_names(Examination& examination);
Finding examine_libraries(Examination& examination);
Finding examine_configuration(Examination& examination);
Finding examine_caches(Examination& examination);
Finding examine_kdcs(Examination& examination);
Finding examine_clock(Examination& examination);
// Behind the ticket's step.
Finding examine_keytab(Examination& examination);
Finding examine_delegation(Examination& examination);

// kinit, for whom and into which cache the login looks for; forwardable where that is asked for.
std::string command_for_kinit(const Examination& examination);
// For who has named a client keytab by which no ticket is got.
std::string command_for_client_keytab(const Examination& examination);

}  // namespace negodbc::cli
