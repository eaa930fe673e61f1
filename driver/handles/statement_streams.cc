// Output parameters that are read in parts: SQLParamData walks them, SQLGetData reads them.
//
// ODBC reference: "Retrieving Output Parameters Using SQLGetData" (ODBC 3.8), SQLBindParameter
// (SQL_PARAM_OUTPUT_STREAM, SQL_PARAM_INPUT_OUTPUT_STREAM). Execution answers
// SQL_PARAM_DATA_AVAILABLE; where there are warnings these come first, and SQLMoreResults answers
// so. With an array of parameters each set is offered in turn, by SQLMoreResults; its bound outputs
// are filled then.
#include "driver/base/error.h"
#include "driver/handles/buffers.h"
#include "driver/handles/directions.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
namespace {

constexpr SQLSMALLINT apd_type = -100;  // ODBC 3.8's SQL_APD_TYPE, which unixODBC's headers lack

}  // namespace

void Statement::require_no_parameter_data() const {
  if (needs_data())
    throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
  if (offers_data())
    throw Error("HY010", "streamed output parameters are to be read first (SQLParamData)");
}

void Statement::abandon_data() {
  pending_.reset();
  if (streams_) close();
}

bool Statement::has_streams() const {
  for (const SQLSMALLINT number : outputs_)
    if (is_stream(bound_direction(number))) return true;
  return false;
}

// `source` has a result with the outputs for each of the sets.
SQLRETURN Statement::open_streams(std::unique_ptr<RowSource> source, std::vector<SQLULEN> sets) {
  open(std::move(source));
  rows_.reset();
  cursor_open_ = false;
  OutputStreams streams;
  streams.sets = std::move(sets);
  streams_ = std::move(streams);
  return begin_streams();
}

// On the first row of a set's result.
SQLRETURN Statement::begin_streams() {
  require_parameters();  // they may have been bound anew since the set before
  const std::vector<wire::Field>& fields = source_->fields();
  require_outputs(fields.size());
  {
    const StatementTalk talk(*this);
    streams_->row = source_->next_row(execution_deadline());
  }
  streams_->next = 0;
  streams_->values.clear();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!is_stream(bound_direction(outputs_[i]))) continue;
    const auto column = output_column(i, fields.size());
    streams_->values.push_back({outputs_[i], fields[column.value_or(0)], column});
  }
  const OutputNotes notes = take_outputs(streams_->sets[streams_->set], fields,
                                         streams_->row ? &source_->row() : nullptr);
  describe({});
  report(notes);
  return diagnostics().empty() ? offer_streams() : SQLRETURN{SQL_SUCCESS};
}

SQLRETURN Statement::offer_streams() {
  streams_->offered = true;
  return SQL_PARAM_DATA_AVAILABLE;
}

// SQLMoreResults: what was not read of this set is dropped.
SQLRETURN Statement::more_streams() {
  if (!streams_->offered && streams_->next == 0) return offer_streams();
  streams_->offered = false;
  if (++streams_->set == streams_->sets.size()) {
    close();
    return SQL_NO_DATA;
  }
  {
    const StatementTalk talk(*this);
    source_->next_result(execution_deadline());
  }
  return begin_streams();
}

SQLPOINTER Statement::stream_token(std::size_t index) const {
  const SQLSMALLINT number = streams_->values[index].number;
  const Record* buffer = apd_->find(number);
  if (buffer == nullptr) throw Error("HY010", "the output parameter is not bound any more");
  const Record* described = ipd_->find(number);
  const SQLSMALLINT type =
      described != nullptr ? described->concise_type : SQLSMALLINT{SQL_VARCHAR};
  return element_of(*apd_, *buffer, streams_->sets[streams_->set], types::default_c_type(type))
      .data;
}

// SQLParamData.
SQLRETURN Statement::next_stream(SQLPOINTER* token) {
  part_ = {};
  if (streams_->next < streams_->values.size()) {
    const SQLPOINTER value = stream_token(streams_->next++);
    if (token != nullptr) *token = value;
    return SQL_PARAM_DATA_AVAILABLE;
  }
  streams_->offered = false;
  if (streams_->set + 1 == streams_->sets.size()) {
    const StatementTalk talk(*this);
    source_->close(execution_deadline());
  }
  return SQL_SUCCESS;
}

SQLRETURN Statement::get_stream(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                                SQLLEN buffer_length, SQLLEN* indicator) {
  // unixODBC does not let an application call SQLParamData again that has just put the last of its
  // input: it reads the first value without that.
  if (streams_->next == 0 && !streams_->values.empty() &&
      streams_->values[0].number == static_cast<SQLSMALLINT>(number))
    next_stream(nullptr);
  if (streams_->next == 0)
    throw Error("HY010", "SQLParamData was not called for an output parameter");
  const OutputStreams::Value& value = streams_->values[streams_->next - 1];
  if (value.number != static_cast<SQLSMALLINT>(number))
    throw Error("07009", "the output parameter to be read is " + std::to_string(value.number));
  if (buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  const Record* buffer = apd_->find(value.number);
  const Record* described = ipd_->find(value.number);
  if (c_type == apd_type && buffer != nullptr) c_type = buffer->concise_type;
  if (c_type == SQL_C_DEFAULT && described != nullptr)
    c_type = types::default_c_type(described->concise_type);
  const types::Target target =
      target_of(buffer, {data, indicator, indicator}, buffer_length, c_type);
  if (!streams_->row || !value.column || source_->row().values[*value.column].is_null())
    return deliver(nullptr, target);
  const types::Source source = source_of(value.field, source_->row().values[*value.column]);
  return deliver(&source, target);
}

}  // namespace negodbc::odbc
