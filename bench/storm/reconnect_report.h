// What is shown of a target's reconnect rounds.
#ifndef NEGODBC_BENCH_STORM_RECONNECT_REPORT_H
#define NEGODBC_BENCH_STORM_RECONNECT_REPORT_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

// All rounds of all targets are of this mode, or none is.
bool is_reconnect(const Report& report);

// Medians over the rounds, in seconds from the cut; absent where not all were back.
struct ReconnectSummary {
  ReconnectResult whole;  // all rounds together
  Spread last_lost;       // until the last loss was noticed
  Spread half_back;
  Spread all_back;
};
ReconnectSummary summarize_reconnect(const TargetReport& target);

nlohmann::json reconnect_document(const TargetReport& target);
std::string reconnect_table(const Report& report);    // lines for a terminal
std::string reconnect_section(const Report& report);  // of the page

// Empty, or a sentence about sessions that were not held, not lost or not back.
std::string reconnect_remark(const ReconnectResult& whole);

}  // namespace negodbc::bench

#endif
