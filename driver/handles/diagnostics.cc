#include "driver/handles/diagnostics.h"

#include <algorithm>
#include <array>

#include "driver/base/utf.h"
#include "driver/handles/sqlstate.h"

namespace negodbc::odbc {
namespace {

// Lower comes first within a row: what ended a transaction or a connection, other errors, "no
// data", warnings.
int rank(const DiagRecord& record) {
  const std::string_view state_class = record.state.view().substr(0, 2);
  if (state_class == "40" || state_class == "08") return 0;
  if (state_class == "02") return 2;
  if (state_class == "01") return 3;
  return 1;
}

bool comes_before(const DiagRecord& a, const DiagRecord& b) {
  const SQLLEN row_a = std::max<SQLLEN>(a.row, 0);
  const SQLLEN row_b = std::max<SQLLEN>(b.row, 0);
  if (row_a != row_b) return row_a < row_b;
  return rank(a) < rank(b);
}

// SQLGetDiagRec tells lengths in 16 bits, and the driver manager puts a few words of its own before
// a message that it converts: no message is longer, in any form.
constexpr std::size_t longest_message = 32000;
constexpr std::string_view cut_mark = "...";

std::string with_prefix(std::string_view text) {
  std::string message = "[negodbc] ";
  message += text.substr(0, longest_message);
  if (message.size() <= longest_message) return message;
  message.resize(utf8_prefix(message, longest_message - cut_mark.size()));
  return message += cut_mark;
}

}  // namespace

void Diagnostics::clear() {
  records_.clear();
  return_code = SQL_SUCCESS;
}

void Diagnostics::add(const Error& error, SQLLEN row, SQLINTEGER column) {
  insert({odbc_state(error.state()), error.native(), with_prefix(error.what()), row, column});
}

void Diagnostics::warn(std::string_view state, std::string_view text, SQLLEN row,
                       SQLINTEGER column) {
  insert({SqlState(state), 0, with_prefix(text), row, column});
}

void Diagnostics::insert(DiagRecord record) {
  const auto place = std::upper_bound(records_.begin(), records_.end(), record, comes_before);
  records_.insert(place, std::move(record));
}

const DiagRecord* Diagnostics::record(SQLSMALLINT number) const {
  if (number < 1 || static_cast<std::size_t>(number) > records_.size()) return nullptr;
  return &records_[static_cast<std::size_t>(number) - 1];
}

std::string_view class_origin(SqlState state) {
  return state.view().substr(0, 2) == "IM" ? "ODBC 3.0" : "ISO 9075";
}

std::string_view subclass_origin(SqlState state) {
  // The states whose subclass ODBC itself defines (reference: SQLGetDiagField,
  // SQL_DIAG_SUBCLASS_ORIGIN).
  static constexpr std::array own{"01S00", "01S01", "01S02", "01S06", "01S07", "07S01", "08S01",
                                  "21S01", "21S02", "25S01", "25S02", "25S03", "42S01", "42S02",
                                  "42S11", "42S12", "42S21", "42S22", "HY095", "HY097", "HY098",
                                  "HY099", "HY100", "HY101", "HY105", "HY107", "HY109", "HY110",
                                  "HY111", "HYT00", "HYT01", "IM001", "IM002", "IM003", "IM004",
                                  "IM005", "IM006", "IM007", "IM008", "IM010", "IM011", "IM012"};
  const bool odbc = std::any_of(own.begin(), own.end(), [&](const char* s) { return state == s; });
  return odbc ? "ODBC 3.0" : "ISO 9075";
}

}  // namespace negodbc::odbc
