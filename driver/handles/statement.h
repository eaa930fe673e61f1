// SQLHSTMT: a statement's text, parameters, execution, results, metadata.
//
// ODBC reference: appendix B "ODBC State Transition Tables". Member functions are called under the
// connection's mutex. They throw Error for what goes wrong; what is worth a warning is put into
// diagnostics(), and the entry point's funnel makes SQL_SUCCESS_WITH_INFO of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/catalog/base_table.h"
#include "driver/catalog/local_rows.h"
#include "driver/catalog/routine.h"
#include "driver/handles/async_call.h"
#include "driver/handles/connection.h"
#include "driver/handles/descriptor.h"
#include "driver/handles/handle.h"
#include "driver/handles/keyset_rows.h"
#include "driver/handles/large_object.h"
#include "driver/handles/outputs.h"
#include "driver/handles/pending_data.h"
#include "driver/handles/row_source.h"
#include "driver/handles/scroll.h"
#include "driver/handles/static_rows.h"
#include "driver/handles/value.h"
#include "driver/sql/current_of.h"
#include "driver/sql/markers.h"
#include "driver/sql/reading.h"
#include "driver/sql/statements.h"
#include "driver/types/convert.h"
#include "driver/types/parameter.h"

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

  [[nodiscard]] std::mutex& mutex() override { return connection_->mutex(); }
  [[nodiscard]] Connection& connection() { return *connection_; }
  // An entry point begins: the deadline of what it does counts from here.
  void begin_call() { call_deadline_.reset(); }
  // The function that goes on while the application asks again.
  [[nodiscard]] AsyncCall& async() { return async_; }

  // --- execution (statement_execute.cc)
  void prepare(std::string sql);
  SQLRETURN execute();
  SQLRETURN exec_direct(std::string sql);
  // SQLMoreResults: SQL_SUCCESS or SQL_NO_DATA.
  // or SQL_PARAM_DATA_AVAILABLE.
  SQLRETURN more_results();
  SQLLEN row_count();
  // A result that the driver made: the catalogue functions.
  void open_local(catalog::LocalRows rows);
  // Runs queries of the driver's own, as long as the statement lives.
  catalog::Query asking(const session::Framing& framing = {});
  // Throws Error HY010, 24000 unless a new execution may begin.
  void require_no_cursor() const;

  // --- parameters (statement_parameters.cc, statement_data.cc)
  void bind_parameter(SQLUSMALLINT number, SQLSMALLINT io_type, SQLSMALLINT c_type,
                      SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits,
                      SQLPOINTER data, SQLLEN buffer_length, SQLLEN* indicator);
  [[nodiscard]] SQLSMALLINT parameter_count() const;
  // SQLDescribeParam; the server is asked.
  const Record& describe_parameter(SQLUSMALLINT number);
  // With SQL_ATTR_ENABLE_AUTO_IPD the IPD of a prepared statement says of parameters that are not
  // bound what the server says. Asked once a preparation, before somebody reads or writes it.
  void fill_ipd();
  SQLRETURN param_data(SQLPOINTER* token);
  void put_data(SQLPOINTER data, SQLLEN length);
  // Waiting for data at execution: only SQLParamData, SQLPutData and SQLCancel may be called.
  [[nodiscard]] bool needs_data() const { return pending_.has_value(); }
  // Streamed output parameters are there to be read: SQLParamData, SQLGetData and what ends it.
  [[nodiscard]] bool offers_data() const { return streams_ && streams_->offered; }
  // Throws Error HY010 in either case.
  void require_no_parameter_data() const;
  // SQLCancel.
  void abandon_data();

  // --- results (statement_fetch.cc)
  void bind_column(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
                   SQLLEN* indicator);
  // SQLFetchScroll and its sisters; `orientation` is SQL_FETCH_NEXT, ..., of SQL_FETCH_BOOKMARK
  // `bookmark` is the row. SQL_SUCCESS, SQL_SUCCESS_WITH_INFO (rows with errors among others),
  // SQL_ERROR, SQL_NO_DATA.
  SQLRETURN fetch(SQLSMALLINT orientation, SQLLEN offset, SQLULEN rowset_size,
                  SQLULEN* rows_fetched, SQLUSMALLINT* row_status, SQLLEN bookmark = 0);
  // The row that SQL_ATTR_FETCH_BOOKMARK_PTR points to the bookmark of. Throws Error HY111.
  [[nodiscard]] SQLLEN fetch_bookmark() const;
  // SQLSetPos (statement_positioned.cc): `row` of the rowset, 0 for all.
  SQLRETURN set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  // SQLBulkOperations.
  SQLRETURN bulk(SQLUSMALLINT operation);
  // A condition that only the cursor's current row meets, by its primary key. Throws Error 24000
  // without a current row, HY000 when its table or key is not known.
  std::string current_row_condition();
  [[nodiscard]] bool is_open_cursor(std::string_view name) const;
  SQLRETURN get_data(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
                     SQLLEN* indicator);
  // SQLCloseCursor throws Error 24000 when none is open; SQLFreeStmt(SQL_CLOSE) does not.
  void close_cursor();
  void close();
  void unbind_columns() { ard_->set_count(0); }
  void reset_parameters();

  // --- metadata (statement_metadata.cc)
  // Both ask the server when the statement is prepared and not yet executed. Throw Error HY010,
  // 07005, 07009.
  SQLSMALLINT column_count();
  const Record& column(SQLUSMALLINT number);
  // An IRD that is read before execution is filled first (HY007 when there is nothing to describe).
  void require_ird();
  // A field of the IRD's record, 0 for the bookmark's. What only the catalogue knows of the columns
  // (base tables, nullability, names of unusual types) costs a query, once a result.
  Value column_field(SQLSMALLINT number, SQLSMALLINT field);

  // --- attributes (statement_attributes.cc)
  void set_attribute(SQLINTEGER attribute, SQLPOINTER value);
  [[nodiscard]] Value attribute(SQLINTEGER attribute);
  void set_cursor_name(std::string name);
  const std::string& cursor_name();
  [[nodiscard]] bool metadata_id() const { return metadata_id_; }
  [[nodiscard]] bool scan_escapes() const { return !noscan_; }

  Descriptor& ard() { return *ard_; }
  Descriptor& apd() { return *apd_; }
  Descriptor& ird() { return *ird_; }
  Descriptor& ipd() { return *ipd_; }
  // An explicit descriptor is being freed: the implicit one takes its place again.
  void forget_descriptor(const Descriptor& descriptor);
  [[nodiscard]] SQLULEN ex_rowset_size() const { return ex_rowset_size_; }

 private:
  using Values = std::vector<std::optional<std::string>>;
  using Types = std::vector<std::uint32_t>;  // of parameters, 0: open
  class ArrayRun;
  class SetStatements;

  template <class F>
  auto talk(F&& request);
  // Of the whole call that is under way.
  [[nodiscard]] Deadline execution_deadline();

  void translate();
  void tell_of_encoding();
  void reset_execution();
  SQLRETURN start_execution();
  SQLRETURN run();
  // Arrays of parameters (statement_arrays.cc)
  SQLRETURN run_array();
  [[nodiscard]] bool may_commit();
  void require_done(RowSource& source);
  bool run_pipeline(ArrayRun& run, SetStatements& statements);
  bool run_one_by_one(ArrayRun& run, std::vector<std::unique_ptr<RowSource>>& results,
                      std::vector<SQLULEN>& with_result);
  static std::vector<wire::BindValue> bind_values(const Values& values);
  SQLRETURN open(std::unique_ptr<RowSource> source);
  void show_result();
  std::unique_ptr<RowSource> send(const Values& values);
  // Without parameters.
  std::unique_ptr<RowSource> send_plain(const std::string& text, const session::Framing& framing);
  // How the rows of the text come.
  [[nodiscard]] session::Portions portions(const session::CachedStatement* known) const;
  // By the name that the server knows the text by, if it may and is executed once more.
  std::unique_ptr<RowSource> send_text(const std::string& text, const Types& types,
                                       const Values& values, const session::Framing& framing);
  std::unique_ptr<RowSource> send_known(session::CachedStatement& known, const std::string& text,
                                        const Types& types, const Values& values,
                                        const session::Framing& framing);
  [[nodiscard]] std::vector<wire::Format> formats(const session::Prepared& prepared) const;
  // The text as the server knows it, with the types that are bound now.
  std::shared_ptr<session::CachedStatement> cached() const;
  // What the server says of the text; to be executed, or (describe_statement) to be told.
  std::shared_ptr<session::CachedStatement> ask_server();
  std::shared_ptr<session::CachedStatement> describe_statement();
  void ask_server(session::CachedStatement& known, const std::string& sql, const Types& types);
  void forget_description();

  // --- types of parameters, texts of several statements (statement_types.cc)
  [[nodiscard]] Types wanted_types() const;
  // The same, for values that may be larger than what they are bound as.
  [[nodiscard]] Types holding_types(const Values& values) const;
  // work(types), once with what is known or declared, and once more where the server has found the
  // types unfit and takes others: the only place that sends a statement again because of types.
  // `known` is of the text and the declared types.
  template <class F>
  auto with_types(session::CachedStatement& known, const std::string& text, const Types& declared,
                  F&& work);
  Types first_types(session::CachedStatement& known, const std::string& text,
                    const Types& declared);
  void find_types(session::CachedStatement& known, const std::string& text, const Types& declared,
                  const session::Refused* refused);
  bool takes_bytes(const Types& declared, const session::Prepared& prepared, bool values);
  [[nodiscard]] bool may_be_refused() const;
  std::unique_ptr<RowSource> send_several(const std::string& text, const Types& types,
                                          const Values& values, const session::Framing& framing);
  Types types_of_part(const std::string& text, const Types& declared);
  // Of several statements the one that has parameter `index` of sent_, or the first; `index`
  // becomes the number among its own.
  std::shared_ptr<session::CachedStatement> ask_about_part(std::optional<std::size_t>& index);

  // --- the open cursor's kind and keyset (statement_keyset.cc)
  // What the cursor will be, as far as it depends on the text: asks the catalogue when a keyset is
  // wanted.
  void plan_keyset();
  // What has become of the attributes; warns (01S02) of what was substituted.
  void settle_cursor_kind();
  void open_rows();
  std::size_t visible_columns(const std::vector<wire::Field>& fields);
  // Gives the session up after an answer that is not what was asked for.
  void distrust(const Error& error);
  void read_keyset(const Values& arrays, bool lock, const KeysetRows::Take& take);
  [[nodiscard]] bool locks_rows() const {
    return concurrency() == SQL_CONCUR_LOCK && !connection_->autocommit();
  }
  void require_lock(SQLUSMALLINT lock) const;

  // --- {call ...} (statement_call.cc)
  void settle_call();
  const catalog::Routine* routine();
  [[nodiscard]] SQLSMALLINT bound_direction(SQLSMALLINT number) const;
  void describe_output(SQLSMALLINT number, const session::Prepared& prepared);
  void require_outputs(std::size_t columns) const;
  void take_outputs();
  // Of output `index`: the row's column, from 0; none: it has no value.
  [[nodiscard]] std::optional<std::size_t> output_column(std::size_t index,
                                                         std::size_t columns) const;
  // From the first row of what a call gave; the rest is dropped.
  OutputNotes take_outputs(SQLULEN set, RowSource& source);
  // Into the buffers of this set; of no row every output is NULL.
  OutputNotes take_outputs(SQLULEN set, const std::vector<wire::Field>& fields,
                           const wire::RowFields* row);
  // Throws what is an error.
  void report(const OutputNotes& notes);
  std::optional<Error> take_output(SQLULEN set, SQLSMALLINT number, const wire::Field& field,
                                   const wire::RowFields::Value& value);

  // --- streamed outputs (statement_streams.cc)
  [[nodiscard]] bool has_streams() const;
  SQLRETURN open_streams(std::unique_ptr<RowSource> source, std::vector<SQLULEN> sets);
  SQLRETURN begin_streams();
  SQLRETURN offer_streams();
  SQLRETURN more_streams();
  SQLRETURN next_stream(SQLPOINTER* token);
  [[nodiscard]] SQLPOINTER stream_token(std::size_t index) const;
  SQLRETURN get_stream(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                       SQLLEN buffer_length, SQLLEN* indicator);
  // A part of a value; of NULL without `source`.
  SQLRETURN told(types::Outcome outcome);
  SQLRETURN deliver(const types::Source* source, const types::Target& target);

  [[nodiscard]] SQLULEN set_count() const;
  [[nodiscard]] bool ignored(SQLULEN set) const;
  void require_parameters() const;
  void collect_data_at_execution();
  void tell_pending_set(const DataAtExecution& value) const;
  // Of the bound columns of these elements of the row array.
  void collect_column_data(const std::vector<SQLULEN>& elements);
  SQLRETURN with_data(std::function<SQLRETURN()> then);
  [[nodiscard]] const DataAtExecution* find_data(SQLULEN set, SQLSMALLINT number) const;
  [[nodiscard]] const Record& data_buffer(const DataAtExecution& value) const;
  [[nodiscard]] SQLSMALLINT data_c_type(const DataAtExecution& value) const;
  Values encode_set(SQLULEN set);
  std::optional<std::string> encode(SQLULEN set, SQLSMALLINT number);

  bool advance();
  // To row `row` of the rowset, from 0.
  bool step(SQLULEN row);
  ScrollTarget scroll(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size, SQLLEN bookmark);
  SQLUSMALLINT convert_into(SQLULEN row);
  SQLUSMALLINT give_row(SQLULEN element, SQLULEN number);
  // Changing rows (statement_positioned.cc, statement_rows.cc); `element` of the bound buffers,
  // from 0
  [[nodiscard]] std::vector<SQLULEN> elements_of(SQLSETPOSIROW row) const;
  SQLRETURN change_rowset(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  SQLRETURN change_elements(SQLUSMALLINT operation);
  SQLUSMALLINT apply(SQLUSMALLINT operation, SQLULEN element, SQLULEN row);
  SQLUSMALLINT refresh_row(SQLULEN element, SQLULEN row);
  SQLUSMALLINT update_row(SQLULEN element, SQLULEN row);
  SQLUSMALLINT delete_row(SQLULEN row);
  SQLUSMALLINT add_row(SQLULEN element);
  void go_to_row(SQLULEN row);
  void go_to_unchanged_row(SQLULEN row);
  const catalog::BaseTable& base_table();
  const std::string& table_name();
  [[nodiscard]] std::vector<std::string> returned_keyset() const;
  std::string row_condition();
  Values bound_values(SQLULEN element, std::vector<std::size_t>& columns);
  // A statement of the driver's own that changes rows: the row that its RETURNING gives, or none.
  // Throws what comes behind that row too.
  struct Changed {
    std::int64_t rows;
    std::optional<CursorRows::Values> returned;
  };
  Changed run_change(const std::string& sql, const Values& values, std::size_t returned);
  std::string text_to_send() const;
  bool convert_bookmark(SQLULEN row, SQLULEN bookmark);
  [[nodiscard]] const wire::RowFields& current_row() const {
    return rows_ ? rows_->row() : source_->row();
  }
  bool convert_row(SQLULEN row, SQLULEN bookmark);
  bool convert_column(SQLULEN row, SQLSMALLINT number, const Record& binding);
  // --- large objects (statement_large_objects.cc)
  void settle_large_objects();
  template <class F>
  auto with_large_objects(F&& work);
  bool refused_large_object(const Error& error);
  [[nodiscard]] std::vector<std::size_t> binary_parameters() const;
  std::vector<std::size_t> wanted_as_objects(const std::vector<std::size_t>& binary);
  [[nodiscard]] bool undoes_errors();
  void find_large_objects();
  std::uint32_t parameter_type(std::uint32_t server_type);
  [[nodiscard]] bool is_large_object(SQLSMALLINT number) const;
  [[nodiscard]] std::string object_id(SQLSMALLINT number) const;
  types::Outcome read(LargeObject& object, const types::Target& target);

  void apply_type_options(types::Parameter& parameter) const;
  [[nodiscard]] types::Source source_of(SQLSMALLINT number) const;
  [[nodiscard]] types::Source source_of(const wire::Field& field,
                                        const wire::RowFields::Value& value) const;
  std::string_view limited(std::string_view bytes, const wire::Field& field) const;

  Descriptor& descriptor(DescriptorRole role);
  std::shared_ptr<Descriptor> explicit_descriptor(
      SQLPOINTER handle, const std::shared_ptr<Descriptor>& implicit) const;
  void only(SQLULEN supported, SQLULEN value, const char* what);
  [[nodiscard]] SQLULEN cursor_type() const { return opened_as_ ? opened_as_->type : cursor_type_; }
  [[nodiscard]] SQLULEN concurrency() const {
    return opened_as_ ? opened_as_->concurrency : concurrency_;
  }
  void set_cursor_kind(SQLINTEGER attribute, SQLULEN value);

  void describe(const std::vector<wire::Field>& fields);
  const Record& describe_bookmark();
  [[nodiscard]] bool needs_catalogue(SQLSMALLINT number, SQLSMALLINT field) const;
  void complete_ird();
  void fill_type(Record& record, std::uint32_t oid, std::int32_t modifier) const;

  std::shared_ptr<Connection> connection_;
  AsyncCall async_;
  std::shared_ptr<Descriptor> implicit_ard_, implicit_apd_, ird_, ipd_;
  std::shared_ptr<Descriptor> ard_, apd_;  // the implicit ones, or explicit ones

  // The text, and what is known of it.
  std::string sql_;
  std::optional<sql::Translated> translated_;
  SQLSMALLINT parameter_count_ = 0;
  bool several_ = false;              // the text holds several statements
  std::string plain_text_;            // translated_->text before parameters became large objects
  std::vector<SQLSMALLINT> sent_;     // the parameters that are sent: $1, $2, ...
  std::vector<SQLSMALLINT> outputs_;  // those that a call gives, in the order of its columns
  bool prepared_ = false;             // by SQLPrepare
  bool ipd_filled_ = false;           // for what was prepared
  bool asked_ = false;                // the server, about what was prepared
  sql::Surround surround_ = sql::Surround::savepoint;
  sql::Reading reading_ = sql::Reading::no;
  Record described_;  // the parameter that was described last

  // The execution and its results.
  std::unique_ptr<RowSource> source_;
  std::unique_ptr<CursorRows> rows_;  // of a scrollable cursor; static ones read from source_
  KeysetRows* keyset_ = nullptr;      // rows_, of a keyset-driven cursor
  std::optional<KeysetPlan> keyset_plan_;
  // What the attributes are while a cursor is open, where the cursor could not be what they say.
  struct CursorKind {
    SQLULEN type, concurrency;
  };
  std::optional<CursorKind> opened_as_;
  std::optional<Deadline> call_deadline_;  // once it was asked for
  bool executed_ = false;                  // results may be asked for
  bool cursor_open_ = false;
  bool ird_valid_ = false;
  bool ird_complete_ = false;
  std::vector<wire::Field> fields_;  // of the current result
  SQLLEN affected_ = -1;
  std::optional<PendingData> pending_;
  std::optional<OutputStreams> streams_;
  std::optional<catalog::BaseTable> base_table_;  // of the current result, once asked for
  std::optional<sql::CurrentOf> current_of_;

  // The cursor.
  Place position_ = Place::before;
  SQLULEN rowset_start_ = 0;                // its first row, from 1
  SQLULEN cursor_row_ = 1;                  // of the rowset, from 1
  SQLUSMALLINT* fetched_status_ = nullptr;  // the status array of the last fetch
  SQLULEN row_number_ = 0;                  // rows fetched of this result
  SQLULEN rowset_fetched_ = 0;              // size of the rowset under the cursor
  SQLULEN rowset_requested_ = 1;
  SQLUSMALLINT part_column_ = 0;
  types::PartState part_;
  std::optional<LargeObject> large_object_;  // the value that part_ would be of
  std::string cursor_name_;

  // Attributes.
  SQLULEN concurrency_ = SQL_CONCUR_READ_ONLY;
  SQLULEN cursor_type_ = SQL_CURSOR_FORWARD_ONLY;  // or SQL_CURSOR_STATIC, _KEYSET_DRIVEN
  SQLULEN use_bookmarks_ = SQL_UB_OFF;
  SQLPOINTER fetch_bookmark_ptr_ = nullptr;
  SQLULEN query_timeout_ = 0;
  SQLULEN max_rows_ = 0;
  SQLULEN max_length_ = 0;
  SQLULEN ex_rowset_size_ = 1;  // SQL_ROWSET_SIZE, for SQLExtendedFetch
  bool noscan_ = false;
  bool fills_ipd_ = false;  // SQL_ATTR_ENABLE_AUTO_IPD
  bool retrieve_data_ = true;
  bool metadata_id_ = false;
};

}  // namespace negodbc::odbc
