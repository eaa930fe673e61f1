// What kind of cursor a result gets, and how a keyset-driven one reads its rows.
//
// ODBC reference: "ODBC Static, Dynamic, and Keyset-Driven Cursors"; SQLExecDirect, 01S02: what was
// substituted is told by SQLGetStmtAttr until the cursor is closed.
#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {

void Statement::plan_keyset() {
  keyset_plan_.reset();
  if (cursor_type_ != SQL_CURSOR_KEYSET_DRIVEN || current_of_ || translated_->call || several_)
    return;
  auto select = sql::SingleTable::find(translated_->text, connection_->standard_strings());
  if (!select) return;
  std::optional<catalog::RowKey> key;
  try {
    // As a statement of its own: an error must not cost a transaction.
    const session::Framing framing = connection_->framing(sql::Surround::savepoint);
    key = catalog::find_row_key(select->table(), select->functions(), asking(framing));
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // the statement will meet with the same, and say so
  }
  if (key) keyset_plan_ = KeysetPlan{std::move(*select), std::move(*key)};
}

void Statement::settle_cursor_kind() {
  CursorKind kind{cursor_type_, concurrency_};
  // A result of the driver's own never changes, and what a call gives is no cursor: nobody is told
  // that they are static.
  const bool local = sql_.empty() || !outputs_.empty();
  if (kind.type == SQL_CURSOR_KEYSET_DRIVEN && !keyset_plan_) {
    kind.type = SQL_CURSOR_STATIC;
    if (!local)
      only(kind.type, cursor_type_, "the result is no selection of one table's rows: it is static");
  }
  if (kind.concurrency == SQL_CONCUR_READ_ONLY || local) {
    opened_as_ = kind;
    return;
  }
  const bool keyset = kind.type == SQL_CURSOR_KEYSET_DRIVEN;
  if (kind.concurrency == SQL_CONCUR_LOCK && (!keyset || connection_->autocommit()))
    kind.concurrency = SQL_CONCUR_ROWVER;
  const bool has_versions = keyset && !keyset_plan_->key.partitioned;
  if (kind.concurrency != SQL_CONCUR_VALUES && !has_versions) kind.concurrency = SQL_CONCUR_VALUES;
  only(kind.concurrency, concurrency_, "rows can neither be locked nor have they versions here");
  opened_as_ = kind;
}

void Statement::distrust(const Error& error) {
  if (dynamic_cast<const wire::AnswerError*>(&error) == nullptr) return;
  try {
    connection_->conversation().session().mark_broken();
  } catch (const Error&) {
    return;  // it is lost already
  }
}

// Of the statement that opens the cursor.
std::size_t Statement::visible_columns(const std::vector<wire::Field>& fields) {
  try {
    return keyset_plan_->visible(fields, 0);
  } catch (const Error& e) {
    reset_execution();
    distrust(e);
    throw;
  }
}

void Statement::open_rows() {
  settle_cursor_kind();
  if (cursor_type() == SQL_CURSOR_STATIC) rows_ = std::make_unique<StaticRows>(*source_, max_rows_);
  if (cursor_type() != SQL_CURSOR_KEYSET_DRIVEN) return;
  const auto read = [this](const CursorRows::Values& arrays, bool lock,
                           const KeysetRows::Take& take) { read_keyset(arrays, lock, take); };
  try {
    const StatementTalk talk(*this);
    auto rows =
        std::make_unique<KeysetRows>(*source_, fields_.size(), keyset_plan_->key.columns.size(),
                                     max_rows_, read, execution_deadline());
    keyset_ = rows.get();
    rows_ = std::move(rows);
  } catch (const Error& e) {
    reset_execution();  // the statement has failed: there is no cursor
    distrust(e);
    throw;
  }
}

void Statement::read_keyset(const Values& arrays, bool lock, const KeysetRows::Take& take) try {
  const auto answer = send_text(keyset_plan_->read_text(lock), {}, arrays,
                                connection_->framing(sql::Surround::savepoint));
  const std::vector<wire::Field>& fields = answer->fields();
  bool same = keyset_plan_->visible(fields, 1) == fields_.size();
  for (std::size_t i = 0; same && i < fields_.size(); ++i)
    same = fields[i].type_oid == (is_large_object(static_cast<SQLSMALLINT>(i + 1))
                                      ? std::uint32_t{types::oid_oid}
                                      : fields_[i].type_oid);
  if (!same) throw Error("HY000", "the table's columns have changed since the cursor was opened");
  const StatementTalk talk(*this);
  while (answer->next_row(execution_deadline())) take(answer->row());
} catch (const Error& e) {
  distrust(e);
  throw;
}

}  // namespace negodbc::odbc
