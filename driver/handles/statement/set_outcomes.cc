#include "driver/handles/statement/set_outcomes.h"

#include <algorithm>

#include "driver/base/error.h"
#include "driver/handles/sqlstate.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {

SetOutcomes::SetOutcomes(const Parameters& parameters, const Descriptor& ipd,
                         Diagnostics& diagnostics)
    : diagnostics_(diagnostics),
      status_(ipd.array_status_ptr),
      processed_at_(ipd.rows_processed_ptr) {
  const SQLULEN sets = parameters.set_count();
  for (SQLULEN set = 0; set < sets; ++set)
    if (!parameters.ignored(set)) sets_.push_back(set);
  known_.resize(sets_.size());
  if (status_ != nullptr) std::fill_n(status_, sets, static_cast<SQLUSMALLINT>(SQL_PARAM_UNUSED));
  types::store_count(processed_at_, processed_);
}

void SetOutcomes::succeeded(std::size_t index, const OutputNotes& notes) {
  SQLUSMALLINT status = SQL_PARAM_SUCCESS;
  for (const OutputNote& note : notes) {
    diagnostics_.add(note.error, static_cast<SQLLEN>(sets_[index]) + 1, note.number);
    if (!is_warning(note.error.state())) {
      status = SQL_PARAM_ERROR;
    } else if (status == SQL_PARAM_SUCCESS) {
      status = SQL_PARAM_SUCCESS_WITH_INFO;
    }
  }
  if (status == SQL_PARAM_ERROR) ++failures_;
  set_status(index, status);
}

void SetOutcomes::failed(std::size_t index, const Error& error) {
  set_status(index, SQL_PARAM_ERROR);
  ++failures_;
  diagnostics_.add(error, static_cast<SQLLEN>(sets_[index]) + 1);
}

void SetOutcomes::set_status(std::size_t index, SQLUSMALLINT status) {
  ++tried_;
  known_[index] = true;
  if (status_ != nullptr) status_[sets_[index]] = status;
  processed_ = std::max(processed_, sets_[index] + 1);
  types::store_count(processed_at_, processed_);
}

}  // namespace negodbc::odbc
