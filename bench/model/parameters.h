// The model's input as JSON, for files and for reports: {"costs": {...}, "site": {...}, "clients":
// {...}, "storm": {...}}, each with the names of the fields in storm_model.h. What is missing stays
// as it is.
#ifndef NEGODBC_BENCH_MODEL_PARAMETERS_H
#define NEGODBC_BENCH_MODEL_PARAMETERS_H

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/model/storm_model.h"

namespace negodbc::bench::model {

nlohmann::json to_document(const Storm& storm);
// Throws std::runtime_error that names what is not known, of another type, or can't be.
void read_document(const nlohmann::json& document, Storm& storm);
void read_file(const std::string& path, Storm& storm);

// Throws std::runtime_error with a sentence where a value can't be: negative times, no processors.
void check(const Storm& storm);

// Quantiles and counts; microseconds as in the storm's reports. What is absent is null.
nlohmann::json to_document(const Prediction& prediction);

}  // namespace negodbc::bench::model

#endif
