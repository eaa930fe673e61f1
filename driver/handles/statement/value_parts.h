// SQLGetData: one value of a row after the other, each in as many parts as the application wants.
//
// States: no value; a column's value, of which a part was read. Another column or another row
// begins anew.
#pragma once

#include <optional>

#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/statement/large_object.h"
#include "driver/handles/statement/result_columns.h"
#include "driver/handles/statement/server_talk.h"

namespace negodbc::odbc {

// Where SQLGetData wants a value.
struct DataBuffer {
  SQLSMALLINT c_type;
  SQLPOINTER data;
  SQLLEN length;  // bytes
  SQLLEN* indicator;
};

// A part of a value; of NULL without `source`. SQL_SUCCESS, SQL_NO_DATA, or SQL_SUCCESS_WITH_INFO
// with its warning.
SQLRETURN deliver_part(const types::Source* source, const types::Target& target,
                       types::PartState& part, Diagnostics& diagnostics);

class ValueParts {
 public:
  ValueParts(ServerTalk& server, const StatementDescriptors& descriptors,
             const StatementAttributes& attributes, const ResultColumns& columns)
      : server_(server), descriptors_(descriptors), attributes_(attributes), columns_(columns) {}

  // The row is another one.
  void forget() { column_.reset(); }
  // Where a column's value goes, 0 for the bookmark. Throws Error 07009, HY003, HY090.
  [[nodiscard]] types::Target target(SQLUSMALLINT column, const DataBuffer& buffer) const;
  // The next part of the column's value in this row, whose number in the result is `bookmark`.
  SQLRETURN read(SQLUSMALLINT column, const types::Target& target, const wire::RowFields& row,
                 SQLULEN bookmark);

 private:
  ServerTalk& server_;
  const StatementDescriptors& descriptors_;
  const StatementAttributes& attributes_;
  const ResultColumns& columns_;
  std::optional<SQLUSMALLINT> column_;
  types::PartState part_;
  std::optional<LargeObject> object_;  // the value that part_ would be of
};

}  // namespace negodbc::odbc
