// Reports as JSON; the fields are described in bench/README.md.
#ifndef NEGODBC_BENCH_STORM_REPORT_DOCUMENT_H
#define NEGODBC_BENCH_STORM_REPORT_DOCUMENT_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/storm/report.h"

namespace negodbc::bench {

// The document holds every round with its histograms, and a "summary" for each target for those who
// only want to read it: microseconds, ratios to the first target; what is absent is null.
nlohmann::json to_document(const Report& report);
// As text; what is not UTF-8 in it is replaced.
std::string to_json_text(const Report& report);
// Takes only what the summary is made of. Throws std::exception when it is not such a document.
Report from_document(const nlohmann::json& document);

// Adds what another process of the same run has measured at the same time, round by round. Throws
// std::runtime_error that says why when the two don't belong together: another run, another plan,
// other targets, a rank or a process that is in already.
void merge(Report& own, const Report& other);

// Reads reports from files and merges them; std::runtime_error names the file.
Report merged(const std::vector<std::string>& files);

}  // namespace negodbc::bench

#endif
