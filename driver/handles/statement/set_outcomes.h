// What is told of the sets of an array of parameters while they are executed: the status array, the
// count of processed sets, a diagnostic with its set for each that failed.
//
// ODBC reference: "Using Arrays of Parameters".
#pragma once

#include <vector>

#include "driver/handles/statement/call_outputs.h"
#include "driver/handles/statement/parameters.h"

namespace negodbc::odbc {

class SetOutcomes {
 public:
  // Marks all as unused.
  SetOutcomes(const Parameters& parameters, const Descriptor& ipd, Diagnostics& diagnostics);

  // The sets that are not ignored; an index into them is what the functions take.
  [[nodiscard]] const std::vector<SQLULEN>& sets() const { return sets_; }
  // Executed; `notes` say what became of its output parameters.
  void succeeded(std::size_t index, const OutputNotes& notes = {});
  void failed(std::size_t index, const Error& error);
  [[nodiscard]] bool is_known(std::size_t index) const { return known_[index]; }
  // Whether the execution as a whole has failed: no set was executed, or one failed and the
  // application has no array in which to look for it.
  [[nodiscard]] bool has_failed() const {
    return failures_ > 0 && (failures_ == tried_ || status_ == nullptr);
  }
  // After a failure that nobody would see the sets behind it are not tried.
  [[nodiscard]] bool stops() const { return failures_ > 0 && status_ == nullptr; }

 private:
  void set_status(std::size_t index, SQLUSMALLINT status);

  Diagnostics& diagnostics_;
  SQLUSMALLINT* status_;
  SQLULEN* processed_at_;
  SQLULEN processed_ = 0;
  std::vector<SQLULEN> sets_;
  std::vector<bool> known_;
  std::size_t tried_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace negodbc::odbc
