// Data at execution: what SQLParamData asks for and SQLPutData brings.
//
// ODBC reference: "Sending Long Data". States: none; expected, before what is done with them is
// known; waiting, from when_given() until all is there and what waits for it is done (or it is
// forgotten: SQLCancel, the statement is closed).
#pragma once

#include <sql.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/statement/descriptors.h"

namespace negodbc::odbc {

class DataAtExecution {
 public:
  // One value: a parameter's, or a bound column's.
  struct Value {
    SQLULEN set;         // of the array of parameters, or the element of the row array, from 0
    SQLSMALLINT number;  // of the parameter or the column, from 1
    std::string bytes = {};
    bool null = false;
    bool given = false;
  };
  enum class Of : std::uint8_t { parameters, columns };

  explicit DataAtExecution(const StatementDescriptors& descriptors) : descriptors_(descriptors) {}

  // Whether what is bound says that its value comes so.
  static bool promised(const Element& element);
  // From none to expected; `values` by set, then by number. None of them: stays as it is.
  void expect(Of of, std::vector<Value> values);
  // Does it now, or when the application has put what it promised to: SQL_NEED_DATA.
  SQLRETURN when_given(std::function<SQLRETURN()> then);
  [[nodiscard]] bool waiting() const { return pending_.has_value(); }
  // Throws Error HY010 when it waits.
  void require_none() const;
  void forget() { pending_.reset(); }

  // SQLParamData: SQL_NEED_DATA with the next value's token, or what is done then. Throws Error
  // HY010.
  SQLRETURN ask_next(SQLPOINTER* token);
  // SQLPutData. Throws Error HY009, HY010, HY019, HY020, HY090, 07S01.
  void put(SQLPOINTER data, SQLLEN length);
  // Null: the value is where it is bound.
  [[nodiscard]] const Value* find(SQLULEN set, SQLSMALLINT number) const;

 private:
  struct Pending {
    std::vector<Value> values;
    std::size_t next = 0;  // the value that is being put is the one before
    Of of;
    std::function<SQLRETURN()> then;
  };
  void show_set(const Value& value) const;
  [[nodiscard]] const Record& buffer_of(const Value& value) const;
  [[nodiscard]] SQLSMALLINT c_type_of(const Value& value) const;

  const StatementDescriptors& descriptors_;
  std::optional<Pending> pending_;
};

}  // namespace negodbc::odbc
