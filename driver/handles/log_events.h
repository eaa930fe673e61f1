// What handles tell the log, as far as its level lets it be seen.
//
// Below the level `values` a text of a statement has no constants, and of the server's words only
// those are shown that hold no value: of data errors (22) without what is quoted, of constraints
// without the detail, of exceptions that functions raise nothing but the SQLSTATE. A password is
// shown at no level where it can be recognised (sql/masking.h).
#pragma once

#include <string>
#include <string_view>

#include "driver/handles/diagnostics.h"
#include "driver/handles/handle.h"
#include "driver/handles/statement/values.h"
#include "driver/log/log.h"

namespace negodbc::odbc {

// The records of a call that has ended: errors, and warnings at the level `statements` (but 01004
// and 01S07, which may come with every value). Does nothing where the handle has no log.
void log_diagnostics(Handle& handle, const Diagnostics& diagnostics) noexcept;

// By which a log tells handles apart.
std::string number_of(const Handle& handle);

// Null unless there is a log that tells of this.
inline log::Log* log_for(log::Log* log, log::Level level) {
  return log != nullptr && log->tells(level) ? log : nullptr;
}

// For a log that tells statements; `event`: statement, question (of the driver's own), ...
void log_sql(log::Log& log, std::string_view event, std::string_view sql, bool standard_strings,
             std::initializer_list<log::Field> more = {}) noexcept;

// What is sent of a set of parameters, for a log that tells values; each is cut at 1,000 bytes.
void log_values(log::Log& log, const Values& values) noexcept;

// The text of a record as it is shown.
std::string shown_text(const DiagRecord& record, bool with_values);

}  // namespace negodbc::odbc
