// A row into the columns that are bound (ARD).
//
// ODBC reference: SQLBindCol, SQLFetch. No state of its own. What goes wrong with a column is told
// by the diagnostics, with its row (from 1) and column; the other columns are converted all the
// same.
#pragma once

#include <string_view>

#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/statement/result_columns.h"
#include "driver/handles/statement/server_talk.h"

namespace negodbc::odbc {

class BoundRow {
 public:
  BoundRow(ServerTalk& server, const StatementDescriptors& descriptors,
           const StatementAttributes& attributes, const ResultColumns& columns)
      : server_(server), descriptors_(descriptors), attributes_(attributes), columns_(columns) {}

  // SQLBindCol. Throws Error 07009, HY003, HY090.
  void bind(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
            SQLLEN* indicator);
  // Into element `element` of the row array, from 0. `bookmark`: the row's number in the result.
  // False: at least one column failed.
  bool convert(const wire::RowFields& row, SQLULEN element, SQLULEN bookmark);
  bool convert_bookmark(SQLULEN element, SQLULEN bookmark);

 private:
  bool convert_column(const wire::RowFields& row, SQLULEN element, SQLSMALLINT number,
                      const Record& binding);
  types::Outcome read_large_object(std::string_view oid, const types::Target& target);

  ServerTalk& server_;
  const StatementDescriptors& descriptors_;
  const StatementAttributes& attributes_;
  const ResultColumns& columns_;
};

}  // namespace negodbc::odbc
