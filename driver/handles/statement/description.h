// What can be known of a statement before it is executed: its result and its parameters.
//
// ODBC reference: SQLNumResultCols, SQLDescribeCol, SQLDescribeParam. The server is asked once a
// preparation; what was remembered of the text before it was prepared is not told, since tables and
// the search path may be others by now.
#pragma once

#include <memory>
#include <optional>

#include "driver/handles/statement/large_objects.h"
#include "driver/handles/statement/procedure_call.h"
#include "driver/handles/statement/result_columns.h"

namespace negodbc::odbc {

class Description {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementDescriptors& descriptors;
    const StatementAttributes& attributes;
    const StatementText& text;
    const Parameters& parameters;
    const DataAtExecution& data;
    ParameterTypes& types;
    LargeObjectParameters& objects;
    ProcedureCall& call;
    ResultColumns& columns;
  };
  explicit Description(const Uses& uses) : use_(uses) {}

  // Another text was prepared: nothing is known of it.
  void begin() { ipd_filled_ = false; }
  // Describes the result of a prepared text. Throws Error HY010.
  void describe_result();
  // Throws Error HY010.
  [[nodiscard]] SQLSMALLINT parameter_count() const;
  // SQLDescribeParam; the server is asked. Throws Error HY010, S1093. The record is the parameter's
  // that was described last.
  const Record& parameter(SQLUSMALLINT number);
  // With SQL_ATTR_ENABLE_AUTO_IPD the IPD of a prepared statement says of parameters that are not
  // bound what the server says. Asked before somebody reads or writes it.
  void fill_ipd();

 private:
  std::shared_ptr<session::CachedStatement> ask();
  void forget_what_was_known();

  Uses use_;
  bool ipd_filled_ = false;
  Record described_;
};

}  // namespace negodbc::odbc
