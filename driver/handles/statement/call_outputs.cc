#include "driver/handles/statement/call_outputs.h"

#include <algorithm>
#include <string>

#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/descriptor/directions.h"
#include "driver/handles/sqlstate.h"
#include "driver/handles/statement/column_value.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
std::optional<Error> CallOutputs::fill_one(SQLULEN set, SQLSMALLINT number,
                                           const wire::Field& field,
                                           const wire::RowFields::Value& value) {
  const Descriptor& apd = descriptors_.apd();
  const Record& binding = *apd.find(number);
  const Record* described = descriptors_.ipd().find(number);
  const SQLSMALLINT default_type = types::default_c_type(
      described != nullptr ? described->concise_type : SQLSMALLINT{SQL_VARCHAR});
  try {
    types::Target target = conversion_target(binding, element_of(apd, binding, set, default_type),
                                             binding.concise_type);
    if (target.c_type == SQL_C_DEFAULT && described != nullptr) target.c_type = default_type;
    if (value.is_null()) {
      types::convert_null(target);
      return std::nullopt;
    }
    types::PartState whole;
    whole.whole_characters = true;
    const std::string name = "output parameter " + std::to_string(number);
    const types::Source source =
        column_value(field, value, attributes_.max_length, server_.connection().type_options());
    switch (types::convert(source, target, whole)) {
      case types::Outcome::truncated:
        return Error("01004", name + " was cut to its buffer");
      case types::Outcome::fraction_truncated:
        return Error("01S07", "the fraction of " + name + " was cut");
      case types::Outcome::ok:
      case types::Outcome::no_data:
        return std::nullopt;
    }
  } catch (const Error& e) {
    return e;
  }
  return std::nullopt;
}

void CallOutputs::require(std::size_t columns) const {
  if (columns == 0) throw Error("HY000", "what was called has no output parameters");
  const std::size_t outputs = text_.outputs().size();
  const std::size_t needed = outputs - (text_.returns_value() ? 1 : 0);
  if (columns < std::max<std::size_t>(needed, 1))
    throw Error("07002", "what was called gives " + std::to_string(columns) + " values, but " +
                             std::to_string(outputs) + " output parameters are bound");
}

std::optional<std::size_t> CallOutputs::column_of(std::size_t index, std::size_t columns) const {
  const bool result_too = text_.returns_value() && columns + 1 == text_.outputs().size();
  if (!result_too) return index;
  if (index > 0) return index - 1;
  // Of several values the result is a record, which no value is.
  return columns == 1 ? std::optional<std::size_t>(0) : std::nullopt;
}

OutputNotes CallOutputs::fill(SQLULEN set, const std::vector<wire::Field>& fields,
                              const wire::RowFields* row) {
  static constexpr wire::RowFields::Value null{nullptr, 0};
  const std::vector<SQLSMALLINT>& outputs = text_.outputs();
  const std::size_t columns = fields.size();
  OutputNotes notes;
  if (row != nullptr && row->values.size() != columns) {
    notes.push_back({outputs[0], Error("HY000", "what was called gives other values than before")});
    return notes;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (is_stream(parameters_.direction(outputs[i]))) continue;
    const auto column = column_of(i, columns);
    auto error = fill_one(set, outputs[i], fields[column.value_or(0)],
                          row != nullptr && column ? row->values[*column] : null);
    if (error) notes.push_back({outputs[i], std::move(*error)});
  }
  return notes;
}

catalog::LocalRows CallOutputs::take(RowSource& source) {
  require(source.fields().size());
  const ServerTalk::Turn turn(server_);
  const Deadline deadline = server_.deadline();
  catalog::LocalRows taken{source.fields(), {}};
  if (source.next_row(deadline)) {
    catalog::Row& row = taken.rows.emplace_back();
    for (const wire::RowFields::Value& value : source.row().values)
      row.push_back(value.is_null() ? catalog::Cell() : catalog::text(value.view()));
  }
  // They are told when the call stands.
  source.close(deadline);
  return taken;
}

OutputNotes CallOutputs::fill_from(SQLULEN set, const catalog::LocalRows& taken) {
  if (taken.rows.empty()) return fill(set, taken.fields, nullptr);
  wire::RowFields row;
  for (const catalog::Cell& cell : taken.rows.front())
    row.values.push_back(
        cell ? wire::RowFields::Value{cell->data(), static_cast<std::uint32_t>(cell->size())}
             : wire::RowFields::Value{nullptr, 0});
  return fill(set, taken.fields, &row);
}

void CallOutputs::report(const OutputNotes& notes) {
  for (const OutputNote& note : notes) {
    if (!is_warning(note.error.state())) throw note.error;
    server_.diagnostics().add(note.error);
  }
}

}  // namespace negodbc::odbc
