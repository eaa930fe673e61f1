#include "driver/handles/statement/output_streams.h"

#include "driver/base/error.h"
#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/descriptor/directions.h"
#include "driver/handles/statement/column_value.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
namespace {

constexpr SQLSMALLINT apd_type = -100;  // ODBC 3.8's SQL_APD_TYPE, which unixODBC's headers lack

}  // namespace

void OutputStreams::require_none_offered() const {
  if (offered())
    throw Error("HY010", "streamed output parameters are to be read first (SQLParamData)");
}

bool OutputStreams::any() const {
  for (const SQLSMALLINT number : use_.text.outputs())
    if (is_stream(use_.parameters.direction(number))) return true;
  return false;
}

SQLRETURN OutputStreams::open(RowSource& source, std::vector<SQLULEN> sets) {
  Open opened;
  opened.source = &source;
  opened.sets = std::move(sets);
  open_ = std::move(opened);
  return begin_set();
}

// On the first row of a set's result.
SQLRETURN OutputStreams::begin_set() {
  use_.parameters.require_bound();  // they may have been bound anew since the set before
  const std::vector<wire::Field>& fields = open_->source->fields();
  use_.outputs.require(fields.size());
  {
    const ServerTalk::Turn turn(use_.server);
    open_->row = open_->source->next_row(use_.server.deadline());
  }
  open_->next = 0;
  open_->values.clear();
  const std::vector<SQLSMALLINT>& outputs = use_.text.outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!is_stream(use_.parameters.direction(outputs[i]))) continue;
    const auto column = use_.outputs.column_of(i, fields.size());
    open_->values.push_back({outputs[i], fields[column.value_or(0)], column});
  }
  const OutputNotes notes = use_.outputs.fill(open_->sets[open_->set], fields,
                                              open_->row ? &open_->source->row() : nullptr);
  use_.columns.describe({});
  use_.outputs.report(notes);
  return use_.server.diagnostics().empty() ? offer() : SQLRETURN{SQL_SUCCESS};
}

SQLRETURN OutputStreams::offer() {
  open_->offered = true;
  return SQL_PARAM_DATA_AVAILABLE;
}

std::optional<SQLRETURN> OutputStreams::next_set() {
  if (!open_->offered && open_->next == 0) return offer();
  open_->offered = false;
  if (++open_->set == open_->sets.size()) return std::nullopt;
  {
    const ServerTalk::Turn turn(use_.server);
    open_->source->next_result(use_.server.deadline());
  }
  return begin_set();
}

SQLPOINTER OutputStreams::token_of(std::size_t index) const {
  const SQLSMALLINT number = open_->values[index].number;
  const Descriptor& apd = use_.descriptors.apd();
  const Record* buffer = apd.find(number);
  if (buffer == nullptr) throw Error("HY010", "the output parameter is not bound any more");
  const Record* described = use_.descriptors.ipd().find(number);
  const SQLSMALLINT type =
      described != nullptr ? described->concise_type : SQLSMALLINT{SQL_VARCHAR};
  return element_of(apd, *buffer, open_->sets[open_->set], types::default_c_type(type)).data;
}

SQLRETURN OutputStreams::next_value(SQLPOINTER* token) {
  open_->part = {};
  if (open_->next < open_->values.size()) {
    const SQLPOINTER value = token_of(open_->next++);
    if (token != nullptr) *token = value;
    return SQL_PARAM_DATA_AVAILABLE;
  }
  open_->offered = false;
  if (open_->set + 1 == open_->sets.size()) {
    const ServerTalk::Turn turn(use_.server);
    open_->source->close(use_.server.deadline());
  }
  return SQL_SUCCESS;
}

SQLRETURN OutputStreams::read(SQLUSMALLINT number, const DataBuffer& buffer) {
  // unixODBC does not let an application call SQLParamData again that has just put the last of its
  // input: it reads the first value without that.
  if (open_->next == 0 && !open_->values.empty() &&
      open_->values[0].number == static_cast<SQLSMALLINT>(number))
    next_value(nullptr);
  if (open_->next == 0) throw Error("HY010", "SQLParamData was not called for an output parameter");
  const Value& value = open_->values[open_->next - 1];
  if (value.number != static_cast<SQLSMALLINT>(number))
    throw Error("07009", "the output parameter to be read is " + std::to_string(value.number));
  if (buffer.length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  const Record* bound = use_.descriptors.apd().find(value.number);
  const Record* described = use_.descriptors.ipd().find(value.number);
  SQLSMALLINT c_type = buffer.c_type;
  if (c_type == apd_type && bound != nullptr) c_type = bound->concise_type;
  if (c_type == SQL_C_DEFAULT && described != nullptr)
    c_type = types::default_c_type(described->concise_type);
  const types::Target target = conversion_target(
      bound, {buffer.data, buffer.indicator, buffer.indicator}, buffer.length, c_type);
  Diagnostics& diagnostics = use_.server.diagnostics();
  if (!open_->row || !value.column || open_->source->row().values[*value.column].is_null())
    return deliver_part(nullptr, target, open_->part, diagnostics);
  const types::Source source =
      column_value(value.field, open_->source->row().values[*value.column],
                   use_.attributes.max_length, use_.server.connection().type_options());
  return deliver_part(&source, target, open_->part, diagnostics);
}

}  // namespace negodbc::odbc
