// Where a result's columns come from: what RowDescription does not say and the catalogue knows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/catalog/local_rows.h"
#include "driver/wire/backend.h"

namespace negodbc::catalog {

struct Origin {
  std::string schema, table, column;
  bool not_null = false;
  bool auto_unique = false;  // identity, or a default of nextval()
};

class Origins {
 public:
  // nullptr: the column is an expression.
  [[nodiscard]] const Origin* column(std::uint32_t table_oid, std::int16_t attribute) const;
  [[nodiscard]] std::string_view type_name(std::uint32_t oid) const;  // "" unknown

 private:
  friend Origins find_origins(const std::vector<wire::Field>& fields, const Query& query);
  std::map<std::pair<std::uint32_t, std::int16_t>, Origin> columns_;
  std::map<std::uint32_t, std::string> types_;
};

// One query for the tables' columns and one for the types; none where there is nothing to ask.
Origins find_origins(const std::vector<wire::Field>& fields, const Query& query);

}  // namespace negodbc::catalog
