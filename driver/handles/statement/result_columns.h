// The columns of a result as they are described: the IRD, and what the server says of each.
//
// States: unknown; described, by an answer (execution) or by what a prepared text would give;
// completed, once something was asked for that only the catalogue knows (base tables, nullability,
// names of unusual types): a query, once a result.
#pragma once

#include <optional>
#include <vector>

#include "driver/catalog/base_table.h"
#include "driver/handles/statement/attributes.h"
#include "driver/handles/statement/descriptors.h"
#include "driver/handles/statement/server_talk.h"

namespace negodbc::odbc {

class ResultColumns {
 public:
  ResultColumns(ServerTalk& server, const StatementDescriptors& descriptors,
                const StatementAttributes& attributes)
      : server_(server), descriptors_(descriptors), attributes_(attributes) {}

  // Of no fields: there is no result, and that is known. Asks about columns that may be large
  // objects.
  void describe(std::vector<wire::Field> fields);
  [[nodiscard]] bool described() const { return described_; }
  // There is no such result any more; `keep`: the description stands, as one of a prepared text
  // does.
  void forget(bool keep);

  // As many as the IRD has; a column of the type lo has oid_large_object.
  [[nodiscard]] const std::vector<wire::Field>& fields() const { return fields_; }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] bool is_large_object(std::size_t column) const {
    return fields_[column].type_oid == types::oid_large_object;
  }

  // Of what is described. A record, number 0 the bookmark's where there are bookmarks. Throws Error
  // 07005, 07009.
  const Record& record(SQLUSMALLINT number);
  // A field of it; what only the catalogue knows is asked for.
  Value field(SQLSMALLINT number, SQLSMALLINT field);
  // The table that the columns come from: a query, once a result. Throws Error HY000.
  const catalog::BaseTable& base_table();

 private:
  const Record& describe_bookmark();
  [[nodiscard]] bool needs_catalogue(SQLSMALLINT number, SQLSMALLINT field) const;
  void complete();

  ServerTalk& server_;
  const StatementDescriptors& descriptors_;
  const StatementAttributes& attributes_;
  std::vector<wire::Field> fields_;
  std::optional<catalog::BaseTable> base_table_;  // once asked for
  bool described_ = false;
  bool completed_ = false;
};

}  // namespace negodbc::odbc
