// Data at execution: SQLParamData and SQLPutData.
#include <algorithm>
#include <cstring>

#include "driver/base/error.h"
#include "driver/handles/buffers.h"
#include "driver/handles/statement.h"
#include "driver/types/c_types.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
namespace {

bool at_execution(SQLLEN length) {
  return length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET;
}

std::size_t terminated_length(SQLPOINTER data, SQLSMALLINT c_type) {
  if (c_type != SQL_C_WCHAR) return std::strlen(static_cast<const char*>(data));
  const auto* text = static_cast<const SQLWCHAR*>(data);
  std::size_t length = 0;
  while (text[length] != 0) ++length;
  return length * sizeof(SQLWCHAR);
}

}  // namespace

void Statement::collect_data_at_execution() {
  PendingData pending;
  const SQLULEN sets = parameter_count_ == 0 ? 0 : set_count();
  for (SQLULEN set = 0; set < sets; ++set) {
    if (sets > 1 && ignored(set)) continue;
    for (const SQLSMALLINT number : sent_) {
      const Record& buffer = *apd_->find(number);
      const Element element = element_of(*apd_, buffer, set, SQL_C_CHAR);
      if (element.length != nullptr && at_execution(types::load_length(element.length)))
        pending.values.push_back({set, number, {}});
    }
  }
  if (pending.values.empty()) return;
  pending_ = std::move(pending);
  tell_pending_set(pending_->values.front());
}

// ODBC reference: "Using Arrays of Parameters". The set that data are wanted for counts as being
// processed.
void Statement::tell_pending_set(const DataAtExecution& value) const {
  if (!pending_->columns) types::store_count(ipd_->rows_processed_ptr, value.set + 1);
}

void Statement::collect_column_data(const std::vector<SQLULEN>& elements) {
  PendingData pending;
  pending.columns = true;
  const auto columns = static_cast<SQLSMALLINT>(
      std::min<std::size_t>(static_cast<std::size_t>(ard_->count()), fields_.size()));
  for (const SQLULEN element : elements) {
    for (SQLSMALLINT number = 1; number <= columns; ++number) {
      const Record& buffer = *ard_->find(number);
      if (!buffer.bound()) continue;
      const Element at = element_of(*ard_, buffer, element, SQL_C_CHAR);
      if (at.length != nullptr && at_execution(types::load_length(at.length)))
        pending.values.push_back({element, number, {}});
    }
  }
  if (!pending.values.empty()) pending_ = std::move(pending);
}

// Now, or when the application has put what it promised to.
SQLRETURN Statement::with_data(std::function<SQLRETURN()> then) {
  if (!pending_) return then();
  pending_->then = std::move(then);
  return SQL_NEED_DATA;
}

const DataAtExecution* Statement::find_data(SQLULEN set, SQLSMALLINT number) const {
  if (!pending_) return nullptr;
  const auto& values = pending_->values;
  const auto found = std::lower_bound(values.begin(), values.end(), std::make_pair(set, number),
                                      [](const DataAtExecution& value, const auto& key) {
                                        return std::make_pair(value.set, value.number) < key;
                                      });
  return found != values.end() && found->set == set && found->number == number ? &*found : nullptr;
}

const Record& Statement::data_buffer(const DataAtExecution& value) const {
  const Record* buffer = (pending_->columns ? ard_ : apd_)->find(value.number);
  if (buffer == nullptr) throw Error("HY010", "what the data are for is not bound any more");
  return *buffer;
}

SQLSMALLINT Statement::data_c_type(const DataAtExecution& value) const {
  const SQLSMALLINT c_type = data_buffer(value).concise_type;
  if (c_type != SQL_C_DEFAULT) return c_type;
  const Record* type = (pending_->columns ? ird_ : ipd_)->find(value.number);
  return types::default_c_type(type != nullptr ? type->concise_type : SQLSMALLINT{SQL_VARCHAR});
}

SQLRETURN Statement::param_data(SQLPOINTER* token) {
  if (offers_data()) return next_stream(token);
  if (!needs_data()) throw Error("HY010", "the statement waits for no data");
  PendingData& pending = *pending_;
  if (pending.next > 0 && !pending.values[pending.next - 1].given)
    throw Error("HY010", "SQLPutData was not called for the value that was asked for");
  if (pending.next < pending.values.size()) {
    const DataAtExecution& value = pending.values[pending.next++];
    tell_pending_set(value);
    const Descriptor& descriptor = pending.columns ? *ard_ : *apd_;
    const Element element =
        element_of(descriptor, data_buffer(value), value.set, data_c_type(value));
    if (token != nullptr) *token = element.data;
    return SQL_NEED_DATA;
  }
  try {
    // What is done may forget what was pending.
    const std::function<SQLRETURN()> then = std::move(pending.then);
    const SQLRETURN result = then();
    pending_.reset();
    if (offers_data() && token != nullptr) *token = stream_token(0);
    return result;
  } catch (...) {
    pending_.reset();
    throw;
  }
}

void Statement::put_data(SQLPOINTER data, SQLLEN length) {
  if (!needs_data() || pending_->next == 0)
    throw Error("HY010", "SQLParamData has not asked for any data");
  DataAtExecution& value = pending_->values[pending_->next - 1];
  const SQLSMALLINT c_type = data_c_type(value);
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
