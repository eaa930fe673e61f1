// An execution and its results, one after the other.
//
// States: idle; executed, and then with a result (source_) or after the last one. What runs is the
// text as it is bound at that moment; where values come at execution it waits for them first.
// Closing ends in idle in any case, and tells what the rest of the answer held. What filled a
// call's outputs stays to be fetched, as psqlodbc has it: the row itself, or with FetchRefcursors
// the rows of the cursors that it names, a result each.
#pragma once

#include <memory>
#include <string>

#include "driver/handles/statement/cursor.h"
#include "driver/handles/statement/large_objects.h"
#include "driver/handles/statement/output_streams.h"
#include "driver/handles/statement/parameter_array.h"
#include "driver/handles/statement/procedure_call.h"
#include "driver/handles/statement/sender.h"

namespace negodbc::odbc {

class RowChanges;

class Execution {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementDescriptors& descriptors;
    const StatementText& text;
    Parameters& parameters;
    ParameterTypes& types;
    DataAtExecution& data;
    LargeObjectParameters& objects;
    ProcedureCall& call;
    ResultColumns& columns;
    Sender& sender;
    Cursor& cursor;
    CallOutputs& outputs;
    OutputStreams& streams;
    ParameterArray& array;
  };
  explicit Execution(const Uses& uses) : use_(uses) {}

  // The text, from idle. SQL_SUCCESS, SQL_NO_DATA (nothing was changed), SQL_NEED_DATA,
  // SQL_PARAM_DATA_AVAILABLE, SQL_ERROR (of an array: all sets have failed, which was told).
  SQLRETURN start();
  // A result that the driver made.
  void open_local(catalog::LocalRows rows);
  // SQLMoreResults: SQL_SUCCESS, SQL_NO_DATA, SQL_PARAM_DATA_AVAILABLE.
  SQLRETURN more_results();
  // -1: it is not known. Throws Error HY010.
  SQLLEN row_count();
  // Results may be asked for.
  [[nodiscard]] bool executed() const { return executed_; }
  // Throws Error HY010, 24000 unless there are rows; and why they are lost, when they are.
  void require_rows() const;
  // The result is the row that a call's outputs were filled from: nobody has to close that.
  [[nodiscard]] bool on_call_row() const { return call_row_; }
  // It is known that the result has no rows.
  [[nodiscard]] bool is_empty() const {
    return source_ != nullptr && source_->has_rows() && source_->affected_rows() == 0;
  }
  void close();

 private:
  void find_null_dates();
  SQLRETURN run();
  SQLRETURN run_text();
  SQLRETURN run_logged(log::Log& log);
  SQLRETURN run_sets();
  SQLRETURN run_array();
  [[nodiscard]] Statement* positioned_cursor() const;
  std::unique_ptr<RowSource> send(const Values& values);
  std::unique_ptr<RowSource> send_positioned(RowChanges& row, const Values& values);
  SQLRETURN open(std::unique_ptr<RowSource> source);
  SQLRETURN open_streams(std::unique_ptr<RowSource> source, std::vector<SQLULEN> sets);
  void take_outputs();
  std::unique_ptr<RowSource> refcursors(const catalog::LocalRows& taken);
  void show_result();
  void open_cursor();
  void tell_of_encoding();
  void reset();

  Uses use_;
  std::unique_ptr<RowSource> source_;
  bool executed_ = false;
  bool call_row_ = false;
  bool positioned_ = false;  // it was WHERE CURRENT OF a cursor of the driver's
  bool past_first_ = false;  // a result that a prepared text is not described by
  SQLLEN affected_ = -1;
};

}  // namespace negodbc::odbc
