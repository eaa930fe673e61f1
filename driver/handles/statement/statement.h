// SQLHSTMT: what the entry points call; its descriptors, its attributes and one of each part.
//
// ODBC reference: appendix B "ODBC State Transition Tables". The parts have the work and the
// states, each by its header; here stands which part a function is for, and what must not be called
// in which state. Member functions are called under the connection's mutex. They throw Error for
// what goes wrong; what is worth a warning is put into diagnostics(), and the entry point's funnel
// makes SQL_SUCCESS_WITH_INFO of it.
#pragma once

#include <memory>
#include <string>

#include "driver/handles/connection.h"
#include "driver/handles/handle.h"
#include "driver/handles/statement/async_call.h"
#include "driver/handles/statement/description.h"
#include "driver/handles/statement/execution.h"
#include "driver/handles/statement/row_changes.h"

namespace negodbc::odbc {

class Statement final : public Handle {
 public:
  static constexpr Kind handle_kind = Kind::statement;
  // Make one with create(), which publishes the implicit descriptors too.
  explicit Statement(std::shared_ptr<Connection> connection);
  ~Statement() override;
  static std::shared_ptr<Statement> create(const std::shared_ptr<Connection>& connection);
  // SQLFreeHandle: closes everything and takes the handles out of the registry.
  void free();

  [[nodiscard]] CallMutex& mutex() override { return connection_->mutex(); }
  [[nodiscard]] log::Log* log() override { return connection_->log(); }
  [[nodiscard]] Connection& connection() { return *connection_; }
  // An entry point begins: the deadline of what it does counts from here.
  void begin_call() { server_.begin_call(); }
  // The function that goes on while the application asks again.
  [[nodiscard]] AsyncCall& async() { return async_; }

  // --- execution
  void prepare(const std::string& sql);
  SQLRETURN execute();
  SQLRETURN exec_direct(const std::string& sql);
  // SQLMoreResults: SQL_SUCCESS, SQL_NO_DATA or SQL_PARAM_DATA_AVAILABLE.
  SQLRETURN more_results();
  SQLLEN row_count() { return execution_.row_count(); }
  // A result that the driver made: the catalogue functions.
  void open_local(catalog::LocalRows rows);
  // Runs queries of the driver's own, as long as the statement lives.
  catalog::Query asking() { return server_.asking(); }
  // Throws Error HY010, 24000 unless a new execution may begin.
  void require_no_cursor() const;

  // --- parameters
  void bind_parameter(const ParameterBinding& binding) { parameters_.bind(binding); }
  void reset_parameters() { parameters_.unbind_all(); }
  [[nodiscard]] SQLSMALLINT parameter_count() const { return description_.parameter_count(); }
  const Record& describe_parameter(SQLUSMALLINT number) { return description_.parameter(number); }
  void fill_ipd() { description_.fill_ipd(); }
  SQLRETURN param_data(SQLPOINTER* token);
  void put_data(SQLPOINTER data, SQLLEN length) { data_.put(data, length); }
  // Waiting for data at execution: only SQLParamData, SQLPutData and SQLCancel may be called.
  [[nodiscard]] bool needs_data() const { return data_.waiting(); }
  // Throws Error HY010 then, and while streamed output parameters are to be read first.
  void require_no_parameter_data() const;
  // SQLCancel.
  void abandon_data();

  // --- results
  void bind_column(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
                   SQLLEN* indicator) {
    bound_row_.bind(number, c_type, data, buffer_length, indicator);
  }
  void unbind_columns() { ard().set_count(0); }
  // SQL_SUCCESS, SQL_SUCCESS_WITH_INFO (rows with errors among others), SQL_ERROR, SQL_NO_DATA.
  SQLRETURN fetch(const FetchCall& call);
  // The row that SQL_ATTR_FETCH_BOOKMARK_PTR points to the bookmark of. Throws Error HY111.
  [[nodiscard]] SQLLEN fetch_bookmark() const { return attributes_.fetch_bookmark(); }
  SQLRETURN get_data(SQLUSMALLINT number, const DataBuffer& buffer);
  // SQLSetPos, SQLBulkOperations.
  SQLRETURN set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  SQLRETURN bulk(SQLUSMALLINT operation);
  // For another statement, which means its current row by WHERE CURRENT OF.
  RowChanges& positioned() {
    begin_call();
    return changes_;
  }
  [[nodiscard]] bool is_open_cursor(std::string_view name) const;
  // SQLCloseCursor throws Error 24000 when none is open; SQLFreeStmt(SQL_CLOSE) does not.
  void close_cursor();
  void close() { execution_.close(); }

  // --- metadata
  // These ask the server when the statement is prepared and not yet executed. Throw Error HY010,
  // 07005, 07009.
  SQLSMALLINT column_count();
  const Record& column(SQLUSMALLINT number);
  // A field of the IRD's record, 0 for the bookmark's.
  Value column_field(SQLSMALLINT number, SQLSMALLINT field);
  // An IRD that is read before execution is filled first (HY007 when there is nothing to describe).
  void require_ird();

  // --- attributes (statement_attributes.cc)
  void set_attribute(SQLINTEGER attribute, SQLPOINTER value);
  [[nodiscard]] Value attribute(SQLINTEGER attribute);
  void set_cursor_name(const std::string& name);
  const std::string& cursor_name();
  [[nodiscard]] bool metadata_id() const { return attributes_.metadata_id; }
  [[nodiscard]] bool scan_escapes() const { return !attributes_.noscan; }
  [[nodiscard]] SQLULEN ex_rowset_size() const { return attributes_.rowset_size; }

  [[nodiscard]] Descriptor& ard() { return descriptors_.ard(); }
  [[nodiscard]] Descriptor& apd() { return descriptors_.apd(); }
  [[nodiscard]] Descriptor& ird() { return descriptors_.ird(); }
  [[nodiscard]] Descriptor& ipd() { return descriptors_.ipd(); }
  // An explicit descriptor is being freed: the implicit one takes its place again.
  void forget_descriptor(const Descriptor& descriptor) { descriptors_.forget(descriptor); }

 private:
  void read_text(const std::string& sql);
  void require_executed() const;

  std::shared_ptr<Connection> connection_;
  AsyncCall async_;
  StatementAttributes attributes_;
  StatementDescriptors descriptors_;
  ServerTalk server_;

  // What stands further down may use what stands above, never the other way.
  StatementText text_;
  DataAtExecution data_;
  Parameters parameters_;
  ParameterTypes types_;
  LargeObjectParameters objects_;
  ProcedureCall call_;
  ResultColumns columns_;
  Description description_;
  Sender sender_;
  BoundRow bound_row_;
  ValueParts parts_;
  Cursor cursor_;
  CallOutputs outputs_;
  OutputStreams streams_;
  ParameterArray array_;
  Execution execution_;
  RowChanges changes_;
};

}  // namespace negodbc::odbc
