// Opening and closing: what kind of cursor a result gets, how a keyset-driven one reads its rows.
#include "driver/base/error.h"
#include "driver/handles/statement/cursor.h"
#include "driver/handles/statement/static_rows.h"

namespace negodbc::odbc {

void Cursor::plan() {
  plan_.reset();
  if (use_.attributes.cursor.type != SQL_CURSOR_KEYSET_DRIVEN || use_.text.current_of() ||
      use_.text.call() != nullptr || use_.text.several())
    return;
  auto select = sql::SingleTable::find(use_.text.sql(), use_.server.standard_strings());
  if (!select) return;
  std::optional<catalog::RowKey> key;
  try {
    // As a statement of its own: an error must not cost a transaction.
    const session::Framing framing = use_.server.connection().framing(sql::Surround::savepoint);
    key = catalog::find_row_key(select->table(), select->functions(), use_.server.asking(framing));
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // the statement will meet with the same, and say so
  }
  if (key) plan_ = KeysetPlan{std::move(*select), std::move(*key)};
}

RowsWanted Cursor::rows_wanted() const {
  const CursorKind now = kind();
  return {now.type != SQL_CURSOR_FORWARD_ONLY || now.concurrency != SQL_CONCUR_READ_ONLY,
          plan_.has_value()};
}

void Cursor::begin_result(RowSource& source) {
  source_ = &source;
  open_ = source.has_rows();
  place_ = Place::before;
  rows_read_ = fetched_ = start_ = 0;
  use_.parts.forget();
}

void Cursor::hide_keyset(std::vector<wire::Field>& fields) const {
  if (plan_) fields.resize(plan_->visible(fields, 0));
}

// What has become of the attributes.
void Cursor::choose_kind() {
  const CursorKind wanted = use_.attributes.cursor;
  CursorKind kind = wanted;
  Diagnostics& diagnostics = use_.server.diagnostics();
  // A result of the driver's own never changes, and what a call gives is no cursor: nobody is told
  // that they are static.
  const bool local = !use_.text.known() || !use_.text.outputs().empty();
  if (kind.type == SQL_CURSOR_KEYSET_DRIVEN && !plan_) {
    kind.type = SQL_CURSOR_STATIC;
    if (!local)
      warn_of_substitute(diagnostics, kind.type, wanted.type,
                         "the result is no selection of one table's rows: it is static");
  }
  kind_ = kind;
  if (kind.concurrency == SQL_CONCUR_READ_ONLY || local) return;
  const bool keyset = kind.type == SQL_CURSOR_KEYSET_DRIVEN;
  if (kind.concurrency == SQL_CONCUR_LOCK && (!keyset || use_.server.connection().autocommit()))
    kind.concurrency = SQL_CONCUR_ROWVER;
  const bool has_versions = keyset && !plan_->key.partitioned;
  if (kind.concurrency != SQL_CONCUR_VALUES && !has_versions) kind.concurrency = SQL_CONCUR_VALUES;
  warn_of_substitute(diagnostics, kind.concurrency, wanted.concurrency,
                     "rows can neither be locked nor have they versions here");
  kind_ = kind;
}

bool Cursor::locks_rows() const {
  return kind().concurrency == SQL_CONCUR_LOCK && !use_.server.connection().autocommit();
}

void Cursor::open_rows() {
  choose_kind();
  const SQLULEN most = use_.attributes.max_rows;
  if (kind_->type == SQL_CURSOR_STATIC) rows_ = std::make_unique<StaticRows>(*source_, most);
  if (kind_->type != SQL_CURSOR_KEYSET_DRIVEN) return;
  const auto read = [this](const Values& arrays, bool lock, const KeysetRows::Take& take) {
    read_keyset(arrays, lock, take);
  };
  const ServerTalk::Turn turn(use_.server);
  auto rows = std::make_unique<KeysetRows>(*source_, use_.columns.size(), plan_->key.columns.size(),
                                           most, read, use_.server.deadline());
  keyset_ = rows.get();
  rows_ = std::move(rows);
}

void Cursor::read_keyset(const Values& arrays, bool lock, const KeysetRows::Take& take) try {
  const auto answer = use_.sender.send_by_name(
      plan_->read_text(lock), {{}, {}, bind_values(arrays)},
      use_.server.connection().framing(sql::Surround::savepoint), rows_wanted());
  const std::vector<wire::Field>& now = answer->fields();
  const std::vector<wire::Field>& before = use_.columns.fields();
  bool same = plan_->visible(now, 1) == before.size();
  for (std::size_t i = 0; same && i < before.size(); ++i)
    same = now[i].type_oid ==
           (use_.columns.is_large_object(i) ? std::uint32_t{types::oid_oid} : before[i].type_oid);
  if (!same) throw Error("HY000", "the table's columns have changed since the cursor was opened");
  const ServerTalk::Turn turn(use_.server);
  while (answer->next_row(use_.server.deadline())) take(answer->row());
} catch (const Error& e) {
  use_.server.distrust(e);
  throw;
}

void Cursor::drop_rows() {
  keyset_ = nullptr;
  rows_.reset();
}

void Cursor::drop_rows_and_plan() {
  drop_rows();
  plan_.reset();
}

void Cursor::give_up_rows() {
  drop_rows();
  open_ = false;
}

void Cursor::close() {
  drop_rows_and_plan();
  kind_.reset();
  source_ = nullptr;
  open_ = false;
  place_ = Place::before;
  rows_read_ = start_ = fetched_ = 0;
  on_ = requested_ = 1;
  status_ = nullptr;
  use_.parts.forget();
}

}  // namespace negodbc::odbc
