// Parameters: bound buffers to the values that are sent; sets of them; what the server says of
// them.
#include <algorithm>
#include <limits>

#include "driver/base/error.h"
#include "driver/handles/buffers.h"
#include "driver/handles/directions.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/c_types.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter.h"

namespace negodbc::odbc {
namespace {

bool has_precision(SQLSMALLINT sql_type) {
  return sql_type == SQL_DECIMAL || sql_type == SQL_NUMERIC || sql_type == SQL_FLOAT ||
         sql_type == SQL_REAL || sql_type == SQL_DOUBLE;
}

}  // namespace

void Statement::bind_parameter(SQLUSMALLINT number, SQLSMALLINT io_type, SQLSMALLINT c_type,
                               SQLSMALLINT sql_type, SQLULEN column_size,
                               SQLSMALLINT decimal_digits, SQLPOINTER data, SQLLEN buffer_length,
                               SQLLEN* indicator) {
  if (number == 0 || number > std::numeric_limits<SQLSMALLINT>::max())
    throw Error("S1093", "parameters are numbered from 1");
  if (!is_direction(io_type))
    throw Error("HY105", "there is no parameter type " + std::to_string(io_type));
  if (!types::is_c_type(c_type))
    throw Error("HY003", "there is no C type " + std::to_string(c_type));
  if (!types::is_sql_type(sql_type))
    throw Error("HY004", "there is no SQL type " + std::to_string(sql_type));
  if (buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  if (data == nullptr && indicator == nullptr && io_type != SQL_PARAM_OUTPUT)
    throw Error("HY009", "an input parameter needs a value or an indicator");

  const auto index = static_cast<SQLSMALLINT>(number);
  Record& buffer = apd_->record(index);
  buffer = {};
  buffer.set_concise_type(c_type, true);
  buffer.octet_length = buffer_length;
  buffer.indicator_ptr = buffer.octet_length_ptr = indicator;
  buffer.data_ptr = data;

  Record& parameter = ipd_->record(index);
  parameter = {};
  parameter.set_concise_type(sql_type, false);
  parameter.parameter_type = io_type;
  parameter.length = column_size;
  if (has_precision(parameter.concise_type)) {
    parameter.precision = static_cast<SQLSMALLINT>(
        std::min<SQLULEN>(column_size, std::numeric_limits<SQLSMALLINT>::max()));
    parameter.scale = decimal_digits;
  } else if (parameter.type == SQL_DATETIME || parameter.type == SQL_INTERVAL) {
    parameter.precision = decimal_digits;
  }
}

SQLSMALLINT Statement::parameter_count() const {
  if (needs_data())
    throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
  if (!translated_) throw Error("HY010", "nothing was prepared or executed on this statement");
  return parameter_count_;
}

SQLULEN Statement::set_count() const {
  return apd_->array_size;
}

bool Statement::ignored(SQLULEN set) const {
  return apd_->array_status_ptr != nullptr && apd_->array_status_ptr[set] == SQL_PARAM_IGNORE;
}

void Statement::require_parameters() const {
  for (SQLSMALLINT number = 1; number <= parameter_count_; ++number) {
    const Record* buffer = apd_->find(number);
    if (buffer == nullptr || !buffer->bound())
      throw Error("07002", "parameter " + std::to_string(number) + " is not bound");
    if (bound_direction(number) != SQL_PARAM_INPUT && !translated_->call)
      throw Error("HYC00", "output parameters are those of a statement that is one {call ...}");
  }
  if (translated_->returns_value && !is_output_only(bound_direction(1)))
    throw Error("HYC00", "the result of {? = call ...} must be bound as an output");
}

Statement::Values Statement::encode_set(SQLULEN set) {
  Values values;
  values.reserve(translated_->parameter_count);
  for (const SQLSMALLINT number : sent_) values.push_back(encode(set, number));
  return values;
}

void Statement::apply_type_options(types::Parameter& parameter) const {
  const types::TypeOptions& options = connection_->type_options();
  if (options.means_unlimited(parameter.column_size)) parameter.column_size = 0;
  parameter.lf_conversion = options.lf_conversion;
  parameter.true_is_minus_one = options.true_is_minus_one;
}

std::optional<std::string> Statement::encode(SQLULEN set, SQLSMALLINT number) {
  const Record& buffer = *apd_->find(number);
  static const Record undescribed;
  const Record* described = ipd_->find(number);
  const Record& type = described != nullptr ? *described : undescribed;

  types::Parameter parameter{};
  parameter.c_type = buffer.concise_type;
  parameter.sql_type =
      type.concise_type == SQL_UNKNOWN_TYPE ? SQLSMALLINT{SQL_VARCHAR} : type.concise_type;
  parameter.column_size =
      has_precision(type.concise_type) ? static_cast<SQLULEN>(type.precision) : type.length;
  parameter.decimal_digits =
      type.type == SQL_DATETIME || type.type == SQL_INTERVAL ? type.precision : type.scale;
  parameter.c_precision = buffer.precision;
  parameter.c_scale = buffer.scale;
  apply_type_options(parameter);
  if (const DataAtExecution* given = find_data(set, number)) {
    if (given->null) return std::nullopt;
    parameter.data = given->bytes.data();
    parameter.length = static_cast<SQLLEN>(given->bytes.size());
    return types::encode_parameter(parameter);
  }
  const Element element = element_of(*apd_, buffer, set, types::default_c_type(parameter.sql_type));
  if (element.indicator != nullptr && types::load_length(element.indicator) == SQL_NULL_DATA)
    return std::nullopt;
  parameter.length =
      element.length != nullptr ? types::load_length(element.length) : SQLLEN{SQL_NTS};
  if (type.parameter_type == SQL_PARAM_INPUT_OUTPUT_STREAM)  // what is bound is a token
    throw Error("HY090", "the input of a streamed parameter must come at execution");
  if (parameter.length == SQL_DEFAULT_PARAM)
    throw Error("07S01", "parameter " + std::to_string(number) + " has no default value");
  if (element.data == nullptr && parameter.length != 0)
    throw Error("HY009", "parameter " + std::to_string(number) + " has no value and is not NULL");
  parameter.data = element.data;
  return types::encode_parameter(parameter);
}

const Record& Statement::describe_parameter(SQLUSMALLINT number) {
  const SQLSMALLINT count = parameter_count();
  if (!prepared_) throw Error("HY010", "nothing was prepared on this statement");
  if (number < 1 || number > count)
    throw Error("S1093", "the statement has " + std::to_string(count) + " parameters");
  const auto index = static_cast<SQLSMALLINT>(number);
  const auto find_sent = [&]() -> std::optional<std::size_t> {
    const auto sent = std::find(sent_.begin(), sent_.end(), index);
    if (sent == sent_.end()) return std::nullopt;
    return static_cast<std::size_t>(sent - sent_.begin());
  };
  std::optional<std::size_t> at = find_sent();
  const auto known = several_ ? ask_about_part(at) : describe_statement();
  if (!several_) at = find_sent();  // a call may have been settled
  const std::vector<std::uint32_t>& types = known->prepared.parameter_types;
  described_ = {};
  if (!at) {
    describe_output(index, known->prepared);
  } else if (*at < types.size()) {
    fill_type(described_, parameter_type(types[*at]), -1);
    if (std::find(outputs_.begin(), outputs_.end(), index) != outputs_.end())
      described_.parameter_type = SQL_PARAM_INPUT_OUTPUT;
  } else {
    throw Error("S1093", "the server knows of no such parameter");
  }
  described_.nullable = SQL_NULLABLE;
  // Not bound by the application: the IPD says what the server said.
  const Record* bound = apd_->find(index);
  if (bound == nullptr || !bound->bound()) ipd_->record(index) = described_;
  return described_;
}

void Statement::fill_ipd() {
  if (!fills_ipd_ || !prepared_ || ipd_filled_ || needs_data()) return;
  ipd_filled_ = true;
  for (SQLSMALLINT number = 1; number <= parameter_count_; ++number) {
    const Record* buffer = apd_->find(number);
    if (buffer == nullptr || !buffer->bound())
      (void)describe_parameter(static_cast<SQLUSMALLINT>(number));
  }
}

}  // namespace negodbc::odbc
