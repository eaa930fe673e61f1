// Parameters: what is bound (APD, IPD), and the values that are sent of it.
//
// ODBC reference: SQLBindParameter, "Using Arrays of Parameters". The descriptors have what is
// bound, the text which of it is sent; its own is only which are dates, for NullDates.
#pragma once

#include "driver/handles/statement/data_at_execution.h"
#include "driver/handles/statement/descriptors.h"
#include "driver/handles/statement/text.h"
#include "driver/handles/statement/values.h"
#include "driver/types/parameter.h"
#include "driver/types/type_info.h"

namespace negodbc::odbc {

// A parameter as SQLBindParameter takes it.
struct ParameterBinding {
  SQLUSMALLINT number;
  SQLSMALLINT direction, c_type, sql_type;
  SQLULEN column_size;
  SQLSMALLINT decimal_digits;
  SQLPOINTER data;
  SQLLEN buffer_length;
  SQLLEN* indicator;
};

class Parameters {
 public:
  // `options` are the connection's, which may log in anew.
  Parameters(const StatementDescriptors& descriptors, const StatementText& text,
             DataAtExecution& data, const types::TypeOptions& options)
      : descriptors_(descriptors), text_(text), data_(data), options_(options) {}

  // Throws Error S1093, HY003, HY004, HY009, HY021, HY090, HY105.
  void bind(const ParameterBinding& binding);
  void unbind_all();

  // Sets of values, from 0, and whether the application leaves one out.
  [[nodiscard]] SQLULEN set_count() const { return descriptors_.apd().array_size; }
  [[nodiscard]] bool ignored(SQLULEN set) const;
  // As bound: SQL_PARAM_INPUT, ...; 0: it is not.
  [[nodiscard]] SQLSMALLINT direction(SQLSMALLINT number) const;
  // The IPD's record; null: there is none.
  [[nodiscard]] const Record* described(SQLSMALLINT number) const {
    return descriptors_.ipd().find(number);
  }
  // As bound, or described; SQL_UNKNOWN_TYPE: neither.
  [[nodiscard]] SQLSMALLINT sql_type(SQLSMALLINT number) const;

  // Before execution. Throws Error 07002, HYC00.
  void require_bound() const;
  // Finds what comes at execution.
  void expect_data();
  // What is sent of a set. Throws Error as encode_parameter() does, HY009, HY090, 07S01.
  [[nodiscard]] Values encode_set(SQLULEN set) const;
  // NullDates: of the types that the server wants, those of dates get NULL for empty text, until
  // this is called again.
  void send_null_dates(const Types& wanted);

  // Of those that are sent; the server infers the types of what is not bound.
  [[nodiscard]] Types bound_types() const;
  // The same, but in a column's place some are left open. An approximate number: as float8 it would
  // lose digits on its way into a numeric, be none of a float4's values, and pass an integer's
  // index by; an exact one or an integer that is compared, for these reasons too. A timestamp that
  // is compared for equality: a date that was made of it is found by it.
  [[nodiscard]] Types declared_types() const;
  // The same, for values that may be larger than what they are bound as, or that an integer's
  // column would not read although it holds what is equal (5.00).
  [[nodiscard]] Types holding_bound_types(const Values& values) const;
  [[nodiscard]] Types holding_types(const Values& values) const;

 private:
  [[nodiscard]] bool is_left_open(std::size_t index) const;
  [[nodiscard]] std::optional<std::string> encode(SQLULEN set, SQLSMALLINT number) const;

  const StatementDescriptors& descriptors_;
  const StatementText& text_;
  DataAtExecution& data_;
  const types::TypeOptions& options_;
  std::vector<bool> null_dates_;  // of those that are sent
};

// What the connection's options change about how a value is sent.
void apply_type_options(types::Parameter& parameter, const types::TypeOptions& options);

}  // namespace negodbc::odbc
