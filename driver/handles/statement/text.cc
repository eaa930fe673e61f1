#include "driver/handles/statement/text.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/sql/definition_words.h"
#include "driver/sql/encoding_words.h"
#include "driver/sql/identity.h"
#include "driver/sql/statements.h"
#include "driver/sql/wrapped_markers.h"

namespace negodbc::odbc {

void StatementText::read(const std::string& sql, bool scan_escapes, bool standard_strings,
                         const std::string& last_insert) {
  static std::atomic<std::uint64_t> readings{0};
  reading_number_ = ++readings;
  sql::Translated translated = sql::translate(sql, scan_escapes, standard_strings);
  if (sql::asks_for_identity(translated.text, standard_strings)) {
    identity_text_ = sql;
    translated.text = sql::with_identity(translated.text, last_insert, standard_strings);
  }
  if (!translated.call) {
    translated.call = sql::plain_call(translated.text, standard_strings);
    if (translated.call) plain_call_ = translated.text;
  }
  if (translated.parameter_count >
      static_cast<std::size_t>(std::numeric_limits<SQLSMALLINT>::max() - 1))
    throw Error("42000", "a statement can have 32766 parameters at most");
  parameter_count_ = static_cast<SQLSMALLINT>(translated.parameter_count);
  Connection::refuse_encoding_set(sql::encoding_set(translated.text, standard_strings));
  translated_ = std::move(translated);
  const std::string& text = translated_->text;
  several_ = sql::has_several_statements(text, standard_strings);
  for (SQLSMALLINT number = translated_->returns_value ? 2 : 1; number <= parameter_count_;
       ++number)
    sent_.push_back(number);
  column_places_ = sql::column_places(text, sent_.size(), standard_strings);
  current_of_ = sql::find_current_of(text, standard_strings);
  surround_ = sql::surround(text, standard_strings);
  if (surround_ == sql::Surround::nothing) {
    steps_ = sql::transaction_steps(text, translated_->parameter_count, standard_strings);
    asks_commit_ = sql::commits_asked(text, standard_strings);
  }
  if (surround_ == sql::Surround::nothing || surround_ == sql::Surround::savepoint_before)
    copies_out_ = sql::copies_out(text, standard_strings);
  redefines_ = sql::redefines(text, standard_strings);
  reading_ = sql::reading(text, standard_strings);
}

session::Framing StatementText::framing(const Connection& connection) const {
  session::Framing framing = connection.framing(surround_);
  framing.redefines = redefines_;
  framing.steps = steps_;
  framing.asks_commit = asks_commit_;
  return framing;
}

bool StatementText::is_output(SQLSMALLINT number) const {
  return std::find(outputs_.begin(), outputs_.end(), number) != outputs_.end();
}

void StatementText::set_call(std::string sql, std::vector<SQLSMALLINT> sent,
                             std::vector<SQLSMALLINT> outputs) {
  translated_->text = std::move(sql);
  sent_ = std::move(sent);
  outputs_ = std::move(outputs);
  column_places_.clear();
}

void StatementText::wrap_objects(const std::vector<std::size_t>& markers, bool standard_strings) {
  unwrapped_ = std::move(translated_->text);
  translated_->text = sql::wrapped_markers(unwrapped_, markers, "pg_catalog.lo_from_bytea(0, ", ")",
                                           standard_strings);
}

void StatementText::unwrap_objects() {
  if (!unwrapped_.empty()) translated_->text = std::exchange(unwrapped_, {});
}

}  // namespace negodbc::odbc
