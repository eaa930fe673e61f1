// A row into the columns that are bound (ARD).
//
// ODBC reference: SQLBindCol, SQLFetch. What goes wrong with a column is told by the diagnostics,
// with its row (from 1) and column; the other columns are converted all the same.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/statement/result_columns.h"
#include "driver/handles/statement/server_talk.h"
#include "driver/types/usual_conversion.h"

namespace negodbc::odbc {

class BoundRow {
 public:
  BoundRow(ServerTalk& server, const StatementDescriptors& descriptors,
           const StatementAttributes& attributes, const ResultColumns& columns)
      : server_(server), descriptors_(descriptors), attributes_(attributes), columns_(columns) {}

  // SQLBindCol. Throws Error 07009, HY003, HY090.
  void bind(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
            SQLLEN* indicator);
  // Looks at what is bound to which columns, for all rows that convert() is given until the next
  // call: nothing of it may change before that.
  void begin_rowset();
  // Into element `element` of the row array, from 0. `bookmark`: the row's number in the result.
  // False: at least one column failed.
  bool convert(const wire::RowFields& row, SQLULEN element, SQLULEN bookmark);
  bool convert_bookmark(SQLULEN element, SQLULEN bookmark);

 private:
  // A column that is bound, of element 0 of the row array.
  struct Column {
    std::size_t index = 0;                   // from 0
    types::UsualConversion usual = nullptr;  // null: there is none
    types::UsualTarget first{};
    SQLLEN* null_indicator = nullptr;  // null: convert_null() is to be asked
    Steps steps{};
  };
  // What SQL_C_DEFAULT means for the column, where it is bound so.
  [[nodiscard]] SQLSMALLINT default_type_of(std::size_t index, const Record& binding) const;
  [[nodiscard]] Column column_of(std::size_t index, const Record& binding) const;
  bool convert_column(const wire::RowFields& row, SQLULEN element, SQLSMALLINT number,
                      const Record& binding);
  types::Outcome read_large_object(std::string_view oid, const types::Target& target);

  ServerTalk& server_;
  const StatementDescriptors& descriptors_;
  const StatementAttributes& attributes_;
  const ResultColumns& columns_;
  std::vector<Column> bound_;  // of the rowset
};

}  // namespace negodbc::odbc
