#include "driver/handles/statement/data_at_execution.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "driver/base/error.h"
#include "driver/types/c_types.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
namespace {

std::size_t terminated_length(SQLPOINTER data, SQLSMALLINT c_type) {
  if (c_type != SQL_C_WCHAR) return std::strlen(static_cast<const char*>(data));
  const auto* text = static_cast<const SQLWCHAR*>(data);
  std::size_t length = 0;
  while (text[length] != 0) ++length;
  return length * sizeof(SQLWCHAR);
}

}  // namespace

bool DataAtExecution::promised(const Element& element) {
  if (element.length == nullptr) return false;
  const SQLLEN length = types::load_length(element.length);
  return length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET;
}

void DataAtExecution::expect(Of of, std::vector<Value> values) {
  if (values.empty()) return;
  pending_ = Pending{std::move(values), 0, of, {}};
  show_set(pending_->values.front());
}

// ODBC reference: "Using Arrays of Parameters". The set that data are wanted for counts as being
// processed.
void DataAtExecution::show_set(const Value& value) const {
  if (pending_->of == Of::parameters)
    types::store_count(descriptors_.ipd().rows_processed_ptr, value.set + 1);
}

SQLRETURN DataAtExecution::when_given(std::function<SQLRETURN()> then) {
  if (!pending_) return then();
  pending_->then = std::move(then);
  return SQL_NEED_DATA;
}

void DataAtExecution::require_none() const {
  if (waiting())
    throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
}

const DataAtExecution::Value* DataAtExecution::find(SQLULEN set, SQLSMALLINT number) const {
  if (!pending_) return nullptr;
  const auto& values = pending_->values;
  const auto found = std::lower_bound(values.begin(), values.end(), std::make_pair(set, number),
                                      [](const Value& value, const auto& key) {
                                        return std::make_pair(value.set, value.number) < key;
                                      });
  return found != values.end() && found->set == set && found->number == number ? &*found : nullptr;
}

const Record& DataAtExecution::buffer_of(const Value& value) const {
  const Descriptor& bound = pending_->of == Of::columns ? descriptors_.ard() : descriptors_.apd();
  const Record* buffer = bound.find(value.number);
  if (buffer == nullptr) throw Error("HY010", "what the data are for is not bound any more");
  return *buffer;
}

SQLSMALLINT DataAtExecution::c_type_of(const Value& value) const {
  const SQLSMALLINT c_type = buffer_of(value).concise_type;
  if (c_type != SQL_C_DEFAULT) return c_type;
  const Descriptor& types = pending_->of == Of::columns ? descriptors_.ird() : descriptors_.ipd();
  const Record* type = types.find(value.number);
  return types::default_c_type(type != nullptr ? type->concise_type : SQLSMALLINT{SQL_VARCHAR});
}

SQLRETURN DataAtExecution::ask_next(SQLPOINTER* token) {
  if (!pending_) throw Error("HY010", "the statement waits for no data");
  Pending& pending = *pending_;
  if (pending.next > 0 && !pending.values[pending.next - 1].given)
    throw Error("HY010", "SQLPutData was not called for the value that was asked for");
  if (pending.next < pending.values.size()) {
    const Value& value = pending.values[pending.next++];
    show_set(value);
    const Descriptor& bound = pending.of == Of::columns ? descriptors_.ard() : descriptors_.apd();
    const Element element = element_of(bound, buffer_of(value), value.set, c_type_of(value));
    if (token != nullptr) *token = element.data;
    return SQL_NEED_DATA;
  }
  try {
    // What is done may forget what was pending.
    const std::function<SQLRETURN()> then = std::move(pending.then);
    const SQLRETURN result = then();
    pending_.reset();
    return result;
  } catch (...) {
    pending_.reset();
    throw;
  }
}

void DataAtExecution::put(SQLPOINTER data, SQLLEN length) {
  if (!pending_ || pending_->next == 0)
    throw Error("HY010", "SQLParamData has not asked for any data");
  Value& value = pending_->values[pending_->next - 1];
  const SQLSMALLINT c_type = c_type_of(value);
  if (value.given && (value.null || length == SQL_NULL_DATA))
    throw Error("HY020", "NULL cannot be one part of a value");
  if (length == SQL_NULL_DATA) {
    value.null = value.given = true;
    return;
  }
  if (length == SQL_DEFAULT_PARAM) throw Error("07S01", "the parameter has no default value");
  const std::size_t fixed = types::c_type_size(c_type);
  if (fixed != 0 && value.given)
    throw Error("HY019", "only text and binary data can be sent in parts");
  if (fixed == 0 && length < 0 && length != SQL_NTS)
    throw Error("HY090", "the data's length cannot be " + std::to_string(length));
  if (data == nullptr && (fixed != 0 || length != 0)) throw Error("HY009", "there is no data");
  std::size_t size = fixed;
  if (fixed == 0)
    size = length == SQL_NTS ? terminated_length(data, c_type) : static_cast<std::size_t>(length);
  if (size > 0) value.bytes.append(static_cast<const char*>(data), size);
  value.given = true;
}

}  // namespace negodbc::odbc
