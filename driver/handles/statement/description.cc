#include "driver/handles/statement/description.h"

#include <algorithm>

#include "driver/base/error.h"
#include "driver/handles/descriptor/server_type.h"

namespace negodbc::odbc {

namespace {

// Programs allocate a parameter's size for each of many sets.
void limit_size(Record& parameter, const types::TypeOptions& options) {
  const bool is_long = parameter.concise_type == SQL_LONGVARCHAR ||
                       parameter.concise_type == SQL_WLONGVARCHAR ||
                       parameter.concise_type == SQL_LONGVARBINARY;
  if (is_long && options.max_long_varchar_size == 0 &&
      (parameter.length == 0 || parameter.length == types::long_text_size))
    parameter.length = types::unbounded_text_size;
}

}  // namespace

std::shared_ptr<session::CachedStatement> Description::ask() {
  use_.call.choose_text();
  std::optional<std::size_t> none;
  if (use_.text.several()) return use_.types.describe_part(use_.parameters.declared_types(), none);
  return use_.objects.with_objects([this] {
    const Parameters& parameters = use_.parameters;
    return use_.types.describe(parameters.declared_types(), parameters.bound_types());
  });
}

// When it is executed the server looks after that.
void Description::forget_what_was_known() {
  if (use_.types.asked()) return;
  use_.call.choose_text();
  Connection& connection = use_.server.connection();
  const auto known = connection.cached(use_.text.sql(), use_.parameters.declared_types(),
                                       use_.text.reading_number());
  if (known->prepared.described) connection.conversation().forget(known->prepared);
}

void Description::describe_result() {
  if (!use_.text.prepared())
    throw Error("HY010", "nothing was prepared or executed on this statement");
  forget_what_was_known();
  use_.columns.describe(ask()->prepared.fields);
}

SQLSMALLINT Description::parameter_count() const {
  use_.data.require_none();
  if (!use_.text.known())
    throw Error("HY010", "nothing was prepared or executed on this statement");
  return use_.text.parameter_count();
}

const Record& Description::parameter(SQLUSMALLINT number) {
  const SQLSMALLINT count = parameter_count();
  if (!use_.text.prepared()) throw Error("HY010", "nothing was prepared on this statement");
  if (number < 1 || number > count)
    throw Error("S1093", "the statement has " + std::to_string(count) + " parameters");
  const auto index = static_cast<SQLSMALLINT>(number);
  const auto find_sent = [&]() -> std::optional<std::size_t> {
    const std::vector<SQLSMALLINT>& all = use_.text.sent();
    const auto sent = std::find(all.begin(), all.end(), index);
    if (sent == all.end()) return std::nullopt;
    return static_cast<std::size_t>(sent - all.begin());
  };
  std::optional<std::size_t> at = find_sent();
  const auto known =
      use_.text.several() ? use_.types.describe_part(use_.parameters.declared_types(), at) : ask();
  if (!use_.text.several()) at = find_sent();  // the text of a call may have been chosen anew
  const Types& types = known->prepared.parameter_types;
  described_ = {};
  if (!at) {
    use_.call.describe_output(index, known->prepared, described_);
  } else if (*at < types.size()) {
    describe_server_type(described_, parameter_type(use_.server, types[*at]), -1,
                         use_.server.connection().type_options());
    if (use_.text.is_output(index)) described_.parameter_type = SQL_PARAM_INPUT_OUTPUT;
    limit_size(described_, use_.server.connection().type_options());
  } else {
    throw Error("S1093", "the server knows of no such parameter");
  }
  described_.nullable = SQL_NULLABLE;
  // Not bound by the application: the IPD says what the server said.
  const Record* bound = use_.descriptors.apd().find(index);
  if (bound == nullptr || !bound->bound()) use_.descriptors.ipd().record(index) = described_;
  return described_;
}

void Description::fill_ipd() {
  if (!use_.attributes.fills_ipd || !use_.text.prepared() || ipd_filled_ || use_.data.waiting())
    return;
  ipd_filled_ = true;
  for (SQLSMALLINT number = 1; number <= use_.text.parameter_count(); ++number) {
    const Record* buffer = use_.descriptors.apd().find(number);
    if (buffer == nullptr || !buffer->bound()) (void)parameter(static_cast<SQLUSMALLINT>(number));
  }
}

}  // namespace negodbc::odbc
