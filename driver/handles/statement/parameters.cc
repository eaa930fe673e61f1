#include "driver/handles/statement/parameters.h"

#include <algorithm>
#include <limits>

#include "driver/base/error.h"
#include "driver/handles/descriptor/directions.h"
#include "driver/types/c_types.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter_text.h"
#include "driver/types/parameter_type.h"

namespace negodbc::odbc {
namespace {

bool is_exact_type(SQLSMALLINT sql_type) {
  return sql_type == SQL_DECIMAL || sql_type == SQL_NUMERIC;
}

bool has_precision(SQLSMALLINT sql_type) {
  return is_exact_type(sql_type) || types::is_approximate_type(sql_type);
}

}  // namespace

void Parameters::bind(const ParameterBinding& binding) {
  if (binding.number == 0 || binding.number > std::numeric_limits<SQLSMALLINT>::max())
    throw Error("S1093", "parameters are numbered from 1");
  if (!is_direction(binding.direction))
    throw Error("HY105", "there is no parameter type " + std::to_string(binding.direction));
  if (!types::is_c_type(binding.c_type))
    throw Error("HY003", "there is no C type " + std::to_string(binding.c_type));
  if (!types::is_sql_type(binding.sql_type))
    throw Error("HY004", "there is no SQL type " + std::to_string(binding.sql_type));
  if (binding.buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  if (binding.data == nullptr && binding.indicator == nullptr &&
      binding.direction != SQL_PARAM_OUTPUT)
    throw Error("HY009", "an input parameter needs a value or an indicator");

  const auto index = static_cast<SQLSMALLINT>(binding.number);
  Record& buffer = descriptors_.apd().record(index);
  buffer = {};
  buffer.set_concise_type(binding.c_type, true);
  buffer.octet_length = binding.buffer_length;
  buffer.indicator_ptr = buffer.octet_length_ptr = binding.indicator;
  buffer.data_ptr = binding.data;

  Record& parameter = descriptors_.ipd().record(index);
  parameter = {};
  parameter.set_concise_type(binding.sql_type, false);
  parameter.parameter_type = binding.direction;
  parameter.length = binding.column_size;
  if (has_precision(parameter.concise_type)) {
    parameter.precision = static_cast<SQLSMALLINT>(
        std::min<SQLULEN>(binding.column_size, std::numeric_limits<SQLSMALLINT>::max()));
    parameter.scale = binding.decimal_digits;
  } else if (parameter.type == SQL_DATETIME || parameter.type == SQL_INTERVAL) {
    parameter.precision = binding.decimal_digits;
  }
}

void Parameters::unbind_all() {
  descriptors_.apd().set_count(0);
  descriptors_.ipd().set_count(0);
}

bool Parameters::ignored(SQLULEN set) const {
  const SQLUSMALLINT* operations = descriptors_.apd().array_status_ptr;
  return operations != nullptr && operations[set] == SQL_PARAM_IGNORE;
}

SQLSMALLINT Parameters::direction(SQLSMALLINT number) const {
  const Record* buffer = descriptors_.apd().find(number);
  const Record* parameter = descriptors_.ipd().find(number);
  const bool bound = buffer != nullptr && buffer->bound() && parameter != nullptr;
  return bound ? parameter->parameter_type : SQLSMALLINT{0};
}

SQLSMALLINT Parameters::sql_type(SQLSMALLINT number) const {
  const Record* parameter = descriptors_.ipd().find(number);
  return parameter != nullptr ? parameter->concise_type : SQLSMALLINT{SQL_UNKNOWN_TYPE};
}

void Parameters::require_bound() const {
  for (SQLSMALLINT number = 1; number <= text_.parameter_count(); ++number) {
    const Record* buffer = descriptors_.apd().find(number);
    if (buffer == nullptr || !buffer->bound())
      throw Error("07002", "parameter " + std::to_string(number) + " is not bound");
    if (direction(number) != SQL_PARAM_INPUT && text_.call() == nullptr)
      throw Error("HYC00", "output parameters are those of a statement that is one {call ...}");
  }
  if (text_.returns_value() && !is_output_only(direction(1)))
    throw Error("HYC00", "the result of {? = call ...} must be bound as an output");
}

void Parameters::expect_data() {
  std::vector<DataAtExecution::Value> values;
  const SQLULEN sets = text_.parameter_count() == 0 ? 0 : set_count();
  for (SQLULEN set = 0; set < sets; ++set) {
    if (sets > 1 && ignored(set)) continue;
    for (const SQLSMALLINT number : text_.sent()) {
      const Record& buffer = *descriptors_.apd().find(number);
      if (DataAtExecution::promised(element_of(descriptors_.apd(), buffer, set, SQL_C_CHAR)))
        values.push_back({set, number});
    }
  }
  data_.expect(DataAtExecution::Of::parameters, std::move(values));
}

Values Parameters::encode_set(SQLULEN set) const {
  Values values;
  values.reserve(text_.sent().size());
  for (const SQLSMALLINT number : text_.sent()) {
    auto& value = values.emplace_back(encode(set, number));
    const std::size_t index = values.size() - 1;
    if (value && value->empty() && index < null_dates_.size() && null_dates_[index]) value.reset();
  }
  return values;
}

void Parameters::send_null_dates(const Types& wanted) {
  null_dates_.clear();
  for (const std::uint32_t type : wanted) null_dates_.push_back(types::is_date(type));
}

void apply_type_options(types::Parameter& parameter, const types::TypeOptions& options) {
  if (options.means_unlimited(parameter.column_size)) parameter.column_size = 0;
  parameter.lf_conversion = options.lf_conversion;
  parameter.true_is_minus_one = options.true_is_minus_one;
}

std::optional<std::string> Parameters::encode(SQLULEN set, SQLSMALLINT number) const {
  const Descriptor& apd = descriptors_.apd();
  const Record& buffer = *apd.find(number);
  static const Record undescribed;
  const Record* described = descriptors_.ipd().find(number);
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
  apply_type_options(parameter, options_);
  if (const DataAtExecution::Value* given = data_.find(set, number)) {
    if (given->null) return std::nullopt;
    parameter.data = given->bytes.data();
    parameter.length = static_cast<SQLLEN>(given->bytes.size());
    return types::encode_parameter(parameter);
  }
  const Element element = element_of(apd, buffer, set, types::default_c_type(parameter.sql_type));
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
  // Of a single value the buffer's length is not looked at (SQLBindParameter).
  if (apd.array_size > 1 && apd.bind_type == SQL_BIND_BY_COLUMN)
    require_within_buffer(buffer, parameter.length, types::default_c_type(parameter.sql_type));
  parameter.data = element.data;
  return types::encode_parameter(parameter);
}

Types Parameters::bound_types() const {
  Types types;
  types.reserve(text_.sent().size());
  for (const SQLSMALLINT number : text_.sent()) {
    const Record* parameter = descriptors_.ipd().find(number);
    const Record* buffer = descriptors_.apd().find(number);
    const bool bound = parameter != nullptr && buffer != nullptr && buffer->bound();
    types.push_back(bound ? types::parameter_oid(parameter->concise_type) : 0);
  }
  return types;
}

// Of those that are sent, from 0.
bool Parameters::is_left_open(std::size_t index) const {
  using enum sql::ColumnPlace;
  const sql::ColumnPlace place = text_.column_place(index);
  const Record* const parameter = descriptors_.ipd().find(text_.sent()[index]);
  if (place == none || parameter == nullptr) return false;
  if (types::is_approximate_type(parameter->concise_type)) return true;
  if (is_exact_type(parameter->concise_type) || types::is_integer_type(parameter->concise_type))
    return place != assigned;
  return place == equated && (parameter->concise_type == SQL_TIMESTAMP ||
                              parameter->concise_type == SQL_TYPE_TIMESTAMP);
}

Types Parameters::declared_types() const {
  Types types = bound_types();
  for (std::size_t i = 0; i < types.size(); ++i)
    if (is_left_open(i)) types[i] = 0;
  return types;
}

// Of a NULL it does not matter what kind of bytes it would be: programs bind any NULL as binary.
Types Parameters::holding_bound_types(const Values& values) const {
  Types types = bound_types();
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (values[i]) {
      types[i] = types::holding_oid(types[i], *values[i]);
    } else if (types[i] == types::oid_bytea) {
      types[i] = 0;
    }
  }
  return types;
}

Types Parameters::holding_types(const Values& values) const {
  Types types = holding_bound_types(values);
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!is_left_open(i)) continue;
    const bool exact = is_exact_type(sql_type(text_.sent()[i]));
    if (!exact || !values[i] || !types::is_padded_integer(*values[i])) types[i] = 0;
  }
  return types;
}

}  // namespace negodbc::odbc
