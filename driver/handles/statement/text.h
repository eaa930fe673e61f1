// A statement's text and what reading it has told.
//
// States: none (a new statement; a result of the driver's own), read (SQLExecDirect), prepared
// (SQLPrepare). Of a {call ...} the text that is sent, its parameters and its outputs are chosen
// again before each use (ProcedureCall); of parameters that become large objects their markers are
// wrapped, and unwrapped again (LargeObjectParameters).
#pragma once

#include <sql.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/session/framing.h"
#include "driver/sql/column_places.h"
#include "driver/sql/current_of.h"
#include "driver/sql/markers.h"
#include "driver/sql/reading.h"
#include "driver/sql/transaction_words.h"

namespace negodbc::odbc {

class Connection;

class StatementText {
 public:
  // To none.
  void clear() { *this = {}; }
  // From none to read; stays none when it throws: Error 42000, HYC00 for what sets another
  // encoding.
  // `last_insert`: the INSERT that @@IDENTITY is about.
  void read(const std::string& sql, bool scan_escapes, bool standard_strings,
            const std::string& last_insert);
  void mark_prepared() { prepared_ = true; }

  [[nodiscard]] bool known() const { return translated_.has_value(); }
  [[nodiscard]] bool prepared() const { return prepared_; }

  // All of these are of a text that is known.
  // As it is sent.
  [[nodiscard]] const std::string& sql() const { return translated_->text; }
  // This reading of it, which no other of the process is.
  [[nodiscard]] std::uint64_t reading_number() const { return reading_number_; }
  // The application's markers.
  [[nodiscard]] SQLSMALLINT parameter_count() const { return parameter_count_; }
  // The parameters that are sent: $1, $2, ...
  [[nodiscard]] const std::vector<SQLSMALLINT>& sent() const { return sent_; }
  // Whether the one at `index` of these stands where a column's value does.
  [[nodiscard]] sql::ColumnPlace column_place(std::size_t index) const {
    return index < column_places_.size() ? column_places_[index] : sql::ColumnPlace::none;
  }
  // Those that a call gives, in the order of its columns.
  [[nodiscard]] const std::vector<SQLSMALLINT>& outputs() const { return outputs_; }
  [[nodiscard]] bool is_output(SQLSMALLINT number) const;
  // The statement is one {call ...}; null: it is none.
  [[nodiscard]] const sql::Call* call() const {
    return translated_->call ? &*translated_->call : nullptr;
  }
  // A CALL without braces: it is a `call` where an output is bound. "": it is none.
  [[nodiscard]] const std::string& plain_call() const { return plain_call_; }
  // As it was read, if it asks for @@IDENTITY, which is another after each insert; else "".
  [[nodiscard]] const std::string& identity_text() const { return identity_text_; }
  // {? = call ...}: the first parameter is the result.
  [[nodiscard]] bool returns_value() const { return translated_->returns_value; }
  // It holds several statements.
  [[nodiscard]] bool several() const { return several_; }
  [[nodiscard]] const std::optional<sql::CurrentOf>& current_of() const { return current_of_; }
  [[nodiscard]] sql::Surround surround() const { return surround_; }
  // What surrounds it in its flight.
  [[nodiscard]] session::Framing framing(const Connection& connection) const;
  [[nodiscard]] sql::Reading reading() const { return reading_; }
  // One of its statements is a COPY ... TO STDOUT, which is not to be sent.
  [[nodiscard]] bool copies_out() const { return copies_out_; }

  // Of a call as it is sent now; the names of its arguments, where they are given by name.
  void name_arguments(std::vector<std::string> names) {
    translated_->call->names = std::move(names);
  }
  void set_call(std::string sql, std::vector<SQLSMALLINT> sent, std::vector<SQLSMALLINT> outputs);
  // Markers (of sent(), from 1) are put into a call that makes large objects of their bytes.
  void wrap_objects(const std::vector<std::size_t>& markers, bool standard_strings);
  void unwrap_objects();

 private:
  std::optional<sql::Translated> translated_;
  SQLSMALLINT parameter_count_ = 0;
  std::string unwrapped_;  // translated_->text before parameters became large objects
  std::vector<SQLSMALLINT> sent_, outputs_;
  std::vector<sql::ColumnPlace> column_places_;
  std::optional<sql::CurrentOf> current_of_;
  sql::Surround surround_ = sql::Surround::savepoint;
  std::vector<sql::TransactionStep> steps_;
  bool redefines_ = false;
  bool copies_out_ = false;
  std::vector<std::size_t> asks_commit_;
  sql::Reading reading_ = sql::Reading::no;
  std::string plain_call_;
  std::string identity_text_;
  bool several_ = false;
  bool prepared_ = false;
  std::uint64_t reading_number_ = 0;
};

}  // namespace negodbc::odbc
