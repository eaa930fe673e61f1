#include "driver/handles/statement/statement.h"

#include "driver/base/error.h"
#include "driver/base/utf.h"

namespace negodbc::odbc {

Statement::Statement(std::shared_ptr<Connection> connection)
    : Handle(Kind::statement),
      connection_(std::move(connection)),
      descriptors_(*this, connection_),
      server_(*this, *connection_, diagnostics(), attributes_),
      data_(descriptors_),
      parameters_(descriptors_, text_, data_, connection_->type_options()),
      types_(server_, text_),
      objects_(server_, text_, parameters_, types_),
      call_(server_, text_, parameters_),
      columns_(server_, descriptors_, attributes_),
      description_({server_, descriptors_, attributes_, text_, parameters_, data_, types_, objects_,
                    call_, columns_}),
      sender_({server_, attributes_, text_, parameters_, types_}),
      bound_row_(server_, descriptors_, attributes_, columns_),
      parts_(server_, descriptors_, attributes_, columns_),
      cursor_({server_, attributes_, text_, columns_, sender_, bound_row_, parts_}),
      outputs_(server_, descriptors_, attributes_, text_, parameters_),
      streams_({server_, descriptors_, attributes_, text_, parameters_, outputs_, columns_}),
      array_({server_, descriptors_, text_, parameters_, types_, outputs_, streams_}),
      execution_({server_, descriptors_, text_, parameters_, types_, data_, objects_, call_,
                  columns_, sender_, cursor_, outputs_, streams_, array_}),
      changes_({server_, descriptors_, attributes_, text_, data_, columns_, bound_row_, cursor_}) {}

Statement::~Statement() = default;

std::shared_ptr<Statement> Statement::create(const std::shared_ptr<Connection>& connection) {
  auto statement = std::make_shared<Statement>(connection);
  statement->attributes_.metadata_id = connection->metadata_id();
  statement->async_.enable(connection->async_statements());
  publish(statement);
  statement->descriptors_.publish();
  connection->add(*statement);
  return statement;
}

void Statement::free() {
  async_.finish();
  set_freed();
  begin_call();
  close();
  descriptors_.withdraw();
  connection_->remove(*this);
  withdraw(*this);
}

void Statement::require_no_cursor() const {
  require_no_parameter_data();
  // Programs that have worked with psqlodbc go on when all rows are read, or there are none.
  if (cursor_.is_open() && !cursor_.is_at_end() && !execution_.is_empty() &&
      !execution_.on_call_row())
    throw Error("24000", "a result is open on this statement: close it first");
}

void Statement::require_no_parameter_data() const {
  data_.require_none();
  streams_.require_none_offered();
}

void Statement::require_executed() const {
  require_no_parameter_data();
  if (!execution_.executed()) throw Error("HY010", "no statement was executed");
}

void Statement::read_text(const std::string& sql) {
  require_no_cursor();
  close();
  text_.clear();
  columns_.forget(false);
  text_.read(sql, scan_escapes(), connection_->standard_strings(), connection_->last_insert());
}

void Statement::prepare(const std::string& sql) {
  read_text(sql);
  text_.mark_prepared();
  description_.begin();
  types_.forget_asked();
}

SQLRETURN Statement::exec_direct(const std::string& sql) {
  read_text(sql);
  return execution_.start();
}

SQLRETURN Statement::execute() {
  require_no_cursor();
  if (!text_.prepared()) throw Error("HY010", "nothing was prepared on this statement");
  close();
  if (const std::string identity = text_.identity_text(); !identity.empty()) prepare(identity);
  return execution_.start();
}

SQLRETURN Statement::more_results() {
  data_.require_none();
  return execution_.more_results();
}

void Statement::open_local(catalog::LocalRows rows) {
  close();
  text_.clear();
  execution_.open_local(std::move(rows));
}

SQLRETURN Statement::param_data(SQLPOINTER* token) {
  if (streams_.offered()) return streams_.next_value(token);
  const SQLRETURN result = data_.ask_next(token);
  if (streams_.offered() && token != nullptr) *token = streams_.first_token();
  return result;
}

void Statement::abandon_data() {
  data_.forget();
  if (streams_.is_open()) close();
}

SQLRETURN Statement::fetch(const FetchCall& call) {
  require_no_parameter_data();
  execution_.require_rows();
  return cursor_.fetch(call);
}

SQLRETURN Statement::get_data(SQLUSMALLINT number, const DataBuffer& buffer) {
  if (streams_.offered()) return streams_.read(number, buffer);
  if (data_.waiting() || !execution_.executed()) throw Error("HY010", "no statement was executed");
  return cursor_.get_data(number, buffer);
}

SQLRETURN Statement::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  require_executed();
  return changes_.set_position(row, operation, lock);
}

SQLRETURN Statement::bulk(SQLUSMALLINT operation) {
  require_executed();
  return changes_.bulk(operation);
}

bool Statement::is_open_cursor(std::string_view name) const {
  return cursor_.is_open() && !cursor_.name().empty() && iequals(cursor_.name(), name);
}

void Statement::close_cursor() {
  if (!cursor_.is_open() && !streams_.is_open())
    throw Error("24000", "no result is open on this statement");
  close();
}

void Statement::require_ird() {
  require_no_parameter_data();
  if (!execution_.executed() && !columns_.described()) description_.describe_result();
}

SQLSMALLINT Statement::column_count() {
  require_no_parameter_data();
  // Its value is a parameter's.
  const bool known = text_.known() && (text_.prepared() || execution_.executed());
  if (known && text_.returns_value() && parameters_.direction(1) != 0) return 0;
  require_ird();
  return ird().count();
}

const Record& Statement::column(SQLUSMALLINT number) {
  require_ird();
  return columns_.record(number);
}

Value Statement::column_field(SQLSMALLINT number, SQLSMALLINT field) {
  require_ird();
  return columns_.field(number, field);
}

}  // namespace negodbc::odbc
